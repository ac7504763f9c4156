/**
 * Rounds on virtual time: the real runtime, the real workers with their real roles, over the simulated network.
 *
 * Owns: who there is, starting, crashing and restarting workers, and running until all is done. Does not own: what they do
 * (../worker.ts, roles/), the chain (simulated-chain.ts), the network (network.ts, simulated-mesh.ts, simulated-hosting.ts).
 */
import { equalBytes, toHex, u32le } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { messageOf } from '#types/errors.ts'
import { silentLog } from '#types/log.ts'
import { attestationCalls } from '#types/domain/attestation/attestation.ts'
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import { callOf, encodeCall } from '#chain/api/descriptors.ts'
import { createFaultyCoinflip } from '#worker/systems/coinflip/protocol/faulty-member.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Coinflip, CoinflipOptions } from '#worker/systems/coinflip/protocol/terms.ts'
import type { Progress } from '#worker/kernel/ports.ts'
import { startWorker } from '#worker/kernel/worker.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { createNetwork, drawFrom, planCrashes, type SimulatedNetwork } from '#worker/simulation/network.ts'
import type { Random, Streams } from '#worker/simulation/random.ts'
import { createTraffic, type Traffic } from '#worker/systems/hosting/simulation/traffic.ts'
import { sharedWire } from '#worker/systems/coinflip/simulation/shared-reading.ts'
import { createAttestor } from '../role/attestor.ts'
import type { AttestationProgress } from '../ports.ts'
import type { FeedClient, FeedServer } from '#worker/systems/hosting/ports.ts'
import { createHoster } from '#worker/systems/hosting/role/hoster.ts'
import { accountOf, feedsOf, networkOf, settleAll, type Seat } from './seats.ts'
import { drawSome, memoryJournal, type AuditFinding, type RoundOptions, type RoundsResult } from './terms.ts'
import { RoundWatch } from './invariants.ts'
import { createScheduler, type Scheduler } from '#worker/simulation/scheduler.ts'
import { SimulatedChain } from '#worker/simulation/simulated-chain.ts'
import { simulatedFeed, type SimulatedFeed } from '#worker/systems/hosting/simulation/feed.ts'
import {
  createHosting,
  type AuditConduct,
  type HosterConduct,
  type Hosting,
} from '#worker/systems/hosting/simulation/hosting.ts'
import { createMeshes, type Meshes } from '#worker/simulation/simulated-mesh.ts'
import { strategy } from '#worker/systems/coinflip/simulation/strategies.ts'
import { createTranscript } from '#worker/simulation/transcript.ts'

const ENDOWMENT = 1_000_000n * 10n ** 12n
/** What rounds are paid out of: more than any simulation orders. */
const PURSE = 10n ** 24n
const CAPACITY = 4
/** Blocks for registering and hosting, before rounds are asked for. */
const JOIN_BLOCKS = 4
const SEED_BYTES = 32
const MS_PER_HOUR = 3_600_000

type AuditDone = Extract<AttestationProgress, { readonly kind: 'audit-done' }>

class RoundWorld {
  readonly #options: RoundOptions
  readonly #scheduler: Scheduler = createScheduler()
  readonly #network: SimulatedNetwork
  readonly #chain: SimulatedChain
  readonly #watch: RoundWatch
  readonly #feeds = new Map<string, SimulatedFeed>()
  readonly #hosting: Hosting
  readonly #meshes: Meshes
  readonly #traffic: Traffic
  readonly #peers = new Map<string, number>()
  readonly #seats: Seat[] = []
  readonly #words: Random
  readonly #secrets: Streams
  readonly #audits: AuditFinding[] = []
  readonly #transcript = createTranscript()
  readonly #reading = sharedWire()
  readonly #requester = accountOf('requester')
  #ordered = false

  constructor(options: RoundOptions) {
    const { chance, faults, parameters, blockMs } = options
    this.#options = options
    this.#network = createNetwork(faults, this.#scheduler, chance)
    this.#words = chance.streams('words').at(0)
    this.#secrets = chance.streams('secrets')
    const hosters = options.hosters.map((_, number) => accountOf(`hoster/${number}`))
    const attestors = options.attestors.map((_, number) => accountOf(`attestor/${number}`))
    const sudo = accountOf('sudo')
    this.#chain = new SimulatedChain(
      {
        genesis: {
          balances: [
            [this.#requester, PURSE],
            ...[sudo, ...hosters, ...attestors].map((account) => [account, ENDOWMENT] as const),
          ],
          sudo: { key: sudo },
          aura: { authorities: [sudo] },
          attestation: parameters,
        },
        blockMs,
        onBlock: (block) => this.#onBlock(block),
      },
      { scheduler: this.#scheduler, latencyMs: () => drawFrom(faults.latencyMs, this.#words) },
    )
    this.#watch = new RoundWatch(this.#chain.face)
    this.#hosting = createHosting(this.#network, this.#feeds)
    this.#meshes = createMeshes(this.#network, (key) => this.#peers.get(key))
    // Readers come from one place, which is nobody's seat.
    const place = hosters.length + attestors.length
    const [scheduler, network, hosting] = [this.#scheduler, this.#network, this.#hosting]
    this.#traffic = createTraffic(place, { scheduler, network, hosting, chance })
    for (const [number, account] of hosters.entries()) this.#seatHoster(number, account)
    for (const [number, account] of attestors.entries()) this.#seatAttestor(number, account)
  }

  #seatHoster(number: number, account: Uint8Array): void {
    const { chance, blocks, blockBytes, hosters } = this.#options
    const { lostShare, ...conduct } = hosters[number]!
    const random = chance.streams('feeds').at(number)
    const feed = simulatedFeed(identityOf(`author/${number}`), blocks, blockBytes, random)
    this.#feeds.set(toHex(feed.head.key), feed)
    const lost = drawSome(blocks, Math.round(blocks * lostShare), random)
    const feeds = [{ key: feed.head.key, head: feed.head }]
    this.#seat(
      account,
      `hoster/${number}`,
      { ...conduct, lost },
      'honest',
      () => undefined,
      (ports) => ({
        role: 'Hoster',
        makeRole: (who, deps) => createHoster({ account: who, feeds }, { ...deps, feeds: ports }),
      }),
    )
  }

  #seatAttestor(number: number, account: Uint8Array): void {
    const conduct = this.#options.attestors[number]!
    const isAuditor = conduct === 'honest' || conduct === 'lazy' || conduct === 'colluding'
    const random = this.#options.chance.streams('strategies').at(number)
    const createMember = (options: CoinflipOptions): Coinflip => {
      const heard = { ...options, reading: this.#reading }
      return isAuditor ? createCoinflip(heard) : createFaultyCoinflip(heard, strategy(conduct, random))
    }
    const report = (progress: Progress): void => {
      if (progress.kind !== 'audit-done') return
      const { round, result, lost, received, planned } = progress as AuditDone
      this.#audits.push({ round, attestor: number, result, lost, received, planned })
    }
    const holdsAll = { lost: new Set<number>(), silent: false, extraMs: 0 }
    this.#seat(account, `attestor/${number}`, holdsAll, isAuditor ? conduct : 'honest', report, (feeds) => ({
      role: 'Attestor',
      makeRole: (who, deps) => createAttestor({ account: who, createMember }, { ...deps, feeds }),
    }))
  }

  #seat(
    account: Uint8Array,
    name: string,
    hosts: HosterConduct,
    audits: AuditConduct,
    report: (progress: Progress) => void,
    workWith: (feeds: FeedClient & FeedServer) => Seat['work'],
  ): void {
    const identity = identityOf(name)
    const peer = this.#seats.length
    this.#peers.set(toHex(identity.publicKey), peer)
    const clock = this.#network.clockOf(peer)
    const network = networkOf({ identity }, this.#meshes)
    const work = workWith(feedsOf({ peer, identity, clock, hosts, audits }, this.#hosting))
    this.#seats.push({
      peer,
      account,
      identity,
      work,
      network,
      journal: memoryJournal(),
      clock,
      report,
      worker: undefined,
      life: 0,
    })
  }

  async run(): Promise<RoundsResult> {
    const { untilMs, faults, chance } = this.#options
    this.#chain.start()
    for (const seat of this.#seats) this.#start(seat)
    for (const { peer, atMs, backAtMs } of planCrashes(faults, this.#seats.length, chance)) {
      this.#scheduler.after(atMs, () => this.#crash(this.#seats[peer]!))
      if (backAtMs !== undefined) this.#scheduler.after(backAtMs, () => this.#start(this.#seats[peer]!))
    }
    await settleAll(() => !this.#isOver() && this.#scheduler.step(untilMs))
    const { now } = this.#scheduler
    await Promise.all(this.#seats.flatMap(({ worker }) => (worker ? [worker.close()] : [])))
    for (const bug of this.#chain.bugs) this.#watch.tell('runtime-bug', this.#chain.number, bug)
    if (!this.#isOver() && this.#options.endless !== true)
      this.#watch.tell('overdue', this.#chain.number, `rounds still open after ${untilMs} ms`)
    return {
      closed: this.#watch.closed,
      audits: this.#audits,
      breaches: this.#watch.breaches,
      readers: this.#traffic.counts,
      blocks: this.#chain.number,
      virtualMs: now,
      frames: this.#network.counts,
      events: this.#scheduler.happened,
      transcript: this.#transcript.digest(),
    }
  }

  #isOver(): boolean {
    const { rounds, hosters } = this.#options
    return this.#ordered && this.#watch.active.length === 0 && this.#watch.closed.length >= rounds * hosters.length
  }

  #onBlock(block: Parameters<RoundWatch['onBlock']>[0]): void {
    this.#transcript.note('block', this.#scheduler.now, block.number, block.events.length, block.hash)
    this.#watch.onBlock(block, this.#chain.state)
    this.#options.onBlock?.(block.number, this.#watch.closed.length)
    if (block.number >= JOIN_BLOCKS && !this.#ordered) this.#order()
  }

  /** Pays for the rounds once all hosters host. */
  #order(): void {
    const { rounds } = this.#options
    const hosters = this.#seats.filter(({ work }) => work.role === 'Hoster')
    const hosting = this.#chain.face.entries(this.#chain.state, 'Feeds', 'Hosting', [])
    if (hosting.length < hosters.length) return
    this.#ordered = true
    const port = this.#chain.portOf(this.#requester)
    const call = callOf('Attestation', 'scheduleRounds', attestationCalls.scheduleRounds)
    for (const [[feed, hoster]] of hosting) {
      const number = hosters.findIndex(({ account }) => equalBytes(account, hoster!))
      this.#bringReaders(this.#feeds.get(toHex(feed!))!.head, hosters[number]!.identity.publicKey)
      const order = encodeCall(call, { hoster: hoster!, feed: feed!, rounds })
      void port.submit(`order/${number}`, order).then(({ kind }) => {
        if (kind !== 'included') this.#watch.tell('order-refused', this.#chain.number, `hoster ${number}: ${kind}`)
      })
    }
  }

  #bringReaders(feed: FeedHead, hoster: Uint8Array): void {
    const { readersPerHour = 0 } = this.#options
    if (readersPerHour > 0) this.#traffic.begin({ feed, hoster }, MS_PER_HOUR / readersPerHour)
  }

  #start(seat: Seat): void {
    if (seat.worker) return
    const { peer, account, work, network, journal, clock, report } = seat
    const random = this.#secrets.at(peer, seat.life++)
    const { life } = seat
    const deps = {
      chain: this.#chain.portOf(account),
      network,
      journal,
      clock,
      randomBytes: (count: number) => blake2b256Of(u32le(peer), random.bytes(SEED_BYTES)).slice(0, count),
      log: silentLog,
      report,
    }
    this.#transcript.note('restarted', this.#scheduler.now, peer, peer, account)
    const stopped = (error: unknown): void =>
      this.#watch.tell('worker-stopped', this.#chain.number, `peer ${peer}: ${messageOf(error)}`)
    startWorker({ account, capacity: CAPACITY, ...work }, deps).then((worker) => {
      worker.done.catch(stopped)
      // It may have crashed while it joined.
      if (seat.life === life) seat.worker = worker
      else void worker.close()
    }, stopped)
  }

  #crash(seat: Seat): void {
    this.#transcript.note('crashed', this.#scheduler.now, seat.peer, seat.peer, seat.account)
    void seat.worker?.close()
    seat.worker = undefined
    seat.life++
  }
}

/** Plays the rounds to their end. The same options give the same result, to the byte. */
export const runRounds = (options: RoundOptions): Promise<RoundsResult> => new RoundWorld(options).run()
