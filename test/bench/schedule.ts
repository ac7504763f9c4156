/**
 * The cost of a block on a chain with many scheduled items and many workers.
 *
 * Owns: a pallet with ten thousand items on its agenda that draws ten of ten thousand workers in each block. Does not own: agenda
 * and draw.
 */
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import type { WorkerRecord } from '#types/domain/worker.ts'
import { u32 } from '#types/scale/primitives.ts'
import { agenda, openAgenda } from '#chain/runtime/frame/agenda.ts'
import { pallet, uses } from '#chain/runtime/frame/pallet.ts'
import type { Offered } from '#chain/runtime/runtime.ts'
import { TestChain } from '../helpers/runtime.ts'
import { figure, median, repeated, timed, type Measurement } from './figure.ts'

const COUNT = 10_000
/** Blocks until an item is due again: in each block a hundredth of all. */
const ITEM_PERIOD = 100
const DRAWN = 10
/** Each worker tells that it lives once in so many blocks. */
const HEARTBEATS = 20
/** Until V8 has compiled what is hot. */
const WARM_UP_BLOCKS = 100
const BLOCKS = 200
const MAX_BLOCK_MS = 5
/** All items of a block are measured, whatever else its hook did. */
const BOUNDLESS = { hasRoom: () => true }

const account = (worker: number): Uint8Array => blake2b256Of(utf8('worker'), u32le(worker))

const recordOf = (worker: number, block: number): WorkerRecord => ({
  name: '',
  noiseKey: account(worker),
  roles: ['Attestor'],
  capacity: 2,
  duties: 0,
  status: 'Active',
  registeredAt: block,
  lastSeen: block,
})

/** Block 1, in which all workers come, and those in which all tell that they live. Not measured: heartbeats are extrinsics. */
const isHeartbeat = (block: number): boolean => block % HEARTBEATS === 1

function hear({ find, register }: Offered['workers'], block: number): void {
  for (let worker = 0; worker < COUNT; worker++) {
    const record = find(account(worker))
    register.keep(account(worker), record, { ...(record ?? recordOf(worker, block)), lastSeen: block })
  }
}

const load = pallet({
  name: 'Load',
  docs: 'Much to do later, and many to choose from.',
  storage: { items: agenda('Items by block.', u32) },
  uses: uses<Pick<Offered, 'workers'>>(),
  hooks: ({ storage, uses, block, parentHash }) => {
    const items = openAgenda(storage.items)
    return {
      onInitialize() {
        if (block() === 1) for (let item = 0; item < COUNT; item++) items.insert(2 + (item % ITEM_PERIOD), item)
        if (isHeartbeat(block())) hear(uses.workers, block())
        for (const item of items.take(block(), BOUNDLESS)) items.insert(block() + ITEM_PERIOD, item)
        const draw = { role: 'Attestor', seed: parentHash(), label: 'load', count: DRAWN, without: [] } as const
        if (!uses.workers.draw(draw) && block() > 1) throw new Error(`expected ${DRAWN} workers, got fewer`)
      },
    }
  },
})

/** See the module's header. */
export const schedule: Measurement = {
  name: 'schedule',
  async measure() {
    const plain = new TestChain()
    const chain = new TestChain(undefined, (builder, offered) => builder.add(99, load, offered))
    await repeated(WARM_UP_BLOCKS, () => timed(() => chain.build()))
    await repeated(WARM_UP_BLOCKS, () => timed(() => plain.build()))
    const runs: number[] = []
    const empty: number[] = []
    for (let i = 0; i < BLOCKS; i++) {
      const ms = await timed(() => chain.build())
      if (!isHeartbeat(chain.number)) runs.push(ms)
      empty.push(await timed(() => plain.build()))
    }
    if (chain.log.errors.length > 0) throw new Error(`expected no bug, got ${chain.log.errors[0]!.message}`)
    const count = COUNT.toLocaleString('en')
    return [
      figure(`block with ${count} items scheduled, ${DRAWN} of ${count} workers drawn`, 'ms', runs, {
        aim: { is: '<=', than: MAX_BLOCK_MS },
        reference: { name: 'an empty block without any', value: median(empty) },
      }),
    ]
  },
}
