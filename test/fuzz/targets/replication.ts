/**
 * Frames of a stranger to a Hypercore: made, spoilt and random, behind the door's rules.
 *
 * Law: the connection stays open or is hung up on with an error of ours, nothing is thrown, and every number that comes
 * through to Hypercore's handlers lies within the feed's bounds.
 */
import caps from 'hypercore/lib/caps.js'
import messages from 'hypercore/lib/messages.js'
import type { MessageOptions } from 'protomux'
import { concatBytes } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import { silentLog } from '#types/log.ts'
import { BoundedMux } from '#worker/p2p/bounded-mux.ts'
import { guardFeed, REPLICATION_PROTOCOL } from '#worker/systems/hosting/adapters/replication-door.ts'
import { fakeConnection } from '../../helpers/fake-connection.ts'
import { batch, uint } from '../../helpers/hosting/hostile-frames.ts'
import type { Chance } from '../chance.ts'
import { maybeSpoilt } from '../generate.ts'
import type { Target } from '../target.ts'

const BOUNDS = { length: 1000, fork: 1 }
/** No number of an admitted message is above the bytes of a feed. */
const MAX_NUMBER = 2 ** 45
const KEY = Buffer.alloc(32, 1)
const KINDS = ['sync', 'request', 'cancel', 'data', 'noData', 'want', 'unwant', 'bitfield', 'range'] as const
const EDGES = [0, 1, 31, 32, 128, 252, 253, 999, 1000, 1001, 2 ** 16, 2 ** 24, 2 ** 32, 2 ** 40, 2 ** 53, 2 ** 60]
const MAX_NUMBERS = 12

const text = (value: string): Uint8Array => concatBytes(uint(value.length), Buffer.from(value))

/** A message of some kind, with numbers next to the bounds. */
function message(chance: Chance): { type: number; bytes: Uint8Array } {
  const numbers = Array.from({ length: chance.int(MAX_NUMBERS) }, () =>
    uint(chance.once(2) ? chance.int(8) : chance.pick(EDGES)),
  )
  const tail = chance.once(2) ? chance.bytes(chance.int(80)) : new Uint8Array(0)
  return { type: chance.int(12), bytes: maybeSpoilt(concatBytes(uint(chance.int(64)), ...numbers, tail), chance) }
}

function frame(chance: Chance): Uint8Array {
  const { type, bytes } = message(chance)
  if (chance.once(8)) return chance.bytes(chance.int(40))
  if (chance.once(3)) return maybeSpoilt(batch(1 + chance.int(50), type, bytes), chance)
  return concatBytes(Uint8Array.of(1), uint(type), bytes)
}

/** All numbers in a value that Hypercore decoded. */
function* numbersOf(value: unknown): Generator<number> {
  if (typeof value === 'number') yield value
  else if (ArrayBuffer.isView(value)) return
  else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) yield* numbersOf(part)
}

function checkCase(chance: Chance): string {
  const { connection, receive, hungUpFor } = fakeConnection()
  const mux = BoundedMux.make(connection, { clock: systemClock, log: silentLog })
  guardFeed(connection, KEY, BOUNDS)
  let heard = 0
  const listen = (kind: (typeof KINDS)[number]): MessageOptions<unknown> => ({
    encoding: (messages.wire as unknown as Record<string, MessageOptions<unknown>['encoding']>)[kind]!,
    onmessage: (value) => {
      heard++
      for (const number of numbersOf(value)) {
        if (!(number <= MAX_NUMBER)) throw new Error(`expected numbers up to ${MAX_NUMBER}, got ${kind} with ${number}`)
      }
      const { start, length } = value as { start?: number; length?: number }
      if (kind === 'range' && start! + length! > BOUNDS.length) throw new Error(`got a range to ${start! + length!}`)
    },
  })
  const handshake = messages.wire.handshake
  const channel = mux.createChannel({
    protocol: REPLICATION_PROTOCOL,
    id: KEY,
    handshake,
    messages: KINDS.map(listen),
  })!
  channel.open({ seeks: true, capability: caps.replicate(true, KEY, Buffer.alloc(64)) })
  receive(concatBytes(Uint8Array.of(0, 1, 1), text(REPLICATION_PROTOCOL), uint(32), KEY, uint(1), new Uint8Array(32)))
  if (!channel.opened) throw new Error('expected the channel to open')
  for (let left = 1 + chance.int(4); left > 0; left--) receive(frame(chance))
  const cause = hungUpFor()
  if (cause === undefined) return heard > 0 ? 'heard' : 'ignored'
  if (!(cause instanceof AssayError)) throw cause
  if (cause.cause instanceof Error && cause.cause.message.startsWith('expected numbers')) throw cause.cause
  return cause.code
}

export const replication: Target = {
  name: 'replication',
  reaches: ['heard', 'ignored', 'FRAME_OUT_OF_BOUNDS', 'FRAME_NOT_HANDLED', 'BATCH_NESTED'],
  open: async () => ({ run: checkCase, close: async () => undefined }),
}
