/**
 * A chain with a feed, donors, hosters and encoders, and what honest providers would submit to pallet Hosting.
 *
 * Owns: this cast, its calls, and the laws of the pallet's money and duties. Does not own: the encoding of blocks (copies.ts).
 */
import { expect } from 'vitest'
import { toHex, u32le, u64le } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { DEFAULT_BOND_TERMS } from '#types/domain/bond.ts'
import { Contract, Copy, Offer, type SegmentEnd } from '#types/domain/hosting/contract.ts'
import { answerSegment, drawLeaves, drawsBySegment, type StorageAnswer } from '#types/domain/hosting/copy/challenge.ts'
import { checkpointSignable } from '#types/domain/hosting/copy/segment.ts'
import { FeedHead } from '#types/domain/hosting/feed.ts'
import type { HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import { Plan, type PlanTerms } from '#types/domain/hosting/plan.ts'
import { Donation, EMPTY_POOL, Pool } from '#types/domain/hosting/pool.ts'
import { mostEncodedBytes } from '#types/domain/hosting/sizes.ts'
import { AccountInfo } from '#types/scale/account.ts'
import { decode, type Codec } from '#types/scale/codec.ts'
import { Blake2_128Concat, Identity, storagePrefix, Twox64Concat } from '#types/scale/storage-key.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import { EXISTENTIAL_DEPOSIT } from '#chain/runtime/pallets/balances/ledger.ts'
import { HOSTING_ACCOUNT } from '#chain/runtime/pallets/hosting/pools.ts'
import {
  actor,
  actorOf,
  AttestationChain,
  author,
  ENDOWED,
  outsider,
  PARAMETERS as ROUNDS,
  registration,
  root,
  type Actor,
  type Signed,
} from '../attestation/chain.ts'
import { callOf, UNIT, type Keypair } from '../runtime.ts'
import { encoding, segmentOf, testKey, type TestKey, type TestSegment } from './copies.ts'
import { memoryFeed, type MemoryFeed } from './memory-feed.ts'

/** Short windows, and the short modulus. */
export const PARAMETERS: HostingParameters = {
  challengeInterval: 8,
  challengeWindow: 3,
  challengedLeaves: 4,
  acceptWindow: 3,
  encodeWindow: 4,
  confirmWindow: 3,
  setupTries: 3,
  retryPause: 2,
  queuePause: 5,
  starvingGrace: 20,
  vettingSharePpm: 1_000_000,
  leastModulusBytes: 128,
  planNotice: 1,
  mostHosterPay: 50n * UNIT,
  mostEncoderPay: 50n * UNIT,
  leastEncodingBytesPerBlock: 1,
}

export const feed = memoryFeed(12)
const { key } = feed.head
export const donor = keypairFromSuri('//donor')
export const otherDonor = keypairFromSuri('//other donor')
/** Enough for everything that a test does. */
export const GIFT = 1_000n * UNIT

const many = (name: string, count: number): Actor[] => Array.from({ length: count }, (_, i) => actor(`${name}${i}`))
export const hosters = many('hoster', 17)
export const encoders = many('encoder', 17)

export const TERMS: PlanTerms = {
  feed: key,
  ranges: [{ from: 0, to: undefined }],
  copies: 1,
  from: 0,
  until: 100_000,
  hosterPay: UNIT,
  encoderPay: UNIT,
  performanceEvery: 0,
  reencodeEvery: 0,
  targets: {
    leastReputationPpm: 0,
    highestLatencyP95Us: undefined,
    leastThroughputBytesPerSecond: undefined,
  },
}

/** A call of the pallet. */
export const hosting = (name: string, args: Readonly<Record<string, unknown>>): RuntimeCall =>
  callOf('Hosting', name, args)
/** Root's call that changes some parameters. */
export const parameterChange = (changes: Partial<HostingParameters>): RuntimeCall => {
  const none = Object.fromEntries(Object.keys(PARAMETERS).map((name) => [name, undefined]))
  return callOf('Sudo', 'sudo', { call: hosting('setParameters', { changes: { ...none, ...changes } }) })
}
export const donate = (amount = GIFT, to = key): RuntimeCall => hosting('donate', { feed: to, amount })
export const withdraw = (amount: bigint, from = key): RuntimeCall => hosting('withdraw', { feed: from, amount })
export const planOf = (change: Partial<PlanTerms> = {}): RuntimeCall =>
  hosting('publishPlan', { terms: { ...TERMS, ...change } })

const feeds = new Map<number, MemoryFeed>()
/** The feed at that length. */
export function feedAt(length: number): MemoryFeed {
  const known = feeds.get(length) ?? memoryFeed(length)
  feeds.set(length, known)
  return known
}

/** Moduli that no other test of this process has used: finding primes takes a while. */
const keys = new Map<string, TestKey>()
function keyOf(name: string): TestKey {
  const known = keys.get(name) ?? testKey(name)
  keys.set(name, known)
  return known
}

/** A chain, the encodings that providers have at hand, and eyes for the pallet. */
export class Market extends AttestationChain {
  /** Encoded segments by copy and root. */
  readonly #made = new Map<string, TestSegment>()
  pool = (of = key): Pool => this.stored('Hosting', 'Pools', Pool, [Identity, of]) ?? EMPTY_POOL
  donation = (who: Uint8Array): Donation | undefined =>
    this.stored('Hosting', 'Donations', Donation, [Identity, key], [Blake2_128Concat, who])
  plan = (id: number): Plan | undefined => this.stored('Hosting', 'Plans', Plan, [Twox64Concat, u32le(id)])
  offer = (who: Uint8Array): Offer | undefined => this.stored('Hosting', 'Offers', Offer, [Blake2_128Concat, who])
  contract(id: number): Contract {
    const found = this.stored('Hosting', 'Contracts', Contract, [Twox64Concat, u32le(id)])
    if (!found) throw new Error(`expected contract ${id}, got none`)
    return found
  }
  copyOf = (id: bigint): Copy | undefined => this.stored('Hosting', 'Copies', Copy, [Twox64Concat, u64le(id)])
  copy(id: bigint): Copy {
    const found = this.copyOf(id)
    if (!found) throw new Error(`expected copy ${id}, got none`)
    return found
  }
  copies = (): readonly (readonly [id: bigint, copy: Copy])[] =>
    this.#all('Copies', Copy)
      .map(([at, copy]) => [new DataView(at.buffer, at.byteOffset).getBigUint64(0, true), copy] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))

  /** The registered length of the feed. */
  get registered(): number {
    return this.stored('Feeds', 'Heads', FeedHead, [Identity, key])!.length
  }

  /** All entries of a map, each with the last eight bytes of its key. */
  #all<T>(item: string, codec: Codec<T>): (readonly [key: Uint8Array, value: T])[] {
    return [...this.state.entries(storagePrefix('Hosting', item))].map(
      ([at, bytes]) => [at.slice(-8), decode(codec, bytes)] as const,
    )
  }

  allPools = (): readonly Pool[] => this.#all('Pools', Pool).map(([, pool]) => pool)
  allOffers = (): readonly Offer[] => this.#all('Offers', Offer).map(([, offer]) => offer)

  named = (id: bigint): { readonly copy: bigint; readonly generation: number } => ({
    copy: id,
    generation: this.copy(id).generation,
  })

  /** Builds blocks until a copy is in that state. */
  toState(id: bigint, state: Copy['state']): Copy {
    this.until(`copy ${id} is ${state}`, () => this.copyOf(id)?.state === state)
    return this.copy(id)
  }

  keyOf(id: bigint): TestKey {
    const { generation, segments, modulus } = this.copy(id)
    const known = modulus && [...keys.values()].find((each) => toHex(each.modulus) === toHex(modulus))
    return known ?? keyOf(`copy ${id} ${generation} ${segments.length}`)
  }

  acceptance(id: bigint): Signed {
    const { encoder } = this.copy(id)
    return [
      actorOf(encoder!.account).keys,
      hosting('acceptCopy', { ...this.named(id), modulus: this.keyOf(id).modulus }),
    ]
  }

  /** What the encoder makes of the blocks from the first one that lacks. */
  encode(id: bigint, to?: number, spoil?: (encoded: Uint8Array, index: number) => Uint8Array): SegmentEnd {
    const copy = this.copy(id)
    const contract = this.contract(copy.contract)
    const from = copy.segments.at(-1)?.to ?? contract.from
    const end = to ?? contract.to
    const secret = this.keyOf(id)
    const identity = {
      genesis: this.hashes[0]!,
      feed: contract.feed,
      copy: id,
      generation: copy.generation,
      modulus: secret.modulus,
    }
    const encoded = feedAt(end)
      .blocks.slice(from, end)
      .map((plain, i) => encoding(plain, from + i, identity, secret))
      .map((bytes, i) => spoil?.(bytes, from + i) ?? bytes)
    const made = segmentOf(from, encoded, secret.modulus)
    this.keep(id, made)
    const { leaves, root: rootHash } = made.segment
    return { to: end, leaves, root: rootHash }
  }

  /** Remembers a segment of a copy that was made elsewhere, for answers. */
  keep(id: bigint, made: TestSegment): void {
    this.#made.set(`${id} ${toHex(made.segment.root)}`, made)
  }

  made = (id: bigint, { root: rootHash }: Pick<SegmentEnd, 'root'>): TestSegment =>
    this.#made.get(`${id} ${toHex(rootHash)}`)!

  commitment(id: bigint, end = this.encode(id)): Signed {
    return [actorOf(this.copy(id).encoder!.account).keys, hosting('commitSegment', { ...this.named(id), end })]
  }

  confirmation(id: bigint, end = this.copy(id).pending!): Signed {
    return [this.hosterOf(id), hosting('confirmSegment', { ...this.named(id), end })]
  }

  checkpoint(id: bigint, end: SegmentEnd): Signed {
    const { encoder, generation, segments, contract } = this.copy(id)
    const { from, feed: ofFeed } = this.contract(contract)
    const { modulus } = this.keyOf(id)
    const identity = { genesis: this.hashes[0]!, feed: ofFeed, copy: id, generation, modulus }
    const signed = checkpointSignable(identity, { ...end, from: segments.at(-1)?.to ?? from })
    const signature = actorOf(encoder!.account).noise.sign(signed)
    return [this.hosterOf(id), hosting('submitCheckpoint', { ...this.named(id), end, signature })]
  }

  hosterOf = (id: bigint): Keypair => actorOf(this.copy(id).hoster!.account).keys

  async answerTo(id: bigint): Promise<StorageAnswer> {
    const { segments, generation, challenge } = this.copy(id)
    const { beacon, draws } = challenge!
    const drawn = drawLeaves({ beacon, copy: id, generation }, segments, draws)
    return Promise.all(
      drawsBySegment(segments, drawn).map(async (draw) => {
        const made = this.made(id, draw.segment)
        return answerSegment(draw, made.blocks, async (index) => made.encoded.get(index)!)
      }),
    )
  }

  async answer(id: bigint): Promise<Signed> {
    const answer = await this.answerTo(id)
    return [this.hosterOf(id), hosting('answerStorage', { ...this.named(id), answer })]
  }

  /** Has copies made as soon as they are assigned, all in the same blocks. */
  live(...ids: readonly bigint[]): void {
    // With a block left in which their encoders can accept.
    const isAssigned = (copy: Copy | undefined): boolean => copy?.state === 'Assigned' && copy.due > this.number + 1
    const areAssigned = (): boolean => ids.every((id) => isAssigned(this.copyOf(id)))
    this.until(`copies ${ids.join()} are assigned`, areAssigned)
    this.succeed(...ids.map((id) => this.acceptance(id)))
    this.succeed(...ids.map((id) => this.commitment(id)))
    this.succeed(...ids.map((id) => this.confirmation(id)))
  }

  /** Builds blocks until a copy is challenged. */
  challenged(id: bigint): void {
    this.until(`copy ${id} is challenged`, () => this.copyOf(id)?.challenge !== undefined)
  }

  /** Has a copy pass its next challenge. */
  async pass(id: bigint): Promise<void> {
    this.challenged(id)
    this.succeed(await this.answer(id))
  }

  /** Lets workers tell that they live, so that draws find them. */
  heartbeats(): void {
    this.succeed(
      ...[...hosters, ...encoders].flatMap(({ account, keys: own }): Signed[] =>
        this.worker(account) ? [[own, callOf('Workers', 'heartbeat')]] : [],
      ),
    )
  }
}

interface Setting {
  readonly parameters?: Partial<HostingParameters>
  readonly hosters?: number
  readonly encoders?: number
}

/** A chain with a published feed, and providers that offer what they have. */
export function openMarket({ parameters = {}, hosters: h = 3, encoders: e = 4 }: Setting = {}): Market {
  const accounts = [root, author, outsider.keys, donor, otherDonor, ...[...hosters, ...encoders].map((who) => who.keys)]
  const market = new Market({
    balances: accounts.map(({ publicKey }) => [publicKey, ENDOWED] as const),
    sudo: { key: root.publicKey },
    aura: { authorities: [root.publicKey] },
    attestation: ROUNDS,
    workers: DEFAULT_BOND_TERMS,
    hosting: { ...PARAMETERS, ...parameters },
  })
  const capacity = { capacity: 20 }
  market.succeed(
    [author, callOf('Feeds', 'publish', { head: feed.head })],
    ...hosters.slice(0, h).map((who): Signed => [who.keys, registration(market, who, ['Hoster'], capacity)]),
    ...encoders.slice(0, e).map((who): Signed => [who.keys, registration(market, who, ['Encoder'], capacity)]),
  )
  market.succeed(
    ...hosters.slice(0, h).map((who): Signed => [who.keys, offerOf(10_000_000n, 0)]),
    ...encoders.slice(0, e).map((who): Signed => [who.keys, offerOf(0n, 10_000)]),
  )
  return market
}

export const offerOf = (storageBytes: bigint, encodingBytesPerBlock: number): RuntimeCall =>
  hosting('offer', { storageBytes, encodingBytesPerBlock })

/** A market with a funded pool and a plan of one copy, or of what `change` says. */
export function openPlanned(change: Partial<PlanTerms> = {}, setting: Setting = {}): Market {
  const market = openMarket(setting)
  market.succeed([donor, donate()], [donor, planOf(change)])
  return market
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, amount) => all + amount, 0n)

/**
 * What holds between any two blocks: no bug was logged; the account has what the pools have; each pool has committed what its copies
 * have; issuance is the sum of all balances; duties, used storage and the lists of copies are those of the copies; each copy is in the
 * agenda once, for a block to come.
 */
export function expectExact(market: Market): void {
  expect(market.log.errors).toEqual([])
  const all = market.copies()
  const held = market.account(HOSTING_ACCOUNT).data.free - EXISTENTIAL_DEPOSIT
  expect(held).toBe(sum(market.allPools().map(({ total }) => total)))
  expect(sum(market.allPools().map(({ committed }) => committed))).toBe(sum(all.map(([, copy]) => copy.committed)))
  expect(all.every(([, { committed, owed }]) => owed <= committed)).toBe(true)
  expect(market.allPools().every(({ committed, total }) => committed <= total)).toBe(true)
  const balances = [...market.state.entries(storagePrefix('System', 'Account'))].map(
    ([, bytes]) => decode(AccountInfo, bytes).data,
  )
  expect(market.issuance()).toBe(sum(balances.map(({ free, reserved }) => free + reserved)))
  for (const { account } of [...hosters, ...encoders]) {
    const isOf = (provider: Copy['hoster']): boolean =>
      provider !== undefined && toHex(provider.account) === toHex(account)
    const own = all.filter(([, copy]) => isOf(copy.hoster) || isOf(copy.encoder))
    expect(market.worker(account)?.duties ?? 0).toBe(own.length)
    const kept = own.filter(([, copy]) => isOf(copy.hoster)).map(([, copy]) => market.contract(copy.contract))
    expect(market.offer(account)?.usedBytes ?? 0n).toBe(
      sum(kept.map((contract) => mostEncodedBytes(contract, contract))),
    )
  }
  const due = [...market.state.entries(storagePrefix('Hosting', 'CopiesDue'))].map(([at]) => {
    const view = new DataView(at.buffer, at.byteOffset + at.length - 12)
    return `${view.getBigUint64(4, true)} ${view.getUint32(0)}`
  })
  expect(due.toSorted()).toEqual(all.map(([id, copy]) => `${id} ${copy.due}`).toSorted())
  expect(all.every(([, copy]) => copy.due > market.number)).toBe(true)
  const engaged = all.flatMap(([, { hoster, encoder }]) => [hoster, encoder]).filter((each) => each !== undefined)
  expect(market.count('Hosting', 'CopiesOf')).toBe(engaged.length)
}
