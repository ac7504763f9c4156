/**
 * The faults of coinflip members, by the names that command lines, scenarios and simulations use.
 *
 * Owns: the one table of them. Does not own: the messages of the adversaries. Every command line reads the names, so this module
 * loads no other.
 */
import type * as adversaries from './adversaries.ts'

/** The module of the adversaries. Each entry gets it as an argument, so that the table need not load it. */
type Adversaries = typeof adversaries

interface FaultEntry {
  /** The behaviour of a member with this fault, for people. */
  readonly does: string
  /** @param toSome draws the members that get the messages which go to some only */
  readonly fault: (from: Adversaries, toSome: () => adversaries.Hears) => adversaries.Fault
}

/** Whether the last bytes of the numbers have an even sum: a bit that aborting can bias. */
const isEven = (numbers: readonly Uint8Array[]): boolean =>
  numbers.reduce((sum, number) => sum + number.at(-1)!, 0) % 2 === 0

/** Each fault by its name. Simulations draw from them in this order. */
export const FAULTS = {
  'silent-at-join': { does: 'says nothing at all', fault: ({ silentFrom }) => silentFrom('Join') },
  'silent-at-commit': { does: 'greets, and then says nothing', fault: ({ silentFrom }) => silentFrom('Commit') },
  'silent-at-echo': { does: 'commits, and then says nothing', fault: ({ silentFrom }) => silentFrom('Echo') },
  'silent-at-reveal': { does: 'echoes, and keeps its number', fault: ({ silentFrom }) => silentFrom('Reveal') },
  'silent-at-confirm': { does: 'reveals, and confirms nothing', fault: ({ silentFrom }) => silentFrom('Confirm') },
  'partial-join': {
    does: 'greets some members only, and commits to these',
    fault: ({ partial }, toSome) => partial(['Join', 'Commit'], toSome()),
  },
  'partial-commit': {
    does: 'commits to some members only',
    fault: ({ partial }, toSome) => partial(['Commit'], toSome()),
  },
  'partial-echo': { does: 'echoes to some members only', fault: ({ partial }, toSome) => partial(['Echo'], toSome()) },
  'partial-reveal': {
    does: 'reveals to some members only',
    fault: ({ partial }, toSome) => partial(['Reveal'], toSome()),
  },
  equivocate: { does: 'commits to two numbers', fault: ({ equivocate }) => equivocate },
  'bad-reveal': { does: 'reveals another number than it committed to', fault: ({ badReveal }) => badReveal },
  'selective-reveal': {
    does: 'reveals to every second member, and passes on no number',
    fault: ({ selectiveReveal }) => selectiveReveal,
  },
  'abort-if-odd': {
    does: 'reveals last, and only where the last bytes of all numbers have an even sum',
    fault: ({ revealIf }) => revealIf((others, own) => isEven([...others, own])),
  },
  'copied-commitment': { does: 'copies the commitment of another', fault: ({ copyCommitment }) => copyCommitment },
  'forged-echo': { does: 'echoes commitments that nobody made', fault: ({ forgeEcho }) => forgeEcho },
  'bad-ping': { does: 'pings with a wrong number', fault: ({ badPing }) => badPing('Ping') },
  'bad-pong': { does: 'answers pings with a wrong number', fault: ({ badPing }) => badPing('Pong') },
  'strange-ping': { does: 'confirms another transcript', fault: ({ strangePing }) => strangePing },
  'forged-fraud': { does: 'accuses another falsely in ECHO', fault: ({ forgeFraud }) => forgeFraud('Echo') },
  'forged-fraud-late': { does: 'accuses another falsely in CONFIRM', fault: ({ forgeFraud }) => forgeFraud('Confirm') },
} as const satisfies Readonly<Record<string, FaultEntry>>

export type FaultName = keyof typeof FAULTS
/** All names, in the order of the table. */
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[]
