/**
 * The dishonest members that simulations know by name.
 *
 * Owns: the names, and what of a strategy is drawn. Does not own: what a dishonest member says (protocols/adversaries.ts).
 */
import {
  badPing,
  badReveal,
  copyCommitment,
  equivocate,
  forgeEcho,
  forgeFraud,
  partial,
  revealIf,
  selectiveReveal,
  silentFrom,
  strangePing,
  type Fault,
} from '../protocol/adversaries.ts'
import type { Random } from '#worker/simulation/random.ts'

const BYTE_BITS = 8

/** Some of the members hear it: which, is drawn once. */
const toSome = (random: Random): ((member: Uint8Array) => boolean) => {
  const salt = random.below(BYTE_BITS)
  return (member) => ((member[0]! >> salt) & 1) === 1
}

/** Each strategy, with what it draws. */
const STRATEGIES = {
  silent: () => silentFrom('Join'),
  'silent-commit': () => silentFrom('Commit'),
  'silent-echo': () => silentFrom('Echo'),
  'silent-reveal': () => silentFrom('Reveal'),
  'silent-confirm': () => silentFrom('Confirm'),
  'partial-join': (random) => partial(['Join', 'Commit'], toSome(random)),
  'partial-commit': (random) => partial(['Commit'], toSome(random)),
  'partial-echo': (random) => partial(['Echo'], toSome(random)),
  'partial-reveal': (random) => partial(['Reveal'], toSome(random)),
  equivocator: () => equivocate,
  'bad-reveal': () => badReveal,
  'selective-reveal': () => selectiveReveal,
  /** Gives its number only where that makes the sum of the last bits even: the bias that aborting leaves. */
  'abort-if-odd': () =>
    revealIf((others, own) => [...others, own].reduce((sum, value) => sum + value.at(-1)!, 0) % 2 === 0),
  'copied-commitment': () => copyCommitment,
  'forged-echo': () => forgeEcho,
  'bad-ping': () => badPing('Ping'),
  'bad-pong': () => badPing('Pong'),
  'strange-ping': () => strangePing,
  'forged-fraud': () => forgeFraud('Echo'),
  'forged-fraud-late': () => forgeFraud('Confirm'),
} as const satisfies Readonly<Record<string, (random: Random) => Fault>>

export type StrategyName = keyof typeof STRATEGIES
/** `mixed` draws one for each dishonest member. */
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as readonly StrategyName[]

/** What a dishonest member of this strategy says. */
export function strategy(name: StrategyName | 'mixed', random: Random): Fault {
  const make = STRATEGIES[name === 'mixed' ? STRATEGY_NAMES[random.below(STRATEGY_NAMES.length)]! : name]
  return make(random)
}
