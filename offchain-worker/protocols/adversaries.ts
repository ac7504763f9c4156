/**
 * Dishonest members of a coinflip: an honest state machine whose words are changed on their way out.
 *
 * Owns: the strategies that tests and the devnet's scenarios inject. Does not own: anything honest code uses; no honest module
 * imports this one.
 */
import { equalBytes } from '#types/bytes.ts'
import type { CoinflipMessage, CoinflipPayload, CoinflipPhaseName } from '#types/domain/coinflip.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { signMessage, takeSeat, type Seat } from './coinflip-messages.ts'
import { createCoinflip, type Coinflip, type CoinflipOptions, type CoinflipOutput } from './coinflip.ts'

/** A message about to be sent: to one member, or to all where `to` is absent. */
interface Outgoing {
  readonly to: Uint8Array | undefined
  readonly message: CoinflipMessage
}

/** What a dishonest member says in place of an honest word. */
export type Fault = (outgoing: Outgoing, seat: Seat) => readonly Outgoing[]

const PHASES: readonly CoinflipPhaseName[] = ['Join', 'Commit', 'Echo', 'Reveal']
const PHASE_OF: Readonly<Partial<Record<CoinflipPayload['tag'], CoinflipPhaseName>>> = {
  Hello: 'Join',
  Commit: 'Commit',
  Echo: 'Echo',
  Reveal: 'Reveal',
}

const others = (seat: Seat): Uint8Array[] => seat.session.members.filter((key) => !equalBytes(key, seat.self))

/** Says nothing of this phase or a later one, and answers no question. */
export const silentFrom =
  (phase: CoinflipPhaseName): Fault =>
  (outgoing) => {
    const of = PHASE_OF[outgoing.message.payload.tag]
    return of !== undefined && PHASES.indexOf(of) < PHASES.indexOf(phase) ? [outgoing] : []
  }

/** Says what it says of these phases only to some members. */
export const partial =
  (phases: readonly CoinflipPhaseName[], hears: (member: Uint8Array, seat: Seat) => boolean): Fault =>
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

/** Commits to one number before half of the members and to another before the rest. */
export const equivocate: Fault = (outgoing, seat) => {
  const { payload } = outgoing.message
  if (payload.tag !== 'Commit') return [outgoing]
  const body = { ...payload.value, commitment: blake2b256(payload.value.commitment) }
  const second = signMessage(seat, { tag: 'Commit', value: body })
  const to = outgoing.to ? [outgoing.to] : others(seat)
  const isOdd = (member: Uint8Array): boolean =>
    seat.session.members.findIndex((key) => equalBytes(key, member)) % 2 === 1
  return to.map((member) => ({ to: member, message: isOdd(member) ? second : outgoing.message }))
}

/** Echoes other commitments than it saw, under signatures that their authors never made, and passes no row on. */
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

/** A member that follows the protocol but for `fault`, and that does not turn itself in. */
export function createFaultyCoinflip(options: CoinflipOptions, fault: Fault): Coinflip {
  const honest = createCoinflip(options)
  const seat = takeSeat(options.session, options.self, options.sign)
  const tamper = (output: CoinflipOutput): readonly CoinflipOutput[] => {
    if (output.kind === 'exit') {
      const { exit } = output
      return exit.kind === 'malicious' && equalBytes(exit.offender, seat.self) ? [] : [output]
    }
    if (output.kind !== 'send' && output.kind !== 'broadcast') return [output]
    const { message } = output
    if (message.payload.tag === 'Fraud') return [output]
    const outgoing = { to: output.kind === 'send' ? output.to : undefined, message }
    return fault(outgoing, seat).map(({ to, message }) =>
      to ? { kind: 'send', to, message } : { kind: 'broadcast', message },
    )
  }
  return {
    get phase() {
      return honest.phase
    },
    step: (input) => honest.step(input).flatMap(tamper),
  }
}
