/**
 * The parameters of hosting: windows, sizes of challenges, bounds of keys.
 *
 * Owns: their encoding, their default, their bounds, and the form in which root changes some of them.
 * All times are in blocks.
 */
import { balanceOf } from '../../scale/balance.ts'
import { struct } from '../../scale/compound.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { u32 } from '../../scale/primitives.ts'
import { optional } from '../changes.ts'
import { ONE } from '../reputation.ts'
import { MAX_CHALLENGED_LEAVES } from './copy/challenge.ts'
import { MAX_LEAF_BYTES, MIN_LEAF_BYTES } from './copy/segment.ts'

const fields = {
  /** From one storage challenge of a copy to the next, on average. */
  challengeInterval: u32,
  /** For the answer to a challenge. */
  challengeWindow: u32,
  /** Leaves of a challenge. */
  challengedLeaves: u32,
  /** For an encoder to make its key and put it on chain. */
  acceptWindow: u32,
  /** For an encoder, beside the time that its offer says it takes. */
  encodeWindow: u32,
  /** For a hoster to confirm a segment after its encoder committed it. */
  confirmWindow: u32,
  /** Encoders of a copy that may fail before it begins anew with another hoster. */
  setupTries: u32,
  /** To the first new try; each later one waits twice as long. */
  retryPause: u32,
  /** To the next draw, where a copy waits for providers or for money. */
  queuePause: u32,
  /** For which a contract is kept whose pool is too poor. */
  starvingGrace: u32,
  /** The part of draws that takes a hoster which no round has measured yet. Millionths. */
  vettingSharePpm: u32,
  /** Least bytes of an encoder's RSA modulus: 128 for tests, 256 where copies are worth something. */
  leastModulusBytes: u32,
  /**
   * Between a decision over the money of other donors and its effect, so that they can withdraw. As long must money have been in a pool
   * before it decides, and twice as long must it stay.
   */
  planNotice: u32,
  /** Highest prices of a plan (plan.ts): so one that drains a pool takes time, in which donors withdraw. */
  mostHosterPay: balanceOf,
  mostEncoderPay: balanceOf,
  /** An encoder that offers fewer is not drawn: it would have a long time to be silent in. */
  leastEncodingBytesPerBlock: u32,
}

export const HostingParameters = struct(fields, { path: ['assay_primitives', 'hosting', 'Parameters'] })
export type HostingParameters = ValueOf<typeof HostingParameters>

export const HostingParameterChanges = struct(optional(fields), {
  path: ['assay_primitives', 'hosting', 'ParameterChanges'],
  docs: ['A new value for each parameter that changes.'],
})

const TOKEN = 10n ** 12n

/** The runtime's default. A chain spec may set others. */
export const DEFAULT_HOSTING_PARAMETERS: HostingParameters = {
  challengeInterval: 50,
  challengeWindow: 5,
  challengedLeaves: 10,
  acceptWindow: 5,
  encodeWindow: 20,
  confirmWindow: 5,
  setupTries: 3,
  retryPause: 5,
  queuePause: 50,
  starvingGrace: 200,
  vettingSharePpm: 50_000,
  leastModulusBytes: MAX_LEAF_BYTES,
  planNotice: 200,
  mostHosterPay: 10n * TOKEN,
  mostEncoderPay: 10n * TOKEN,
  leastEncodingBytesPerBlock: 16_384,
}

const MOST_BLOCKS = 1_000_000
const MOST_TRIES = 16

/** The reason why parameters are unusable, in words; `undefined` if they are fine. */
export function checkHostingParameters(parameters: HostingParameters): string | undefined {
  const { mostHosterPay, mostEncoderPay, leastEncodingBytesPerBlock, ...others } = parameters
  const { challengedLeaves, setupTries, vettingSharePpm, leastModulusBytes, ...windows } = others
  for (const [name, blocks] of Object.entries(windows))
    if (blocks < 1 || blocks > MOST_BLOCKS) return `${name}: expected 1 to ${MOST_BLOCKS} blocks, got ${blocks}`
  if (windows.challengeInterval < 2 * windows.challengeWindow)
    return `challengeInterval: expected at least twice challengeWindow, ${2 * windows.challengeWindow}, got ${windows.challengeInterval}`
  if (challengedLeaves < 1 || challengedLeaves > MAX_CHALLENGED_LEAVES)
    return `challengedLeaves: expected 1 to ${MAX_CHALLENGED_LEAVES}, got ${challengedLeaves}`
  if (setupTries < 1 || setupTries > MOST_TRIES) return `setupTries: expected 1 to ${MOST_TRIES}, got ${setupTries}`
  if (vettingSharePpm > ONE) return `vettingSharePpm: expected ${ONE} or less, got ${vettingSharePpm}`
  if (mostHosterPay < 1n || mostEncoderPay < 1n)
    return `mostHosterPay and mostEncoderPay: expected 1 or more, got ${mostHosterPay} and ${mostEncoderPay}`
  if (leastEncodingBytesPerBlock < 1) return 'leastEncodingBytesPerBlock: expected 1 or more, got 0'
  return leastModulusBytes === MIN_LEAF_BYTES || leastModulusBytes === MAX_LEAF_BYTES
    ? undefined
    : `leastModulusBytes: expected ${MIN_LEAF_BYTES} or ${MAX_LEAF_BYTES}, got ${leastModulusBytes}`
}
