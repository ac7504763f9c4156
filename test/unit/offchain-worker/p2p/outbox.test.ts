import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { ack, data, hello, parseMeshFrame } from '#worker/p2p/mesh-frames.ts'
import { Outbox } from '#worker/p2p/outbox.ts'
import { createRateLimit } from '#worker/p2p/rate-limit.ts'

describe('outbox', () => {
  const limits = { maxFrames: 3, maxBytes: 10 }

  it('is bounded by frames and by bytes, and frees what is acknowledged', () => {
    const outbox = new Outbox(limits)
    expect([1, 2, 3, 4].map(() => outbox.push(utf8('x')))).toEqual([true, true, true, false])
    outbox.next()
    outbox.acknowledge(1)
    expect(outbox.push(new Uint8Array(9))).toBe(false)
    expect(outbox.push(new Uint8Array(8))).toBe(true)
  })

  it('believes no acknowledgement of what was never sent', () => {
    const outbox = new Outbox(limits)
    outbox.push(utf8('a'))
    outbox.acknowledge(99)
    expect(outbox.next()).toEqual({ sequence: 1, frame: utf8('a') })
  })

  it('delivers each frame once and in order, whatever connections break and whatever they swallow', () => {
    const step = fc.oneof(
      fc.constant('push' as const),
      fc.constant('send' as const),
      fc.constant('deliver' as const),
      fc.constant('reconnect' as const),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const outbox = new Outbox({ maxFrames: 1_000, maxBytes: 1_000_000 })
        const delivered: number[] = []
        let [pushed, received] = [0, 0]
        let wire: { sequence: number; frame: Uint8Array }[] = []
        const deliver = (): void => {
          const frame = wire.shift()
          if (frame === undefined || frame.sequence <= received) return
          received = frame.sequence
          delivered.push(frame.frame[0] ?? -1)
          if (received % 2 === 0) outbox.acknowledge(received)
        }
        const send = (): boolean => {
          const frame = outbox.next()
          if (frame !== undefined) wire.push(frame)
          return frame !== undefined
        }
        const reconnect = (): void => {
          wire = []
          outbox.rewind(received)
        }
        const actions = { push: () => outbox.push(Uint8Array.of(pushed++)), send, deliver, reconnect }
        for (const name of steps) actions[name]()
        reconnect()
        while (send() || wire.length > 0) deliver()
        expect(delivered).toEqual(Array.from({ length: pushed }, (_, i) => i))
      }),
    )
  })
})

describe('rate limit', () => {
  it('lets a burst through, then as much as time gives back, and saves no more than a burst', () => {
    const take = createRateLimit({ perSecond: 10, burst: 3 })
    expect([0, 0, 0, 0].map(take)).toEqual([true, true, true, false])
    expect([99, 100, 101].map(take)).toEqual([false, true, false])
    expect([60_000, 60_000, 60_000, 60_000].map(take)).toEqual([true, true, true, false])
  })
})

describe('mesh frames', () => {
  const [one, two] = [new Uint8Array(8).fill(1), new Uint8Array(8).fill(2)]
  it('survive the round trip', () => {
    expect(parseMeshFrame(hello(one, two, 7))).toEqual({ kind: 'hello', instance: one, peerInstance: two, received: 7 })
    expect(parseMeshFrame(data(4_294_967_295, 5, utf8('x')))).toEqual({
      kind: 'data',
      sequence: 4_294_967_295,
      received: 5,
      frame: utf8('x'),
    })
    expect(parseMeshFrame(ack(1))).toEqual({ kind: 'ack', sequence: 1 })
  })
  it('of any other shape are refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const frame = parseMeshFrame(bytes)
        const valid =
          (bytes[0] === 0 && bytes.length === 21) ||
          (bytes[0] === 1 && bytes.length >= 9) ||
          (bytes[0] === 2 && bytes.length === 5)
        expect(frame !== undefined).toBe(valid)
      }),
    )
  })
})
