/**
 * A world for roles: a chain that knows just enough of rounds, a network of memory, and a clock that tests move.
 *
 * Owns: these fakes. The chain judges coinflip outcomes, evidence and reports by the domain's own rules; timing and pay are left out.
 */
import { silentLog } from '#types/log.ts'
import type { CallRequest, ChainEventRecord, ChainPort, FinalizedBlock, SubmitOutcome } from '#chain/api/chain-port.ts'
import { equalBytes, fromHex, toHex, u32le, utf8 } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import { ABSENCE_WINDOW_BLOCKS, AbsenceRecord } from '#types/domain/attestation/absence.ts'
import { attestationCalls, attestationEvents } from '#types/domain/attestation/attestation.ts'
import {
  convict,
  transcriptRoot,
  sessionId,
  spoilsNumber,
  type CoinflipOutcome,
} from '#types/domain/coinflip/coinflip.ts'
import { FeedHead } from '#types/domain/hosting/feed.ts'
import { checkReport, sessionOf, type Report } from '#types/domain/attestation/report.ts'
import { AttestationParameters, majority, RoundRecord } from '#types/domain/attestation/round.ts'
import { workerCalls, WorkerRecord } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { struct, type Values } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { Clock } from '#types/clock.ts'
import type { MeshOptions } from '#worker/p2p/mesh-interface.ts'
import type { ReadTrace } from '#worker/systems/hosting/protocol/read-habits.ts'
import type { Journal, NetworkPort, NoiseIdentity, Progress, RoleDeps } from '#worker/kernel/ports.ts'
import type { WorkerOptions } from '#worker/kernel/worker.ts'
import { createAttestor, type AttestorOptions } from '#worker/systems/attestation/role/attestor.ts'
import type { FeedClient, FeedServer, ServeRequest } from '#worker/systems/hosting/ports.ts'
import { createHoster, type HosterOptions } from '#worker/systems/hosting/role/hoster.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import type { MemoryFeed } from './memory-feed.ts'

export const LIMITS: AttestationParameters = {
  attestors: 4,
  roundLength: 20,
  coinflipWindow: 4,
  reportWindow: 5,
  challenges: 3,
  slotTolerance: 2,
  gap: 1,
  maxRedraws: 1,
  maxWait: 10,
  hosterReward: 0n,
  attestorReward: 0n,
  magicRule: 'Concat',
  accusationDeposit: 0n,
}

/** A clock that stands still until a test moves it. */
class TestClock implements Clock {
  #now = 0
  readonly #timers = new Set<{ at: number; callback: () => void }>()

  now(): number {
    return this.#now
  }

  setTimer(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  advance(ms: number): void {
    this.#now += ms
    for (const timer of [...this.#timers].toSorted((a, b) => a.at - b.at)) {
      if (timer.at <= this.#now && this.#timers.delete(timer)) timer.callback()
    }
  }
}

/** Lets everything that is ready to happen happen. Nothing in this world waits for anything but promises and the clock. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve))
}

class MemoryJournal implements Journal {
  readonly values = new Map<string, Uint8Array>()
  async get(key: string): Promise<Uint8Array | undefined> {
    return this.values.get(key)
  }
  async put(key: string, value: Uint8Array): Promise<void> {
    this.values.set(key, value)
  }
  async delete(key: string): Promise<void> {
    this.values.delete(key)
  }
}

export interface Submission {
  readonly account: Uint8Array
  readonly dutyId: string
  readonly call: CallRequest
}

/** Chain and network. */
export class World {
  readonly genesisHash = blake2b256(utf8('a chain for roles'))
  readonly clock = new TestClock()
  readonly submissions: Submission[] = []
  readonly reports: { attestor: string; served: boolean }[] = []
  readonly refused: string[] = []
  number = 100
  readonly #storage = new Map<string, Uint8Array>()
  readonly #followers = new Map<string, (block: FinalizedBlock) => Promise<void>>()
  readonly #duties = new Map<string, SubmitOutcome>()
  readonly #meshes = new Map<string, Map<string, MeshOptions>>()
  readonly #served = new Map<string, ServeRequest & { feed: Uint8Array }>()
  readonly #held = new Map<string, MemoryFeed>()
  readonly #listening = new Map<string, (receipt: Uint8Array) => void>()
  readonly #outcomes = new Map<string, CoinflipOutcome>()
  readonly #pastFlips = new Map<string, RoundRecord>()
  /** Noise keys of those whom evidence convicted. */
  readonly convicted = new Set<string>()
  #events: ChainEventRecord[] = []

  constructor() {
    this.put('Attestation.Parameters', [], AttestationParameters, LIMITS)
    this.put('System.Number', [], u32, this.number)
  }

  put<T>(item: string, keys: readonly Uint8Array[], codec: Codec<T>, value: T | undefined): void {
    const key = [item, ...keys.map(toHex)].join('/')
    if (value === undefined) this.#storage.delete(key)
    else this.#storage.set(key, encode(codec, value))
  }

  get<T>(item: string, keys: readonly Uint8Array[], codec: Codec<T>): T | undefined {
    const bytes = this.#storage.get([item, ...keys.map(toHex)].join('/'))
    return bytes && decode(codec, bytes)
  }

  emit<N extends keyof typeof attestationEvents>(name: N, value: Values<(typeof attestationEvents)[N]>): void {
    const data = encode(struct(attestationEvents[name]) as Codec<Values<(typeof attestationEvents)[N]>>, value)
    this.#events.push({ pallet: 'Attestation', name, data, extrinsicIndex: undefined })
  }

  emitOther(pallet: string, name: string): void {
    this.#events.push({ pallet, name, data: new Uint8Array(), extrinsicIndex: undefined })
  }

  hashOf(number: number): Uint8Array {
    return blake2b256Of(this.genesisHash, u32le(number))
  }

  /** The next finalized block, and everything that follows from it. */
  async block(): Promise<void> {
    this.#tallyOutcomes()
    const events = this.#events.splice(0)
    const block = { number: ++this.number, hash: this.hashOf(this.number), events }
    this.put('System.Number', [], u32, this.number)
    for (const onBlock of this.#followers.values()) await onBlock(block)
    await settle()
  }

  async blocksUntil(condition: () => boolean, most = 60): Promise<void> {
    for (let i = 0; i < most && !condition(); i++) await this.block()
    if (!condition()) throw new Error(`expected the condition to hold within ${most} blocks`)
  }

  round(id: number): RoundRecord {
    return this.get('Attestation.Rounds', [u32le(id)], RoundRecord)!
  }

  setRound(id: number, record: RoundRecord): void {
    this.put('Attestation.Rounds', [u32le(id)], RoundRecord, record)
    this.put('Attestation.ActiveRounds', [u32le(id)], u32, record.phase === 'Closed' ? undefined : this.number + 1)
  }

  openRound(id: number, members: readonly TestWorker[], hoster: TestWorker, head: FeedHead): void {
    const sorted = members.toSorted((a, b) => Buffer.compare(a.noise.publicKey, b.noise.publicKey))
    const record: RoundRecord = {
      order: 0,
      hoster: hoster.account,
      hosterKey: hoster.noise.publicKey,
      feed: head.key,
      phase: 'Coinflip',
      attempt: 0,
      redraw: 0,
      scheduledAt: this.number,
      openedAt: this.number + 1,
      endsAt: this.number + 1 + LIMITS.roundLength,
      members: sorted.map(({ account, noise }) => ({ account, noiseKey: noise.publicKey })),
      drawn: members.length,
      agreement: undefined,
      hosterReputation: 500_000,
      verdict: undefined,
      magic: undefined,
      magicRule: LIMITS.magicRule,
    }
    this.put('Feeds.Heads', [head.key], FeedHead, head)
    this.setRound(id, record)
    this.emit('RoundOpened', { round: id, openedAt: record.openedAt, endsAt: record.endsAt, members: record.members })
  }

  closeRound(id: number): void {
    this.setRound(id, { ...this.round(id), phase: 'Closed', verdict: 'Pass' })
    this.emit('RoundClosed', { round: id, verdict: 'Pass', served: 0, unserved: 0 })
  }

  /** Closes a round in which `absent` did not report, with the number that a report would have told. */
  closeWithAbsences(id: number, absent: readonly TestWorker[], magic: Uint8Array | undefined): void {
    this.closeRound(id)
    this.setRound(id, { ...this.round(id), magic })
    this.setAbsences(id, {
      requester: this.round(id).hoster,
      closedAt: this.number + 1,
      until: this.number + 1 + ABSENCE_WINDOW_BLOCKS,
      reward: 0n,
      held: 0n,
      absentees: absent.map(({ account }) => ({ account, reported: false })),
    })
  }

  setAbsences(id: number, record: AbsenceRecord | undefined): void {
    this.put('Attestation.Absences', [u32le(id)], AbsenceRecord, record)
  }

  /** The chain as one account sees and uses it. */
  chainOf(account: Uint8Array): ChainPort {
    const name = toHex(account)
    return {
      genesisHash: this.genesisHash,
      storage: async (pallet, item, keys) => this.#storage.get([`${pallet}.${item}`, ...keys.map(toHex)].join('/')),
      entries: async (pallet, item) =>
        [...this.#storage].flatMap(([key, value]) => {
          const [name, ...keys] = key.split('/')
          return name === `${pallet}.${item}` ? [[keys.map((part) => fromHex(part)), value] as const] : []
        }),
      constant: () => u32le(10),
      submit: async (dutyId, call) => {
        const known = this.#duties.get(`${name} ${dutyId}`)
        if (known) return known
        this.submissions.push({ account, dutyId, call })
        const outcome = this.#apply(account, call)
        this.#duties.set(`${name} ${dutyId}`, outcome)
        return outcome
      },
      follow: (onBlock) => {
        this.#followers.set(name, onBlock)
        let finish = (): void => {}
        const done = new Promise<void>((resolve) => (finish = resolve))
        return {
          done,
          stop: async () => {
            this.#followers.delete(name)
            finish()
          },
        }
      },
    }
  }

  networkOf(noise: NoiseIdentity): NetworkPort {
    return {
      identity: noise,
      singleUse: (seed) => identityOf(toHex(seed)),
      openMesh: (options) => this.#openMesh(noise, options),
    }
  }

  feedsOf(noise: NoiseIdentity): FeedClient & FeedServer {
    return {
      serveFeed: async (request) => {
        this.#served.set(toHex(noise.publicKey), request)
        return {
          readBlock: async (index) => this.#held.get(toHex(request.feed))?.blocks[index],
          sendReceipt: (reader, receipt) => {
            const give = this.#listening.get(toHex(reader))
            give?.(receipt)
            return give !== undefined
          },
          dropped: () => ({}),
          close: async () => void this.#served.delete(toHex(noise.publicKey)),
        }
      },
      auditFeed: async ({ seed, feed, hoster, receiptRequest, onReceipt }) => {
        const served = this.#served.get(toHex(hoster))
        if (!served) throw new Error('the hoster is not there')
        const reader = identityOf(toHex(seed)).publicKey
        const held = this.#held.get(toHex(feed.key))!
        this.#listening.set(toHex(reader), onReceipt)
        served.onListening(reader, receiptRequest)
        return {
          getBlock: async (index) => {
            if (this.lost.has(index)) throw new Error('timed out')
            served.onServed(reader, index)
            await this.stalled
            return { bytes: held.blocks[index]!, latencyMs: 5 }
          },
          prove: async (index) => held.siblings(index),
          requestReceipt: async (request) => {
            const receipt = await served.onReceiptRequest(reader, request)
            if (!receipt) throw new Error('refused')
            return receipt
          },
          close: async () => {
            this.#listening.delete(toHex(reader))
            served.onGone(reader)
          },
        }
      },
      observeFeed: async ({ key }) => {
        this.observed.push(toHex(key))
        return { traces: () => this.traces, close: async () => void this.observed.pop() }
      },
    }
  }

  /** What observers see, and the feeds that are observed now. */
  traces: readonly ReadTrace[] = []
  readonly observed: string[] = []

  /** Until it resolves, what the hoster sends does not arrive. */
  stalled: Promise<void> | undefined

  /** Blocks that the hoster has lost. */
  readonly lost = new Set<number>()

  hold(feed: MemoryFeed): void {
    this.#held.set(toHex(feed.head.key), feed)
  }

  #openMesh(noise: NoiseIdentity, options: MeshOptions): ReturnType<NetworkPort['openMesh']> {
    const id = toHex(options.id)
    const session = this.#meshes.get(id) ?? new Map<string, MeshOptions>()
    this.#meshes.set(id, session)
    const own = toHex(noise.publicKey)
    if (session.has(own)) throw new Error('the session is open already')
    session.set(own, options)
    /** As the real mesh: what is sent before the member is up waits for it. */
    const send = (to: Uint8Array, frame: Uint8Array): boolean => {
      const deliver = (tries: number): void => {
        if (!session.has(own) && tries === 0) return
        const there = session.get(toHex(to))
        if (there) there.onMessage(noise.publicKey, frame)
        else if (tries < 30) setImmediate(deliver, tries + 1)
      }
      setImmediate(deliver, 0)
      return true
    }
    return {
      send,
      broadcast: (frame) =>
        options.members.filter((key) => !equalBytes(key, noise.publicKey) && send(key, frame)).length,
      dropped: () => ({ oversized: 0, malformed: 0, flood: 0, expelled: 0, unsent: 0 }),
      close: () => void session.delete(own),
    }
  }

  #apply(account: Uint8Array, { pallet, call, args }: CallRequest): SubmitOutcome {
    const block = this.hashOf(this.number)
    const fail = (name: string): SubmitOutcome => {
      this.refused.push(`${call}: ${name}`)
      return { kind: 'failed', block, number: this.number, error: { pallet, name } }
    }
    const included: SubmitOutcome = { kind: 'included', block, number: this.number }
    if (pallet === 'Attestation') {
      const fault = this.#attest(account, call, args)
      return fault ? fail(fault) : included
    }
    if (call === 'register') {
      const { noiseKey, roles, capacity } = decode(struct(workerCalls.register), args)
      this.put('Workers.Workers', [account], WorkerRecord, { ...newWorker(noiseKey, this.number), roles, capacity })
    }
    if (call === 'heartbeat') {
      const record = this.get('Workers.Workers', [account], WorkerRecord)!
      this.put('Workers.Workers', [account], WorkerRecord, { ...record, lastSeen: this.number })
    }
    if (call === 'publish') {
      const { head } = decode(struct({ head: FeedHead }), args)
      this.put('Feeds.Heads', [head.key], FeedHead, head)
    }
    if (call === 'host') this.put('Feeds.Hosting', [args, account], u32, this.number)
    return included
  }

  #attest(account: Uint8Array, call: string, args: Uint8Array): string | undefined {
    if (call === 'submitCoinflipOutcome') {
      const { round, attempt, outcome } = decode(struct(attestationCalls.submitCoinflipOutcome), args)
      if (this.round(round).attempt !== attempt) return 'WrongAttempt'
      this.#outcomes.set(`${round}/${attempt}/${toHex(account)}`, outcome)
      return undefined
    }
    if (call === 'submitEvidence') {
      const { round, attempt, evidence } = decode(struct(attestationCalls.submitEvidence), args)
      const record = this.round(round)
      const flip = attempt === record.attempt ? record : this.#pastFlips.get(`${round}/${attempt}`)
      if (!flip) return 'WrongAttempt'
      const offender = convict(sessionOf(this.genesisHash, round, flip), evidence)
      if (!offender) return 'BadEvidence'
      this.convicted.add(toHex(offender))
      if (flip === record && !record.agreement && spoilsNumber(evidence)) this.drop(round, offender)
      return undefined
    }
    if (call === 'reportAbsent') {
      const { round, attestor } = decode(struct(attestationCalls.reportAbsent), args)
      const record = this.get('Attestation.Absences', [u32le(round)], AbsenceRecord)
      if (!record) return 'NoAbsences'
      const absentee = record.absentees.find((other) => equalBytes(other.account, attestor))
      if (!absentee) return 'NotAbsent'
      if (absentee.reported) return 'AbsenceKnown'
      const absentees = record.absentees.map((other) => (other === absentee ? { ...other, reported: true } : other))
      this.setAbsences(round, { ...record, absentees })
      return undefined
    }
    const { round, report } = decode(struct(attestationCalls.submitReport), args)
    return this.#report(account, round, report)
  }

  #report(account: Uint8Array, roundId: number, report: Report): string | undefined {
    const round = this.round(roundId)
    const rank = round.members.findIndex((member) => equalBytes(member.account, account))
    const feed = this.get('Feeds.Heads', [round.feed], FeedHead)!
    const context = { genesisHash: this.genesisHash, roundId, round, rank, feed, parameters: LIMITS }
    const finding = checkReport({ ...context, blockHashAt: (number) => this.hashOf(number) }, report)
    if (!finding.ok) return finding.fault
    this.reports.push({ attestor: toHex(account), served: finding.served })
    return undefined
  }

  #tallyOutcomes(): void {
    for (const [key, outcome] of this.#outcomes) {
      const [id, attempt] = key.split('/').map(Number)
      const record = this.round(id!)
      if (record.attempt !== attempt || record.agreement) continue
      const needed = majority(record.members.length)
      const votes = [...this.#outcomes]
        .filter(([other]) => other.startsWith(`${id}/${attempt}/`))
        .map(([, vote]) => vote)
      const same = votes.filter((vote) => toHex(encodeOutcome(vote)) === toHex(encodeOutcome(outcome))).length
      if (same < needed) continue
      if (outcome.tag === 'Offline') for (const absent of outcome.value.absent) this.drop(id!, absent)
      else this.#agree(id!, record, outcome.value)
    }
  }

  #agree(id: number, record: RoundRecord, agreement: NonNullable<RoundRecord['agreement']>): void {
    this.setRound(id, { ...record, phase: 'Audit', agreement })
    const root = transcriptRoot(sessionId(sessionOf(this.genesisHash, id, record)), agreement.transcript)
    const { attempt } = record
    this.emit('CoinflipAgreed', { round: id, attempt, transcriptRoot: root, hiddenMagic: agreement.hiddenMagic })
  }

  /** Starts the coinflip again without this member. */
  drop(id: number, noiseKey: Uint8Array): void {
    const record = this.round(id)
    const dropped = record.members.filter((member) => equalBytes(member.noiseKey, noiseKey))
    const members = record.members.filter((member) => !dropped.includes(member))
    const attempt = record.attempt + 1
    this.#pastFlips.set(`${id}/${record.attempt}`, record)
    const openedAt = this.number + 1
    this.setRound(id, { ...record, members, attempt, openedAt, endsAt: openedAt + LIMITS.roundLength })
    this.emit('CoinflipRestarted', { round: id, attempt, dropped: dropped.map(({ account }) => account) })
  }
}

const encodeOutcome = (outcome: CoinflipOutcome): Uint8Array =>
  encode(struct({ outcome: attestationCalls.submitCoinflipOutcome.outcome }), { outcome })

export const newWorker = (noiseKey: Uint8Array, registeredAt: number): WorkerRecord => ({
  noiseKey,
  roles: ['Attestor'],
  capacity: 1,
  duties: 0,
  status: 'Active',
  registeredAt,
  lastSeen: registeredAt,
})

/** What a worker is to do. */
export type Work = Pick<WorkerOptions, 'role' | 'makeRole'>

/** A worker's own: account, Noise key, journal. Survives the process. */
export class TestWorker {
  readonly account: Uint8Array
  readonly noise: NoiseIdentity
  readonly journal = new MemoryJournal()
  readonly progress: Progress[] = []
  readonly #world: World
  #random = 0
  #lives = 0

  constructor(world: World, name: string, noise: NoiseIdentity = identityOf(`noise of ${name}`)) {
    this.#world = world
    this.account = encode(AccountId, blake2b256(utf8(`account of ${name}`)))
    this.noise = noise
  }

  /** As the world names it in its reports. */
  get name(): string {
    return toHex(this.account)
  }

  /** What a new process of this worker runs on. Its random numbers are others than in its former life. */
  deps(): RoleDeps {
    const life = ++this.#lives
    return {
      chain: this.#world.chainOf(this.account),
      network: this.#world.networkOf(this.noise),
      journal: this.journal,
      clock: this.#world.clock,
      randomBytes: (count) => blake2b256Of(this.account, u32le(life), u32le(this.#random++)).slice(0, count),
      log: silentLog,
      report: (progress) => void this.progress.push(progress),
    }
  }

  get feeds(): FeedClient & FeedServer {
    return this.#world.feedsOf(this.noise)
  }

  /** What a worker is started with that attests. */
  attests(options: Omit<AttestorOptions, 'account'> = {}, feeds: FeedClient = this.feeds): Work {
    const makeRole: Work['makeRole'] = (account, deps) => createAttestor({ ...options, account }, { ...deps, feeds })
    return { role: 'Attestor', makeRole }
  }

  /** What a worker is started with that hosts. */
  hosts(hosted: HosterOptions['feeds'], feeds: FeedServer = this.feeds): Work {
    const makeRole: Work['makeRole'] = (account, deps) => createHoster({ feeds: hosted, account }, { ...deps, feeds })
    return { role: 'Hoster', makeRole }
  }

  kinds(): string[] {
    return this.progress.map(({ kind }) => kind)
  }
}
