/**
 * The play of a market: feeds are published and paid for, providers join, and all of them act in every block as their conduct says.
 *
 * Owns: who does what in which block, and the result. Does not own: the conducts of hosters and encoders.
 */
import { callOf, encodeCall } from '#chain/api/descriptors.ts'
import type { CallRequest, FinalizedBlock, SubmitOutcome } from '#chain/api/chain-port.ts'
import { HEARTBEAT_INTERVAL } from '#chain/runtime/pallets/workers/register.ts'
import { toHex } from '#types/bytes.ts'
import { feedCalls } from '#types/domain/hosting/feed-calls.ts'
import { hostingCalls } from '#types/domain/hosting/market.ts'
import type { PlanTerms } from '#types/domain/hosting/plan.ts'
import { NO_DONATION, uncommitted, worth } from '#types/domain/hosting/pool.ts'
import { possessionMessage, workerCalls } from '#types/domain/worker.ts'
import { accountOf, identityOf } from '#worker/simulation/identities.ts'
import type { Ground, Play, World } from '#worker/simulation/play.ts'
import { playWorld } from '#worker/simulation/world.ts'
import { simulatedFeed, type SimulatedFeed } from '../feed.ts'
import * as chain from './chain-view.ts'
import type { PlacedCopy } from './chain-view.ts'
import { encoderOf, type Encoder } from './encoders.ts'
import { hosterOf, type Hoster } from './hosters.ts'
import {
  MARKET_PARAMETERS,
  PRICE,
  TOKEN,
  type MarketFeed,
  type MarketOptions,
  type MarketPlayed,
  type MarketResult,
  type Participant,
  type Standing,
} from './terms.ts'
import { MarketWatch, type Watched } from './watch.ts'
import { Wire } from './wire.ts'

const calls = {
  publish: callOf('Feeds', 'publish', feedCalls.publish),
  register: callOf('Workers', 'register', workerCalls.register),
  heartbeat: callOf('Workers', 'heartbeat', workerCalls.heartbeat),
  offer: callOf('Hosting', 'offer', hostingCalls.offer),
  donate: callOf('Hosting', 'donate', hostingCalls.donate),
  withdraw: callOf('Hosting', 'withdraw', hostingCalls.withdraw),
  publishPlan: callOf('Hosting', 'publishPlan', hostingCalls.publishPlan),
}

const BLOCK_MS = 6_000
/** Of each account. More than a play spends. */
export const ENDOWMENT = 10_000n * TOKEN
/** Of a supporter to its feed. */
const GIFT = 1_000n * TOKEN
/** Duties that a provider takes: more than there are copies. */
const CAPACITY = 20
const OFFERED_BYTES = 2n ** 40n
const OFFERED_RATE = 2 ** 24
const FEED_BLOCKS = 64
const FEED_BLOCK_BYTES = 480
/** The blocks in which the market opens, is offered and paid to, and is planned, and from which on supporters withdraw. */
const JOINS = 1
const GIVES = 3
const PLANS = GIVES + MARKET_PARAMETERS.planNotice + 2
const WITHDRAWS = 60

class MarketPlay implements Play<MarketPlayed> {
  readonly balances: Play<MarketPlayed>['balances']
  readonly genesis = { hosting: MARKET_PARAMETERS }
  readonly seats = []
  readonly #options: MarketOptions
  readonly #ground: Ground
  readonly #feeds: readonly SimulatedFeed[]
  readonly #watch: MarketWatch
  readonly #wire = new Wire()
  readonly #hosters = new Map<string, readonly [Participant, Hoster]>()
  readonly #encoders = new Map<string, readonly [Participant, Encoder]>()
  /** Duties that were begun. */
  readonly #begun = new Set<string>()
  #world: World | undefined
  #number = 0

  constructor(options: MarketOptions, ground: Ground) {
    this.#options = options
    this.#ground = ground
    const { participants, feeds } = options
    const streams = ground.chance.streams('feeds')
    this.#feeds = feeds.map(({ publisher }, number) =>
      simulatedFeed(identityOf(`author of ${publisher}`), FEED_BLOCKS, FEED_BLOCK_BYTES, streams.at(number)),
    )
    const accounts = namesOf(options)
    this.balances = accounts.map(({ name }) => [name, ENDOWMENT] as const)
    this.#watch = new MarketWatch(
      new Map(accounts.map(({ name, ...watched }) => [toHex(accountOf(name)), watched] as const)),
    )
    this.#hireEncoders(participants)
  }

  #hireEncoders(participants: readonly Participant[]): void {
    const streams = this.#ground.chance.streams('encoders')
    const sizes = this.#feeds[0]!.blocks.map((block) => block.length)
    for (const [number, who] of participants.entries()) {
      if (who.role !== 'Encoder') continue
      const account = accountOf(who.name)
      const encoder = encoderOf({ who, account, random: streams.at(number), wire: this.#wire, sizes })
      this.#encoders.set(toHex(account), [who, encoder])
    }
  }

  #hireHosters(genesisHash: Uint8Array): void {
    for (const [peer, who] of this.#options.participants.entries()) {
      if (who.role !== 'Hoster') continue
      const deps = { who, wire: this.#wire, genesisHash, fetch: (bytes: number) => this.#fetch(peer, bytes) }
      this.#hosters.set(toHex(accountOf(who.name)), [who, hosterOf(deps)])
    }
  }

  /** The way to another hoster and back. Which one does not matter: all of them have the same plain blocks, and none has the copy. */
  #fetch(peer: number, bytes: number): Promise<void> {
    const { network } = this.#ground
    const other = peer === 0 ? 1 : 0
    return new Promise((resolve) =>
      network.send(peer, other, bytes, () => network.send(other, peer, bytes, () => resolve())),
    )
  }

  onBlock(block: FinalizedBlock, world: World): void {
    this.#world = world
    this.#number = block.number
    this.#watch.onBlock(block, world)
    this.#options.onBlock?.(block.number)
    if (block.number === JOINS) this.#join(world)
    if (block.number === GIVES) this.#give(world)
    if (block.number === PLANS) this.#plan(world)
    if (block.number % HEARTBEAT_INTERVAL === 0)
      for (const { name, owner } of this.#options.participants)
        this.#submit(world, name, owner, `heartbeat ${block.number}`, encodeCall(calls.heartbeat, {}))
    if (block.number > PLANS) {
      for (const placed of chain.copiesIn(world)) this.#work(world, placed)
    }
    if (block.number >= WITHDRAWS)
      for (const [number, feed] of this.#options.feeds.entries())
        if (feed.conduct === 'withdraws') this.#withdraw(world, feed, this.#feeds[number]!.head.key)
  }

  /** Whether an account has not begun this duty before. */
  #begins(name: string, duty: string): boolean {
    const key = `${name} ${duty}`
    return !this.#begun.has(key) && this.#begun.add(key).has(key)
  }

  /** Puts a call on its way, once for each duty. */
  #submit(world: World, name: string, owner: string, duty: string, call: CallRequest): void {
    if (!this.#begins(name, duty)) return
    const note = (outcome: SubmitOutcome): void => {
      if (outcome.kind === 'included') return
      const { kind } = outcome
      this.#watch.onFailure(
        owner,
        kind === 'refused' ? 'refused' : 'name' in outcome.error ? outcome.error.name : outcome.error.text,
      )
    }
    void world.port(name).submit(duty, call).then(note)
  }

  #join(world: World): void {
    const { participants, feeds } = this.#options
    const { genesisHash } = world.port(feeds[0]!.publisher)
    this.#hireHosters(genesisHash)
    for (const [number, { publisher, owner }] of feeds.entries())
      this.#submit(world, publisher, owner, 'publish', encodeCall(calls.publish, { head: this.#feeds[number]!.head }))
    for (const { name, owner, role } of participants) {
      const { publicKey: noiseKey, sign } = identityOf(name)
      const possession = sign(possessionMessage(genesisHash, accountOf(name), noiseKey))
      const args = { noiseKey, possession, roles: [role], capacity: CAPACITY, name: '' }
      this.#submit(world, name, owner, 'register', encodeCall(calls.register, args))
    }
  }

  #give(world: World): void {
    for (const { name, owner, role } of this.#options.participants) {
      const isHoster = role === 'Hoster'
      const args = { storageBytes: isHoster ? OFFERED_BYTES : 0n, encodingBytesPerBlock: isHoster ? 0 : OFFERED_RATE }
      this.#submit(world, name, owner, 'offer', encodeCall(calls.offer, args))
    }
    for (const [number, { supporter, owner }] of this.#options.feeds.entries()) {
      const { key: feed } = this.#feeds[number]!.head
      this.#submit(world, supporter, owner, 'donate', encodeCall(calls.donate, { feed, amount: GIFT }))
    }
  }

  #plan(world: World): void {
    const { copies, blocks, feeds } = this.#options
    for (const [number, { supporter, owner }] of feeds.entries()) {
      const terms: PlanTerms = {
        feed: this.#feeds[number]!.head.key,
        ranges: [{ from: 0, to: undefined }],
        copies,
        from: 0,
        until: 2 * blocks + PLANS,
        hosterPay: PRICE,
        encoderPay: PRICE,
        performanceEvery: 0,
        reencodeEvery: 0,
        targets: {
          leastReputationPpm: 0,
          highestLatencyP95Us: undefined,
          leastThroughputBytesPerSecond: undefined,
        },
      }
      this.#submit(world, supporter, owner, 'plan', encodeCall(calls.publishPlan, { terms }))
    }
  }

  #withdraw(world: World, { supporter, owner }: MarketFeed, feed: Uint8Array): void {
    const pool = chain.stored(world, chain.pools, feed)
    const donation = chain.stored(world, chain.donations, feed, accountOf(supporter)) ?? NO_DONATION
    const own = pool ? worth(pool, donation) : 0n
    if (!pool || own === 0n) return
    const free = uncommitted(pool) < own ? uncommitted(pool) : own
    // Where everything is committed it asks for all of it, which the chain refuses.
    const call = encodeCall(calls.withdraw, { feed, amount: free === 0n ? own : free })
    this.#submit(world, supporter, owner, `withdraw ${this.#number}`, call)
  }

  /** The provider whose turn it is does what its conduct says. */
  #work(world: World, placed: PlacedCopy): void {
    const { id, copy } = placed
    const { state, generation, segments, challenge } = copy
    const at = `${id} ${generation} ${segments.length}`
    if (state === 'Assigned' || state === 'Encoding') {
      const [{ name, owner }, encoder] = this.#encoders.get(toHex(copy.encoder!.account))!
      if (!this.#begins(name, `${state} ${at}`)) return
      if (state === 'Assigned') return this.#submit(world, name, owner, `accept ${at}`, encoder.accept(placed))
      const { call, leavesEncoded } = encoder.commit(placed)
      this.#watch.onEncoded(owner, leavesEncoded)
      return this.#submit(world, name, owner, `commit ${at}`, call)
    }
    if (state === 'Vacant') return
    const [{ name, owner }, hoster] = this.#hosters.get(toHex(copy.hoster!.account))!
    if (state === 'Confirming') {
      const call = hoster.confirm(placed)
      return call && this.#submit(world, name, owner, `confirm ${at}`, call)
    }
    this.#watch.onKept(placed, hoster.keeps(placed))
    if (!challenge || !this.#begins(name, `challenge ${at} ${challenge.until}`)) return
    void hoster.answer(placed).then((call) => {
      if (call) this.#submit(world, name, owner, `answer ${at} ${challenge.until}`, call)
    })
  }

  isOver(): boolean {
    return this.#number >= this.#options.blocks
  }

  result(): MarketPlayed {
    const world = this.#world!
    const { deeds, spent, hosting, liveBlocks, keptBlocks } = this.#watch
    const standings: Record<string, Standing> = {}
    const add = (owner: string, { money = 0n, hosting: got = 0n }: Partial<Standing>): void => {
      const before = standings[owner] ?? { money: 0n, spent: spent[owner]!, hosting: 0n }
      standings[owner] = { ...before, money: before.money + money, hosting: before.hosting + got }
    }
    for (const { name, owner } of namesOf(this.#options)) {
      const { data } = chain.stored(world, chain.accounts, accountOf(name))!
      add(owner, { money: data.free + data.reserved - ENDOWMENT })
    }
    let burned = 0n
    for (const [number, { supporter, owner }] of this.#options.feeds.entries()) {
      const { key } = this.#feeds[number]!.head
      const pool = chain.stored(world, chain.pools, key)!
      const donation = chain.stored(world, chain.donations, key, accountOf(supporter)) ?? NO_DONATION
      add(owner, { money: worth(pool, donation), hosting: hosting.get(toHex(key)) ?? 0n })
      burned += chain.stored(world, chain.burned, key) ?? 0n
    }
    return { standings, deeds, burned, liveBlocks, keptBlocks }
  }
}

const isHonest = (conduct: Participant['conduct']): boolean =>
  conduct === 'honest' || (typeof conduct === 'object' && conduct.kind === 'honest')

/** All accounts of a market, with their owners. */
function namesOf({ participants, feeds }: MarketOptions): readonly ({ readonly name: string } & Watched)[] {
  return [
    ...participants.map(({ name, owner, conduct }) => ({ name, owner, isHonest: isHonest(conduct) })),
    ...feeds.flatMap(({ publisher, supporter, owner, conduct }) => [
      { name: publisher, owner, isHonest: conduct === 'honest' },
      { name: supporter, owner, isHonest: conduct === 'honest' },
    ]),
  ]
}

/** Plays a market to its last block. The same options give the same result, to the byte. */
export async function runMarket(options: MarketOptions): Promise<MarketResult> {
  const untilMs = (options.blocks + 1) * BLOCK_MS
  const world = { ...options, blockMs: BLOCK_MS, untilMs }
  const { result, ...played } = await playWorld((ground) => new MarketPlay(options, ground), world)
  return { ...result, ...played }
}
