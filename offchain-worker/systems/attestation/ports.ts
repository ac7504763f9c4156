/**
 * What an attestor is given, and what it tells.
 *
 * Owns: these types. Does not own: the feeds that it audits (hosting's ports).
 */
import type { AssignmentProgress } from '#worker/kernel/assignments.ts'
import type { KernelProgress, RoleDeps } from '#worker/kernel/ports.ts'
import type { FeedClient } from '#worker/systems/hosting/ports.ts'

/** What names the record that an attestor is assigned to. */
export type NamesRound = { readonly round: number }

/** What an attestor tells to those who watch it. */
export type AttestationProgress =
  | AssignmentProgress<NamesRound>
  | { readonly kind: 'coinflip-started'; readonly round: number; readonly attempt: number; readonly members: number }
  | {
      readonly kind: 'coinflip-exit'
      readonly round: number
      readonly attempt: number
      /** Noise keys of those whose lies were proven to us. */
      readonly liars: readonly Uint8Array[]
    }
  | {
      readonly kind: 'audit-started'
      readonly round: number
      readonly chunks: number
      readonly slot: string
      /** Readers of the feed that were observed before. */
      readonly readersSeen: number
    }
  | {
      readonly kind: 'audit-done'
      readonly round: number
      readonly result: 'served' | 'partial' | 'unserved'
      /** How often the hoster was visited. */
      readonly visits: number
      readonly received: number
      readonly lost: number
      /** Chunks to ask for, when nothing is lost. */
      readonly planned: number
      readonly why: string
    }

/** What an attestor is given. */
export interface AttestorDeps extends Omit<RoleDeps, 'report'> {
  readonly feeds: FeedClient
  readonly report: (progress: AttestationProgress | KernelProgress) => void
}
