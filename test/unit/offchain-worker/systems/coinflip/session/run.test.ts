/** A session on a mesh and a clock: at its end it tells how many frames mesh and machine dropped, by reason. */
import { expect, test } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import {
  CoinflipMessage,
  MAX_MESSAGE_BYTES,
  type CoinflipPayload,
  type Session,
} from '#types/domain/coinflip/coinflip.ts'
import { decode } from '#types/scale/codec.ts'
import type { Log } from '#types/log.ts'
import type { MeshOptions } from '#worker/p2p/mesh-interface.ts'
import { frameOf, signMessage, takeSeat, type Seat } from '#worker/systems/coinflip/protocol/messages.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { CoinflipExit } from '#worker/systems/coinflip/protocol/terms.ts'
import { runCoinflip } from '#worker/systems/coinflip/session/run.ts'
import type { NetworkPort } from '#worker/kernel/ports.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { recordCoinflip } from '../../../../../helpers/coinflip/recorded.ts'

const HELLO: CoinflipPayload = { tag: 'Hello', value: undefined }
const NO_DROPS = { oversized: 0, malformed: 0, flood: 0, expelled: 0, unsent: 0 }

function open(meshDrops = NO_DROPS) {
  const net = recordCoinflip({ members: 4 })
  const logged: { fields: object; text: string | undefined }[] = []
  const note = (fields: object, text?: string): void => void logged.push({ fields, text })
  const log: Log = { debug: () => {}, info: note, warn: note, error: note }
  const sent: { readonly to: Uint8Array; readonly tag: string }[] = []
  let mesh: MeshOptions | undefined
  const network = {
    openMesh(options: MeshOptions) {
      mesh = options
      const send = (to: Uint8Array, frame: Uint8Array): boolean =>
        sent.push({ to, tag: decode(CoinflipMessage, frame).payload.tag }) > 0
      return { send, broadcast: () => 3, dropped: () => meshDrops, close: () => {} }
    },
  } as Partial<NetworkPort> as NetworkPort
  const timers: (() => void)[] = []
  const clock = { now: () => 0, setTimer: (_: number, callback: () => void) => (timers.push(callback), () => {}) }
  const exits: CoinflipExit[] = []
  const machine = createCoinflip(net.seats[0]!)
  const run = runCoinflip({ machine, session: net.session }, { network, clock, log }, (exit) => void exits.push(exit))
  const seatOf = (rank: number, session: Session = net.session): Seat =>
    takeSeat(session, net.seats[rank]!.self, net.seats[rank]!.sign)
  const give = (frame: Uint8Array, from = net.seats[1]!.self): void => mesh!.onMessage(from, frame)
  return { net, run, logged, timers, exits, seatOf, give, sent }
}

test('every kind of bad frame is counted under a name of its own, and ends nothing', () => {
  const { net, run, seatOf, give, exits } = open()
  const { session } = net
  const stranger = identityOf('stranger')
  const hello = signMessage(seatOf(1), HELLO)
  give(frameOf(signMessage(seatOf(1, { ...session, attempt: 1 }), HELLO)))
  give(frameOf(signMessage(seatOf(1, { ...session, genesisHash: blake2b256(utf8('another chain')) }), HELLO)))
  give(frameOf(signMessage(seatOf(1, { ...session, round: session.round - 1 }), HELLO)))
  give(frameOf({ ...hello, signature: new Uint8Array(64) }))
  give(new Uint8Array(MAX_MESSAGE_BYTES + 1))
  give(frameOf(hello).subarray(1))
  give(frameOf(signMessage(takeSeat(session, stranger.publicKey, stranger.sign), HELLO)), stranger.publicKey)
  give(frameOf(signMessage(seatOf(2), HELLO)))
  const pong = { transcriptRoot: new Uint8Array(32), word: new Uint8Array(32) }
  give(frameOf(signMessage(seatOf(1), { tag: 'Pong', value: pong }, session.members[0])))
  expect(run.dropped()).toEqual({
    'wrong-session': 2,
    'wrong-round': 1,
    'bad-signature': 1,
    oversized: 1,
    malformed: 1,
    'unknown-sender': 1,
    'wrong-sender': 1,
    'out-of-phase': 1,
  })
  expect(exits).toEqual([])
})

test('ten thousand frames from one peer: the rest are heard, and the counts say who flooded with what', () => {
  const { run, seatOf, give, exits, timers, net, sent } = open()
  const replay = frameOf(signMessage(seatOf(1, { ...net.session, round: 1 }), HELLO))
  for (let i = 0; i < 10_000; i++) give(replay)
  const { 'wrong-round': replayed, flood } = run.dropped()
  expect(replayed! + flood!).toBe(10_000)
  expect(flood).toBeGreaterThan(9_000)
  for (const rank of [2, 3]) give(frameOf(signMessage(seatOf(rank), HELLO)), net.seats[rank]!.self)
  for (const timer of timers.slice()) timer()
  // The others are heard, so only the flooder is greeted again.
  const greeted = sent.filter(({ tag }) => tag === 'Hello').map(({ to }) => to)
  expect(greeted).toEqual([net.session.members[1]])
  expect(exits).toEqual([])
})

test('what the mesh dropped unread is in the counts, and all of them are logged when the session is left, once', () => {
  const { net, run, give, seatOf, logged } = open({ ...NO_DROPS, oversized: 3, unsent: 2 })
  give(new Uint8Array(MAX_MESSAGE_BYTES + 1))
  give(frameOf(signMessage(seatOf(2), HELLO)))
  const dropped = { oversized: 4, unsent: 2, 'wrong-sender': 1 }
  expect(run.dropped()).toEqual(dropped)
  run.close()
  run.close()
  const { round, attempt } = net.session
  expect(logged).toEqual([{ fields: { round, attempt, dropped }, text: 'a coinflip session was left' }])
  give(frameOf(signMessage(seatOf(2), HELLO)))
  expect(run.dropped()).toEqual(dropped)
})
