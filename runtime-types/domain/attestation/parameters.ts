/**
 * The parameters of rounds: sizes, windows and rewards.
 *
 * Owns: their encoding, their default, their bounds, and the form in which root changes some of them. Does not own: what a round makes
 * of them (round.ts).
 * All times are in blocks.
 */
import { balanceOf } from '../../scale/balance.ts'
import { struct } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { u32 } from '../../scale/primitives.ts'
import { optional } from '../changes.ts'
import { MagicRule, MAX_MEMBERS } from '../coinflip/coinflip.ts'
import { MAX_RECEIPT_CHUNKS } from '../hosting/receipt.ts'

const fields = {
  /** Attestors of a round (N). */
  attestors: u32,
  /** Blocks from NOW to END (L). */
  roundLength: u32,
  /** Blocks from NOW in which the members must agree on a coinflip (C). */
  coinflipWindow: u32,
  /** Blocks after END in which the chain accepts reports (W). */
  reportWindow: u32,
  /** Chunks that each attestor requests from the hoster. */
  challenges: u32,
  /** A receipt may lie this many blocks outside its attestor's slot: finality lag and the length of an audit. */
  slotTolerance: u32,
  /** The next round of an order starts 1 to this many blocks after the last one closed (G). */
  gap: u32,
  /** An inconclusive round is drawn again at most this many times. */
  maxRedraws: u32,
  /** A round waits at most this many blocks for enough attestors. */
  maxWait: u32,
  /** The hoster earns at most this much per round (Y). */
  hosterReward: balanceOf,
  /** All attestors together earn at most this much per round (Z). */
  attestorReward: balanceOf,
  /** The rule by which new coinflips make one number of the members' numbers. */
  magicRule: MagicRule,
  /** The price of a false accusation: an account that accuses an attestor which did report loses it. It is burned. */
  accusationDeposit: balanceOf,
  /** Blocks in which the chain waits for a member's word, and for its number, once somebody has asked (A). */
  answerWindow: u32,
  /** Blocks from the last word to the first number, for evidence against a word that was made late (O). */
  objectionWindow: u32,
  /** Reserved from a member that asks. It pays those who bring the words and numbers of others; the rest comes back. */
  demandDeposit: balanceOf,
}

export const AttestationParameters = struct(fields, { path: ['assay_primitives', 'round', 'Parameters'] })
export type AttestationParameters = ValueOf<typeof AttestationParameters>

export const ParameterChanges = struct(optional(fields), {
  path: ['assay_primitives', 'round', 'ParameterChanges'],
  docs: ['A new value for each parameter that changes.'],
})

const TOKEN = 10n ** 12n

/** The runtime's default: ten attestors, and times as in the protocol's text. A chain spec may set others. */
export const DEFAULT_PARAMETERS: AttestationParameters = {
  attestors: 10,
  roundLength: 60,
  coinflipWindow: 10,
  reportWindow: 10,
  challenges: 15,
  slotTolerance: 5,
  gap: 1,
  maxRedraws: 3,
  maxWait: 100,
  hosterReward: 10n * TOKEN,
  attestorReward: 10n * TOKEN,
  magicRule: 'Concat',
  accusationDeposit: TOKEN,
  answerWindow: 8,
  objectionWindow: 4,
  demandDeposit: TOKEN / 10n,
}

const FEWEST_ATTESTORS = 3
/** Most blocks from NOW to the last report: the chain must still know the blocks in receipts. */
const MAX_ROUND_BLOCKS = 4_000
/** Most blocks that any other period may take. */
const MAX_PAUSE_BLOCKS = 1_000_000
const MAX_REDRAWS = 100

/** The reason why parameters are unusable, in words; `undefined` if they are fine. */
export function checkParameters(parameters: AttestationParameters): string | undefined {
  const { attestors, roundLength, coinflipWindow, reportWindow, challenges, gap, maxRedraws, maxWait } = parameters
  const { answerWindow, objectionWindow } = parameters
  if (attestors < FEWEST_ATTESTORS || attestors > MAX_MEMBERS)
    return `attestors: expected ${FEWEST_ATTESTORS} to ${MAX_MEMBERS}, got ${attestors}`
  if (coinflipWindow === 0 || reportWindow === 0 || gap === 0)
    return 'coinflipWindow, reportWindow and gap: expected 1 or more'
  if (roundLength < coinflipWindow + attestors)
    return `roundLength: expected a block for each attestor after the coinflip, ${coinflipWindow + attestors} or more, got ${roundLength}`
  if (objectionWindow === 0 || objectionWindow >= answerWindow)
    return `objectionWindow: expected 1 or more, and less than answerWindow, ${answerWindow}, got ${objectionWindow}`
  const longest = roundLength + 3 * answerWindow + objectionWindow + reportWindow
  if (longest > MAX_ROUND_BLOCKS)
    return `roundLength, reportWindow, objectionWindow and 3 times answerWindow: expected ${MAX_ROUND_BLOCKS} or less together, got ${longest}`
  if (Math.max(gap, maxWait) > MAX_PAUSE_BLOCKS)
    return `gap and maxWait: expected ${MAX_PAUSE_BLOCKS} or less, got ${Math.max(gap, maxWait)}`
  if (maxRedraws > MAX_REDRAWS) return `maxRedraws: expected ${MAX_REDRAWS} or less, got ${maxRedraws}`
  return challenges >= 1 && challenges <= MAX_RECEIPT_CHUNKS
    ? undefined
    : `challenges: expected 1 to ${MAX_RECEIPT_CHUNKS}, got ${challenges}`
}
