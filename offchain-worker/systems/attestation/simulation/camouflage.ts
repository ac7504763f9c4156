/**
 * One hoster among ordinary readers and auditors, on virtual time: what its log shows, and the price of refusing some.
 *
 * Owns: when readers and auditors come. Does not own: rounds on a chain. Audits, readers and receipts are the real ones. There is
 * no chain: its block stands still.
 */
import { toHex, u32le, utf8 } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import { sample } from '#types/domain/draw.ts'
import { silentLog } from '#types/log.ts'
import { createAudit } from '../protocol/audit.ts'
import type { AuditResult } from '../protocol/terms.ts'
import { runAudit } from '../role/audit-run.ts'
import { visitSeeds } from '../role/audit-secrets.ts'
import type { FeedClient } from '#worker/systems/hosting/ports.ts'
import { createReceiptGiver } from '#worker/systems/hosting/role/receipt-giver.ts'
import type { Conditions } from '#worker/simulation/conditions.ts'
import { identityFrom, identityOf } from '#worker/simulation/identities.ts'
import { createNetwork } from '#worker/simulation/network.ts'
import type { Chance } from '#worker/simulation/random.ts'
import { createScheduler } from '#worker/simulation/scheduler.ts'
import { feedOf } from '#worker/systems/hosting/simulation/feed.ts'
import { FairPlaces } from '#worker/systems/hosting/protocol/fair-places.ts'
import type { ReadTrace } from '#worker/systems/hosting/protocol/read-habits.ts'
import { plantedSession, type Planting } from '#worker/systems/hosting/simulation/planted.ts'
import { createHosting, type HosterConduct, type RequestLog } from '#worker/systems/hosting/simulation/hosting.ts'
import { readOnce, readSession, type ReaderOutcome } from '#worker/systems/hosting/simulation/readers.ts'

/**
 * latest: those that left last. first: those that came first, and keep their places for good. fair: each has the same
 * chance of a place, as in an observer. In the last two, planted readers come before all others.
 */
export type Places = 'latest' | 'first' | 'fair'

/** @see runAudits */
export interface AuditWorldOptions {
  readonly chance: Chance
  readonly conditions: Conditions
  readonly blocks: number
  /** Longest block in bytes. Each block has a length from 1 to this. */
  readonly blockBytes: number
  readonly challenges: number
  /** Number of readers' sessions, and of audits. They come one after the other in a drawn order. */
  readonly readers: number
  readonly audits: number
  /** Sessions of readers that the hoster planted. They come between the others, and the hoster serves them always. */
  readonly planted?: { readonly sessions: number; readonly how: Planting }
  /** Whether the hoster refuses a request, given all of the reader's requests so far. */
  readonly refuses: NonNullable<HosterConduct['refuses']>
  /** Most readers that an auditor has seen, the planted ones among them. With 0 it makes readers up. */
  readonly seen: number
  /** Which readers these are, of all that have left. By default the latest. */
  readonly places?: Places
}

/** @see runAudits */
export interface AuditWorldResult {
  /** Every session in the hoster's log, without those of planted readers. */
  readonly log: readonly { readonly isAudit: boolean; readonly requests: RequestLog }[]
  readonly readers: readonly ReaderOutcome[]
  readonly audits: readonly AuditResult[]
}

const TIMINGS = { connectMs: 4_000, chunkMs: 2_000, receiptMs: 4_000 }
const DEADLINE_MS = 60_000
const THINK_MS = 8_000
const CONCURRENCY = 16
/** Time from one session's beginning to the next one's. */
const ARRIVAL_MS = 700
const HOSTER = 0
const READER = 1
const AUDITOR = 2

/** Resolves when all settled promises have run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** What an auditor has seen, given all readers that have left. */
function seenBy(
  { seen, places = 'latest', chance }: AuditWorldOptions,
  traces: () => readonly ReadTrace[],
): () => readonly ReadTrace[] {
  if (seen === 0) return () => []
  if (places === 'latest') return () => traces().slice(-seen)
  if (places === 'first') return () => traces().slice(0, seen)
  const random = chance.streams('places').at(0)
  const fair = new FairPlaces(seen, random)
  const holders = new Set<number>()
  let come = 0
  return () => {
    const all = traces()
    for (; come < all.length; come++) {
      const { hasPlace, loser } = fair.arrive(String(come))
      if (hasPlace) holders.add(come)
      if (loser !== undefined) holders.delete(Number(loser))
    }
    return [...holders].map((number) => all[number]!)
  }
}

/** Plays all sessions to their end. The same options give the same result. */
export async function runAudits(options: AuditWorldOptions): Promise<AuditWorldResult> {
  const { chance, conditions, blocks, blockBytes, challenges, planted } = options
  const scheduler = createScheduler()
  const network = createNetwork(conditions, scheduler, chance)
  const words = chance.streams('arrivals').at(0)
  const lengths = chance.streams('feed').at(0)
  const feed = feedOf(
    identityOf('author'),
    Array.from({ length: blocks }, () => lengths.bytes(1 + lengths.below(blockBytes))),
  )
  const hosting = createHosting(network, new Map([[toHex(feed.head.key), feed]]))
  const hoster = identityOf('hoster')
  const plantedKeys = new Set<string>()
  const refuses: HosterConduct['refuses'] = (requests, reader) =>
    !plantedKeys.has(toHex(reader)) && options.refuses(requests, reader)
  const genesisHash = blake2b256(utf8('a chain that stands still'))
  const block = { number: 1, hash: genesisHash }
  const giver = createReceiptGiver(
    feed.head.key,
    { latest: () => block },
    { chain: { genesisHash }, network: { identity: hoster }, report: () => undefined, log: silentLog },
  )
  giver.open(
    hosting.serve(
      HOSTER,
      hoster.publicKey,
      { lost: new Set(), silent: false, extraMs: 0, refuses },
      { feed: feed.head.key, ...giver.calls, onConflict: () => undefined },
    ),
  )
  const observer = hosting.observe(AUDITOR, feed.head.key)
  const readers: ReaderOutcome[] = []
  const audits: AuditResult[] = []
  const auditKeys = new Set<string>()

  const readerTerms = (number: number) => ({
    peer: READER,
    clock: network.clockOf(READER),
    identity: identityOf(`reader/${number}`),
    feed: feed.head,
    hoster: hoster.publicKey,
  })
  const read = (number: number): void => {
    const random = chance.streams('readers').at(number)
    void readOnce(hosting, { ...readerTerms(number), random }).then((outcome) => readers.push(outcome))
  }
  const plant = (number: number): void => {
    const random = chance.streams('planted').at(number)
    const terms = readerTerms(number)
    plantedKeys.add(toHex(terms.identity.publicKey))
    const session = plantedSession(planted!.how, blocks, (bound) => random.below(bound))
    void readSession(hosting, terms, session)
  }
  const watched = seenBy(options, () => observer.traces())
  const audit = (number: number): void => {
    const random = chance.streams('audits').at(number)
    const seed = random.bytes(32)
    const seeds = visitSeeds(seed)
    const keys = seeds.map((own) => identityFrom(own).publicKey)
    for (const key of keys) auditKeys.add(toHex(key))
    const clock = network.clockOf(AUDITOR)
    const machine = createAudit({
      genesisHash,
      feed: feed.head,
      hosterKey: hoster.publicKey,
      visits: keys.map((auditKey) => ({ auditKey, nonce: random.bytes(32) })),
      chunks: sample(blake2b256Of(seed, u32le(number)), 'chunk', challenges, blocks),
      isRecentBlock: () => true,
      isResumed: false,
      concurrency: CONCURRENCY,
      deadlineMs: DEADLINE_MS,
      hurryMs: DEADLINE_MS,
      thinkMs: THINK_MS,
    })
    const feeds: Pick<FeedClient, 'auditFeed'> = {
      auditFeed: (request) => {
        const { publicKey } = identityFrom(request.seed)
        return hosting.read({ peer: AUDITOR, clock, conduct: 'honest', isSeen: false, publicKey }, request)
      },
    }
    const request = { feed: feed.head, hoster: hoster.publicKey, timeoutMs: TIMINGS.connectMs }
    const seen = watched()
    const deps = { feeds, clock, log: silentLog, randomBytes: (count: number) => random.bytes(count) }
    runAudit({ machine, request, seeds, timings: TIMINGS, seen }, deps, (result) => audits.push(result))
  }

  const arrivals = [
    ...Array.from({ length: options.readers }, () => read),
    ...Array.from({ length: options.audits }, () => audit),
  ]
  const plants = Array.from({ length: planted?.sessions ?? 0 }, () => plant)
  const comeFirst = (options.places ?? 'latest') === 'latest' ? [] : plants
  if (comeFirst.length === 0) arrivals.push(...plants)
  for (let number = 0; number < comeFirst.length || arrivals.length > 0; number++) {
    const come = comeFirst[number] ?? arrivals.splice(words.below(arrivals.length), 1)[0]
    scheduler.after(number * ARRIVAL_MS, () => come!(number))
  }
  while (scheduler.step(Infinity)) await settled()
  const log = [...hosting.logOf(hoster.publicKey, feed.head.key)]
    .filter(([key]) => !plantedKeys.has(key))
    .map(([key, requests]) => ({ isAudit: auditKeys.has(key), requests }))
  return { log, readers, audits }
}
