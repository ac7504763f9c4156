/**
 * The terms of a simulated market: who takes part and how each behaves, and what comes out.
 *
 * Owns: these types, the parameters of the simulated chain, and the costs off the chain. Does not own: what a conduct does.
 */
import { DEFAULT_HOSTING_PARAMETERS, type HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import type { CopyFaultName, PaidForName } from '#types/domain/hosting/market.ts'
import type { Played, WorldOptions } from '#worker/simulation/world.ts'
import { PAPER_LEAF_BYTES } from './paper-copies.ts'

/**
 * How a hoster behaves.
 *   drops: keeps all hashes, and lacks a share of the leaves
 *   fetches: keeps nothing, and asks other hosters of the feed for each block that a challenge is about
 *   keeps-plain: keeps the plain feed, and no copy
 *   in-ring: keeps nothing of a copy that its own owner encoded, because the two agree on how to make it again
 */
export type HosterConduct =
  | { readonly kind: 'honest' | 'fetches' | 'keeps-plain' | 'in-ring' }
  | { readonly kind: 'drops'; readonly share: number }

/** How an encoder behaves. same-copy: it gives the first copy that it made to all later hosters. one-key: one key for all copies. */
export type EncoderConduct = 'honest' | 'junk' | 'same-copy' | 'one-key' | 'in-ring'

/** How a supporter behaves. withdraws: it takes back all that the chain gives it, in every block. */
export type SupporterConduct = 'honest' | 'withdraws'

/** One account with a role in the market, and the owner who gains and loses by it. */
export type Participant = { readonly name: string; readonly owner: string } & (
  | { readonly role: 'Hoster'; readonly conduct: HosterConduct }
  | { readonly role: 'Encoder'; readonly conduct: EncoderConduct }
)

/** A feed with its publisher, and the supporter that pays for its copies. */
export interface MarketFeed {
  readonly publisher: string
  readonly supporter: string
  readonly conduct: SupporterConduct
  /** Owner of both accounts. */
  readonly owner: string
}

/** @see runMarket */
export interface MarketOptions extends Omit<WorldOptions, 'blockMs'> {
  readonly participants: readonly Participant[]
  readonly feeds: readonly MarketFeed[]
  /** Copies of each feed. */
  readonly copies: number
  /** Blocks after which the play ends. */
  readonly blocks: number
  readonly onBlock?: (number: number) => void
}

/** What an owner has gained by the end, in the smallest unit. */
export interface Standing {
  /** On the chain: balances, bonds, and what is left in pools. */
  readonly money: bigint
  /** Off the chain: what it spent on storing and encoding. */
  readonly spent: bigint
  /** The hosting that its feeds got, at what a hoster of full reputation is paid for it. */
  readonly hosting: bigint
}

/** What happened to one owner. */
export interface Deeds {
  /** Draws by which it became a hoster or an encoder of a copy. */
  hosted: number
  encoded: number
  passes: number
  misses: number
  /** Copies that it lost by its own fault, by the fault. */
  readonly faults: Partial<Record<CopyFaultName, number>>
  readonly paid: Partial<Record<PaidForName, bigint>>
  /** Of bonds, in the smallest unit. */
  charged: bigint
  /** Calls that failed, by error. */
  readonly failures: Record<string, number>
}

/** The result of a market. */
export interface MarketPlayed {
  readonly standings: Readonly<Record<string, Standing>>
  readonly deeds: Readonly<Record<string, Deeds>>
  /** All that pools were spent on, in the smallest unit. */
  readonly burned: bigint
  /** Sums over blocks: copies that the chain counts as live, and those of them that their hosters really keep. */
  readonly liveBlocks: number
  readonly keptBlocks: number
}

/** The result of a market and its world. */
export type MarketResult = MarketPlayed & Omit<Played<MarketPlayed>, 'result'>

export const TOKEN = 10n ** 12n
/** To a hoster of full reputation and to an encoder, for 1,024 leaves. */
export const PRICE = 4n * TOKEN
/** What it costs a hoster to keep all leaves of a copy for the time from one challenge to the next, of its pay at full reputation. */
export const STORING_COST_PERCENT = 20n
/** What it costs an encoder to encode a copy, of its pay. */
export const ENCODING_COST_PERCENT = 30n
/** Bytes of hashes for each byte of a copy with leaves of 2,048 bits. */
export const HASHES_PER_LEAF = 1 / 8

/** Of a simulated chain: five times as many challenges as by default, so that a short play has many, and short pauses. */
export const MARKET_PARAMETERS: HostingParameters = {
  ...DEFAULT_HOSTING_PARAMETERS,
  challengeInterval: 10,
  retryPause: 2,
  queuePause: 10,
  starvingGrace: 50,
  planNotice: 10,
  leastModulusBytes: PAPER_LEAF_BYTES,
}
