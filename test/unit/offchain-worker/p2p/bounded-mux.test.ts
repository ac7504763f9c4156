import Protomux from 'protomux'
import type { Encoding } from 'protomux'
import { describe, expect, it, vi } from 'vitest'
import { concatBytes } from '#types/bytes.ts'
import { BoundedMux } from '#worker/p2p/bounded-mux.ts'
import { testDeps } from '../../../helpers/dht.ts'
import { fakeConnection } from '../../../helpers/fake-connection.ts'
import type { FakeConnection } from '../../../helpers/fake-connection.ts'
import { batch } from '../../../helpers/hosting/hostile-frames.ts'

const NAME = { protocol: 'a', id: Buffer.alloc(0) }
/** The remote opens channel "a" as its first. */
const OPEN = Uint8Array.of(0, 1, 1, 1, 0x61, 0)
const EMPTY: Encoding<undefined> = { preencode: () => {}, encode: () => {}, decode: () => undefined }

/** A connection with an open channel whose messages go to `onmessage`, at a time that stands still. */
function open(
  onmessage: () => unknown,
): FakeConnection & { mux: BoundedMux; warnings: object[]; pass(ms: number): void } {
  const fake = fakeConnection()
  const warnings: object[] = []
  let now = 0
  const clock = { ...testDeps.clock, now: () => now }
  const log = { ...testDeps.log, warn: (values: object) => void warnings.push(values) }
  const mux = BoundedMux.make(fake.connection, { clock, log })
  const channel = mux.createChannel(NAME)!
  channel.addMessage({ encoding: EMPTY, onmessage })
  channel.open()
  fake.receive(OPEN)
  return { ...fake, mux, warnings, pass: (ms) => (now += ms) }
}

describe('a bounded multiplexer', () => {
  it('handles messages one by one and in a batch', () => {
    const onmessage = vi.fn()
    const { receive, hungUpFor } = open(onmessage)
    receive(Uint8Array.of(1, 0))
    receive(batch(1000, 0, new Uint8Array(0)))
    expect(onmessage).toHaveBeenCalledTimes(1001)
    expect(hungUpFor()).toBeUndefined()
  })

  it('hangs up where more comes than a burst, also in one frame, and handles no more of it', () => {
    const onmessage = vi.fn()
    const { receive, hungUpFor, warnings, pass } = open(onmessage)
    for (let second = 0; second < 5; second++, pass(1000)) receive(batch(16_000, 0, new Uint8Array(0)))
    expect(hungUpFor()).toBeUndefined()
    receive(batch(20_000, 0, new Uint8Array(0)))
    expect(hungUpFor()).toMatchObject({ code: 'PEER_TOO_FAST' })
    expect(onmessage.mock.calls.length).toBeLessThan(5 * 16_000 + 16_384)
    expect(warnings).toEqual([expect.objectContaining({ peer: '00'.repeat(32), burst: 16_384 })])
  })

  it('charges channels that a remote opens', () => {
    const { receive, hungUpFor } = open(() => {})
    const opens = Array.from({ length: 2000 }, (_, i) =>
      Uint8Array.of(8, 1, 0xfd, (i + 2) & 255, (i + 2) >> 8, 1, 0x62, 0, 0),
    )
    receive(concatBytes(Uint8Array.of(0, 0, 0), ...opens.map((each) => each.subarray(0, 9))))
    expect(hungUpFor()).toMatchObject({ code: 'PEER_TOO_FAST' })
  })

  it('refuses a batch in a batch', () => {
    const { receive, hungUpFor } = open(() => {})
    const inner = batch(1, 0, new Uint8Array(0)).subarray(1)
    receive(concatBytes(Uint8Array.of(0, 0, 0, inner.length), inner))
    expect(hungUpFor()).toMatchObject({ code: 'BATCH_NESTED' })
  })

  it.each([
    [
      'at once',
      () => {
        throw new TypeError('a bug')
      },
    ],
    ['later', () => Promise.reject(new RangeError('a bug'))],
  ])('a handler that fails %s ends the connection, not the process', async (_when, onmessage) => {
    const { receive, hungUpFor } = open(onmessage)
    receive(Uint8Array.of(1, 0))
    // Vitest fails on an error that nobody catches.
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(hungUpFor()).toMatchObject({ code: 'FRAME_NOT_HANDLED', cause: { message: 'a bug' } })
  })

  it('puts a gate before messages, whichever way they are added', () => {
    const { mux } = open(() => {})
    const types: number[] = []
    const sent: number[] = []
    mux.gate({ protocol: 'b', id: NAME.id }, () => ({
      guard: (type, message) => {
        types.push(type)
        return message
      },
      onSend: (type) => void sent.push(type),
    }))
    const channel = mux.createChannel({ ...NAME, protocol: 'b', messages: [{ encoding: EMPTY }, null] })!
    channel.addMessage({ encoding: EMPTY })
    channel.open()
    channel.messages[2]!.send(undefined)
    expect({ types, sent, all: channel.messages.length }).toEqual({ types: [0, 2], sent: [2], all: 3 })
  })

  it('is the only one of its connection', () => {
    const { connection, mux } = open(() => {})
    expect(BoundedMux.of(connection)).toBe(mux)
    const other = fakeConnection().connection
    Protomux.from(other)
    expect(() => BoundedMux.of(other)).toThrow(expect.objectContaining({ code: 'MUX_UNBOUNDED' }))
  })
})
