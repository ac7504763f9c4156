/**
 * Dishonest members of a coinflip: an honest state machine whose outgoing messages are changed.
 *
 * Owns: putting a fault around a machine. Does not own: the messages of the adversaries.
 */
import { equalBytes } from '#types/bytes.ts'
import { accusedBy, type CoinflipMessage, type Evidence } from '#types/domain/coinflip/coinflip.ts'
import * as adversaries from './adversaries.ts'
import type { Fault, Hears } from './adversaries.ts'
import { createCoinflip } from './coinflip.ts'
import { FAULTS, type FaultName } from './faults.ts'
import { readFrame, takeSeat } from './messages.ts'
import type { Coinflip, CoinflipOptions, CoinflipOutput } from './terms.ts'

const everySecond: Hears = (member, { session }) =>
  session.members.findIndex((key) => equalBytes(key, member)) % 2 === 0

/** The fault of that name. @param toSome the members to which a fault that speaks to some speaks; default: every second one */
export const faultNamed = (name: FaultName, toSome: () => Hears = () => everySecond): Fault =>
  FAULTS[name].fault(adversaries, toSome)

/** Replaces `createCoinflip`: makes a process's members commit a fault. */
export const coinflipWithFault =
  (name: FaultName) =>
  (options: CoinflipOptions): Coinflip =>
    createFaultyCoinflip(options, faultNamed(name))

/** A member that follows the protocol except for `fault`, and that does not turn itself in. */
export function createFaultyCoinflip(options: CoinflipOptions, fault: Fault): Coinflip {
  const honest = createCoinflip(options)
  const seat = takeSeat(options.session, options.self, options.sign, options.reading)
  const heard: CoinflipMessage[] = []
  const isOwn = (lie: Evidence): boolean => equalBytes(accusedBy(lie), seat.self)
  const tamper = (output: CoinflipOutput): readonly CoinflipOutput[] => {
    if (output.kind !== 'send' && output.kind !== 'broadcast') return [output]
    const { message } = output
    if (message.payload.tag === 'Fraud') return isOwn(message.payload.value) ? [] : [output]
    if (message.payload.tag === 'RelayFraud') return equalBytes(message.payload.value.author, seat.self) ? [] : [output]
    const outgoing = { to: output.kind === 'send' ? output.to : undefined, message }
    return fault(outgoing, seat, heard).map(({ to, message }) =>
      to ? { kind: 'send', to, message } : { kind: 'broadcast', message },
    )
  }
  return {
    get phase() {
      return honest.phase
    },
    get held() {
      const { words, values, lies } = honest.held
      const isOther = (rank: number): boolean => !equalBytes(options.session.members[rank]!, seat.self)
      return {
        words: words.map((word, rank) => (fault.withholds !== 'word' || isOther(rank) ? word : undefined)),
        values: values.map((value, rank) => (fault.withholds === undefined || isOther(rank) ? value : undefined)),
        lies: lies.filter((lie) => !isOwn(lie)),
      }
    },
    step(input) {
      const message = input.kind === 'message' ? readFrame(seat, input.from, input.frame) : 'malformed'
      if (typeof message === 'object') {
        heard.push(message)
        if (fault.ignores?.includes(message.payload.tag)) return []
      }
      return honest.step(input).flatMap(tamper)
    },
  }
}
