/**
 * A copy as the chain describes it: of what, which blocks, and in which segments.
 *
 * Owns: checking the description, and finding a block in it. Does not own: the blocks.
 */
import { badModulus } from '#types/crypto/rsa.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import type { CopyIdentity } from '#types/domain/hosting/copy/keys.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import { equalBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { MAX_COPY_BLOCKS } from './copy-ledger.ts'
import type { Claim } from './pin-marker.ts'
import type { BlockRange } from './block-terms.ts'

/** The segments of a copy, which follow on each other. */
export interface CopySegments {
  /** As the chain lists them, with their roots. */
  readonly closed: readonly Segment[]
  /** The one that is being made; none where the copy is complete. */
  readonly present?: Pick<Segment, 'from' | 'modulus'>
}

/** What to hold, and where it belongs. */
export interface CopyOptions {
  /** The feed as the chain registered it when the contract began. */
  readonly head: FeedHead
  readonly identity: Omit<CopyIdentity, 'feed' | 'modulus'>
  readonly range: BlockRange
  readonly segments: CopySegments
  /** The disk had other bytes for a block than were written: the block is dropped, and must be taken again. */
  readonly onSpoiled?: (index: number) => void
}

/** A segment, closed or not. `to` is where the next one begins, or the copy ends. */
export interface CopyPart extends BlockRange {
  readonly modulus: Uint8Array
  readonly closed: Segment | undefined
}

const bad = (message: string): AssayError => new AssayError('BAD_COPY', `a copy cannot be so: ${message}`)

/** The segments in order. @throws AssayError `BAD_COPY` */
export function partsOf({ from, to }: BlockRange, { closed, present }: CopySegments): readonly CopyPart[] {
  const parts: CopyPart[] = closed.map((segment) => ({ ...segment, closed: segment }))
  if (present) parts.push({ ...present, to, closed: undefined })
  let next = from
  for (const part of parts) {
    const why = badModulus(part.modulus, part.modulus.length)
    if (why !== undefined)
      throw bad(`expected a modulus for the segment from block ${part.from}, got a bad one: ${why}`)
    if (part.from !== next || part.to <= part.from) {
      throw bad(`expected a segment from block ${next} on, got one from ${part.from} to ${part.to}`)
    }
    next = part.to
  }
  if (next !== to) throw bad(`expected its segments to reach to block ${to}, got ${next}`)
  return parts
}

/** @throws AssayError `BAD_COPY` */
export function checkRange({ from, to }: BlockRange, { length }: FeedHead): void {
  const isRange = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to
  if (!isRange || to > length) throw bad(`expected blocks of the ${length} of its feed, got ${from} to ${to}`)
  if (to - from > MAX_COPY_BLOCKS) throw bad(`expected at most ${MAX_COPY_BLOCKS} blocks, got ${to - from}`)
}

/** The copy as the feed's marker has it. */
export const claimOf = (
  { genesis, copy, generation }: CopyOptions['identity'],
  { from, to }: BlockRange,
  parts: readonly CopyPart[],
): Claim => ({
  genesis,
  copy,
  generation,
  from,
  to,
  segments: parts.map((part) => ({ from: part.from, modulus: part.modulus })),
})

/** Whether two claims are of the same copy, of whatever generation. */
export const isSameCopy = (a: Claim, b: Claim): boolean => a.copy === b.copy && equalBytes(a.genesis, b.genesis)

/** The modulus of a block in a claim. */
function modulusAt({ from, to, segments }: Claim, index: number): Uint8Array | undefined {
  return index >= from && index < to ? segments.findLast((segment) => segment.from <= index)?.modulus : undefined
}

const overlaps = (a: Claim, b: Claim): boolean => a.from < b.to && b.from < a.to

/** The copies of other chains that have blocks of this one. A folder is for one chain at a time: on this one, nobody pays for them. */
const abandonedFor = (claims: readonly Claim[], claim: Claim): readonly Claim[] =>
  claims.filter((each) => !equalBytes(each.genesis, claim.genesis) && overlaps(each, claim))

/** @throws AssayError `COPY_OVERLAPS` where another copy of the same chain has blocks of this one */
export function checkApart(claims: readonly Claim[], claim: Claim): void {
  const abandoned = abandonedFor(claims, claim)
  const other = claims.find((each) => !isSameCopy(each, claim) && overlaps(each, claim) && !abandoned.includes(each))
  if (!other) return
  throw new AssayError(
    'COPY_OVERLAPS',
    `expected blocks ${claim.from} to ${claim.to} in one copy, got copy ${other.copy} with blocks ${other.from} to ${other.to} of this feed: hold it in another folder`,
    { copy: other.copy },
  )
}

/** The blocks of an earlier claim that a later one of the same copy cannot use: others encoded them. */
function stale(before: Claim, after: Claim): BlockRange[] {
  const isSame = before.generation === after.generation
  const edges = [before, after].flatMap(({ from, to, segments }) => [
    from,
    to,
    ...segments.map((segment) => segment.from),
  ])
  const cuts = [...new Set(edges)].toSorted((a, b) => a - b)
  return cuts.slice(0, -1).flatMap((from, i) => {
    const held = modulusAt(before, from)
    const wanted = modulusAt(after, from)
    const isKept = held === undefined || (isSame && wanted !== undefined && equalBytes(held, wanted))
    return isKept ? [] : [{ from, to: cuts[i + 1]! }]
  })
}

/**
 * The copies of a feed with one more, or with another description of one, and the blocks that go.
 * @throws AssayError `COPY_OVERLAPS`
 */
export function withClaim(claims: readonly Claim[], claim: Claim): { claims: readonly Claim[]; dropped: BlockRange[] } {
  checkApart(claims, claim)
  const before = claims.find((each) => isSameCopy(each, claim))
  const abandoned = abandonedFor(claims, claim)
  const others = claims.filter((each) => each !== before && !abandoned.includes(each))
  const unfit = before ? stale(before, claim) : [claim]
  return { claims: [...others, claim], dropped: [...unfit, ...abandoned] }
}
