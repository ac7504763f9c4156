/**
 * The code that README.md files show is that of test/examples, and the worked example runs as it is told.
 *
 * Owns: these checks. Does not own: the example (test/examples).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '#types/clock.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { silentLog } from '#types/log.ts'
import { connectChain, type ChainClient, type ConnectOptions } from '#chain/api/connect.ts'
import { callOf, decodeEvent, encodeCall, eventOf } from '#chain/api/descriptors.ts'
import type * as Service from '#chain/node/service.ts'
import type * as Server from '#chain/rpc/server.ts'
import type * as RuntimeModule from '#chain/runtime/runtime.ts'
import { createGreeter, greeterRequires } from '../../examples/greeter.ts'
import { guestbookPallet } from '../../examples/guestbook.ts'
import { guestbookCalls, guestbookEvents } from '../../examples/guestbook-terms.ts'
import { until } from '../../helpers/rpc-client.ts'
import { account, palletRuntime } from '../../helpers/runtime.ts'
import { blocks, ROOT } from './readmes.ts'

const EXAMPLES = join(ROOT, 'test/examples')

/** Text with each added line of the diff put after the line above it. */
function patched(text: string, diff: string): string {
  const lines = text.split('\n')
  let above = ''
  for (const line of diff.trimEnd().split('\n')) {
    if (!line.startsWith('+')) {
      above = line.slice(1)
      continue
    }
    const at = lines.indexOf(above)
    if (at === -1) throw new Error(`a README’s diff: expected the line ${JSON.stringify(above)}, found no such line`)
    above = line.slice(1)
    lines.splice(at + 1, 0, above)
  }
  return lines.join('\n')
}

type NodeModules = typeof Service & typeof Server & typeof RuntimeModule

/** The node, bundled with runtime.ts as the reader would have it after adding the guestbook. */
async function nodeWithGuestbook(folder: string): Promise<NodeModules> {
  const runtime = join(ROOT, 'chain-client/runtime/runtime.ts')
  const asTold: Plugin = {
    name: 'guestbook-added-as-told',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/pallets\/guestbook\.ts$/ }, () => ({ path: join(EXAMPLES, 'guestbook.ts') }))
      onLoad({ filter: /runtime\/runtime\.ts$/ }, () => ({
        contents: patched(readFileSync(runtime, 'utf8'), blocks('diff')[0]!.text),
        loader: 'ts',
      }))
    },
  }
  const outfile = join(folder, 'node.js')
  const parts = ['node/service.ts', 'rpc/server.ts', 'runtime/runtime.ts']
  await build({
    stdin: { contents: parts.map((part) => `export * from '#chain/${part}'`).join('\n'), resolveDir: ROOT },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'silent',
    external: ['classic-level'],
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    plugins: [asTold],
  })
  return (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as NodeModules
}

/** The endpoint of a node with the guestbook. */
async function startChain({ startNode, startRpcServer, createRuntime }: NodeModules): Promise<string> {
  const node = await startNode({}, { runtime: createRuntime({ log: silentLog }) })
  onTestFinished(() => node.close())
  const server = await startRpcServer({ node, port: 0, log: silentLog })
  onTestFinished(() => server.close())
  return server.url
}

async function connect(options: Pick<ConnectOptions, 'endpoint' | 'requires'>, suri: string): Promise<ChainClient> {
  const deps = { clock: systemClock, random: Math.random, log: silentLog }
  const client = await connectChain({ ...options, keypair: keypairFromSuri(suri) }, deps)
  onTestFinished(() => client.close())
  return client
}

const sign = callOf('Guestbook', 'sign', guestbookCalls.sign)
const greet = callOf('Guestbook', 'greet', guestbookCalls.greet)
const Greeted = eventOf('Guestbook', 'Greeted', guestbookEvents.Greeted)

/** A greeter at work; gives the pages that it saw greeted, and its duties. */
async function startGreeter(endpoint: string, suri: string) {
  const client = await connect({ endpoint, requires: greeterRequires }, suri)
  const duties: string[] = []
  const role = createGreeter({
    chain: client,
    log: silentLog,
    report: (progress) => void (progress.kind === 'submitted' && duties.push(`${progress.duty} ${progress.outcome}`)),
  })
  const greeted: number[] = []
  await role.start()
  const following = client.follow(async (block) => {
    greeted.push(...block.events.flatMap((event) => decodeEvent(Greeted, event)?.page ?? []))
    await role.onBlock(block)
  })
  const leave = async (): Promise<void> => {
    await role.drain()
    await following.stop()
    await role.close()
    await client.close()
  }
  return { greeted, duties, leave }
}

describe('the code that README files show', () => {
  const files = readdirSync(EXAMPLES).filter((file) => file.endsWith('.ts'))
  const sources = files.map((file) => readFileSync(join(EXAMPLES, file), 'utf8'))

  for (const [place, file] of files.entries()) {
    it(`has test/examples/${file} as it is`, () => {
      expect(blocks('ts').map(({ text }) => text)).toContain(sources[place])
    })
  }

  it('is all from test/examples', () => {
    expect(blocks('ts').filter(({ text }) => !sources.includes(text))).toEqual([])
  })
})

describe('the worked example', () => {
  let folder: string
  let modules: NodeModules
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-test-'))
    modules = await nodeWithGuestbook(folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('the pallet can be tried without a node', () => {
    const { frame, run, events } = palletRuntime((builder) => builder.add(1, guestbookPallet))
    const dispatch = (name: string, args: Readonly<Record<string, unknown>>) =>
      run(() => frame.dispatcher.dispatch({ pallet: 'Guestbook', name, args }, { signed: account('guest') }))
    expect(dispatch('sign', { text: 'é'.repeat(129) })).toMatchObject({ ok: false, error: { tag: 'Module' } })
    expect(dispatch('sign', { text: 'é'.repeat(128) }).ok).toBe(true)
    expect(dispatch('greet', { page: 0 }).ok).toBe(true)
    expect(dispatch('greet', { page: 0 }).ok).toBe(false)
    expect(events().map(({ value }) => value.tag)).toEqual(['Signed', 'Greeted'])
  })

  it('guests sign in blocks of a real node, and the greeter greets each page once', async () => {
    const endpoint = await startChain(modules)
    const guest = await connect({ endpoint, requires: [sign] }, '//Alice')
    const greeter = await startGreeter(endpoint, '//Bob')
    const signed = await guest.submit('first', encodeCall(sign, { text: 'hello' }))
    expect(signed.kind).toBe('included')
    await until('a greeting', () => greeter.greeted.length > 0)
    expect(await guest.submit('second', encodeCall(sign, { text: 'hello again' }))).toMatchObject({ kind: 'included' })
    await until('two outcomes', () => greeter.greeted.length === 2 && greeter.duties.length === 2)
    await greeter.leave()
    expect(greeter.greeted).toEqual([0, 1])
    expect(greeter.duties).toEqual(['guestbook.greet/0 included', 'guestbook.greet/1 included'])
    const again = await guest.submit('again', encodeCall(greet, { page: 0 }))
    expect(again).toMatchObject({ kind: 'failed', error: { pallet: 'Guestbook', name: 'NotWaiting' } })
  })

  it('a greeter that was away greets what was signed meanwhile', async () => {
    const endpoint = await startChain(modules)
    const guest = await connect({ endpoint }, '//Alice')
    await guest.submit('unseen', encodeCall(sign, { text: 'anybody there?' }))
    const greeter = await startGreeter(endpoint, '//Bob')
    await until('an outcome', () => greeter.duties.length > 0)
    expect(greeter.duties).toEqual(['guestbook.greet/0 included'])
    await greeter.leave()
  })

  it('a text that is too long fails by the pallet’s own error', async () => {
    const guest = await connect({ endpoint: await startChain(modules) }, '//Alice')
    const outcome = await guest.submit('long', encodeCall(sign, { text: 'é'.repeat(129) }))
    expect(outcome).toMatchObject({ kind: 'failed', error: { pallet: 'Guestbook', name: 'TooLong' } })
  })
})
