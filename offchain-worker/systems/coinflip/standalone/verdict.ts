/**
 * How an attempt without a chain ended, told by member.
 *
 * Owns: the words for the arbiter's end of an attempt. Does not own: the next attempt. Members are named by their Noise keys in hex.
 */
import { equalBytes, fromHex, toHex } from '#types/bytes.ts'
import { hideMagic, type Session } from '#types/domain/coinflip/coinflip.ts'
import type { AttemptEnd } from '../session/local-arbiter.ts'
import type { MemberExit } from './channel.ts'

/** @see verdictOn */
export type Verdict =
  /** More than half of the members have one number. The liars are convicted, each of the lie named. */
  | {
      readonly kind: 'agreed'
      readonly magic: string
      readonly transcriptRoot: string
      readonly liars: readonly string[]
      readonly lies: readonly string[]
    }
  /**
   * There is no number, and another attempt begins without the dropped members: the absent, whose commitments (before the gate) or
   * numbers (after it) nobody brought in time, and the liars.
   */
  | {
      readonly kind: 'dropped'
      readonly dropped: readonly string[]
      readonly absent: readonly string[]
      readonly afterGate: boolean
      readonly liars: readonly string[]
      readonly lies: readonly string[]
    }
  /** No member turned to the arbiter, and no number came. */
  | { readonly kind: 'over' }

/** @see verdictOn */
export interface Told {
  readonly session: Session
  readonly end: AttemptEnd
  readonly exits: ReadonlyMap<string, MemberExit>
  /** The number, and the root of the commitments that it opens, where members told all numbers to the arbiter. */
  readonly told: { readonly magic: Uint8Array; readonly transcriptRoot: Uint8Array } | undefined
  /** The lie of each convicted member. */
  readonly lies: ReadonlyMap<number, string>
}

/** The end of an attempt in the words of people. */
export function verdictOn({ session, end, exits, told, lies }: Told): Verdict {
  if (end.kind === 'over') return { kind: 'over' }
  const keysOf = (ranks: readonly number[]): string[] => ranks.map((rank) => toHex(session.members[rank]!))
  const convicted = { liars: keysOf(end.convicted), lies: end.convicted.map((rank) => lies.get(rank) ?? '') }
  if (end.kind === 'restarted') {
    const absent = keysOf(end.absent)
    const dropped = [...new Set([...absent, ...convicted.liars])]
    return { kind: 'dropped', dropped, absent, afterGate: end.afterGate, ...convicted }
  }
  // A member that lied about others may be the one that told the number, so the agreement decides which exit has it.
  const { hiddenMagic } = end.agreement
  const voted = [...exits.values()].find(({ magic }) => equalBytes(hideMagic(fromHex(magic)), hiddenMagic))
  const number = told
    ? { magic: toHex(told.magic), transcriptRoot: toHex(told.transcriptRoot) }
    : { magic: voted!.magic, transcriptRoot: voted!.transcriptRoot }
  return { kind: 'agreed', ...number, ...convicted }
}
