/**
 * The node as a whole, on a tiny runtime.
 */
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Level } from 'level'
import { describe, expect, it, onTestFinished } from 'vitest'
import { equalBytes, fromHex, toHex, u32le, utf8 } from '#types/bytes.ts'
import { verify } from '#types/crypto/signature.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { headerHash } from '#types/scale/header.ts'
import { developmentSpec } from '#chain/node/chain-spec.ts'
import type { ChainEvent, Node, TransactionStatus } from '#chain/node/node-interface.ts'
import { timestampOf } from '#chain/node/slots.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { PoolError } from '#chain/node/tx-pool/errors.ts'
import {
  fakeRuntime,
  FLAG,
  manualClock,
  recomputeRoot,
  signedExtrinsic,
  type ManualClock,
} from '../../../helpers/node.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const alice = keypairFromSuri('//Alice')
const bob = keypairFromSuri('//Bob')

async function start(
  options: NodeOptions = {},
  clock: ManualClock = manualClock(),
): Promise<Node & { clock: ManualClock }> {
  const node = await startNode(options, { runtime: fakeRuntime(), clock })
  onTestFinished(() => node.close())
  return Object.assign(node, { clock })
}

const refusal = async (submitted: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await submitted.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(PoolError)
  return (error as PoolError).refusal
}

const kinds = (statuses: readonly TransactionStatus[]): string[] => statuses.map(({ kind }) => kind)
const numbers = (events: readonly ChainEvent[], kind: ChainEvent['kind']): number[] =>
  events.flatMap((event) => (event.kind === kind && 'block' in event ? [event.block.header.number] : []))

describe('starting', () => {
  it('authors and finalizes block 1 of a new chain', async () => {
    const node = await start()
    expect(node.best().header.number).toBe(1)
    expect(toHex(node.finalized().hash)).toBe(toHex(node.best().hash))
    expect(toHex(node.best().header.parentHash)).toBe(toHex(node.genesisHash))
    expect(node.best().body).toHaveLength(1)
  })

  it('leaves a manual chain at block 0', async () => {
    const node = await start({ sealing: { kind: 'manual' } })
    expect(node.best().header.number).toBe(0)
    expect(node.hashAt(0)).toEqual(node.genesisHash)
    expect(node.hashAt(1)).toBeUndefined()
  })

  it('seals with the slot and a signature of the authority', async () => {
    const node = await start()
    const { header, hash } = node.best()
    expect(headerHash(header)).toEqual(hash)
    const [slot, seal] = header.digest
    expect(slot).toEqual({ tag: 'PreRuntime', value: [utf8('aura'), expect.any(Uint8Array)] })
    if (slot?.tag !== 'PreRuntime' || seal?.tag !== 'Seal') throw new Error('expected slot and seal')
    expect(new DataView(slot.value[1].buffer).getBigUint64(0, true)).toBe(1_800_000_000n)
    const unsealed = headerHash({ ...header, digest: [slot] })
    expect(verify({ tag: 'Sr25519', value: seal.value[1] }, unsealed, alice.publicKey)).toBe(true)
    expect(verify({ tag: 'Sr25519', value: seal.value[1] }, hash, alice.publicKey)).toBe(false)
  })

  it('refuses a key that is no authority, without showing it', async () => {
    await expect(startNode({ authority: '//Bob' }, { runtime: fakeRuntime() })).rejects.toMatchObject({
      code: 'NOT_AN_AUTHORITY',
    })
  })

  it('refuses a block time that no machine keeps', async () => {
    const sealing = { kind: 'interval', blockTimeMs: 0 } as const
    await expect(startNode({ sealing }, { runtime: fakeRuntime() })).rejects.toMatchObject({ code: 'BAD_BLOCK_TIME' })
  })
})

describe('instant sealing', () => {
  it('includes what is submitted and finalizes it after the delay', async () => {
    const node = await start({ finalityDelayMs: 100 })
    const events: ChainEvent[] = []
    const statuses: TransactionStatus[] = []
    node.onEvent((event) => events.push(event))
    const hash = await node.submit(signedExtrinsic(alice, 0), (status) => statuses.push(status))
    expect(kinds(statuses)).toEqual(['ready'])
    expect(node.pending()).toHaveLength(1)
    expect(node.nextNonce(alice.accountId)).toBe(1)
    await node.clock.advance(0)
    expect(kinds(statuses)).toEqual(['ready', 'inBlock'])
    expect(statuses[1]).toMatchObject({ block: node.best().hash, index: 1 })
    expect(node.pending()).toEqual([])
    expect(node.nextNonce(alice.accountId)).toBe(1)
    expect(events.map(({ kind }) => kind)).toEqual(['imported', 'best'])
    await node.clock.advance(99)
    expect(kinds(statuses)).toEqual(['ready', 'inBlock'])
    await node.clock.advance(1)
    expect(kinds(statuses)).toEqual(['ready', 'inBlock', 'finalized'])
    expect(numbers(events, 'finalized')).toEqual([2])
    expect(await refusal(node.submit(signedExtrinsic(alice, 0)))).toMatchObject({ error: { reason: 'Stale' } })
    expect(hash).toHaveLength(32)
  })

  it('puts what came together into one block, in nonce order', async () => {
    const node = await start()
    const wires = [3, 1, 2, 0].map((nonce) => signedExtrinsic(alice, nonce))
    await Promise.all(wires.map((wire) => node.submit(wire)))
    expect(node.nextNonce(alice.accountId)).toBe(4)
    await node.clock.advance(0)
    const { header, body } = node.best()
    expect(header.number).toBe(2)
    expect(body.slice(1).map(toHex)).toEqual([wires[3], wires[1], wires[2], wires[0]].map((wire) => toHex(wire!)))
  })

  it('goes on with the next block where one is full, with growing timestamps', async () => {
    const node = await start()
    for (let nonce = 0; nonce < 3; nonce++) await node.submit(signedExtrinsic(alice, nonce, { flags: FLAG.fillsBlock }))
    await node.clock.advance(0)
    expect(node.best().header.number).toBe(4)
    const times = [1, 2, 3, 4].map((number) => {
      const [time] = node.block(node.hashAt(number)!)!.body
      return new DataView(time!.buffer, time!.byteOffset).getBigUint64(2, true)
    })
    expect(times.map((time) => time - times[0]!)).toEqual([0n, 1n, 2n, 3n])
  })

  it('drops what a block refuses, tells its watcher, and builds nothing for it', async () => {
    const node = await start()
    for (const flags of [FLAG.refusedInBlock, FLAG.hugeAlone]) {
      const statuses: TransactionStatus[] = []
      const wire = signedExtrinsic(alice, 0, { flags })
      await node.submit(wire, (status) => statuses.push(status))
      await node.clock.advance(1000)
      expect(kinds(statuses)).toEqual(['ready', 'invalid'])
      expect(await refusal(node.submit(wire))).toEqual({ kind: 'temporarilyBanned' })
    }
    expect(node.best().header.number).toBe(1)
    expect(node.pending()).toEqual([])
  })

  it('includes extrinsics that fail', async () => {
    const node = await start()
    await node.submit(signedExtrinsic(alice, 0, { flags: FLAG.fails }))
    await node.clock.advance(0)
    expect(node.best().body).toHaveLength(2)
  })
})

describe('interval and manual sealing', () => {
  it('seals empty blocks in step, and stops with the node', async () => {
    const node = await start({ sealing: { kind: 'interval', blockTimeMs: 1000 }, finalityDelayMs: 100 })
    await node.clock.advance(999)
    expect(node.best().header.number).toBe(1)
    await node.clock.advance(1)
    expect(node.best().header.number).toBe(2)
    await node.submit(signedExtrinsic(alice, 0))
    await node.clock.advance(3000)
    expect(node.best().header.number).toBe(5)
    expect(node.block(node.hashAt(3)!)!.body).toHaveLength(2)
    await node.close()
    await node.clock.advance(3000)
    expect(node.best().header.number).toBe(5)
    await expect(node.submit(signedExtrinsic(alice, 1))).rejects.toMatchObject({ code: 'NODE_CLOSED' })
    await expect(node.seal()).rejects.toMatchObject({ code: 'NODE_CLOSED' })
  })

  it('seals when asked, and only then', async () => {
    const node = await start({ sealing: { kind: 'manual' } })
    await expect(node.seal({ createEmpty: false })).rejects.toMatchObject({ code: 'POOL_EMPTY' })
    await node.submit(signedExtrinsic(alice, 0))
    await node.clock.advance(10_000)
    expect(node.best().header.number).toBe(0)
    const block = await node.seal({ createEmpty: false, finalize: true })
    expect(block.body).toHaveLength(2)
    expect(toHex(node.finalized().hash)).toBe(toHex(block.hash))
    const blocks = await Promise.all([node.seal(), node.seal(), node.seal()])
    expect(blocks.map(({ header }) => header.number)).toEqual([2, 3, 4])
  })

  it('finalizes in order, never backwards, and refuses what it does not know', async () => {
    const node = await start({ sealing: { kind: 'manual' }, finalityDelayMs: 1_000_000 })
    const events: ChainEvent[] = []
    node.onEvent((event) => events.push(event))
    for (let i = 0; i < 4; i++) await node.seal()
    await node.finalize(node.hashAt(3)!)
    await node.finalize(node.hashAt(1)!)
    await node.finalize(node.hashAt(4)!)
    expect(numbers(events, 'finalized')).toEqual([1, 2, 3, 4])
    expect(node.finalized().header.number).toBe(4)
    await expect(node.finalize(new Uint8Array(32))).rejects.toMatchObject({ code: 'UNKNOWN_BLOCK' })
    await expect(node.finalize(new Uint8Array(3))).rejects.toMatchObject({ code: 'UNKNOWN_BLOCK' })
  })

  it('goes on when a listener or a watcher throws', async () => {
    const node = await start({ sealing: { kind: 'manual' } })
    const seen: string[] = []
    node.onEvent(() => {
      throw new Error('a bug')
    })
    node.onEvent(({ kind }) => seen.push(kind))
    await node.submit(signedExtrinsic(alice, 0), () => {
      throw new Error('a bug')
    })
    await node.seal()
    expect(seen).toEqual(['imported', 'best'])
  })
})

describe('submissions', () => {
  it('are refused each for its reason, and the node goes on', async () => {
    const node = await start({ sealing: { kind: 'manual' } })
    const wire = signedExtrinsic(alice, 0)
    await node.submit(wire)
    expect(await refusal(node.submit(wire))).toMatchObject({ kind: 'alreadyImported' })
    expect(await refusal(node.submit(signedExtrinsic(alice, 0)))).toEqual({ kind: 'tooLowPriority', old: 0n, new: 0n })
    const forged = signedExtrinsic(bob, 0)
    forged[forged.length - 1]! ^= 1
    expect(await refusal(node.submit(forged))).toEqual({
      kind: 'validity',
      error: { kind: 'invalid', reason: 'BadProof' },
    })
    expect(await refusal(node.submit(forged))).toEqual({ kind: 'temporarilyBanned' })
    expect(await refusal(node.submit(fromHex('0x08ff00')))).toEqual({
      kind: 'validity',
      error: { kind: 'unknown', reason: 'NoUnsignedValidator' },
    })
    await expect(node.submit(fromHex('0x0801'))).rejects.toMatchObject({ code: 'SCALE' })
    await node.seal()
    expect(await refusal(node.submit(wire))).toEqual({ kind: 'temporarilyBanned' })
    expect(await refusal(node.submit(signedExtrinsic(alice, 0)))).toMatchObject({ error: { reason: 'Stale' } })
    expect(node.best().body).toHaveLength(2)
  })

  it('replace one another by a higher tip', async () => {
    const node = await start({ sealing: { kind: 'manual' } })
    const statuses: TransactionStatus[] = []
    await node.submit(signedExtrinsic(alice, 0, { tip: 1 }), (status) => statuses.push(status))
    await node.submit(signedExtrinsic(alice, 1))
    const richer = await node.submit(signedExtrinsic(alice, 0, { tip: 2 }))
    expect(statuses).toEqual([{ kind: 'ready' }, { kind: 'usurped', by: richer }])
    expect((await node.seal()).body).toHaveLength(3)
  })

  it('wait for missing nonces, and for a while only where mortal', async () => {
    const node = await start({ sealing: { kind: 'manual' } })
    const waiting: TransactionStatus[] = []
    const mortal: TransactionStatus[] = []
    await node.submit(signedExtrinsic(alice, 1), (status) => waiting.push(status))
    await node.submit(signedExtrinsic(bob, 5, { flags: FLAG.mortal }), (status) => mortal.push(status))
    await node.seal()
    expect(kinds(waiting)).toEqual(['future'])
    await node.submit(signedExtrinsic(alice, 0))
    expect(kinds(waiting)).toEqual(['future', 'ready'])
    await node.seal()
    expect(kinds(waiting)).toEqual(['future', 'ready', 'inBlock'])
    expect(kinds(mortal)).toEqual(['future', 'invalid'])
  })

  it('can be removed, and come in no more', async () => {
    const node = await start({ sealing: { kind: 'manual' } })
    const wire = signedExtrinsic(alice, 0)
    const hash = await node.submit(wire)
    await node.submit(signedExtrinsic(alice, 1))
    expect(node.removeExtrinsics([hash, new Uint8Array(32)])).toHaveLength(2)
    expect(node.pending()).toEqual([])
    expect(await refusal(node.submit(wire))).toEqual({ kind: 'temporarilyBanned' })
  })

  it('can be tried without a trace', async () => {
    const node = await start()
    const at = node.best().hash
    expect(await node.dryRun(signedExtrinsic(alice, 0), at)).toEqual({ kind: 'success' })
    expect(await node.dryRun(signedExtrinsic(alice, 3), at)).toMatchObject({ error: { reason: 'Future' } })
    const forged = signedExtrinsic(alice, 0)
    forged[forged.length - 1]! ^= 1
    expect(await node.dryRun(forged, at)).toMatchObject({ kind: 'refused', error: { reason: 'BadProof' } })
    await expect(node.dryRun(forged, new Uint8Array(32))).rejects.toMatchObject({ code: 'UNKNOWN_BLOCK' })
    expect(node.nextNonce(alice.accountId)).toBe(0)
    expect(node.pending()).toEqual([])
  })
})

describe('on disk', () => {
  it('continues at its last block, with all history and off-chain storage', async () => {
    const basePath = await tempDir()
    const manual = { basePath, sealing: { kind: 'manual' } } as const
    const first = await start(manual)
    for (let nonce = 0; nonce < 6; nonce++) {
      await first.submit(signedExtrinsic(alice, nonce))
      await first.seal({ finalize: nonce < 5 })
    }
    await first.offchain.set('PERSISTENT', utf8('key'), utf8('value'))
    const best = first.best()
    expect([best.header.number, first.finalized().header.number]).toEqual([6, 5])
    await first.close()

    const second = await start(manual, first.clock)
    expect(second.best()).toEqual(best)
    expect(second.finalized().header.number).toBe(5)
    expect(second.offchain.get('PERSISTENT', utf8('key'))).toEqual(utf8('value'))
    expect(second.offchain.get('LOCAL', utf8('key'))).toBeUndefined()
    for (let number = 0; number <= 6; number++) {
      const block = second.block(second.hashAt(number)!)!
      expect(block.header.number).toBe(number)
      expect(equalBytes(recomputeRoot(second, block.hash), block.header.stateRoot)).toBe(true)
      expect(second.stateAt(block.hash).get(utf8('count'))).toEqual(number === 0 ? undefined : u32le(1))
    }
    await second.clock.advance(1000)
    await expect.poll(() => second.finalized().header.number).toBe(6)
    await second.submit(signedExtrinsic(alice, 6))
    expect((await second.seal()).header.number).toBe(7)
  })

  it('goes on in the time of its best block, which an explicit time put ahead of the clock', async () => {
    const basePath = await tempDir()
    const ahead = Date.UTC(2035, 0, 1)
    const timeOf = (node: Node): number => Number(timestampOf(node.stateAt(node.best().hash)))
    const clock = manualClock()
    const first = await start({ basePath, sealing: { kind: 'manual' } }, clock)
    await first.seal({ timestampMs: ahead })
    await clock.advance(5_000)
    await first.seal()
    expect(timeOf(first)).toBe(ahead + 5_000)
    await first.close()
    const second = await start({ basePath, sealing: { kind: 'manual' } })
    await second.clock.advance(7_000)
    await second.seal()
    expect(timeOf(second)).toBe(ahead + 12_000)
  })

  it('is locked against a second node', async () => {
    const basePath = await tempDir()
    await start({ basePath })
    await expect(startNode({ basePath }, { runtime: fakeRuntime() })).rejects.toMatchObject({ code: 'DB_LOCKED' })
  })

  it('refuses a database of another genesis', async () => {
    const basePath = await tempDir()
    await (await start({ basePath })).close()
    const spec = developmentSpec()
    const other = { ...spec, genesis: { ...spec.genesis, balances: [] } }
    await expect(startNode({ basePath, spec: other }, { runtime: fakeRuntime() })).rejects.toMatchObject({
      code: 'GENESIS_MISMATCH',
    })
    // The refusal let go of the lock.
    expect((await start({ basePath })).best().header.number).toBe(1)
  })

  it('says what is wrong with a folder that it cannot use', async () => {
    const basePath = await tempDir()
    const begin = (path: string): Promise<Node> => startNode({ basePath: path }, { runtime: fakeRuntime() })
    await writeFile(join(basePath, 'file'), '')
    await expect(begin(join(basePath, 'file'))).rejects.toMatchObject({ code: 'DB_UNREADABLE' })

    const foreign = join(basePath, 'foreign')
    await mkdir(join(foreign, 'chains/assay_dev'), { recursive: true })
    const level = new Level(join(foreign, 'chains/assay_dev/db'))
    await level.put('a', 'b')
    await level.close()
    await expect(begin(foreign)).rejects.toMatchObject({ code: 'DB_VERSION' })
  })

  it('refuses a damaged database', async () => {
    const basePath = await tempDir()
    await (await start({ basePath })).close()
    const folder = join(basePath, 'chains/assay_dev/db')
    for (const file of await readdir(folder))
      if (file.startsWith('MANIFEST')) await writeFile(join(folder, file), 'garbage that is no manifest')
    await expect(startNode({ basePath }, { runtime: fakeRuntime() })).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
  })
})
