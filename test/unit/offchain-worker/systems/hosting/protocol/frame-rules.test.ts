import messages from 'hypercore/lib/messages.js'
import type { Encoding } from 'protomux'
import { describe, expect, it } from 'vitest'
import { frameKind, judgeFrame } from '#worker/systems/hosting/protocol/frame-rules.ts'
import type { FrameKind } from '#worker/systems/hosting/protocol/frame-rules.ts'
import { HOSTILE_FRAMES } from '../../../../../helpers/hosting/hostile-frames.ts'

const BOUNDS = { length: 100_000, fork: 2 }
const wire = messages.wire as unknown as Record<FrameKind, Encoding<unknown>>

/** Hypercore's own encoding. */
function encoded(kind: FrameKind, value: unknown): Uint8Array {
  const state = { start: 0, end: 0, buffer: new Uint8Array() }
  wire[kind].preencode(state, value)
  state.buffer = Buffer.alloc(state.end)
  wire[kind].encode(state, value)
  return state.buffer
}

const nodes = (count: number): object[] =>
  Array.from({ length: count }, (_, i) => ({ index: 2 * i, size: 65_536, hash: Buffer.alloc(32, i) }))
const manifest = {
  version: 1,
  hash: 'blake2b',
  allowPatch: false,
  quorum: 1,
  signers: [{ signature: 'ed25519', namespace: Buffer.alloc(32, 1), publicKey: Buffer.alloc(32, 2) }],
}
const none = { block: null, hash: null, seek: null, upgrade: null, manifest: false }
const upgrade = { start: 0, length: 100_000 }

/** Of a peer with a feed as long as ours, and of one whose author has appended. */
const HONEST: readonly [FrameKind, object][] = [
  ['sync', { fork: 2, length: 100_000, remoteLength: 0, canUpgrade: true, downloading: true }],
  ['sync', { fork: 0, length: 0, remoteLength: 100_000 }],
  ['sync', { fork: 2, length: 3_000_000, remoteLength: 100_000, allowPush: true }],
  ['request', { ...none, id: 1, fork: 2, block: { index: 99_999, nodes: 17 } }],
  ['request', { ...none, id: 512, fork: 2, upgrade, manifest: true, priority: 2 }],
  ['request', { ...none, id: 3, fork: 2, hash: { index: 199_998, nodes: 3 }, seek: { bytes: 2 ** 40, padding: 8 } }],
  ['cancel', { request: 512 }],
  ['data', { ...none, request: 1, fork: 2, block: { index: 7, value: Buffer.alloc(65_536), nodes: nodes(32) } }],
  [
    'data',
    {
      ...none,
      request: 2,
      fork: 2,
      upgrade: { ...upgrade, nodes: nodes(32), additionalNodes: nodes(32), signature: Buffer.alloc(68) },
      manifest,
    },
  ],
  ['data', { ...none, request: 9, fork: 2, hash: { index: 3, nodes: nodes(2) }, seek: { bytes: 9, nodes: nodes(1) } }],
  ['noData', { request: 5, reason: 0 }],
  ['noData', { request: 5, reason: 2 }],
  ['want', { start: 0, length: 2 ** 21, any: false }],
  ['unwant', { start: 2 ** 21, length: 2 ** 21, any: true }],
  ['bitfield', { start: 0, bitfield: new Uint32Array(65_536) }],
  ['bitfield', { start: 99_968, bitfield: new Uint32Array(1) }],
  ['range', { drop: false, start: 0, length: 100_000 }],
  ['range', { drop: false, start: 99_999, length: 1 }],
  ['range', { drop: true, start: 5, length: 3_000_000 }],
]

describe('the rules of frames', () => {
  it.each(HONEST)('admit what an honest peer says: %s', (kind, value) => {
    const bytes = encoded(kind, value)
    expect(judgeFrame(kind, bytes, BOUNDS)).toBeGreaterThan(0)
    // A newer Hypercore may say more than ours knows.
    expect(judgeFrame(kind, new Uint8Array([...bytes, 7]), BOUNDS)).toBeGreaterThan(0)
  })

  it.each(HONEST)('refuse it where it is cut short: %s', (kind, value) => {
    const bytes = encoded(kind, value)
    const lengths = bytes.length < 2_000 ? [...bytes.keys()] : [0, 1, 2, 3, 5, 9, 100, bytes.length - 1]
    for (const length of lengths) {
      // The flag at its end is optional.
      if ((kind === 'noData' && length === 1) || (kind.endsWith('want') && length === bytes.length - 1)) continue
      expect(() => judgeFrame(kind, bytes.subarray(0, length), BOUNDS), `${length} bytes`).toThrow(
        `of a Hypercore ${kind}`,
      )
    }
  })

  it('admit a tree that nobody requested where it may be evidence, and never a block', () => {
    const signed = { ...upgrade, nodes: nodes(32), additionalNodes: nodes(32), signature: Buffer.alloc(68) }
    const tree = encoded('data', { ...none, request: 0, fork: 2, upgrade: signed })
    const block = { index: 7, value: Buffer.alloc(9), nodes: nodes(2) }
    const pushed = encoded('data', { ...none, request: 0, fork: 2, block, upgrade: signed })
    const hoster = { ...BOUNDS, takesTrees: true }
    expect(judgeFrame('data', tree, hoster)).toBeGreaterThan(0)
    for (const [bytes, bounds] of [
      [tree, BOUNDS],
      [pushed, hoster],
    ] as const)
      expect(() => judgeFrame('data', bytes, bounds)).toThrow('request of a Hypercore data message')
  })

  const single = HOSTILE_FRAMES.filter(({ type }) => type !== 'raw')
  it.each(single)('refuse $name, and say which value exceeds which bound', ({ type, bytes, says }) => {
    const kind = frameKind(Number(type))!
    const meta = { ...says, value: expect.anything(), bound: expect.any(String) }
    const judge = (): number => judgeFrame(kind, bytes, { length: 40, fork: 0 })
    expect(judge).toThrow(expect.objectContaining({ code: 'FRAME_OUT_OF_BOUNDS', meta }))
  })

  it('charge a range for the bits that Hypercore sets', () => {
    const costOf = (start: number, length: number, drop = false): number =>
      judgeFrame('range', encoded('range', { drop, start, length }), { length: 2 ** 24, fork: 0 })
    expect(costOf(1, 1)).toBe(costOf(1, 100))
    expect(costOf(1, 2 ** 23)).toBeGreaterThan(30_000)
    expect(costOf(0, 2 ** 23, true)).toBe(costOf(1, 2 ** 23))
    expect(costOf(0, 2 ** 24)).toBe(costOf(1, 1))
  })

  it('know ten kinds', () => {
    expect(frameKind(9)).toBe('extension')
    expect(frameKind(10)).toBeUndefined()
  })
})
