/**
 * What a pinned feed says of itself in its storage: that its blocks are encoded, of which copies, and with which moduli.
 *
 * Owns: the marker, and refusing a marked feed to everything that would read its blocks as plain ones. Does not own: reading them.
 *
 * The marker is written in one batch with what it describes, so that a killed process never leaves blocks without their moduli.
 */
import type { Core, StorageReader } from 'hypercore'
import { toHex } from '#types/bytes.ts'
import { LeafBytes } from '#types/domain/hosting/copy/segment.ts'
import { AssayError } from '#types/errors.ts'
import { H256 } from '#types/scale/account.ts'
import { decode, encode, type ValueOf } from '#types/scale/codec.ts'
import { struct, vec } from '#types/scale/compound.ts'
import { u32, u64 } from '#types/scale/primitives.ts'

const MARKER_KEY = 'assay/pinned'
/** Copies of one feed, and segments of one copy. */
const MAX_CLAIMS = 1_024
const MAX_SEGMENTS = 4_096

/** A segment of a copy, which reaches to the next one or to the end of the copy. */
const ClaimedSegment = struct({ from: u32, modulus: LeafBytes })

/** A copy in the storage of a feed. */
export const Claim = struct({
  genesis: H256,
  copy: u64,
  generation: u32,
  /** Its first block, and the block after its last one. */
  from: u32,
  to: u32,
  /** Ascending; the first begins with the copy. */
  segments: vec(ClaimedSegment, MAX_SEGMENTS),
})
export type Claim = ValueOf<typeof Claim>

const Marker = vec(Claim, MAX_CLAIMS)

/** The batch entry that marks a feed as pinned. */
export const markerOf = (claims: readonly Claim[]): readonly [key: string, value: Uint8Array] => [
  MARKER_KEY,
  encode(Marker, claims),
]

/** The copies in the storage of a feed; undefined where the feed is not pinned. */
export async function readMarker(core: Core): Promise<readonly Claim[] | undefined> {
  const reader: StorageReader = core.storage.read()
  const stored = reader.getUserData(MARKER_KEY)
  reader.tryFlush()
  const bytes = await stored
  return bytes === null ? undefined : decode(Marker, bytes)
}

/** @throws AssayError `FEED_PINNED` where the storage of a feed has encoded blocks */
export async function refusePinned(core: Core): Promise<void> {
  if ((await readMarker(core)) === undefined) return
  const feed = toHex(core.key)
  throw new AssayError(
    'FEED_PINNED',
    `expected feed ${feed} to be stored as plain blocks, got an encoded copy: open it as a pinned copy first`,
    { feed },
  )
}
