/**
 * A simulated world of one hoster and some attestors that a test moves block by block.
 *
 * Owns: starting and killing workers, time, and what a test looks at. Does not own: any rule of the chain: the real runtime decides
 * what comes of each call.
 */
import type { CallFailure, CallRequest, ChainEventRecord } from '#chain/api/chain-port.ts'
import { callOf, decodeEvent, encodeCall, eventOf, type StorageDescriptor } from '#chain/api/descriptors.ts'
import { toHex } from '#types/bytes.ts'
import { attestationCalls, attestationEvents } from '#types/domain/attestation/attestation.ts'
import type { AttestationParameters, RoundRecord } from '#types/domain/attestation/round.ts'
import { workerCalls, type WorkerRecord } from '#types/domain/worker.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import type { AnyCodec, TupleOf } from '#types/scale/compound.ts'
import { workers } from '#worker/kernel/chain-items.ts'
import type { MakeRole } from '#worker/kernel/role.ts'
import { parseConditions } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { SimulatedWorld } from '#worker/simulation/world.ts'
import { roundClosed, rounds } from '#worker/systems/attestation/role/chain-items.ts'
import { hosting } from '#worker/systems/hosting/role/chain-items.ts'
import type { SimulatedFeed } from '#worker/systems/hosting/simulation/feed.ts'
import { memoryFeed } from '../hosting/memory-feed.ts'
import { LIMITS } from './limits.ts'
import { Parties, type Party } from './parties.ts'

/** The default chain's pace, so that audits and coinflips have the time that they have there. */
const BLOCK_MS = 6_000
const LATENCY_MS = 2
export const REQUESTER = 'requester'
const PURSE = 10n ** 24n
/** More than anything that a test waits for takes. */
const MOST_BLOCKS = 100
/** From this block on, workers know the chain's pace. */
const PACE_BLOCKS = 9
const FEWEST_ATTESTORS = 3

const scheduleRounds = callOf('Attestation', 'scheduleRounds', attestationCalls.scheduleRounds)
const reportAccepted = eventOf('Attestation', 'ReportAccepted', attestationEvents.ReportAccepted)
const evidenceAccepted = eventOf('Attestation', 'EvidenceAccepted', attestationEvents.EvidenceAccepted)
const operatorCalls = {
  pause: callOf('Workers', 'pause', workerCalls.pause),
  resume: callOf('Workers', 'resume', workerCalls.resume),
  unregister: callOf('Workers', 'unregister', workerCalls.unregister),
} as const

/** @see Stage */
export interface StageOptions {
  /** Their names; the chain draws as many as there are. */
  readonly attestors: readonly string[]
  readonly parameters?: Partial<AttestationParameters>
  /** A feed that is only named is served by other ports than the simulated ones. */
  readonly feed?: SimulatedFeed | Pick<SimulatedFeed, 'head'>
}

/** See the module's header. No worker runs before the test starts it. */
export class Stage {
  readonly feed: Pick<SimulatedFeed, 'head'>
  readonly parties: Parties
  readonly hoster: Party
  readonly attestors: readonly Party[]
  readonly world: SimulatedWorld<undefined>
  /** Everything that pallets told, in order. */
  readonly events: ChainEventRecord[] = []
  /** Of the latest block. */
  hash: Uint8Array = new Uint8Array()
  #acts = 0

  constructor({ attestors, parameters, feed = memoryFeed(13) }: StageOptions) {
    this.feed = feed
    let parties: Parties | undefined
    const drawn = Math.max(FEWEST_ATTESTORS, attestors.length)
    this.world = new SimulatedWorld(
      (ground) => {
        parties = new Parties(attestors, feed, ground)
        return {
          balances: [[REQUESTER, PURSE]],
          genesis: { attestation: { ...LIMITS, attestors: drawn, ...parameters } },
          seats: parties.seats,
          onBlock: ({ hash, events }) => {
            this.hash = hash
            this.events.push(...events)
          },
          isOver: () => false,
          result: () => undefined,
        }
      },
      { chance: chanceFrom('stage'), conditions: parseConditions({ latencyMs: LATENCY_MS }), blockMs: BLOCK_MS },
    )
    this.parties = parties!
    const [hoster, ...rest] = this.parties.all
    this.hoster = hoster!
    this.attestors = rest
  }

  /** Starts a worker, in this role from now on where one is given, and waits until it is at work. */
  async start(party: Party, makeRole: MakeRole = party.makeRole): Promise<void> {
    party.makeRole = makeRole
    this.world.start(party.peer)
    await this.until(() => this.world.workerOf(party.peer) !== undefined)
  }

  /** As SIGKILL, but for what a process in memory must give back: nothing of it goes on. */
  async kill(party: Party): Promise<void> {
    this.world.crash(party.peer)
    await this.pass(0)
  }

  /**
   * All have registered, the hoster hosts the feed, and no attestor runs; what they told and submitted for it is forgotten. The chain is
   * old enough for its pace to be known.
   */
  async ready(): Promise<void> {
    for (const { peer } of this.parties.all) this.world.start(peer)
    await this.blocksUntil(() => this.isHosting() && this.number >= PACE_BLOCKS)
    for (const party of this.attestors) await this.kill(party)
    for (const { progress } of this.parties.all) progress.length = 0
    this.parties.submissions.length = 0
  }

  /** Somebody pays for a round: the next block opens it. */
  async order(): Promise<void> {
    const { account: hoster } = this.hoster
    this.act(REQUESTER, encodeCall(scheduleRounds, { hoster, feed: this.feed.head.key, rounds: 1 }))
    await this.blocks(2)
  }

  /** An account calls; the next block takes it. */
  act(name: string, call: CallRequest): void {
    void this.world.port(name).submit(`act/${this.#acts++}`, call)
  }

  /** What the operator of a worker does by an extrinsic, which the next block takes. */
  operate(party: Party, what: keyof typeof operatorCalls): void {
    this.act(party.name, encodeCall(operatorCalls[what], {}))
  }

  get number(): number {
    return this.world.chain.number
  }

  /** The next block, and everything that follows from it until the one after. */
  async block(): Promise<void> {
    await this.seal()
    await this.rest()
  }

  /** Everything that follows from the latest block until the next one. */
  rest(): Promise<void> {
    return this.world.advance((this.number + 1) * BLOCK_MS - 1)
  }

  /** The next block, of which nobody has heard yet. */
  async seal(): Promise<void> {
    const { number } = this
    await this.until(() => this.number > number)
  }

  async blocks(count: number): Promise<void> {
    for (let i = 0; i < count; i++) await this.block()
  }

  async blocksUntil(condition: () => boolean, most = 60): Promise<void> {
    for (let i = 0; i < most && !condition(); i++) await this.block()
    if (!condition()) throw new Error(`expected the condition to hold within ${most} blocks`)
  }

  /** Stops at the event after which the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    await this.world.advance((this.number + MOST_BLOCKS) * BLOCK_MS, condition)
    if (!condition()) throw new Error(`expected the condition to hold within ${MOST_BLOCKS} blocks`)
  }

  /** Lets virtual time go by until a promise has settled. */
  async during<T>(work: Promise<T>): Promise<T> {
    let isSettled = false
    const settled = (): void => void (isSettled = true)
    work.then(settled, settled)
    await this.until(() => isSettled)
    return work
  }

  /** Lets so much virtual time go by after the last event. */
  async pass(ms: number): Promise<void> {
    await this.world.advance(this.world.scheduler.now + ms)
  }

  /** An item of the chain's state after the latest block. */
  read<K extends readonly AnyCodec[], V>(item: StorageDescriptor<K, V>, ...keys: TupleOf<K>): V | undefined {
    const encoded = keys.map((key, i) => encode(item.keys[i] as Codec<unknown>, key))
    const bytes = this.world.face.get(this.world.state, item.pallet, item.name, encoded)
    return bytes && decode(item.value, bytes)
  }

  round(id: number): RoundRecord {
    return this.read(rounds, id)!
  }

  worker({ account }: Party): WorkerRecord | undefined {
    return this.read(workers, account)
  }

  /** Reports that the chain has accepted. */
  get reports(): readonly { readonly attestor: string; readonly served: boolean }[] {
    return this.events.flatMap((event) => {
      const report = decodeEvent(reportAccepted, event)
      return report ? [{ attestor: toHex(report.attestor), served: report.served }] : []
    })
  }

  /** Accounts that evidence convicted, in hex. */
  get convicted(): readonly string[] {
    return this.events.flatMap((event) => {
      const accepted = decodeEvent(evidenceAccepted, event)
      return accepted ? [toHex(accepted.offender)] : []
    })
  }

  /** Whether the chain knows the hoster as one of the feed. */
  isHosting(): boolean {
    return this.read(hosting, this.hoster.account, this.feed.head.key) !== undefined
  }

  isClosed(id: number): boolean {
    return this.events.some((event) => decodeEvent(roundClosed, event)?.round === id)
  }

  /** What roles submitted and the chain did not take, as `call: error`: of all workers, or of these. */
  refused(parties: readonly Party[] = this.parties.all): readonly string[] {
    return this.parties.submissions.flatMap(({ party, call, outcome }) => {
      if (outcome === undefined || outcome.kind === 'included' || !parties.includes(party)) return []
      return [`${call.call}: ${outcome.kind === 'refused' ? outcome.message : nameOf(outcome.error)}`]
    })
  }

  /** What must hold of any world and does not: a worker that stopped by itself, an issuance that does not add up, a bug of the runtime. */
  get broken(): readonly string[] {
    return [...this.world.breaches.map(({ kind, detail }) => `${kind}: ${detail}`), ...this.world.chain.bugs]
  }

  dutiesOf(party: Party): readonly string[] {
    return this.parties.submissions.filter((other) => other.party === party).map(({ dutyId }) => dutyId)
  }
}

const nameOf = (error: CallFailure): string => ('name' in error ? error.name : error.text)
