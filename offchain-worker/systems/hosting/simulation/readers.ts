/**
 * Ordinary readers of a simulated feed: audits must look like theirs.
 *
 * Owns: one reader's session over simulated hosting. Does not own: the traffic of many readers.
 */
import { blake2b256 } from '#types/crypto/hash.ts'
import { ReceiptRequest } from '#types/domain/hosting/receipt.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import type { Clock } from '#types/clock.ts'
import { encode } from '#types/scale/codec.ts'
import { drawSession, READER_KINDS, type ReaderKind } from '../reader/manners.ts'
import { playSession, type SessionOptions, type SessionOutcome } from '../reader/session.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'
import type { Random } from '#worker/simulation/random.ts'
import type { Hosting } from './hosting.ts'

const MEET_MS = 4_000
const CHUNK_MS = 2_000

/** @see readOnce */
export interface ReaderOptions {
  readonly peer: number
  readonly clock: Clock
  readonly identity: NoiseIdentity
  readonly feed: FeedHead
  /** The hoster's registered Noise key. */
  readonly hoster: Uint8Array
  readonly random: Random
}

/** The result of one reader's session. */
export interface ReaderOutcome extends SessionOutcome {
  readonly kind: ReaderKind
}

/** One session of a reader of any kind. */
export async function readOnce(hosting: Hosting, options: ReaderOptions): Promise<ReaderOutcome> {
  const { feed, random } = options
  const kind = READER_KINDS[random.below(READER_KINDS.length)]!
  const session = drawSession(kind, feed.length, (bound) => random.below(bound))
  return { kind, ...(await readSession(hosting, options, session)) }
}

/** A reader connects, reads this session, takes its receipt, and leaves. */
export async function readSession(
  hosting: Hosting,
  { peer, clock, identity: { publicKey }, feed, hoster }: Omit<ReaderOptions, 'random'>,
  session: SessionOptions['session'],
): Promise<SessionOutcome> {
  const receiptRequest = encode(ReceiptRequest, { feed: feed.key, nonce: blake2b256(publicKey) })
  const connection = await hosting.read(
    { peer, clock, conduct: 'honest', isSeen: true, publicKey },
    { feed, hoster, timeoutMs: MEET_MS, receiptRequest, onReceipt: () => undefined },
  )
  const terms = { session, receiptRequest, chunkMs: CHUNK_MS, receiptMs: MEET_MS }
  const outcome = await playSession(connection, terms, clock)
  await connection.close()
  return outcome
}
