/**
 * The same work on this chain and on its peers: start, single transfers, a burst, memory.
 *
 * Owns: the work and the figures. Does not own: how Anvil does it.
 *
 * Chopsticks is not among them. It executes a Substrate runtime compiled to WebAssembly, which it takes from a live
 * chain or from a raw genesis file, and this chain's runtime is not WebAssembly. Tried with 1.5.1 and `--genesis` on a
 * raw spec without `:code`, offline: it listens, but says "build block failed: No wasm found" for its first block, and
 * builds no second one.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { fromHex, toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { loadClient, transferSigner } from '../helpers/load.ts'
import { anvil } from './anvil.ts'
import { figure, median, perSecond, repeated, timed, type Figure, type Measurement } from './figure.ts'
import { residentMib, startNodeProcess, stopNodeProcess } from './processes.ts'

const STARTS = 5
const SINGLE = 200
const WARM_UP = 300
const BURST = 5000
const TRANSFERS_IN_ALL = 10_000
const IN_FLIGHT = 1000
const POLL_MS = 10
/** The aims, as parts of what the peer takes or does. */
/** Node 20 keeps no compiled code between starts. */
const MOST_START = process.versions.node.startsWith('20.') ? 1.25 : 1
const MOST_SINGLE = 1.5
const LEAST_BURST = 1.5

/** A running dev node. */
export interface Running {
  readonly pid: number
  /** Resolves when the transfer is in the pool. */
  submit(signed: string): Promise<unknown>
  /** Resolves when the transfer is in a block. */
  submitAndWait(signed: string): Promise<void>
  /** Transfers in blocks so far. */
  included(): Promise<number>
  stop(): Promise<void>
}

/** A dev node that can be measured. */
export interface Contestant {
  readonly name: string
  /** Resolves when the first request was answered. */
  start(): Promise<Running>
  /** Transfers in an order in which all of them are good on a new chain. */
  sign(count: number): Promise<readonly string[]>
}

const signers = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie'].map((suri) => keypairFromSuri(suri))

/** Until a watched transaction tells that it is in a block. */
const isInBlock = (status: unknown): boolean => typeof status === 'object' && status !== null && 'inBlock' in status

async function startOurs(): Promise<Running> {
  const node = await startNodeProcess()
  const client = await loadClient(node.url)
  await client.call('system_health')
  const nonceOf = async (account: Uint8Array): Promise<number> => {
    const answer = await client.call('state_call', 'AccountNonceApi_account_nonce', toHex(account))
    return Buffer.from(fromHex(answer as string)).readUInt32LE()
  }
  return {
    pid: node.run.process.pid!,
    submit: (signed) => client.call('author_submitExtrinsic', signed),
    submitAndWait: (signed) =>
      new Promise((resolve, reject) => {
        const heard = (status: unknown): void => (isInBlock(status) ? resolve() : undefined)
        client.subscribe('author_submitAndWatchExtrinsic', heard, signed).catch(reject)
      }),
    included: async () =>
      (await Promise.all(signers.map(({ accountId }) => nonceOf(accountId)))).reduce((a, b) => a + b, 0),
    async stop() {
      client.close()
      await stopNodeProcess(node)
    },
  }
}

const ours: Contestant = {
  name: 'Assay',
  start: startOurs,
  async sign(count) {
    const node = await startNodeProcess()
    const client = await loadClient(node.url)
    const sign = transferSigner(fromHex((await client.call('chain_getBlockHash', 0)) as string))
    client.close()
    await stopNodeProcess(node)
    return Array.from({ length: count }, (_, i) => {
      const signer = signers[i % signers.length]!
      const dest = signers[(i + 1) % signers.length]!.accountId
      return toHex(sign({ signer, nonce: Math.floor(i / signers.length), dest, value: 10n ** 9n }))
    })
  },
}

async function sendAll(running: Running, signed: readonly string[], total: number): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < signed.length) await running.submit(signed[next++]!)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  while ((await running.included()) < total) await pause(POLL_MS)
}

interface Results {
  readonly start: readonly number[]
  readonly single: readonly number[]
  readonly burst: number
  readonly memory: number
}

async function contest({ start, sign }: Contestant): Promise<Results> {
  const signed = await sign(TRANSFERS_IN_ALL)
  const starts = await repeated(STARTS, async () => {
    let running: Running | undefined
    const ms = await timed(async () => void (running = await start()))
    await running!.stop()
    return ms
  })
  const running = await start()
  let sent = 0
  const take = (count: number): readonly string[] => signed.slice(sent, (sent += count))
  await sendAll(running, take(WARM_UP), sent)
  const single: number[] = []
  for (const each of take(SINGLE)) single.push(await timed(() => running.submitAndWait(each)))
  const burst = take(BURST)
  const ms = await timed(() => sendAll(running, burst, sent))
  const rest = take(TRANSFERS_IN_ALL - sent)
  await sendAll(running, rest, sent)
  const memory = residentMib(running.pid)
  await running.stop()
  return { start: starts, single, burst: perSecond(BURST, ms), memory }
}

function figures(mine: Results, { name }: Contestant, theirs: Results): Figure[] {
  const against = (value: number) => ({ reference: { name, value } })
  const atMost = (than: number) => ({ aim: { is: '<=', than, of: 'ratio' } as const })
  const atLeast = (than: number) => ({ aim: { is: '>=', than, of: 'ratio' } as const })
  const oneByOne = ({ single }: Results): number[] => single.map((ms) => perSecond(1, ms))
  return [
    figure('start, beside a peer', 'ms', mine.start, { ...against(median(theirs.start)), ...atMost(MOST_START) }),
    figure('submit to inBlock, one by one', 'ms', mine.single, {
      ...against(median(theirs.single)),
      ...atMost(MOST_SINGLE),
    }),
    figure('transfers, one by one', 'per s', oneByOne(mine), against(median(oneByOne(theirs)))),
    figure(`transfers, a burst of ${BURST}`, 'per s', [mine.burst], {
      ...against(theirs.burst),
      ...atLeast(LEAST_BURST),
    }),
    figure(`memory after ${TRANSFERS_IN_ALL} transfers`, 'MiB', [mine.memory], against(theirs.memory)),
  ]
}

/** See the module's header. */
export const peers: Measurement = {
  name: 'peers',
  async measure() {
    const theirs = await contest(anvil)
    return figures(await contest(ours), anvil, theirs)
  },
}
