/**
 * The parameters of committees: windows of ceremonies and requests, and prices.
 *
 * Owns: their encoding, their default, their bounds, and the form in which root changes some of them.
 * All times are in blocks.
 */
import { balanceOf } from '../../scale/balance.ts'
import type { ValueOf } from '../../scale/codec.ts'
import { struct } from '../../scale/compound.ts'
import { u32 } from '../../scale/primitives.ts'
import { optional } from '../changes.ts'

const fields = {
  /** For the members of a ceremony to join. */
  joinWindow: u32,
  /** For its dealers to deal. */
  dealWindow: u32,
  /** For disputes, in its first half, and for confirmations. */
  settleWindow: u32,
  /** From a request to its end without a signature. */
  signingWindow: u32,
  /** For which it is one member's turn to have a signature made. */
  initiatorTurn: u32,
  /** For which a signature is kept. */
  retention: u32,
  /** Reserved for a signature, and paid to the member whose turn it was. */
  signatureFee: balanceOf,
  /** Reserved for a committee. */
  deposit: balanceOf,
}

export const CommitteeParameters = struct(fields, { path: ['assay_primitives', 'committee', 'Parameters'] })
export type CommitteeParameters = ValueOf<typeof CommitteeParameters>

export const CommitteeParameterChanges = struct(optional(fields), {
  path: ['assay_primitives', 'committee', 'ParameterChanges'],
  docs: ['A new value for each parameter that changes.'],
})

const TOKEN = 10n ** 12n

/** The runtime's default. A chain spec may set others. */
export const DEFAULT_COMMITTEE_PARAMETERS: CommitteeParameters = {
  joinWindow: 20,
  dealWindow: 20,
  settleWindow: 40,
  signingWindow: 100,
  initiatorTurn: 5,
  retention: 10_000,
  signatureFee: TOKEN,
  deposit: 100n * TOKEN,
}

const MOST_BLOCKS = 1_000_000
/** Disputes have half of this window, and a confirmation needs a block too. */
const LEAST_SETTLE = 2

/** The reason why parameters are unusable, in words; `undefined` if they are fine. */
export function checkCommitteeParameters(parameters: CommitteeParameters): string | undefined {
  const { signatureFee, deposit, ...windows } = parameters
  for (const [name, blocks] of Object.entries(windows))
    if (blocks < 1 || blocks > MOST_BLOCKS) return `${name}: expected 1 to ${MOST_BLOCKS} blocks, got ${blocks}`
  if (windows.settleWindow < LEAST_SETTLE)
    return `settleWindow: expected ${LEAST_SETTLE} blocks or more, got ${windows.settleWindow}`
  return signatureFee > 0n && deposit > 0n
    ? undefined
    : `signatureFee and deposit: expected 1 or more, got ${signatureFee} and ${deposit}`
}
