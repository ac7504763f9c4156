/** A loaded dump gives the same chain. A node refuses a dump that was changed or cut, and then changes nothing. */
import * as fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fromHex, toHex, u32le, utf8 } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { Header, headerHash } from '#types/scale/header.ts'
import { createVirtualClock } from '#chain/node/clock.ts'
import type { ChainDump } from '#chain/node/dump-format.ts'
import type { ChainEvent, Node } from '#chain/node/node-interface.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { fakeRuntime, signedExtrinsic } from '../../../helpers/node.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const alice = keypairFromSuri('//Alice')
const START_MS = Date.UTC(2030, 0, 1)
const BLOCK_MS = 6000
const NEVER_MS = 2 ** 30
const KEY = utf8('a key')

async function start(options: NodeOptions = {}) {
  const node = await startNode(
    { sealing: { kind: 'manual' }, finalityDelayMs: NEVER_MS, ...options },
    { runtime: fakeRuntime(), clock: createVirtualClock(START_MS, BLOCK_MS) },
  )
  onTestFinished(() => node.close())
  return node
}

/** Three final blocks, a fork above them, transactions, states set by hand: one after a final block, one after the genesis. */
async function grown(): Promise<Node> {
  const node = await start()
  await node.dev.setStorage(node.genesisHash, () => [[KEY, utf8('genesis, set by hand')]])
  await node.submit(signedExtrinsic(alice, 0))
  await node.seal()
  await node.submit(signedExtrinsic(alice, 1))
  const fork = await node.seal()
  await node.dev.setStorage(fork.hash, () => [[KEY, utf8('set by hand, a long value that lies apart from its node')]])
  await node.finalize((await node.seal()).hash)
  const parent = node.best()
  await node.seal()
  await node.seal()
  await node.seal({ parent: parent.hash, timestampMs: START_MS + 100 * BLOCK_MS, best: false })
  return node
}

/** All that clients can see of a chain. */
function seen(node: Node): unknown {
  const blocks = [node.genesisHash]
  for (let number = 1; node.hashAt(number); number++) blocks.push(node.hashAt(number)!)
  const live = node.unfinalized().map(({ hash }) => hash)
  const states = [...blocks, ...live].map((hash) => `${toHex(hash)} ${toHex(node.stateAt(hash).root())}`)
  return {
    best: toHex(node.best().hash),
    finalized: toHex(node.finalized().hash),
    live: live.map(toHex).sort(),
    bodies: blocks.map((hash) => node.block(hash)!.body.map(toHex)),
    states: states.toSorted(),
  }
}

/** As it would come out of a file. */
const through = (dump: ChainDump): Mutable => JSON.parse(JSON.stringify(dump)) as Mutable
interface Mutable {
  format: string
  version: number
  specVersion: number
  genesis: string
  best: string
  finalized: string
  blocks: { header: string; body: string[]; changes: [string, string | null][] }[]
  setStates: { block: string; root: string; changes: [string, string | null][] }[]
}

describe('a dump', () => {
  it('loads into a new chain, with history, forks and what was set by hand, and the chain goes on', async () => {
    const origin = await grown()
    const dump = through(await origin.dev.dumpState())
    expect(dump.blocks).toHaveLength(6)
    const basePath = await tempDir()
    const node = await start({ basePath })
    const events: ChainEvent['kind'][] = []
    node.onEvent(({ kind }) => events.push(kind))
    await node.dev.loadState(dump)
    expect(events).toEqual(['reverted'])
    expect(seen(node)).toEqual(seen(origin))
    await node.close()
    const again = await start({ basePath })
    expect(seen(again)).toEqual(seen(origin))
    const [next, nextThere] = [await again.seal(), await origin.seal()]
    expect(next.header.number).toBe(6)
    expect(next.header.stateRoot).toEqual(nextThere.header.stateRoot)
    const onBest = [again.hashAt(4)!, again.hashAt(5)!, again.hashAt(6)!].map(toHex)
    const fork = again.unfinalized().find(({ hash }) => !onBest.includes(toHex(hash)))!
    await again.finalize(fork.hash)
    expect(again.best().hash).toEqual(fork.hash)
  })

  it('takes the place of a chain with blocks of its own, and a snapshot undoes that', async () => {
    const dump = through(await (await grown()).dev.dumpState())
    const node = await start()
    await node.submit(signedExtrinsic(alice, 0))
    await node.finalize((await node.seal()).hash)
    await node.dev.setStorage(node.genesisHash, () => [[KEY, utf8('mine')]])
    const before = seen(node)
    const id = await node.dev.snapshot()
    await node.dev.loadState(dump)
    expect(node.stateAt(node.genesisHash).get(KEY)).toEqual(utf8('genesis, set by hand'))
    expect(toHex(node.best().hash)).toBe(dump.best)
    await node.dev.revert(id)
    expect(seen(node)).toEqual(before)
    await node.dev.loadState(dump)
    expect(toHex(node.best().hash)).toBe(dump.best)
    delete (dump as Partial<Mutable>).setStates
    await expect(node.dev.loadState(dump)).rejects.toMatchObject({ code: 'DUMP_MALFORMED' })
    await node.dev.loadState({ ...dump, setStates: [] })
    expect(node.stateAt(node.genesisHash).get(KEY)).toBeUndefined()
  })

  it('of an empty chain is one, too', async () => {
    const dump = await (await start()).dev.dumpState()
    const node = await start()
    await node.seal()
    await node.dev.loadState(through(dump))
    expect(node.best().header.number).toBe(0)
  })
})

const flipped = (hex: string): string => hex.slice(0, -1) + (hex.endsWith('0') ? '1' : '0')

/** The header changed, and everything above it moved along: only what it names can tell. */
function rewritten(dump: Mutable, index: number, change: (header: Header) => Header): void {
  const names = new Map<string, string>()
  for (const [at, block] of dump.blocks.entries()) {
    const header = decode(Header, fromHex(block.header))
    const parentHash = fromHex(names.get(toHex(header.parentHash)) ?? toHex(header.parentHash))
    const next = at === index ? change({ ...header, parentHash }) : { ...header, parentHash }
    names.set(toHex(headerHash(header)), toHex(headerHash(next)))
    block.header = toHex(encode(Header, next))
  }
  dump.best = names.get(dump.best)!
  dump.finalized = names.get(dump.finalized)!
  for (const set of dump.setStates) set.block = names.get(set.block) ?? set.block
}

describe('refused, and nothing changed, is a dump', () => {
  it.each<[string, string, (dump: Mutable) => unknown]>([
    ['that is none', 'DUMP_MALFORMED', () => 'a dump'],
    ['of another format', 'DUMP_MALFORMED', (dump) => ({ ...dump, format: 'anvil' })],
    ['of a later version', 'DUMP_VERSION', (dump) => ({ ...dump, version: 2 })],
    ['of another genesis', 'DUMP_GENESIS', (dump) => ({ ...dump, genesis: flipped(dump.genesis) })],
    ['of another runtime', 'DUMP_RUNTIME', (dump) => ({ ...dump, specVersion: 2 })],
    ['with a field too many', 'DUMP_MALFORMED', (dump) => ({ ...dump, more: 1 })],
    ['whose best block is missing', 'DUMP_MALFORMED', (dump) => ({ ...dump, best: flipped(dump.best) })],
    ['whose finalized block is missing', 'DUMP_MALFORMED', (dump) => ({ ...dump, finalized: flipped(dump.finalized) })],
    ['whose best block is below the finalized', 'DUMP_BAD_BLOCK', (dump) => ({ ...dump, best: dump.genesis })],
    ['cut in the middle', 'DUMP_BAD_BLOCK', (dump) => void dump.blocks.splice(1, 1)],
    ['cut at its end', 'DUMP_MALFORMED', (dump) => void (dump.blocks.length -= 2)],
    ['in another order', 'DUMP_BAD_BLOCK', (dump) => void dump.blocks.reverse()],
    ['with a header that is none', 'DUMP_MALFORMED', (dump) => void (dump.blocks[1]!.header = '0x00')],
    [
      'with a header changed',
      'DUMP_BAD_BLOCK',
      (dump) => void (dump.blocks[1]!.header = flipped(dump.blocks[1]!.header)),
    ],
    ['with a transaction less', 'DUMP_BAD_BLOCK', (dump) => void dump.blocks[1]!.body.pop()],
    ['with a value changed', 'DUMP_BAD_BLOCK', ({ blocks }) => void (blocks[2]!.changes[0]![1] = '0x1234')],
    ['with a change less', 'DUMP_BAD_BLOCK', ({ blocks }) => void blocks[0]!.changes.pop()],
    [
      'with a state set by hand changed',
      'DUMP_BAD_BLOCK',
      ({ setStates }) => void (setStates[1]!.changes[0]![1] = '0x'),
    ],
    [
      'with a state set after no block',
      'DUMP_MALFORMED',
      ({ setStates }) => void (setStates[1]!.block = setStates[1]!.root),
    ],
    ['with two states set after a block', 'DUMP_MALFORMED', ({ setStates }) => void setStates.push(setStates[0]!)],
    ['whose numbers go back', 'DUMP_BAD_BLOCK', (dump) => rewritten(dump, 2, (header) => ({ ...header, number: 2 }))],
    [
      'whose blocks lead elsewhere',
      'DUMP_BAD_BLOCK',
      (dump) => rewritten(dump, 0, (header) => ({ ...header, parentHash: header.stateRoot })),
    ],
    ['whose finalized block leaves a branch dead', 'DUMP_BAD_BLOCK', (dump) => ({ ...dump, finalized: dump.best })],
    ['with odd hex', 'DUMP_MALFORMED', ({ blocks }) => void (blocks[0]!.changes[0]![0] += '0')],
  ])('%s', async (_, code, change) => {
    const dump = through(await (await grown()).dev.dumpState())
    const node = await start()
    await node.seal()
    const before = seen(node)
    await expect(node.dev.loadState(change(dump) ?? dump)).rejects.toMatchObject({ code })
    expect(seen(node)).toEqual(before)
    await node.seal()
    expect(node.best().header.number).toBe(2)
  })
})

describe('whatever happened to a chain', () => {
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('seal' as const), pick: fc.nat(50), best: fc.boolean() }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('set' as const), pick: fc.nat(50), value: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('finalize' as const), pick: fc.nat(50) }) },
  )

  it('its dump loads to the same, and dumps to the same again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        const origin = await start()
        for (const [step, each] of actions.entries()) {
          const live = [origin.finalized(), ...origin.unfinalized()]
          const { hash } = live[each.pick % live.length]!
          if (each.kind === 'finalize') await origin.finalize(hash)
          else if (each.kind === 'set')
            await origin.dev.setStorage(hash, () => [[u32le(each.value % 3), each.value ? u32le(step) : null]])
          else await origin.seal({ parent: hash, best: each.best, timestampMs: START_MS + (step + 1) * 1_000_000 })
        }
        const dump = await origin.dev.dumpState()
        const node = await start()
        await node.dev.loadState(through(dump))
        expect(seen(node)).toEqual(seen(origin))
        expect(await node.dev.dumpState()).toEqual(dump)
      }),
      { numRuns: 40 },
    )
  })
})
