/**
 * A simulated world of encoders and hosters with the real roles on the real pallets, that a test moves block by block.
 *
 * Owns: the cast, the pool and the plan, and what a test looks at. Does not own: the ports in memory (memory-copies.ts).
 */
import { callOf, decodeEvent, encodeCall, eventOf, type EventDescriptor } from '#chain/api/descriptors.ts'
import type { CallRequest, ChainEventRecord } from '#chain/api/chain-port.ts'
import { Copy, type CopyStateName } from '#types/domain/hosting/contract.ts'
import { feedCalls } from '#types/domain/hosting/feed-calls.ts'
import { hostingCalls, hostingEvents } from '#types/domain/hosting/market.ts'
import type { HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import type { PlanTerms } from '#types/domain/hosting/plan.ts'
import { HostingPromise } from '#types/domain/hosting/feed-growth.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { decode, encode } from '#types/scale/codec.ts'
import type { Fields, Values } from '#types/scale/compound.ts'
import { u64 } from '#types/scale/primitives.ts'
import type { Progress } from '#worker/kernel/ports.ts'
import { parseConditions } from '#worker/simulation/conditions.ts'
import { accountOf } from '#worker/simulation/identities.ts'
import type { Seat } from '#worker/simulation/play.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { SimulatedWorld } from '#worker/simulation/world.ts'
import type { BlockEncoder } from '#worker/systems/hosting/copy-ports.ts'
import type { FeedServer } from '#worker/systems/hosting/ports.ts'
import { faultyCodec, faultyCopies, faultyKeys } from '#worker/systems/hosting/role/copy-faults.ts'
import { createEncoder } from '#worker/systems/hosting/role/encoder.ts'
import { createHoster } from '#worker/systems/hosting/role/hoster.ts'
import { memoryFeed } from './memory-feed.ts'
import { memoryCodec, memoryCopies, memoryKeys, memorySources } from './memory-copies.ts'
import { PARAMETERS, TERMS } from './market.ts'

const BLOCK_MS = 6_000
const LATENCY_MS = 20
const DONOR = 'donor'
const PURSE = 10n ** 24n
const GIFT = 10n ** 16n
const STORAGE = 10_000_000n
const MOST_BLOCKS = 120

const publish = callOf('Feeds', 'publish', feedCalls.publish)
const donate = callOf('Hosting', 'donate', hostingCalls.donate)
const publishPlan = callOf('Hosting', 'publishPlan', hostingCalls.publishPlan)

export const feed = memoryFeed(12)
/** Events of the pallet by name. */
export const happened = {
  live: eventOf('Hosting', 'CopyLive', hostingEvents.CopyLive),
  failed: eventOf('Hosting', 'CopyFailed', hostingEvents.CopyFailed),
  proven: eventOf('Hosting', 'StorageProven', hostingEvents.StorageProven),
  missed: eventOf('Hosting', 'StorageMissed', hostingEvents.StorageMissed),
  matched: eventOf('Hosting', 'SegmentMatched', hostingEvents.SegmentMatched),
  offered: eventOf('Hosting', 'Offered', hostingEvents.Offered),
  ended: eventOf('Hosting', 'CopyEnded', hostingEvents.CopyEnded),
} as const

/** The donor's plan. */
export const planCall = (terms: Partial<PlanTerms> = {}): CallRequest =>
  encodeCall(publishPlan, { terms: { ...TERMS, feed: feed.head.key, ...terms } })

/** A worker of the stage. */
interface Party {
  readonly name: string
  readonly peer: number
  readonly progress: Progress[]
  /** Changes what the encoder makes of a block. */
  codec: BlockEncoder & { made(): number }
  /** The fault with which its next process starts. */
  fault: string | undefined
}

/** @see CopyStage */
export interface CopyStageOptions {
  readonly encoders?: number
  readonly hosters?: number
  readonly parameters?: Partial<HostingParameters>
  /** Until this block, no frame passes between an encoder and a hoster. */
  readonly partedUntil?: number
}

/** See the module's header. All workers start at once. */
export class CopyStage {
  readonly world: SimulatedWorld<undefined>
  readonly encoders: readonly Party[]
  readonly hosters: readonly Party[]
  readonly events: ChainEventRecord[] = []
  readonly keys = new Map<string, ReturnType<typeof memoryKeys>>()
  readonly copies = new Map<string, ReturnType<typeof memoryCopies>>()
  /** Feeds that each hoster serves. */
  readonly served = new Map<string, number>()
  /** Whether a hoster shall leave its copies when it starts. */
  readonly leaving = new Set<string>()
  #acts = 0

  constructor({ encoders = 2, hosters = 2, parameters = {}, partedUntil = 0 }: CopyStageOptions = {}) {
    const party = (name: string, peer: number): Party => ({
      name,
      peer,
      progress: [],
      codec: memoryCodec(),
      fault: undefined,
    })
    this.encoders = Array.from({ length: encoders }, (_, i) => party(`encoder-${i}`, i))
    this.hosters = Array.from({ length: hosters }, (_, i) => party(`hoster-${i}`, encoders + i))
    const groups = [this.encoders, this.hosters].map((parties) => parties.map(({ peer }) => peer))
    const partitions = partedUntil > 0 ? [{ fromMs: 0, toMs: partedUntil * BLOCK_MS, groups }] : []
    this.world = new SimulatedWorld(
      () => ({
        balances: [[DONOR, PURSE]],
        genesis: { hosting: { ...PARAMETERS, acceptWindow: 6, encodeWindow: 12, confirmWindow: 6, ...parameters } },
        seats: [...this.encoders.map((each) => this.#encoder(each)), ...this.hosters.map((each) => this.#hoster(each))],
        onBlock: ({ events }) => void this.events.push(...events),
        isOver: () => false,
        result: () => undefined,
      }),
      {
        chance: chanceFrom('copies'),
        conditions: parseConditions({ latencyMs: LATENCY_MS, partitions }),
        blockMs: BLOCK_MS,
      },
    )
  }

  /** Starts all workers, donates, and publishes a plan. */
  async begin(copies = 1, terms: Partial<PlanTerms> = {}): Promise<void> {
    for (const { peer } of [...this.encoders, ...this.hosters]) this.world.start(peer)
    this.act(encodeCall(publish, { head: feed.head }))
    await this.blocks(3)
    this.act(encodeCall(donate, { feed: feed.head.key, amount: GIFT }))
    await this.blocks(1)
    this.act(planCall({ copies, ...terms }))
    await this.blocks(1)
  }

  /** Blocks of the feed that a worker promises to serve. */
  promised({ name }: Party): number | undefined {
    const at = [encode(AccountId, accountOf(name)), encode(H256, feed.head.key)]
    const bytes = this.world.face.get(this.world.state, 'Feeds', 'Hosting', at)
    return bytes && decode(HostingPromise, bytes).tree.length
  }

  #encoder(party: Party): Seat {
    const keys = memoryKeys(party.name)
    this.keys.set(party.name, keys)
    return {
      name: party.name,
      role: 'Encoder',
      report: (progress) => void party.progress.push(progress),
      open: () => (account, deps) => {
        const honest: BlockEncoder = { encode: (...args) => party.codec.encode(...args) }
        const codec = faultyCodec(honest, party.fault, (count) => new Uint8Array(count).fill(0xff))
        const ports = { ...deps, keys: faultyKeys(keys, party.fault), codec, sources: memorySources(feed) }
        return createEncoder({ account, bytesPerBlock: 10_000 }, ports)
      },
    }
  }

  #hoster(party: Party): Seat {
    const copies = memoryCopies()
    this.copies.set(party.name, copies)
    const feeds: FeedServer = {
      serveFeed: async () => {
        this.served.set(party.name, (this.served.get(party.name) ?? 0) + 1)
        return {
          readBlock: async (index) => feed.blocks[index],
          branchAt: async (length) => feed.branchAt(length),
          sendReceipt: () => false,
          dropped: () => ({}),
          close: async () => void this.served.set(party.name, this.served.get(party.name)! - 1),
        }
      },
    }
    return {
      name: party.name,
      role: 'Hoster',
      report: (progress) => void party.progress.push(progress),
      open: () => (account, deps) => {
        const pinning = { storageBytes: STORAGE, isLeaving: this.leaving.has(party.name) }
        return createHoster(
          { account, feeds: [], pinning },
          { ...deps, feeds, copies: faultyCopies(copies, party.fault, memorySources(feed)) },
        )
      },
    }
  }

  /** The donor calls; the next block takes it. */
  act(call: CallRequest, by = DONOR): void {
    void this.world.port(by).submit(`act/${this.#acts++}`, call)
  }

  get number(): number {
    return this.world.chain.number
  }

  async blocks(count: number): Promise<void> {
    await this.world.advance((this.number + count + 1) * BLOCK_MS - 1)
  }

  /** Stops at the event of the world after which the condition holds. */
  async until(what: string, condition: () => boolean): Promise<void> {
    await this.world.advance((this.number + MOST_BLOCKS) * BLOCK_MS, condition)
    if (!condition()) throw new Error(`expected within ${MOST_BLOCKS} blocks: ${what}`)
  }

  copy(id: bigint): Copy | undefined {
    const bytes = this.world.face.get(this.world.state, 'Hosting', 'Copies', [encode(u64, id)])
    return bytes && decode(Copy, bytes)
  }

  async toState(id: bigint, state: CopyStateName): Promise<Copy> {
    await this.until(`copy ${id} is ${state}`, () => this.copy(id)?.state === state)
    return this.copy(id)!
  }

  all<F extends Fields>(event: EventDescriptor<F>): readonly Values<F>[] {
    return this.events.flatMap((each) => {
      const fields = decodeEvent(event, each)
      return fields ? [fields] : []
    })
  }

  /** The worker that has a part in a copy. */
  partyOf(id: bigint, part: 'hoster' | 'encoder'): Party | undefined {
    const account = this.copy(id)?.[part]?.account
    const parties = part === 'hoster' ? this.hosters : this.encoders
    return account && parties.find(({ name }) => Buffer.compare(accountOf(name), account) === 0)
  }

  crash({ peer }: Party): void {
    this.world.crash(peer)
  }

  start({ peer }: Party): void {
    this.world.start(peer)
  }

  /** What must hold of any world and does not. */
  get broken(): readonly string[] {
    return [...this.world.breaches.map(({ kind, detail }) => `${kind}: ${detail}`), ...this.world.chain.bugs]
  }

  /** What workers submitted and the chain did not take. */
  get refused(): readonly string[] {
    return [...this.encoders, ...this.hosters].flatMap(({ name, progress }) =>
      progress.flatMap(({ kind, outcome, duty, why }) =>
        kind === 'submitted' && outcome !== 'included' ? [`${name}: ${String(duty)}: ${String(why)}`] : [],
      ),
    )
  }
}
