/**
 * README.md is true: its worked example runs as written, and what it names exists.
 *
 * Owns: these checks. Does not own: the example (test/examples).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '#types/clock.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import { silentLog } from '#types/log.ts'
import { connectChain, type ChainClient, type ConnectOptions } from '#chain/api/connect.ts'
import { callOf, decodeEvent, encodeCall, eventOf } from '#chain/api/descriptors.ts'
import { developmentSpec } from '#chain/node/chain-spec.ts'
import type * as Service from '#chain/node/service.ts'
import type * as Server from '#chain/rpc/server.ts'
import type * as RuntimeModule from '#chain/runtime/runtime.ts'
import { createGreeter, greeterRequires } from '../examples/greeter.ts'
import { guestbookPallet } from '../examples/guestbook.ts'
import { guestbookCalls, guestbookEvents } from '../examples/guestbook-terms.ts'
import { startCli } from '../helpers/cli.ts'
import { until } from '../helpers/rpc-client.ts'
import { account, palletRuntime } from '../helpers/runtime.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const EXAMPLES = join(ROOT, 'test/examples')
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const COMMAND_DEADLINE_MS = 15_000

const blocks = (language: string): string[] =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text!)
const prose = README.replaceAll(/^```[^]*?^```$/gm, '')

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
    if (at === -1) throw new Error(`README’s diff: expected the line ${JSON.stringify(above)}, found no such line`)
    above = line.slice(1)
    lines.splice(at + 1, 0, above)
  }
  return lines.join('\n')
}

type NodeModules = typeof Service & typeof Server & typeof RuntimeModule

/** The node, bundled with runtime.ts as README's reader would have it after adding the guestbook. */
async function nodeWithGuestbook(folder: string): Promise<NodeModules> {
  const runtime = join(ROOT, 'chain-client/runtime/runtime.ts')
  const asTold: Plugin = {
    name: 'guestbook-added-as-told',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/pallets\/guestbook\.ts$/ }, () => ({ path: join(EXAMPLES, 'guestbook.ts') }))
      onLoad({ filter: /runtime\/runtime\.ts$/ }, () => ({
        contents: patched(readFileSync(runtime, 'utf8'), blocks('diff')[0]!),
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

describe('the worked example', () => {
  let folder: string
  let modules: NodeModules
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-test-'))
    modules = await nodeWithGuestbook(folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  for (const file of readdirSync(EXAMPLES)) {
    it(`is in README as it is in test/examples/${file}`, () => {
      expect(blocks('ts')).toContain(readFileSync(join(EXAMPLES, file), 'utf8'))
    })
  }

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

describe('what README says of rounds', () => {
  it('a round of the development chain takes three attestors', () => {
    expect(developmentSpec().genesis.attestation?.attestors).toBe(3)
  })

  it('the parameters are those of the runtime', () => {
    const rows = [...prose.matchAll(/^\| (\w+)(?: \(\w\))? +\| (\d+) +\|/gm)]
    const told = Object.fromEntries(rows.map(([, name, number]) => [name!, Number(number)]))
    expect(Object.keys(told)).toHaveLength(7)
    expect(DEFAULT_PARAMETERS).toMatchObject(told)
  })
})

describe('what README names', () => {
  const TOP = readdirSync(ROOT)
  const quoted = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text!)

  it('files and folders are there', () => {
    const paths = quoted.filter((text) => /^[\w.-]+(\/[\w.-]+)*\/?$/.test(text) && TOP.includes(text.split('/')[0]!))
    expect(paths.length).toBeGreaterThan(30)
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })

  it('a row of a table that names a file names only what is in that file', () => {
    const rows = [...prose.matchAll(/^\|.*\| `([\w./-]+\.ts)` +\|(.*)\|$/gm)]
    expect(rows.length).toBeGreaterThan(15)
    const missing = rows.flatMap(([, file, names]) => {
      const source = readFileSync(join(ROOT, file!), 'utf8')
      return [...names!.matchAll(/`([^`]+)`/g)]
        .map(([, name]) => name!)
        .filter((name) => !new RegExp(`(^|[^\\w])${name.split('.').at(-1)!}\\b`).test(source))
        .map((name) => `${name} in ${file}`)
    })
    expect(missing).toEqual([])
  })

  it('what is said to be in a file is in it', () => {
    const said = [...prose.matchAll(/((?:`\w+`(?:, | and | or )?)+) in `([\w./-]+\.ts)`/g)]
    expect(said.length).toBeGreaterThan(5)
    const missing = said.flatMap(([, names, file]) => {
      const source = readFileSync(join(ROOT, file!), 'utf8')
      return [...names!.matchAll(/`(\w+)`/g)]
        .filter(([, name]) => !new RegExp(`\\b${name}\\b`).test(source))
        .map(([, name]) => `${name} in ${file}`)
    })
    expect(missing).toEqual([])
  })

  it('links lead somewhere', () => {
    const slug = (heading: string): string =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-')
    const anchors = [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => `#${slug(heading!)}`)
    const targets = [...prose.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target!)
    const inside = targets.filter((target) => !target.startsWith('https://'))
    expect(inside.length).toBeGreaterThan(0)
    const broken = inside.filter((target) =>
      target.startsWith('#') ? !anchors.includes(target) : !existsSync(join(ROOT, target)),
    )
    expect(broken).toEqual([])
  })

  it('scripts of npm are in package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }
    const named = [...README.matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, name]) => name!)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})

describe('the commands that README shows', () => {
  const helpOf = async (...command: string[]): Promise<string> => {
    const run = startCli([...command, '--help'])
    let help = ''
    run.process.stdout!.on('data', (chunk: Buffer) => (help += chunk.toString()))
    expect(await run.exit(COMMAND_DEADLINE_MS)).toBe(0)
    return help
  }
  const shown = blocks('sh')
    .join('\n')
    .replaceAll(/ *\\\n */g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, text] = /(?:assay --|npm start --) ?([^#>]*)/.exec(line) ?? []
      if (text === undefined) return []
      const words = text.trim().split(/\s+/)
      const end = words.findIndex((word) => word.startsWith('-'))
      const command = line.includes('npm start') ? ['devnet'] : end === -1 ? words : words.slice(0, end)
      return [{ command, flags: words.filter((word) => word.startsWith('--')) }]
    })

  it('are in --help with the flags shown, and every command of --help is shown', async () => {
    const commands = [...new Set(shown.map(({ command }) => command.join(' ')))].filter((command) => command !== '')
    const helps = new Map<string, string>()
    for (const command of commands) helps.set(command, await helpOf(...command.split(' ')))
    for (const { command, flags } of shown) {
      if (command.length === 0) continue
      const help = helps.get(command.join(' '))!
      expect(help).toContain(`assay ${command.join(' ')}`)
      for (const flag of flags) expect(help, `assay ${command.join(' ')}`).toMatch(new RegExp(`${flag}\\b`))
    }
    const all = [await helpOf(), await helpOf('chain'), await helpOf('simulate')].flatMap((help) =>
      [...help.matchAll(/^ {2}assay ([a-z -]+?) {2,}/gm)].map(([, command]) => command!),
    )
    expect(all.length).toBeGreaterThan(3)
    // One that only leads to others is shown with them.
    const isShown = (command: string): boolean => commands.some((each) => `${each} `.startsWith(`${command} `))
    expect(all.filter((command) => !isShown(command))).toEqual([])
  })

  it('the table of flags has those of --help, with their defaults', async () => {
    const help = (await helpOf('chain')).replaceAll(/\n {10,}/g, ' ')
    const options = [...help.matchAll(/^ {6}--([\w-]+) .*$/gm)]
    const table = /^\| `assay chain` [^]*?\n\n/m.exec(README)![0]
    const told = new Set([...table.matchAll(/`--([a-z][a-z-]*)/g)].map(([, name]) => name!))
    expect(options.length).toBeGreaterThan(10)
    expect([...told].toSorted()).toEqual(options.map(([, name]) => name!).toSorted())
    const missing = options.flatMap(([line, name]) => {
      const [, value = ''] = /\[default: (?:\["|")?([^\]"]+)/.exec(line) ?? []
      const row = table.split('\n').find((each) => each.includes(`--${name!}`))!
      return value === 'false' || row.split('|')[2]!.includes(value) ? [] : [`${name!} ${value}`]
    })
    expect(missing).toEqual([])
  })

  it('every scenario of the devnet is told, and no other', async () => {
    const help = await helpOf('devnet')
    const choices = /\[choices: ([^\]]+)\]/.exec(help.slice(help.indexOf('--scenario')))![1]!
    const named = [...prose.matchAll(/^\| `([a-z][a-z-]*)` +\|/gm)].map(([, name]) => name!)
    expect(named.toSorted()).toEqual([...choices.matchAll(/"([^"]+)"/g)].map(([, name]) => name!).toSorted())
  })
})
