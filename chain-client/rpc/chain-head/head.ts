/**
 * The chain as a follower is told it.
 *
 * Owns: these types. Does not own: the events that tell them (follow.ts).
 */
/** A block in an event, with hashes in hex. */
export interface ReportedBlock {
  readonly hash: string
  readonly parentHash: string
  readonly number: number
}

/** The chain at the moment when a client begins to follow. */
export interface Head {
  /** The latest finalized blocks, oldest first, at least one. */
  readonly finalized: readonly ReportedBlock[]
  /** Live blocks above them, parents before children. */
  readonly unfinalized: readonly ReportedBlock[]
  readonly best: ReportedBlock
}
