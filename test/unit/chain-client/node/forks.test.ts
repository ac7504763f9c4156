/**
 * Forks of a running node: branches live side by side, transactions of lost branches come back to the pool, and
 * finality never goes back.
 */
import { describe, expect, it, onTestFinished } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import type { ChainEvent, Node, TransactionStatus } from '#chain/node/node-interface.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { fakeRuntime, FLAG, manualClock, signedExtrinsic } from '../../../helpers/node.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const alice = keypairFromSuri('//Alice')
const bob = keypairFromSuri('//Bob')
const NEVER_MS = 2 ** 30

async function start(options: NodeOptions = {}) {
  const clock = manualClock()
  const node = await startNode(
    { sealing: { kind: 'manual' }, finalityDelayMs: NEVER_MS, ...options },
    { runtime: fakeRuntime(), clock },
  )
  onTestFinished(() => node.close())
  const events: ChainEvent[] = []
  node.onEvent((event) => events.push(event))
  /** A chain of empty blocks on `parent`, each its own by its time. */
  const branch = async (parent: Uint8Array, length: number, request: { best?: boolean } = {}) => {
    const blocks = []
    for (let i = 0; i < length; i++) {
      await clock.advance(10)
      const block = await node.seal({ parent, ...request })
      blocks.push(block)
      parent = block.hash
    }
    return blocks
  }
  return { node, clock, events, branch }
}

const hashes = (blocks: readonly { readonly hash: Uint8Array }[]): string[] => blocks.map(({ hash }) => toHex(hash))
const wires = (node: Node): string[] => node.pending().map(toHex)
const code = (expected: string): object => expect.objectContaining({ code: expected })

describe('several live branches', () => {
  it('grow at once, and the higher one becomes the best', async () => {
    const { node, branch, events } = await start()
    const a = await branch(node.genesisHash, 2)
    const b = await branch(node.genesisHash, 2)
    expect(hashes([node.best()])).toEqual(hashes([a[1]!]))
    expect(hashes(node.unfinalized())).toEqual(hashes([...a, ...b]))
    const c = await branch(b[1]!.hash, 1)
    expect(hashes([node.best()])).toEqual(hashes([c[0]!]))
    expect(events.at(-1)).toEqual({ kind: 'best', block: c[0], retracted: [a[1]!.hash, a[0]!.hash] })
    expect([1, 2, 3].map((number) => toHex(node.hashAt(number)!))).toEqual(hashes([...b, ...c]))
    expect(hashes([node.finalized()])).toEqual([toHex(node.genesisHash)])
  })

  it('are pruned by finality, all at once and by name', async () => {
    const { node, branch, events } = await start()
    const a = await branch(node.genesisHash, 3)
    const b = await branch(a[0]!.hash, 1)
    const c = await branch(node.genesisHash, 1)
    const d = await branch(a[1]!.hash, 1)
    events.length = 0
    await node.finalize(a[1]!.hash)
    expect(events).toEqual([
      { kind: 'finalized', block: a[0], pruned: [] },
      { kind: 'finalized', block: a[1], pruned: [b[0]!.hash, c[0]!.hash] },
    ])
    expect(hashes(node.unfinalized())).toEqual(hashes([a[2]!, d[0]!]))
    for (const { hash } of [b[0]!, c[0]!]) {
      await expect(node.seal({ parent: hash })).rejects.toMatchObject({ code: 'NOT_ON_FINALIZED_BRANCH' })
      await expect(node.setBest(hash)).rejects.toThrow(code('NOT_ON_FINALIZED_BRANCH'))
      await expect(node.finalize(hash)).rejects.toThrow(code('NOT_ON_FINALIZED_BRANCH'))
    }
    expect(hashes([node.best()])).toEqual(hashes([a[2]!]))
  })

  it('give the best block to another branch where that becomes final', async () => {
    const { node, branch, events } = await start()
    const a = await branch(node.genesisHash, 2)
    const b = await branch(node.genesisHash, 1)
    events.length = 0
    await node.finalize(b[0]!.hash)
    expect(events.map(({ kind }) => kind)).toEqual(['best', 'finalized'])
    expect(events[1]).toMatchObject({ pruned: [a[0]!.hash, a[1]!.hash] })
    expect(hashes([node.best(), node.finalized()])).toEqual(hashes([b[0]!, b[0]!]))
  })

  it('survive a restart', async () => {
    const basePath = await tempDir()
    const first = await start({ basePath })
    const a = await first.branch(first.node.genesisHash, 3)
    await first.node.finalize(a[0]!.hash)
    const b = await first.branch(a[0]!.hash, 1)
    await first.node.close()
    const { node, branch } = await start({ basePath })
    expect(hashes([node.best(), node.finalized()])).toEqual(hashes([a[2]!, a[0]!]))
    expect(hashes(node.unfinalized()).toSorted()).toEqual(hashes([a[1]!, a[2]!, b[0]!]).toSorted())
    await node.setBest(b[0]!.hash)
    expect(hashes(await branch(b[0]!.hash, 1))).toEqual(hashes([node.best()]))
  })

  it('take no block twice', async () => {
    const { node, events } = await start({ seed: 1 })
    const request = { parent: node.genesisHash, transactions: [], timestampMs: 1_900_000_000_000 }
    const once = await node.seal({ ...request, best: false })
    const again = await node.seal({ ...request, best: true })
    expect(hashes([again])).toEqual(hashes([once]))
    expect(events.map(({ kind }) => kind)).toEqual(['imported', 'best'])
    expect(hashes(node.unfinalized())).toEqual(hashes([once]))
  })
})

describe('transactions of a block that leaves the best branch', () => {
  it('are back in the pool, in their order, when the step is done', async () => {
    const { node, branch } = await start()
    const sent = [0, 1, 2].flatMap((nonce) => [signedExtrinsic(alice, nonce), signedExtrinsic(bob, nonce)])
    const seen: string[] = []
    for (const wire of sent) await node.submit(wire, ({ kind }) => wire === sent[0] && seen.push(kind))
    const full = await node.seal()
    expect(full.body).toHaveLength(1 + sent.length)
    expect(wires(node)).toEqual([])
    const [side] = await branch(node.genesisHash, 1, { best: false })
    await node.setBest(side!.hash)
    expect(wires(node)).toEqual(full.body.slice(1).map(toHex))
    expect(seen).toEqual(['ready', 'inBlock', 'retracted', 'ready'])
    const next = await node.seal({ finalize: true })
    expect(next.body.slice(1).map(toHex)).toEqual(full.body.slice(1).map(toHex))
    expect(seen.slice(4)).toEqual(['inBlock', 'finalized'])
  })

  it('make every pooled transaction looked at again, whatever blocks had looked at before', async () => {
    const { node, branch } = await start()
    const [fork] = await branch(node.genesisHash, 1, { best: false })
    await node.submit(signedExtrinsic(bob, 0))
    await node.seal()
    // More than a block looks at, so that the next reorganisation comes in the middle of a turn.
    for (let nonce = 1; nonce <= 40; nonce++) await node.submit(signedExtrinsic(bob, nonce))
    await node.seal({ transactions: [] })
    await node.seal({ transactions: [] })
    await node.setBest(fork!.hash)
    const rival = signedExtrinsic(bob, 0, { tip: 1 })
    await node.seal({ transactions: [rival] })
    expect(node.pending()).toHaveLength(40)
    expect((await node.seal()).body).toHaveLength(41)
  })
})

it('finality by delay never moves the best block', async () => {
  const { node, clock, branch } = await start({ finalityDelayMs: 100 })
  const [a] = await branch(node.genesisHash, 1)
  const [b] = await branch(node.genesisHash, 1, { best: false })
  await clock.advance(70)
  // Asked for before the delay of `a` is over, done after it.
  const moved = node.setBest(b!.hash)
  await clock.advance(30)
  await moved
  await clock.advance(200)
  expect(hashes([node.best(), node.finalized()])).toEqual(hashes([b!, b!]))
  expect(node.block(a!.hash)).toBeDefined()
})

it('a block that cannot be built changes nothing', async () => {
  const { node, events } = await start()
  const parent = node.genesisHash
  const bad = signedExtrinsic(alice, 0, { flags: FLAG.refusedInBlock })
  await expect(node.seal({ transactions: [bad] })).rejects.toThrow(code('TRANSACTION_REFUSED'))
  await expect(node.seal({ timestampMs: -1 })).rejects.toThrow(code('TIME_GOES_BACK'))
  await expect(node.seal({ number: 0 })).rejects.toThrow(code('BAD_BLOCK_NUMBER'))
  await expect(node.seal({ parent: utf8('unknown'.padEnd(32)) })).rejects.toThrow(code('UNKNOWN_BLOCK'))
  expect(events).toEqual([])
  expect([toHex(node.best().hash), node.unfinalized().length]).toEqual([toHex(parent), 0])
  const far = await node.seal({ number: 100 })
  expect([far.header.number, node.hashAt(50), toHex(node.hashAt(100)!)]).toEqual([100, undefined, toHex(far.hash)])
})

it('a watcher hears the end of a transaction that another branch made impossible', async () => {
  const { node, clock } = await start()
  const seen: TransactionStatus['kind'][] = []
  await node.submit(signedExtrinsic(bob, 0), ({ kind }) => seen.push(kind))
  await node.seal()
  await clock.advance(10)
  const transactions = [signedExtrinsic(bob, 0, { tip: 9 })]
  const side = await node.seal({ parent: node.genesisHash, transactions, best: false })
  await node.setBest(side.hash)
  expect(seen).toEqual(['ready', 'inBlock', 'retracted', 'invalid'])
})
