/** Every reason for which a member drops a frame, and that a dropped frame has no effect. */
import { beforeEach, describe, expect, test } from 'vitest'
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import {
  accusedBy,
  commitTo,
  MAX_MESSAGE_BYTES,
  type CoinflipMessage,
  type CoinflipPayload,
  type SignedCommitment,
} from '#types/domain/coinflip/coinflip.ts'
import { frameOf, signMessage, takeSeat, type Seat } from '#worker/systems/coinflip/protocol/messages.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Coinflip, CoinflipOutput } from '#worker/systems/coinflip/protocol/terms.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import {
  intercepted,
  playCoinflip,
  recordCoinflip,
  type RecordedCoinflip,
} from '../../../../../helpers/coinflip/recorded.ts'

const HASH = blake2b256(utf8('any'))
let net: RecordedCoinflip
let member: Coinflip
let peer: Seat
let other: Seat

const seatOf = (rank: number, session = net.session): Seat =>
  takeSeat(session, net.seats[rank]!.self, net.seats[rank]!.sign)

beforeEach(() => {
  net = recordCoinflip({ members: 4 })
  member = createCoinflip(net.seats[0]!)
  member.step({ kind: 'start' })
  peer = seatOf(1)
  other = seatOf(2)
})

const give = (message: CoinflipMessage | Uint8Array, from = peer.self): readonly CoinflipOutput[] =>
  member.step({ kind: 'message', from, frame: message instanceof Uint8Array ? message : frameOf(message) })

const reasonsOf = (outputs: readonly CoinflipOutput[]): string[] =>
  outputs.map((output) => (output.kind === 'dropped' ? output.reason : output.kind))

const commitOf = (seat: Seat, fill: number): CoinflipPayload => ({
  tag: 'Commit',
  value: { commitment: new Uint8Array(32).fill(fill), auditKeyHash: HASH },
})

const signedCommit = (seat: Seat, fill: number): SignedCommitment => {
  const { sender, payload, signature } = signMessage(seat, commitOf(seat, fill))
  return { author: sender, body: payload.value as SignedCommitment['body'], signature }
}

/** Member 0's own commitment. */
const ownCommitment = (): SignedCommitment => {
  const [said] = createCoinflip(net.seats[0]!)
    .step({ kind: 'start' })
    .flatMap((output) =>
      output.kind === 'broadcast' && output.message.payload.tag === 'Commit' ? [output.message] : [],
    )
  return { author: said!.sender, body: said!.payload.value as SignedCommitment['body'], signature: said!.signature }
}

/** The lies that the member holds, and whose they are. */
const liesHeld = () => member.held.lies.map((lie) => [lie.tag, accusedBy(lie)])

const HELLO: CoinflipPayload = { tag: 'Hello', value: undefined }

describe('is dropped, with its reason', () => {
  test('oversized, before it is decoded', () => {
    expect(reasonsOf(give(new Uint8Array(MAX_MESSAGE_BYTES + 1)))).toEqual(['oversized'])
  })

  test('malformed: garbage, cut off, trailing bytes', () => {
    const frame = frameOf(signMessage(peer, HELLO))
    expect(reasonsOf(give(new Uint8Array(0)))).toEqual(['malformed'])
    expect(reasonsOf(give(frame.subarray(0, -1)))).toEqual(['malformed'])
    expect(reasonsOf(give(Uint8Array.of(...frame, 0)))).toEqual(['malformed'])
  })

  test('of another session: another attempt, another genesis, another magic rule', () => {
    for (const change of [{ attempt: 1 }, { genesisHash: HASH }, { magicRule: 'Xor' as const }]) {
      const seat = seatOf(1, { ...net.session, ...change })
      expect(reasonsOf(give(signMessage(seat, HELLO)))).toEqual(['wrong-session'])
    }
  })

  test('of another round', () => {
    const seat: Seat = { ...peer, session: { ...net.session, round: 4 } }
    expect(reasonsOf(give(signMessage(seat, HELLO)))).toEqual(['wrong-round'])
  })

  test('replayed from an earlier round of the same members, each by its reason and with no effect', () => {
    const before = playCoinflip({ members: 4, round: 2 })
    const replayed = before.sent.filter(({ from, to }) => from === 1 && to === 0)
    expect(new Set(replayed.map(({ message }) => message.payload.tag))).toEqual(
      new Set(['Hello', 'Commit', 'Echo', 'Reveal', 'Ping', 'Pong']),
    )
    for (const { message } of replayed) expect(reasonsOf(give(message))).toEqual(['wrong-round'])
    expect(member.phase).toBe('Join')
    expect(member.held).toMatchObject({ words: [{}, undefined, undefined, undefined], lies: [] })
    const value = { words: 0b1110n, rows: 0n, values: 0n }
    const asked = member.step({ kind: 'timeout', phase: 'Join' })
    expect(asked).toHaveLength(3)
    for (const ask of asked) expect(ask).toMatchObject({ kind: 'send', message: { payload: { tag: 'Ask', value } } })
  })

  test('by a stranger, or by ourselves', () => {
    const stranger = identityOf('stranger')
    const seat = takeSeat(net.session, stranger.publicKey, stranger.sign)
    expect(reasonsOf(give(signMessage(seat, HELLO), seat.self))).toEqual(['unknown-sender'])
    expect(reasonsOf(give(signMessage(seatOf(0), HELLO), net.seats[0]!.self))).toEqual(['unknown-sender'])
  })

  test('brought by another than its sender', () => {
    expect(reasonsOf(give(signMessage(other, HELLO), peer.self))).toEqual(['wrong-sender'])
  })

  test('for another receiver, or for one where all are meant', () => {
    const reveal: CoinflipPayload = { tag: 'Reveal', value: HASH }
    expect(reasonsOf(give(signMessage(peer, reveal, other.self)))).toEqual(['wrong-receiver'])
    expect(reasonsOf(give(signMessage(peer, reveal)))).toEqual(['wrong-receiver'])
    expect(reasonsOf(give(signMessage(peer, HELLO, net.seats[0]!.self)))).toEqual(['wrong-receiver'])
  })

  test('unsigned, or changed after signing', () => {
    const message = signMessage(peer, commitOf(peer, 1))
    expect(reasonsOf(give({ ...message, signature: new Uint8Array(64) }))).toEqual(['bad-signature'])
    expect(reasonsOf(give({ ...message, payload: commitOf(peer, 2) }))).toEqual(['bad-signature'])
  })

  test('said twice', () => {
    const message = signMessage(peer, commitOf(peer, 1))
    give(message)
    expect(reasonsOf(give(message))).toEqual(['duplicate'])
  })

  test('a row that is short, out of order, or not signed by its authors', () => {
    const row = net.seats.map((_, rank) => signedCommit(seatOf(rank), 9))
    const echo = (value: readonly SignedCommitment[]): CoinflipMessage => signMessage(peer, { tag: 'Echo', value })
    expect(reasonsOf(give(echo(row.slice(1))))).toEqual(['malformed'])
    expect(reasonsOf(give(echo(row.toReversed())))).toEqual(['malformed'])
    expect(reasonsOf(give(echo(row.with(2, { ...row[2]!, signature: new Uint8Array(64) }))))).toEqual(['malformed'])
  })

  test('an answer that nobody asked for', () => {
    const value = { author: other.self, row: [], signature: new Uint8Array(64) }
    expect(reasonsOf(give(signMessage(peer, { tag: 'RelayEcho', value }, net.seats[0]!.self)))).toEqual([
      'out-of-phase',
    ])
  })

  test('a pong to no ping', () => {
    const value = { transcriptRoot: HASH, word: HASH }
    expect(reasonsOf(give(signMessage(peer, { tag: 'Pong', value }, net.seats[0]!.self)))).toEqual(['out-of-phase'])
  })

  test('above what a member may send: ten thousand messages cost nothing and convict nobody', () => {
    let floods = 0
    for (let i = 0; i < 10_000; i++) if (reasonsOf(give(u32le(i)))[0] === 'flood') floods++
    expect(floods).toBeGreaterThan(9_000)
    give(signMessage(other, HELLO), other.self)
    expect(member.phase).toBe('Join')
  })

  test('after the exit, all but greetings and questions', () => {
    const createMember = intercepted(0, (input, machine) => (member = machine).step(input))
    net = playCoinflip({ members: 4, createMember })
    expect(member.phase).toBe('Done')
    const ask = { tag: 'Ask', value: { words: 0n, rows: 0n, values: 0b100n } } as const
    expect(reasonsOf(give(signMessage(seatOf(1), commitOf(peer, 1))))).toEqual(['out-of-phase'])
    expect(give(signMessage(seatOf(1), ask, net.seats[0]!.self))).toMatchObject([
      { kind: 'send', to: peer.self, message: { payload: { tag: 'RelayReveal', value: { author: other.self } } } },
    ])
  })
})

test('a second greeting is answered with what we said; a first one and a 33rd repetition are not', () => {
  const hello = signMessage(peer, HELLO)
  expect(give(hello)).toEqual([])
  for (let again = 0; again < 32; again++) {
    expect(give(hello)).toMatchObject([{ kind: 'send', to: peer.self, message: { payload: { tag: 'Commit' } } }])
  }
  expect(reasonsOf(give(hello))).toEqual(['duplicate'])
})

test('a fraud proof that proves nothing is told on as the lie of who sent it, and ends nothing', () => {
  const first = signedCommit(other, 1)
  const forged = { ...signedCommit(other, 2), signature: first.signature }
  for (const second of [first, forged, signedCommit(seatOf(3), 2)]) {
    member = createCoinflip(net.seats[0]!)
    member.step({ kind: 'start' })
    const value = { tag: 'Equivocation', value: { first, second } } as const
    const fraud = signMessage(peer, { tag: 'Fraud', value })
    const relayed = { tag: 'RelayFraud', value: { author: peer.self, accusation: value, signature: fraud.signature } }
    expect(give(fraud)).toMatchObject([{ kind: 'broadcast', message: { payload: relayed } }])
    expect(reasonsOf(give(fraud))).toEqual(['duplicate'])
    expect(member.held.lies).toEqual([{ tag: 'FalseFraud', value: relayed.value }])
    expect(member.phase).toBe('Join')
  }
})

test('an unsigned fraud proof convicts neither', () => {
  const value = {
    tag: 'Equivocation',
    value: { first: signedCommit(other, 1), second: signedCommit(other, 1) },
  } as const
  const message = signMessage(peer, { tag: 'Fraud', value })
  expect(reasonsOf(give({ ...message, signature: new Uint8Array(64) }))).toEqual(['bad-signature'])
  expect(member.phase).toBe('Join')
})

test('two commitments of one author are evidence, however they come: one row can prove them of several', () => {
  for (const seat of [peer, other]) give(signMessage(seat, commitOf(seat, 1)), seat.self)
  const row = net.seats.map((_, rank) => (rank === 0 ? ownCommitment() : signedCommit(seatOf(rank), 2)))
  const told = give(signMessage(peer, { tag: 'Echo', value: row })).filter(({ kind }) => kind === 'broadcast')
  const fraud = { kind: 'broadcast', message: { payload: { tag: 'Fraud', value: { tag: 'Equivocation' } } } }
  expect(told.slice(0, 2)).toMatchObject([fraud, fraud])
  expect(liesHeld()).toEqual([
    ['Equivocation', peer.self],
    ['Equivocation', other.self],
  ])
})

test('numbers that open nothing are held as lies where they were heard before the gate, and end nothing', () => {
  for (const seat of [peer, other]) {
    give(signMessage(seat, commitOf(seat, 1)), seat.self)
    expect(give(signMessage(seat, { tag: 'Reveal', value: HASH }, net.seats[0]!.self), seat.self)).toEqual([])
  }
  expect(liesHeld()).toEqual([
    ['BadReveal', peer.self],
    ['BadReveal', other.self],
  ])
})

test('a member that knows two commitments of another tells them to one that greets again, such as one that was away meanwhile', () => {
  give(signMessage(other, HELLO), other.self)
  give(signMessage(peer, commitOf(peer, 1)))
  give(signMessage(peer, commitOf(peer, 2)))
  const again = give(signMessage(other, HELLO), other.self)
  const said = again.flatMap((output) => (output.kind === 'send' ? [output.message.payload.tag] : []))
  expect(said).toEqual(['Commit', 'Fraud'])
})

test('a member that convicts itself of a small lie cannot hide two commitments behind it', () => {
  const first = signedCommit(other, 1)
  give(signMessage(peer, { tag: 'Fraud', value: { tag: 'Equivocation', value: { first, second: first } } }))
  give(signMessage(peer, commitOf(peer, 1)))
  expect(liesHeld()).toEqual([['FalseFraud', peer.self]])
  const told = give(signMessage(peer, commitOf(peer, 2)))
  expect(told).toMatchObject([{ message: { payload: { tag: 'Fraud', value: { tag: 'Equivocation' } } } }])
  expect(liesHeld()).toEqual([['Equivocation', peer.self]])
  expect(reasonsOf(give(signMessage(peer, commitOf(peer, 3))))).toEqual(['duplicate'])
})

test('a stale timer changes nothing', () => {
  expect(member.step({ kind: 'timeout', phase: 'Reveal' })).toEqual([])
  expect(member.phase).toBe('Join')
})

test('a wrong number is a lie, though the arbiter has told the right one before', () => {
  const row = net.seats.map((_, rank) => {
    const seat = seatOf(rank)
    const { commitment } = { commitment: commitTo(seat.sid, seat.self, net.seats[rank]!.value) }
    const body = { commitment, auditKeyHash: net.seats[rank]!.auditKeyHash }
    const { sender, signature } = signMessage(seat, { tag: 'Commit', value: body })
    return { author: sender, body, signature }
  })
  member.step({ kind: 'fact', fact: { kind: 'listed', row } })
  member.step({ kind: 'kept' })
  member.step({
    kind: 'fact',
    fact: { kind: 'opened', values: [undefined, net.seats[1]!.value, undefined, undefined] },
  })
  const reveal = (value: Uint8Array): CoinflipMessage => signMessage(peer, { tag: 'Reveal', value }, net.seats[0]!.self)
  expect([reasonsOf(give(reveal(net.seats[1]!.value))), liesHeld()]).toEqual([['duplicate'], []])
  give(reveal(HASH))
  expect(liesHeld()).toEqual([['BadReveal', peer.self]])
})
