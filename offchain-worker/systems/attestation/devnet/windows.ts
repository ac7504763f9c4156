/**
 * The windows of a devnet's rounds: how many blocks each step has.
 *
 * Owns: the rule by which they follow from block time and slowness, and setting them on the chain. Does not own: the other parameters.
 *
 * A step takes a machine its time, whatever the blocks do. So there are as many blocks as make up that time, and never fewer than finality
 * and inclusion take.
 */
import type { attestationCalls } from '#types/domain/attestation/attestation.ts'
import { checkParameters, DEFAULT_PARAMETERS, type AttestationParameters } from '#types/domain/attestation/round.ts'
import { news } from '#types/domain/changes.ts'
import type { Values } from '#types/scale/compound.ts'
import { read, readEntries } from '#chain/api/descriptors.ts'
import { asRoot } from '#worker/devnet/root.ts'
import type { Fitted, Stage } from '#worker/devnet/scenario.ts'
import { roundBlockTime } from '#worker/devnet/slowness.ts'
import { activeRounds, parameters } from '../role/chain-items.ts'

/** Blocks at the usual block time: short enough to watch, long enough for processes that share two cores. */
const USUAL = {
  coinflipWindow: 8,
  slotBlocks: 3,
  reportWindow: 12,
  slotTolerance: 8,
  answerWindow: 6,
  objectionWindow: 3,
} as const
const USUAL_BLOCK_MS = 500
/** Windows that the chain does not take are made shorter by this factor, until it does. */
const SHRINK = 0.95

/** The pace that windows must suit. */
export interface WindowTerms {
  readonly attestors: number
  readonly blockTimeMs: number
  /** @see Stage.slowness */
  readonly slowness: number
  /** Least time for the coinflip on a quiet machine, in milliseconds. */
  readonly coinflipMs?: number
}

/** The parameters that are windows, in blocks. */
export type Windows = Pick<
  AttestationParameters,
  'coinflipWindow' | 'roundLength' | 'reportWindow' | 'slotTolerance' | 'answerWindow' | 'objectionWindow'
>

/** How many blocks of the present block time make up one of the usual block time, on this machine; 1 at least. */
const factorOf = ({ blockTimeMs, slowness }: Pick<WindowTerms, 'blockTimeMs' | 'slowness'>): number =>
  Math.max(1, (slowness * USUAL_BLOCK_MS) / blockTimeMs)

function windowsAt(factor: number, { attestors, coinflipMs = 0 }: WindowTerms): Windows {
  const blocks = (usual: number): number => Math.ceil(usual * factor)
  const coinflipWindow = blocks(Math.max(USUAL.coinflipWindow, coinflipMs / USUAL_BLOCK_MS))
  return {
    coinflipWindow,
    roundLength: coinflipWindow + blocks(USUAL.slotBlocks) * attestors,
    reportWindow: blocks(USUAL.reportWindow),
    slotTolerance: blocks(USUAL.slotTolerance),
    answerWindow: blocks(USUAL.answerWindow),
    objectionWindow: blocks(USUAL.objectionWindow),
  }
}

/**
 * The windows that suit, or the longest that a chain takes.
 * @returns with `blockTimeMs` where these are too short: the block time at which they would do
 */
export function windowsFor(terms: WindowTerms): { readonly windows: Windows; readonly blockTimeMs?: number } {
  const { attestors, blockTimeMs } = terms
  const wanted = factorOf(terms)
  let factor = wanted
  let windows = windowsAt(factor, terms)
  while (factor > 1 && checkParameters({ ...DEFAULT_PARAMETERS, attestors, ...windows }) !== undefined) {
    factor = Math.max(1, factor * SHRINK)
    windows = windowsAt(factor, terms)
  }
  return { windows, ...(factor < wanted && { blockTimeMs: roundBlockTime((blockTimeMs * wanted) / factor) }) }
}

/** Blocks after which a round must be over, redraws of inconclusive rounds included. */
const ROUND_DEADLINE_BLOCKS = 240

/** The same on a chain of that pace. */
export const roundDeadline = (pace: Pick<WindowTerms, 'blockTimeMs' | 'slowness'>): number =>
  Math.ceil(ROUND_DEADLINE_BLOCKS * factorOf(pace))

/**
 * Sets the windows on the chain. A round under way must not lose time that its members count on, so windows become shorter only between
 * rounds.
 * @returns undefined where a round is in the way
 */
export async function fitWindows(
  stage: Stage,
  slowness: number,
  coinflipMs: number | undefined,
): Promise<Fitted | undefined> {
  const { chain, blockTimeMs } = stage
  const present = (await read(chain, parameters))!
  const { attestors } = present
  const { windows, ...enough } = windowsFor({ attestors, blockTimeMs, slowness, ...(coinflipMs && { coinflipMs }) })
  const next: AttestationParameters = { ...present, ...windows }
  const changes = news(present, next)
  if (!changes) return enough
  // Also where most become longer: somebody may have set one by hand.
  const isShorter = (Object.keys(windows) as (keyof Windows)[]).some((name) => next[name] < present[name])
  if (isShorter && (await readEntries(chain, activeRounds)).length > 0) return undefined
  const args: Values<typeof attestationCalls.setParameters> = { changes }
  await asRoot(stage, { pallet: 'Attestation', name: 'setParameters', args })
  const { coinflipWindow, roundLength, reportWindow } = windows
  const slots = (roundLength - coinflipWindow) / attestors
  const words = `a round has ${coinflipWindow} blocks for the coinflip, ${slots} for each audit, ${reportWindow} for reports`
  return { words, ...enough }
}
