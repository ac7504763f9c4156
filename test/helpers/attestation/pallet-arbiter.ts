/**
 * An arbiter whose attempt is on the real pallet: each block and each call runs there too.
 *
 * Owns: the round on the pallet, comparing it with the arbiter without a chain, and the money. Does not own: the arbiter's rules.
 *
 * The session's members sit in a round of a chain with as many attestors. Calls are dispatched without fees, so that whatever money
 * moves is moved by the rules. A difference between the pallet and the arbiter without a chain is an error.
 */
import { u32le } from '#types/bytes.ts'
import { AccountInfo } from '#types/scale/account.ts'
import { AttestationParameters, leastMembers, RoundRecord } from '#types/domain/attestation/round.ts'
import {
  Arbitration,
  checkMessageSignature,
  type CoinflipOutcome,
  hideMagic,
  NO_ARBITRATION,
  type ArbiterParameters,
  type IsSigned,
  type Session,
} from '#types/domain/coinflip/coinflip.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { u32 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, storageKey, storagePrefix, Twox64Concat } from '#types/scale/storage-key.ts'
import type { DispatchOutcome } from '#chain/runtime/frame/dispatch.ts'
import { Externalities } from '#chain/runtime/frame/externalities.ts'
import { Meter } from '#chain/runtime/frame/meter.ts'
import { rawKey } from '#chain/runtime/frame/overlay.ts'
import { HOOKS_REF_TIME, ZERO_WEIGHT } from '#chain/runtime/frame/weights.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import { construct } from '#chain/runtime/runtime.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { LocalArbiter, type Call } from '#worker/systems/coinflip/session/local-arbiter.ts'
import type { CoinflipSessionOptions } from '#worker/systems/coinflip/simulation/terms.ts'
import type { Breach } from '#worker/systems/coinflip/simulation/invariants.ts'
import { callOf, TestLog } from '../runtime.ts'
import { openChain, PARAMETERS } from './chain.ts'
import { openRound } from './statements.ts'

const NOTHING_USED = { normal: ZERO_WEIGHT, operational: ZERO_WEIGHT, mandatory: ZERO_WEIGHT }
const PARENT_HASH = new Uint8Array(32).fill(7)

/** A chain whose round of so many members has just opened. */
interface Base {
  readonly state: Trie
  readonly number: number
  readonly record: RoundRecord
}

const bases = new Map<number, Base>()

function baseOf(members: number): Base {
  const known = bases.get(members)
  if (known) return known
  const chain = openChain({ attestors: members, parameters: { attestors: members, roundLength: 200, maxRedraws: 0 } })
  const record = chain.round(openRound(chain))
  const made = { state: chain.state, number: chain.number, record }
  bases.set(members, made)
  return made
}

const log = new TestLog()
/** The rule of the session under way. */
let isSigned: IsSigned = checkMessageSignature
const { frame } = construct(log, undefined, {}, (message) => isSigned(message))
const { hooks } = frame.pallets.find(({ name }) => name === 'Attestation')!
const item = (pallet: string, name: string, ...keys: Parameters<typeof storageKey>[1]): Uint8Array =>
  storageKey(storagePrefix(pallet, name), keys)
const numbered = (name: string, number: number): Uint8Array => item('Attestation', name, [Twox64Concat, u32le(number)])

/** The first round of a chain. */
const PALLET_ROUND = 0

/** @see the module's header */
class PalletArbiter extends LocalArbiter {
  readonly #session: Session
  readonly #base: Base
  readonly #accounts: readonly Uint8Array[]
  readonly #wealth: readonly bigint[]
  #state: Trie
  #number: number
  #env: Externalities

  /** @throws Error where the session is not the first attempt of round 0. */
  constructor(session: Session, parameters: ArbiterParameters, rule: IsSigned) {
    super(session, parameters, rule)
    isSigned = rule
    if (session.round !== PALLET_ROUND || session.attempt !== 0)
      throw new Error(`expected attempt 0 of round ${PALLET_ROUND}, got ${session.attempt} of ${session.round}`)
    this.#session = session
    this.#base = baseOf(session.members.length)
    const { state, record, number } = this.#base
    this.#accounts = record.members.map(({ account }) => account)
    const members = session.members.map((noiseKey, rank) => ({ account: this.#accounts[rank]!, noiseKey }))
    const windows = { ...PARAMETERS, ...parameters, attestors: members.length, roundLength: 200, maxRedraws: 0 }
    this.#state = state.apply([
      [
        numbered('Rounds', PALLET_ROUND),
        encode(RoundRecord, { ...record, members, auditFrom: record.openedAt + parameters.coinflipWindow }),
      ],
      [item('Attestation', 'Parameters'), encode(AttestationParameters, windows)],
      [item('System', 'BlockHash', [Twox64Concat, u32le(0)]), session.genesisHash],
    ])
    this.#number = number
    this.#env = this.#block()
    this.#wealth = this.#accounts.map((account) => this.#wealthOf(account))
  }

  override next(): void {
    super.next()
    frame.current.run(this.#env, () => hooks.onFinalize!(NOTHING_USED))
    this.#state = this.#state.apply(this.#env.overlay.changes())
    this.#number += 1
    this.#env = this.#block()
    const meter = new Meter(() => this.#env.used, HOOKS_REF_TIME)
    frame.current.run(this.#env, () => hooks.onInitialize!(meter))
    this.#compare(`block ${this.attempt.block}`)
  }

  override take(rank: number, call: Call): void {
    super.take(rank, call)
    let outcome: DispatchOutcome | undefined
    frame.current.run(this.#env, () => {
      outcome = frame.dispatcher.dispatch(this.#callOf(call), { signed: this.#accounts[rank]! })
    })
    const how = outcome!.ok ? 'taken' : outcome!.message
    this.#compare(`${call.kind} of ${rank} in block ${this.attempt.block}, ${how}`)
  }

  /**
   * What the attempt did to money, against the rules: all that is gone was burned, members without a charge keep what they had but for
   * the price of a demand, and each that costs a restart loses more than they do.
   */
  breaches(isHonest: (rank: number) => boolean): readonly Breach[] {
    if (log.errors.length > 0) throw new Error(`expected no bug in the pallet, got ${JSON.stringify(log.errors)}`)
    const { end } = this
    if (!end) return []
    const losses = this.#accounts.map((account, rank) => this.#wealth[rank]! - this.#wealthOf(account))
    const breach = (rank: number, detail: string): Breach => ({ kind: 'unfair-loss', rank, detail })
    const culprits = new Set([...end.convicted, ...(end.kind === 'restarted' ? end.absent : [])])
    const honest = losses.flatMap((loss, rank) => (isHonest(rank) ? [{ rank, loss }] : []))
    const most = honest.reduce((worst, one) => (one.loss > worst.loss ? one : worst), { rank: -1, loss: 0n })
    const { demandDeposit } = this.attempt.parameters
    return [
      ...honest
        .filter(({ loss }) => loss > demandDeposit)
        .map(({ rank, loss }) => breach(rank, `an honest member lost ${loss}`)),
      ...(end.kind === 'restarted'
        ? [...culprits]
            .filter((rank) => losses[rank]! <= most.loss)
            .map((rank) => breach(most.rank, `${rank} lost less`))
        : []),
    ]
  }

  #block(): Externalities {
    return new Externalities(this.#state, { number: this.#number, parentHash: PARENT_HASH, digest: [] })
  }

  #get(key: Uint8Array): Uint8Array | undefined {
    let found: Uint8Array | undefined
    frame.current.run(this.#env, () => {
      found = this.#env.overlay.get(rawKey(key))
    })
    return found
  }

  #wealthOf(account: Uint8Array): bigint {
    const { data } = decode(AccountInfo, this.#get(item('System', 'Account', [Blake2_128Concat, account]))!)
    return data.free + data.reserved
  }

  #callOf(call: Call): RuntimeCall {
    const about = { round: PALLET_ROUND, attempt: 0 }
    switch (call.kind) {
      case 'demand':
        return callOf('Attestation', 'demandCoinflip', { ...about, words: call.words })
      case 'words':
        return callOf('Attestation', 'putCommitments', { ...about, words: call.words })
      case 'values':
        return callOf('Attestation', 'putValues', { ...about, values: call.values })
      case 'evidence':
        return callOf('Attestation', 'submitEvidence', { ...about, evidence: call.evidence })
      default: {
        const { transcript, magic } = call.exit
        const outcome: CoinflipOutcome = { tag: 'Agreed', value: { transcript, hiddenMagic: hideMagic(magic) } }
        return callOf('Attestation', 'submitCoinflipOutcome', { ...about, outcome })
      }
    }
  }

  /** @throws Error where the pallet and the arbiter without a chain differ. */
  #compare(after: string): void {
    const record = decode(RoundRecord, this.#get(numbered('Rounds', PALLET_ROUND))!)
    const local = this.#ofLocal()
    const pallet = this.#ofPallet(record)
    const [expected, got] = [JSON.stringify(local), JSON.stringify(pallet)]
    if (expected !== got) throw new Error(`after ${after}: expected the pallet to have\n${expected}\ngot\n${got}`)
  }

  #ofLocal() {
    const { attempt, end, session } = { attempt: this.attempt, end: this.end, session: this.#session }
    if (end?.kind === 'over') return { phase: 'Closed' }
    if (end?.kind === 'restarted') {
      const gone = new Set([...end.absent, ...end.convicted])
      const left = session.members.filter((_, rank) => !gone.has(rank)).map(String)
      return left.length < leastMembers(session.members.length) ? { phase: 'Closed' } : { attempt: 1, left }
    }
    return {
      ...this.#told(attempt.state, 0),
      agreement: attempt.agreement && String(attempt.agreement.hiddenMagic),
      isPublic: attempt.isPublic,
      auditFrom: attempt.auditFrom,
      convicted: [...this.convicted].toSorted((a, b) => a - b),
    }
  }

  #ofPallet(record: RoundRecord) {
    if (record.phase === 'Closed') return { phase: 'Closed' }
    if (record.attempt > 0)
      return { attempt: record.attempt, left: record.members.map(({ noiseKey }) => String(noiseKey)) }
    const stored = this.#get(numbered('Arbitrations', PALLET_ROUND))
    const { openedAt } = this.#base.record
    const isConvicted = (account: Uint8Array): boolean =>
      this.#get(
        item('Attestation', 'Convicted', [Twox64Concat, encode(u32, PALLET_ROUND)], [Blake2_128Concat, account]),
      ) !== undefined
    return {
      ...this.#told(stored ? decode(Arbitration, stored) : NO_ARBITRATION, openedAt),
      agreement: record.agreement && String(record.agreement.hiddenMagic),
      isPublic: record.magic !== undefined,
      auditFrom: record.auditFrom - openedAt,
      convicted: this.#accounts.flatMap((account, rank) => (isConvicted(account) ? [rank] : [])),
    }
  }

  #told({ flip, spoiltAt, numberAsked }: Arbitration, openedAt: number) {
    return {
      numberAsked,
      spoiltAt: spoiltAt === undefined ? undefined : spoiltAt - openedAt,
      flip: flip && {
        stage: flip.stage,
        times: [flip.since, flip.until, flip.lastListed].map((block) => block - openedAt),
        held: String(flip.held),
        listed: flip.listed.map(({ rank, body }) => [rank, String(body.commitment)]),
        opened: flip.opened.map(({ rank }) => rank),
      },
    }
  }
}

/** Plays the attempts of simulated coinflips on the pallet too. */
export const createPalletArbiter: CoinflipSessionOptions['createArbiter'] = (session, parameters, rule) =>
  new PalletArbiter(session, parameters, rule)
