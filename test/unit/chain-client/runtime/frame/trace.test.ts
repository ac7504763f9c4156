import { describe, expect, it } from 'vitest'
import { concatBytes, toHex, utf8 } from '#types/bytes.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { encode } from '#types/scale/codec.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import { construct } from '#chain/runtime/runtime.ts'
import type { Json } from '#chain/runtime/frame/render.ts'
import type { TraceCall, TraceExtrinsic, TraceNode } from '#chain/runtime/frame/trace.ts'
import { alice, bob, callOf, charlie, id, UNIT } from '../../../../helpers/runtime.ts'
import { addDiary, diary, keepingLog } from '../../../../helpers/traced.ts'

const BOB = toSs58(bob.publicKey)
const write = (page: string, paid = 7n) => callOf('Diary', 'write', { page: utf8(page), paid })

/** All nodes of the tree, the root first, in order. */
const all = (node: TraceNode): TraceNode[] => [node, ...('children' in node ? node.children.flatMap(all) : [])]

const inTree = <K extends TraceNode['kind']>(root: TraceNode, kind: K): Extract<TraceNode, { kind: K }>[] =>
  all(root).filter((node): node is Extract<TraceNode, { kind: K }> => node.kind === kind)

/** Traces one extrinsic, which bob signs, in a block of its own. */
function traced(call: ReturnType<typeof callOf>): TraceExtrinsic {
  const { chain, runtime, parent, context, build } = diary()
  const { body } = build([chain.sign(bob, call)])
  return runtime.trace(parent, context, body, 1).children[0] as TraceExtrinsic
}

const callIn = (extrinsic: TraceExtrinsic): TraceCall => extrinsic.children.find((node) => node.kind === 'call')!

/** Children in short: `write Diary.Count 0 -> 1`. */
const short = (node: TraceNode): Json => {
  switch (node.kind) {
    case 'read':
      return `read ${node.pallet}.${node.item} ${JSON.stringify(node.value)}`
    case 'write': {
      const values = `${JSON.stringify(node.before)} -> ${JSON.stringify(node.after)}`
      return `write ${node.pallet}.${node.item} ${values}${node.undone ? ' undone' : ''}`
    }
    case 'walk':
      return `walk ${node.pallet}.${node.item}`
    case 'event':
      return `event ${node.pallet}.${node.event}${node.undone ? ' undone' : ''}`
    case 'log':
      return `${node.level} ${node.message}`
    case 'call':
      return `call ${node.pallet}.${node.call}`
    case 'hook':
      return `hook ${node.pallet}.${node.hook}`
    case 'step':
      return `step ${node.step}`
    default:
      return node.kind
  }
}

describe('the trace of an extrinsic', () => {
  it('tells steps, fee and call, and of the call all that it read, wrote, emitted and logged, in order', () => {
    const extrinsic = traced(write('hi'))
    expect(extrinsic).toMatchObject({ kind: 'extrinsic', index: 1, signer: BOB, outcome: { kind: 'success' } })
    expect(BigInt(extrinsic.fee!.withdrawn)).toBeGreaterThan(0n)
    expect(extrinsic.children.filter((node) => node.kind !== 'read').map(short)).toEqual([
      'step prepare',
      'call Diary.write',
      'step postDispatch',
      'step noteApplied',
    ])
    const call = callIn(extrinsic)
    expect(call).toMatchObject({
      pallet: 'Diary',
      call: 'write',
      args: { page: '0x6869', paid: '7' },
      origin: { signed: BOB },
      weight: { refTime: '1000', proofSize: '0' },
      class: 'Normal',
      paysFee: 'Yes',
    })
    expect(call).not.toHaveProperty('failure')
    expect(call.children.map(short)).toEqual([
      `info writes ${BOB} {"page":"0x6869","paid":"7"}`,
      'write Diary.Pages null -> "0x6869"',
      'read Diary.Count null',
      'write Diary.Count null -> 1',
      'event Diary.Written',
    ])
    expect(call.children[1]).toMatchObject({ keys: [BOB], key: expect.stringMatching(/^0x[0-9a-f]{160}$/) })
    expect(call.children[4]).toMatchObject({ data: { who: BOB, page: '0x6869', paid: '7' }, undone: false })
  })

  it('is JSON as it stands', () => {
    const extrinsic = traced(callOf('Utility', 'batch', { calls: [write('hi'), write('too long')] }))
    expect(JSON.parse(JSON.stringify(extrinsic))).toEqual(extrinsic)
  })

  it('marks what a failed call did as undone, and says where in the page of the pallet it failed', () => {
    const extrinsic = traced(write('too long'))
    expect(extrinsic.outcome).toMatchObject({
      kind: 'failed',
      error: { tag: 'Module', value: { index: 40, error: '0x00000000' } },
      message: 'Diary.TooLong: The page is too long.',
    })
    const call = callIn(extrinsic)
    expect(call.children.map(short)).toEqual([
      expect.stringMatching(/^info writes/),
      'write Diary.Pages null -> "0x746f6f206c6f6e67" undone',
      'read Diary.Count null',
      'write Diary.Count null -> 1 undone',
      'event Diary.Written undone',
    ])
    expect(call.failure).toMatchObject({ message: 'Diary.TooLong: The page is too long.' })
    expect(call.failure!.stack.split('\n')[0]).toMatch(/^at .*test\/helpers\/traced\.ts:\d+:\d+\)?$/)
    const after = extrinsic.children.at(-1)!
    expect(inTree(after, 'event')).toMatchObject([{ event: 'ExtrinsicFailed', undone: false }])
  })

  it('shows the stack of a bug', () => {
    const { failure } = callIn(traced(callOf('Diary', 'crash')))
    expect(failure).toMatchObject({ error: { tag: 'Other' }, message: 'bug in Diary.crash: a bug for object' })
    expect(failure!.stack).toMatch(/^at .*test\/helpers\/traced\.ts:\d+:\d+/)
  })

  it('marks what an attempt took back, and nothing else', () => {
    expect(callIn(traced(callOf('Diary', 'try'))).children.map(short)).toEqual([
      'write Diary.Count null -> 100 undone',
      'read Diary.Count null',
      'write Diary.Count null -> 1',
    ])
  })

  it('nests calls made by calls, each with its own outcome', () => {
    const batch = callIn(traced(callOf('Utility', 'batch', { calls: [write('hi'), write('too long'), write('no')] })))
    expect(batch.children.map(short)).toEqual([
      'call Diary.write',
      'event Utility.ItemCompleted',
      'call Diary.write',
      'event Utility.BatchInterrupted',
    ])
    const calls = batch.children.filter((node) => node.kind === 'call')
    expect(calls.map(({ failure }) => failure?.message)).toEqual([undefined, 'Diary.TooLong: The page is too long.'])
    expect(batch.args).toMatchObject({ calls: [{ pallet: 'Diary', call: 'write', args: { page: '0x6869' } }, {}, {}] })
    expect(batch.actualWeight).toBeDefined()
  })

  it('shows root as the origin of a call by sudo, and accounts in addresses as SS58', () => {
    const { chain, runtime, parent, context, build } = diary()
    const transfer = callOf('Balances', 'forceTransfer', {
      source: id(bob.publicKey),
      dest: id(charlie.publicKey),
      value: UNIT,
    })
    const { body } = build([chain.sign(alice, callOf('Sudo', 'sudo', { call: transfer }))])
    const inner = inTree(runtime.trace(parent, context, body, 1), 'call')[1]!
    expect(inner).toMatchObject({ pallet: 'Balances', call: 'forceTransfer', origin: 'root' })
    expect(inner.args).toMatchObject({ source: { tag: 'Id', value: BOB }, value: String(UNIT) })
  })

  it('tells what a pallet does to validate an unsigned one', () => {
    const { chain, runtime, parent, context, build } = diary()
    const { body } = build([chain.bare(callOf('Diary', 'greet', { whom: alice.publicKey }))])
    const [extrinsic] = runtime.trace(parent, context, body, 1).children as TraceExtrinsic[]
    expect(extrinsic).not.toHaveProperty('signer')
    expect(extrinsic).not.toHaveProperty('fee')
    expect(extrinsic!.children.map(short)).toEqual(['step validateUnsigned', 'call Diary.greet', 'step noteApplied'])
    expect(extrinsic!.children.slice(0, 2).flatMap((node) => inTree(node, 'log'))).toHaveLength(2)
  })

  it('tells of walks', () => {
    expect(callIn(traced(callOf('Diary', 'walk'))).children.map(short)).toEqual(['walk Diary.Pages'])
  })

  it('shows keys that no pallet declares as they are', () => {
    const { chain, runtime, parent, context, build } = diary()
    const set = callOf('System', 'setStorage', { items: [[Uint8Array.of(1, 2), Uint8Array.of(3)]] })
    const { body } = build([chain.sign(alice, callOf('Sudo', 'sudo', { call: set }))])
    const writes = inTree(runtime.trace(parent, context, body, 1), 'write')
    expect(writes).toContainEqual({
      kind: 'write',
      key: '0x0102',
      keys: [],
      before: null,
      after: '0x03',
      undone: false,
    })
  })

  it('shows keys and values that are none of their item as bytes, and is not broken by them', () => {
    const { chain, runtime, parent, context, build } = diary()
    const key = concatBytes(storagePrefix('Diary', 'Pages'), Uint8Array.of(1, 2))
    const set = callOf('System', 'setStorage', { items: [[key, Uint8Array.of(255)]] })
    const { body } = build([chain.sign(alice, callOf('Sudo', 'sudo', { call: set }))])
    const tree = runtime.trace(parent, context, body, 1)
    expect(tree.children[0]).toMatchObject({ outcome: { kind: 'success' } })
    expect(inTree(tree, 'call')[1]).not.toHaveProperty('failure')
    expect(inTree(tree, 'write')).toContainEqual(
      expect.objectContaining({ pallet: 'Diary', item: 'Pages', keys: [], before: null, after: '0xff' }),
    )
  })

  it('of an index that the block has not is refused', () => {
    const { runtime, parent, context, build } = diary()
    const { body } = build([])
    expect(() => runtime.trace(parent, context, body, 1)).toThrowError(
      expect.objectContaining({ code: 'UNKNOWN_EXTRINSIC' }),
    )
  })
})

describe('the trace of a block', () => {
  it('has its hooks and extrinsics in order, and writes what the block wrote', () => {
    const { chain, runtime, parent, context, build } = diary()
    const { body, state } = build([chain.sign(bob, write('hi')), chain.sign(bob, write('too long'))])
    const tree = runtime.trace(parent, context, body)
    expect(tree).toMatchObject({ kind: 'block', number: 1 })
    expect(tree.children.map(short)).toEqual([
      'step initialize',
      'hook Aura.onInitialize',
      'hook Workers.onInitialize',
      'hook Attestation.onInitialize',
      'hook Hosting.onInitialize',
      'hook Committee.onInitialize',
      'extrinsic',
      'extrinsic',
      'extrinsic',
      'hook Timestamp.onFinalize',
      'hook Randomness.onFinalize',
      'hook Attestation.onFinalize',
      'hook Diary.onFinalize',
      'step finalize',
    ])
    const written = new Map(
      inTree(tree, 'write')
        .filter(({ undone }) => !undone)
        .map(({ key }) => [key, true]),
    )
    const changed = [...state.diff(parent)].map(({ key }) => toHex(key))
    expect(changed.filter((key) => !written.has(key))).toEqual([])
    expect(changed.length).toBeGreaterThan(5)
  })

  it('is the same however often it is asked for, changes nothing, and does not mind a seal', () => {
    const { chain, runtime, parent, context, build } = diary()
    const { body } = build([chain.sign(bob, write('hi'))])
    const root = toHex(parent.root())
    const seal = { tag: 'Seal', value: [utf8('aura'), new Uint8Array(64)] } as const
    const first = runtime.trace(parent, context, body)
    expect(runtime.trace(parent, { ...context, digest: [...context.digest, seal] }, body)).toEqual(first)
    expect(toHex(parent.root())).toBe(root)
  })

  it('says why an extrinsic does not go in', () => {
    const { chain, runtime, parent, context } = diary()
    const wire = chain.sign(bob, write('hi'), { nonce: 5 })
    const { children } = runtime.trace(parent, context, [wire])
    expect(children.find(({ kind }) => kind === 'extrinsic')).toMatchObject({
      outcome: { kind: 'refused', error: { kind: 'invalid', reason: 'Future' } },
    })
  })
})

describe('a dry run', () => {
  const count = (changes: readonly { key: Uint8Array }[]) => changes.length

  it('of an extrinsic tells outcome, storage before and after, events and trace, and leaves nothing', () => {
    const { chain, runtime, parent, context, inherents, lines, build } = diary('info')
    const wire = chain.sign(bob, write('hi'))
    const extrinsic = runtime.decode(wire)
    const { outcome, changes, events, trace } = runtime.dryRun(parent, context, inherents, { extrinsic })
    expect(outcome).toEqual({ kind: 'success' })
    expect(trace).toMatchObject({ kind: 'extrinsic', index: 1 })
    expect(events.map(({ event }) => event)).toContain('Written')
    const { state } = build([wire])
    const byHand = [...state.diff(build([]).state)].map(({ key }) => toHex(key))
    // The block's own records (events, weight) are no changes of the extrinsic.
    expect(byHand).toEqual(expect.arrayContaining(changes.map(({ key }) => toHex(key))))
    for (const { key, after } of changes) expect(state.get(key)).toEqual(after)
    expect(count(changes)).toBe(4)
    expect(lines.filter(({ message }) => message.startsWith('writes'))).toHaveLength(1)
  })

  it('of a failing extrinsic has the fee among its changes, and none of what was undone', () => {
    const { chain, runtime, parent, context, inherents } = diary()
    const extrinsic = runtime.decode(chain.sign(bob, write('too long')))
    const { outcome, changes, events } = runtime.dryRun(parent, context, inherents, { extrinsic })
    expect(outcome).toMatchObject({ kind: 'failed', error: { tag: 'Module', value: { index: 40 } } })
    expect(changes.map(({ key }) => toHex(key))).toEqual(
      [alice, bob].map(({ publicKey }) => toHex(chain.key('System', 'Account', publicKey, 'Blake2_128Concat'))).sort(),
    )
    expect(events.map(({ event }) => event)).not.toContain('Written')
  })

  it('of a refused extrinsic changes nothing', () => {
    const { chain, runtime, parent, context, inherents } = diary()
    const extrinsic = runtime.decode(chain.sign(bob, write('hi'), { nonce: 3 }))
    const { outcome, changes, events } = runtime.dryRun(parent, context, inherents, { extrinsic })
    expect(outcome).toMatchObject({ kind: 'refused' })
    expect([changes, events]).toEqual([[], []])
  })

  it('of a call runs it in the name of whom one likes, for nothing', () => {
    const { runtime, parent, context, inherents } = diary()
    const { frame } = construct(keepingLog().log, addDiary)
    const call = encode(frame.runtimeCall, write('hi'))
    const signed = { signed: charlie.publicKey }
    const { outcome, changes, events, trace } = runtime.dryRun(parent, context, inherents, { call, origin: signed })
    expect(outcome).toEqual({ kind: 'success' })
    expect(trace).toMatchObject({ kind: 'call', origin: { signed: toSs58(charlie.publicKey) } })
    expect([changes.length, events.length]).toEqual([2, 1])
    expect(runtime.dryRun(parent, context, inherents, { call, origin: 'root' }).outcome).toMatchObject({
      kind: 'failed',
      error: { tag: 'BadOrigin' },
    })
  })

  it('of bytes that are no call says so', () => {
    const { runtime, parent, context, inherents } = diary()
    expect(() => runtime.dryRun(parent, context, inherents, { call: Uint8Array.of(250), origin: 'root' })).toThrowError(
      expect.objectContaining({ code: 'SCALE' }),
    )
  })
})
