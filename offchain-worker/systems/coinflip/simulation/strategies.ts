/**
 * Draws the open choices in the fault of a simulated member.
 *
 * Owns: the draws. Does not own: the faults.
 */
import type { Fault, Hears } from '../protocol/adversaries.ts'
import { FAULT_NAMES, type FaultName } from '../protocol/faults.ts'
import { faultNamed } from '../protocol/faulty-member.ts'
import type { Random } from '#worker/simulation/random.ts'

const BYTE_BITS = 8

/** Draws once which of the members get the messages. */
const toSome = (random: Random): Hears => {
  const salt = random.below(BYTE_BITS)
  return (member) => ((member[0]! >> salt) & 1) === 1
}

/** The fault of a dishonest member with this strategy; `mixed` draws one. */
export function strategy(name: FaultName | 'mixed', random: Random): Fault {
  const drawn = name === 'mixed' ? FAULT_NAMES[random.below(FAULT_NAMES.length)]! : name
  return faultNamed(drawn, () => toSome(random))
}
