/**
 * The cost of a dev chain's powers: snapshots of a large state, opening it, a simulated day, and the size of the
 * history.
 *
 * Owns: these measurements. Does not own: the powers.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { concatBytes, u32le } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { AccountInfo, NEW_LOGIC_FLAG } from '#types/scale/account.ts'
import { encode } from '#types/scale/codec.ts'
import { Blake2_128Concat, storageKey, storagePrefix } from '#types/scale/storage-key.ts'
import { createVirtualClock } from '#chain/node/clock.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { silentLog } from '#types/log.ts'
import { figure, median, repeated, timed, type Figure, type Measurement } from './figure.ts'

const ACCOUNTS = 1_000_000
const ACCOUNTS_AT_ONCE = 50_000
const SNAPSHOTS = 30
const OPENINGS = 5
const BLOCKS_A_DAY = 14_400
const BLOCK_MS = 6000
const START_MS = Date.UTC(2030, 0, 1)
/** As many as the chain keeps block hashes in its state: up to there every state is larger than the one before. */
const WARM_UP_BLOCKS = 4096
const COUNTED_BLOCKS = 16_384

const deps = () => ({ runtime: createRuntime({ log: silentLog }), log: silentLog })
const ACCOUNT = storagePrefix('System', 'Account')
const info = encode(AccountInfo, {
  nonce: 0,
  consumers: 0,
  providers: 1,
  sufficients: 0,
  data: { free: 10n ** 12n, reserved: 0n, frozen: 0n, flags: NEW_LOGIC_FLAG },
})
const accountKey = (index: number): Uint8Array =>
  storageKey(ACCOUNT, [[Blake2_128Concat, blake2b256(concatBytes(u32le(index)))]])

async function fill(node: Node): Promise<void> {
  for (let from = 0; from < ACCOUNTS; from += ACCOUNTS_AT_ONCE) {
    const changes = Array.from({ length: ACCOUNTS_AT_ONCE }, (_, i) => [accountKey(from + i), info] as const)
    await node.dev.setStorage(node.best().hash, () => changes)
  }
  await node.seal({ finalize: true })
}

async function snapshots(node: Node): Promise<Figure[]> {
  const taken: number[] = []
  const reverted: number[] = []
  for (let i = 0; i < SNAPSHOTS; i++) {
    let id = 0
    taken.push(await timed(async () => void (id = await node.dev.snapshot())))
    await node.seal()
    reverted.push(await timed(() => node.dev.revert(id)))
  }
  const aim = { is: '<=', than: 1 } as const
  return [
    figure(`snapshot at ${ACCOUNTS} accounts`, 'ms', taken, { aim }),
    figure(`revert at ${ACCOUNTS} accounts`, 'ms', reverted, { aim }),
  ]
}

/** Snapshots, and opening the state again. */
export const largeState: Measurement = {
  name: 'large-state',
  async measure() {
    const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'))
    const options: NodeOptions = { basePath: folder, sealing: { kind: 'manual' } }
    try {
      const node = await startNode(options, deps())
      await fill(node)
      const figures = await snapshots(node)
      await node.close()
      const openings = await repeated(OPENINGS, async () => {
        let opened: Node | undefined
        const ms = await timed(async () => {
          opened = await startNode(options, deps())
          if (!opened.stateAt(opened.best().hash).has(accountKey(777_777))) throw new Error('the state is not there')
        })
        await opened!.close()
        return ms
      })
      return [...figures, figure(`opening ${ACCOUNTS} accounts`, 'ms', openings, { aim: { is: '<=', than: 1000 } })]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

const virtualNode = (): Promise<Node> =>
  startNode({ sealing: { kind: 'manual' } }, { ...deps(), clock: createVirtualClock(START_MS, BLOCK_MS) })

/** A day of empty blocks on the virtual clock. */
export const simulatedDay: Measurement = {
  name: 'day',
  async measure() {
    const runs = await repeated(3, async () => {
      const node = await virtualNode()
      const ms = await timed(async () => {
        for (let i = 0; i < BLOCKS_A_DAY; i++) await node.seal()
      })
      await node.close()
      return ms / 1000
    })
    return [figure('24 h of empty 6 s blocks, virtual', 's', runs, { aim: { is: '<=', than: 15 } })]
  },
}

function settledBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** The memory that an empty block takes in a chain in memory, whose whole history can be read. */
export const blockMemory: Measurement = {
  name: 'block-memory',
  async measure() {
    const runs = await repeated(2, async () => {
      const node = await virtualNode()
      const seal = async (blocks: number): Promise<void> => {
        for (let i = 0; i < blocks; i++) await node.seal({ finalize: true })
      }
      await seal(WARM_UP_BLOCKS)
      const before = settledBytes()
      await seal(COUNTED_BLOCKS)
      const grown = settledBytes() - before
      await node.close()
      return grown / COUNTED_BLOCKS
    })
    const aim = { is: '<=', than: 1024 } as const
    return [figure('memory per empty block, history kept', 'B', [median(runs)], { aim })]
  },
}
