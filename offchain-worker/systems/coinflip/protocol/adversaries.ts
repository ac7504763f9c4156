/**
 * Dishonest members of a coinflip: their messages in place of honest ones.
 *
 * Owns: each way to lie or to be silent. Does not own: the table of faults by name. No honest module imports this one.
 */
import { equalBytes, utf8 } from '#types/bytes.ts'
import type {
  Accusation,
  CoinflipMessage,
  CoinflipPayload,
  CoinflipPhaseName,
  SignedCommitment,
} from '#types/domain/coinflip/coinflip.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { signMessage, type Seat } from './messages.ts'

/** A message about to be sent: to one member, or to all where `to` is absent. */
interface Outgoing {
  readonly to: Uint8Array | undefined
  readonly message: CoinflipMessage
}

/** The messages of a dishonest member in place of an honest one. */
export interface Fault {
  /** `heard` has all messages of others so far, in order. */
  (outgoing: Outgoing, seat: Seat, heard: readonly CoinflipMessage[]): readonly Outgoing[]
  /** Kinds of messages that do not reach the honest machine beneath. */
  readonly ignores?: readonly CoinflipPayload['tag'][]
  /** What it keeps from the arbiter too: its number, or already its commitment. */
  readonly withholds?: 'word' | 'value'
}

/** Whether a member gets the messages that go to some only. */
export type Hears = (member: Uint8Array, seat: Seat) => boolean

const PHASES: readonly CoinflipPhaseName[] = ['Join', 'Commit', 'Echo', 'Reveal', 'Confirm']
const PHASE_OF: Readonly<Partial<Record<CoinflipPayload['tag'], CoinflipPhaseName>>> = {
  Hello: 'Join',
  Commit: 'Commit',
  Echo: 'Echo',
  Reveal: 'Reveal',
  Ping: 'Confirm',
  Pong: 'Confirm',
}

const others = (seat: Seat): Uint8Array[] => seat.session.members.filter((key) => !equalBytes(key, seat.self))

/** Sends these kinds with invalid signatures to members for whom `hears` holds, and nothing to the rest. Sends no other kind. */
export const badlySigned =
  (tags: readonly CoinflipPayload['tag'][], hears: Hears = () => true): Fault =>
  (outgoing, seat) => {
    const { message } = outgoing
    if (!tags.includes(message.payload.tag)) return [outgoing]
    const to = outgoing.to ? [outgoing.to] : others(seat)
    const signature = new Uint8Array(message.signature.length).fill(1)
    return to.filter((each) => hears(each, seat)).map((each) => ({ to: each, message: { ...message, signature } }))
  }

/** Sends nothing of this phase or a later one, and answers no question, not even the arbiter's. */
export const silentFrom = (phase: CoinflipPhaseName): Fault => {
  const silent: Fault = (outgoing) => {
    const of = PHASE_OF[outgoing.message.payload.tag]
    return of !== undefined && PHASES.indexOf(of) < PHASES.indexOf(phase) ? [outgoing] : []
  }
  if (phase === 'Confirm') return silent
  return Object.assign(silent, { withholds: phase === 'Join' || phase === 'Commit' ? 'word' : 'value' } as const)
}

/** Sends its messages of these phases only to some members. */
export const partial =
  (phases: readonly CoinflipPhaseName[], hears: Hears): Fault =>
  (outgoing, seat) => {
    const of = PHASE_OF[outgoing.message.payload.tag]
    if (of === undefined || !phases.includes(of)) return [outgoing]
    const to = outgoing.to ? [outgoing.to] : others(seat)
    return to.filter((member) => hears(member, seat)).map((member) => ({ to: member, message: outgoing.message }))
  }

/** Reveals another number than it committed to. */
export const badReveal: Fault = (outgoing, seat) => {
  const { payload, receiver } = outgoing.message
  if (payload.tag !== 'Reveal') return [outgoing]
  return [
    { to: outgoing.to, message: signMessage(seat, { tag: 'Reveal', value: blake2b256(payload.value) }, receiver) },
  ]
}

/** Commits to one number towards half of the members, and to another towards the rest. */
export const equivocate: Fault = (outgoing, seat) => {
  const { payload } = outgoing.message
  if (payload.tag !== 'Commit') return [outgoing]
  const body = { ...payload.value, commitment: blake2b256(payload.value.commitment) }
  const second = signMessage(seat, { tag: 'Commit', value: body })
  const to = outgoing.to ? [outgoing.to] : others(seat)
  const isOdd = (member: Uint8Array): boolean => others(seat).findIndex((key) => equalBytes(key, member)) % 2 === 1
  return to.map((member) => ({ to: member, message: isOdd(member) ? second : outgoing.message }))
}

/** Echoes forged commitments, without their authors' signatures, and passes no row on. */
export const forgeEcho: Fault = (outgoing, seat) => {
  const { payload } = outgoing.message
  if (payload.tag === 'RelayEcho') return []
  if (payload.tag !== 'Echo') return [outgoing]
  const row = payload.value.map((signed) =>
    equalBytes(signed.author, seat.self)
      ? signed
      : { ...signed, body: { ...signed.body, commitment: blake2b256(signed.body.commitment) } },
  )
  return [{ to: outgoing.to, message: signMessage(seat, { tag: 'Echo', value: row }) }]
}

/** Sends its number to every second member only, and passes on no number: the other members must ask around. */
export const selectiveReveal: Fault = (outgoing, seat) => {
  const { payload } = outgoing.message
  if (payload.tag === 'RelayReveal') return []
  if (payload.tag !== 'Reveal' || !outgoing.to) return [outgoing]
  return rankIn(seat, outgoing.to) % 2 === 0 ? [outgoing] : []
}

/** Waits for all others' numbers, and sends its own only if it likes the outcome: the one choice that aborting leaves. */
export const revealIf = (pleases: (others: readonly Uint8Array[], own: Uint8Array) => boolean): Fault => {
  const choosy: Fault = (outgoing, seat, heard) => {
    const { payload } = outgoing.message
    if (payload.tag === 'RelayReveal') return []
    if (payload.tag !== 'Reveal') return [outgoing]
    const revealed = others(seat).map((key) => revealOf(heard, key))
    const values = revealed.filter((value) => value !== undefined)
    return values.length === revealed.length && pleases(values, payload.value) ? [outgoing] : []
  }
  return Object.assign(choosy, { withholds: 'value' } as const)
}

/**
 * Waits for another's commitment, commits to the same, and then sends the other's number as its own. A commitment is bound to an
 * identity, so the copy opens only for its first author. Echo rows of others do not reach the honest machine beneath, which would
 * see two commitments of its own.
 */
export const copyCommitment: Fault = Object.assign(
  (outgoing: Outgoing, seat: Seat, heard: readonly CoinflipMessage[]): readonly Outgoing[] => {
    const { to, message } = outgoing
    const victim = heard.find(({ payload: { tag } }) => tag === 'Commit')
    if (message.payload.tag === 'Commit') return victim ? [{ to, message: signMessage(seat, victim.payload) }] : []
    if (message.payload.tag === 'Echo') return [{ to, message: echoWithCopy(message.payload.value, victim, seat) }]
    const value = victim && revealOf(heard, victim.sender)
    if (message.payload.tag !== 'Hello' || !to || !value) return [outgoing]
    return [outgoing, { to, message: signMessage(seat, { tag: 'Reveal', value }, to) }]
  },
  { ignores: ['Echo', 'RelayEcho'] as const },
)

/** Claims to know the number, and names a wrong one, in its pings or in its pongs. */
export const badPing =
  (kind: 'Ping' | 'Pong' = 'Ping'): Fault =>
  (outgoing, seat) => {
    const { payload, receiver } = outgoing.message
    if (payload.tag !== kind) return [outgoing]
    const value = { ...payload.value, word: blake2b256(payload.value.word) }
    return [{ to: outgoing.to, message: signMessage(seat, { tag: kind, value }, receiver) }]
  }

/** Confirms the number of a transcript that nobody has seen. */
export const strangePing: Fault = (outgoing, seat) => {
  const { payload, receiver } = outgoing.message
  if (payload.tag !== 'Ping' && payload.tag !== 'Pong') return [outgoing]
  const value = { ...payload.value, transcriptRoot: blake2b256(payload.value.transcriptRoot) }
  return [{ to: outgoing.to, message: signMessage(seat, { tag: payload.tag, value }, receiver) }]
}

/** In this phase it also accuses another member of two commitments, both invented. */
export const forgeFraud =
  (phase: CoinflipPhaseName = 'Echo'): Fault =>
  (outgoing, seat) => {
    if (PHASE_OF[outgoing.message.payload.tag] !== phase) return [outgoing]
    const [author] = others(seat) as [Uint8Array, ...Uint8Array[]]
    const madeUp = (text: string): SignedCommitment => {
      const body = { commitment: blake2b256(utf8(text)), auditKeyHash: blake2b256(author) }
      return { author, body, signature: seat.sign(body.commitment) }
    }
    const value: Accusation = { tag: 'Equivocation', value: { first: madeUp('one'), second: madeUp('another') } }
    return [outgoing, { to: undefined, message: signMessage(seat, { tag: 'Fraud', value }) }]
  }

const rankIn = (seat: Seat, member: Uint8Array): number =>
  seat.session.members.findIndex((key) => equalBytes(key, member))

/** The number that a member sent in its own name. */
const revealOf = (heard: readonly CoinflipMessage[], member: Uint8Array): Uint8Array | undefined => {
  const said = heard.find(({ sender, payload: { tag } }) => tag === 'Reveal' && equalBytes(sender, member))
  return said?.payload.tag === 'Reveal' ? said.payload.value : undefined
}

/** A row in which the own commitment is the copied one. */
function echoWithCopy(
  row: readonly SignedCommitment[],
  victim: CoinflipMessage | undefined,
  seat: Seat,
): CoinflipMessage {
  const copy = victim && signMessage(seat, victim.payload)
  const value = row.map((signed) =>
    copy?.payload.tag === 'Commit' && equalBytes(signed.author, seat.self)
      ? { author: seat.self, body: copy.payload.value, signature: copy.signature }
      : signed,
  )
  return signMessage(seat, { tag: 'Echo', value })
}
