/**
 * Statements of a round's members to the arbiter on chain, honest unless a test spoils them.
 *
 * Owns: words, numbers, and bringing absent members before the chain. Does not own: outcomes and evidence of a coinflip.
 */
import { demandFrom, type ListedWord, type OpenedValue } from '#types/domain/coinflip/coinflip.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import { callOf } from '../runtime.ts'
import { PARAMETERS, type AttestationChain, type Signed } from './chain.ts'
import { flipOf, signedCommitment, type Flip } from './statements.ts'

/** The word of the member at `rank`. */
export function wordOf(flip: Flip, round: number, rank: number): ListedWord {
  const { body, signature } = signedCommitment(flip.sid, round, flip.members[rank]!, flip.transcript[rank]!)
  return { rank, body, signature }
}

export const wordsOf = (flip: Flip, round: number, ...ranks: readonly number[]): ListedWord[] =>
  ranks.map((rank) => wordOf(flip, round, rank))
export const valuesOf = (flip: Flip, ...ranks: readonly number[]): OpenedValue[] =>
  ranks.map((rank) => ({ rank, value: flip.values[rank]! }))

export const demandCall = (round: number, attempt: number, words: readonly ListedWord[]): RuntimeCall =>
  callOf('Attestation', 'demandCoinflip', { round, attempt, words })
export const putWordsCall = (round: number, attempt: number, words: readonly ListedWord[]): RuntimeCall =>
  callOf('Attestation', 'putCommitments', { round, attempt, words })
export const putValuesCall = (round: number, attempt: number, values: readonly OpenedValue[]): RuntimeCall =>
  callOf('Attestation', 'putValues', { round, attempt, values })

/** Goes on to the block before the first one that takes a demand. */
export const toDemands = (chain: AttestationChain, round: number, parameters = PARAMETERS): void =>
  chain.to(demandFrom(chain.round(round).openedAt, parameters) - 1)

/** The first block that takes a demand gets one by the member at `rank`, with these words. Returns the flip. */
export function demandBy(
  chain: AttestationChain,
  round: number,
  rank: number,
  words: readonly number[],
  parameters = PARAMETERS,
): Flip {
  toDemands(chain, round, parameters)
  const flip = flipOf(chain, round)
  chain.succeed([flip.members[rank]!.keys, demandCall(round, flip.attempt, wordsOf(flip, round, ...words))])
  return flip
}

/** One member demands with the words of all but these, and the chain waits for theirs in vain. */
export function leaveOut(
  chain: AttestationChain,
  round: number,
  absent: readonly number[],
  parameters = PARAMETERS,
): void {
  const { attempt, members } = flipOf(chain, round)
  const present = members.map((_, rank) => rank).filter((rank) => !absent.includes(rank))
  demandBy(chain, round, present[0]!, present, parameters)
  chain.until('the coinflip begins again or is given up', () => chain.round(round).attempt > attempt)
}

/** A call of a member, by rank. */
export const saidBy = (flip: Flip, rank: number, call: RuntimeCall): Signed => [flip.members[rank]!.keys, call]
