/**
 * A chain with a feed, its hoster and attestors, with the keys of all of them.
 *
 * Owns: this cast, reading the storage of the protocol pallets, and the invariants that hold at any time. Does not own:
 * the members' statements in a round.
 */
import { expect } from 'vitest'
import { toHex, u32le } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { ABSENCE_WINDOW_BLOCKS, AbsenceRecord } from '#types/domain/attestation/absence.ts'
import { Order, StorageDeposit, Vote } from '#types/domain/attestation/attestation.ts'
import { MAX_ORDERS_PER_ACCOUNT, ORDER_STORAGE_DEPOSIT } from '#types/domain/attestation/order.ts'
import { roundDeposit } from '#types/domain/attestation/settlement.ts'
import { Bond, DEFAULT_BOND_TERMS, NO_BOND, type BondTerms } from '#types/domain/bond.ts'
import { Arbitration } from '#types/domain/coinflip/coinflip.ts'
import { NEWCOMER, Reputation } from '#types/domain/reputation.ts'
import { RoundRecord, type AttestationParameters } from '#types/domain/attestation/round.ts'
import { possessionMessage, Role, WorkerRecord, type RoleName } from '#types/domain/worker.ts'
import { AccountInfo } from '#types/scale/account.ts'
import { decode, encode, type Codec, type ValueOf } from '#types/scale/codec.ts'
import { u128, u32 } from '#types/scale/primitives.ts'
import {
  Blake2_128Concat,
  storageKey,
  storagePrefix,
  Twox64Concat,
  type StorageHasher,
} from '#types/scale/storage-key.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import type { ApplyOutcome } from '#chain/runtime/runtime-interface.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { memoryFeed } from '../hosting/memory-feed.ts'
import { alice, bob, callOf, charlie, TestChain, UNIT, type Keypair } from '../runtime.ts'
import { expectIndexed } from '../worker-index.ts'

/** Small and quick: slots of two blocks for five attestors, which begin in the same block wherever all agree at once. */
export const PARAMETERS: AttestationParameters = {
  attestors: 5,
  roundLength: 14,
  coinflipWindow: 4,
  reportWindow: 4,
  challenges: 3,
  slotTolerance: 1,
  gap: 1,
  maxRedraws: 1,
  maxWait: 5,
  hosterReward: 10n * UNIT,
  attestorReward: 10n * UNIT,
  magicRule: 'Concat',
  accusationDeposit: 3n * UNIT,
  answerWindow: 3,
  objectionWindow: 1,
  demandDeposit: UNIT / 5n,
}

/** What one round under way reserves. Its fee is burned, and the deposit for storage is another one. */
export const DEPOSIT = roundDeposit(PARAMETERS)

/** An account with a Noise key. */
export interface Actor {
  readonly keys: Keypair
  readonly account: Uint8Array
  readonly noise: NoiseIdentity
}

const actors = new Map<string, Actor>()
/** A worker that a name decides on. */
export function actor(name: string): Actor {
  let made = actors.get(name)
  if (!made) {
    const keys = keypairFromSuri(`//${name}`)
    made = { keys, account: keys.publicKey, noise: identityOf(`noise of ${name}`) }
    actors.set(name, made)
  }
  return made
}

export const root = alice
export const requester = bob
export const author = charlie
export const hoster = actor('hoster')
export const outsider = actor('outsider')
export const feed = memoryFeed(40)
/** Endowment of each account. */
export const ENDOWED = 1_000_000n * UNIT

/** A call with who signs it. */
export type Signed = readonly [signer: Keypair, call: RuntimeCall]

const PROTOCOL_PALLETS = ['Workers', 'Feeds', 'Attestation', 'Randomness', 'Hosting', 'Committee']
const palletPrefix = (pallet: string): Uint8Array => storagePrefix(pallet, 'any').subarray(0, 16)

/** A running chain with typed eyes. Blocks are built on demand; a nonce is always what the account has. */
export class AttestationChain extends TestChain {
  /** Builds a block of these calls; each signer's nonces follow on. */
  block(...calls: readonly Signed[]): readonly ApplyOutcome[] {
    return this.build(this.wires(calls))
  }

  wires(calls: readonly Signed[]): Uint8Array[] {
    const next = new Map<string, number>()
    return calls.map(([signer, call]) => {
      const name = toHex(signer.publicKey)
      const nonce = next.get(name) ?? this.account(signer.publicKey).nonce
      next.set(name, nonce + 1)
      return this.sign(signer, call, { nonce })
    })
  }

  /** Builds a block of these calls, which must all succeed. */
  succeed(...calls: readonly Signed[]): void {
    expect(this.block(...calls)).toEqual(calls.map(() => ({ kind: 'success' })))
  }

  /** The call would fail in the next block with that error, and change nothing that the protocol's pallets or reserves hold. */
  refuses(signer: Keypair, call: RuntimeCall, error: string): void {
    const without = this.open().finalize().state
    const block = this.open()
    const outcome = block.apply(this.runtime.decode(this.wires([[signer, call]])[0]!))
    const { state } = block.finalize()
    expect(outcome.kind === 'failed' ? outcome.message : outcome.kind).toMatch(new RegExp(`^${error}(:|$)`))
    expect(protocolState(state)).toEqual(protocolState(without))
    expect(this.log.errors).toEqual([])
  }

  /** Runs `act` on a branch. Afterwards the chain stands where it stood. */
  branch<T>(act: () => T): T {
    const { state, number, hash, lastHeader } = this
    try {
      return act()
    } finally {
      Object.assign(this, { state, number, hash, lastHeader })
      this.hashes.length = number + 1
    }
  }

  /** Builds empty blocks until the last one has that number. */
  to(number: number): void {
    while (this.number < number) this.build()
  }

  /** Builds empty blocks until a condition holds. @throws Error after 100 blocks. */
  until(what: string, holds: () => boolean): void {
    for (let left = 100; !holds(); left--) {
      if (left === 0) throw new Error(`expected within 100 blocks: ${what}`)
      this.build()
    }
  }

  /** A stored value, by the hashers and keys of its item. */
  stored<T>(pallet: string, item: string, codec: Codec<T>, ...keys: readonly (readonly [StorageHasher, Uint8Array])[]) {
    const bytes = this.state.get(storageKey(storagePrefix(pallet, item), keys))
    return bytes && decode(codec, bytes)
  }

  worker = (account: Uint8Array): WorkerRecord | undefined =>
    this.stored('Workers', 'Workers', WorkerRecord, [Blake2_128Concat, account])

  reputation = (account: Uint8Array, role: RoleName): Reputation =>
    this.stored(
      'Workers',
      'Reputations',
      Reputation,
      [Blake2_128Concat, account],
      [Twox64Concat, encode(Role, role)],
    ) ?? NEWCOMER

  bond = (account: Uint8Array): Bond => this.stored('Workers', 'Bonds', Bond, [Blake2_128Concat, account]) ?? NO_BOND

  round(id: number): RoundRecord {
    const record = this.stored('Attestation', 'Rounds', RoundRecord, [Twox64Concat, u32le(id)])
    if (!record) throw new Error(`expected round ${id}, got none`)
    return record
  }

  order = (id: number): Order | undefined => this.stored('Attestation', 'Orders', Order, [Twox64Concat, u32le(id)])
  absences = (id: number): AbsenceRecord | undefined =>
    this.stored('Attestation', 'Absences', AbsenceRecord, [Twox64Concat, u32le(id)])
  vote = (id: number, account: Uint8Array): ValueOf<typeof Vote> | undefined =>
    this.stored('Attestation', 'Votes', Vote, [Twox64Concat, u32le(id)], [Blake2_128Concat, account])
  /** Numbers of the rounds that are not closed, ascending. */
  activeRounds = (): readonly number[] =>
    [...this.state.entries(storagePrefix('Attestation', 'ActiveRounds'))]
      .map(([key]) => decode(u32, key.subarray(-4)))
      .toSorted((a, b) => a - b)
  /** The agendas of rounds: what is looked at when, those under way first, each in its order. */
  roundsDue = (): readonly (readonly [block: number, round: number])[] =>
    ['RoundsDue', 'DrawsDue']
      .flatMap((item) => [...this.state.entries(storagePrefix('Attestation', item))])
      .map(([key]) => {
        const view = new DataView(key.buffer, key.byteOffset + key.length - 8)
        return [view.getUint32(0), view.getUint32(4, true)] as const
      })
  issuance = (): bigint => this.stored('Balances', 'TotalIssuance', u128) ?? 0n

  /** Number of entries under an item. */
  count = (pallet: string, item: string): number => [...this.state.entries(storagePrefix(pallet, item))].length

  /** Free and reserved together. */
  wealth(who: Uint8Array): bigint {
    const { data } = this.account(who)
    return data.free + data.reserved
  }

  reserved = (who: Uint8Array): bigint => this.account(who).data.reserved

  /** All open orders. */
  orders = (): readonly Order[] =>
    [...this.state.entries(storagePrefix('Attestation', 'Orders'))].map(([, bytes]) => decode(Order, bytes))

  /** Reserved for the records of an account's rounds, of open orders and of those that are over. */
  forStorage(who: Uint8Array): bigint {
    const isOf = ({ requester }: Pick<Order, 'requester'>): boolean => toHex(requester) === toHex(who)
    const over = [...this.state.entries(storagePrefix('Attestation', 'StorageDeposits'))]
      .map(([, bytes]) => decode(StorageDeposit, bytes))
      .filter(isOf)
    const open = BigInt(this.orders().filter(isOf).length) * ORDER_STORAGE_DEPOSIT
    return over.reduce((sum, { amount }) => sum + amount, open)
  }

  /** Reserved for rounds to come or under way, and for absences. */
  forRounds = (who: Uint8Array): bigint => this.reserved(who) - this.forStorage(who)

  /** Data of all events of that name in the last block. */
  all(name: string): unknown[] {
    return this.records().flatMap(({ event }) =>
      `${event.tag}.${event.value.tag}` === name ? [event.value.value] : [],
    )
  }
}

const protocolState = (state: TestChain['state']): readonly (readonly [string, string])[] =>
  PROTOCOL_PALLETS.flatMap((pallet) => [...state.entries(palletPrefix(pallet))]).map(
    ([key, value]) => [toHex(key), toHex(value)] as const,
  )

/** The call by which an actor becomes a worker. `change` spoils it. */
export const registration = (
  chain: TestChain,
  who: Actor,
  roles: readonly RoleName[],
  change: Readonly<Record<string, unknown>> = {},
): RuntimeCall =>
  callOf('Workers', 'register', {
    noiseKey: who.noise.publicKey,
    possession: who.noise.sign(possessionMessage(chain.hashes[0]!, who.account, who.noise.publicKey)),
    roles,
    capacity: 2,
    name: '',
    ...change,
  })

export const hostCall = callOf('Feeds', 'host', { feed: feed.head.key, length: 40 })
export const publishCall = callOf('Feeds', 'publish', { head: feed.head })
export const requestCall = callOf('Attestation', 'requestRound', { hoster: hoster.account, feed: feed.head.key })

/** Attestors by name, as many as asked for. */
export const attestorsOf = (count: number): Actor[] => Array.from({ length: count }, (_, i) => actor(`attestor${i}`))

/** Accounts that place orders beside the requester, as many as asked for. */
export const payersOf = (count: number): Actor[] => Array.from({ length: count }, (_, i) => actor(`payer${i}`))

/** Orders by payers, each of which places as many as it may. */
export const crowdOrders = (orders: number): Signed[] =>
  payersOf(Math.ceil(orders / MAX_ORDERS_PER_ACCOUNT)).map(({ keys }, payer) => {
    const length = Math.min(MAX_ORDERS_PER_ACCOUNT, orders - payer * MAX_ORDERS_PER_ACCOUNT)
    return [keys, callOf('Utility', 'batchAll', { calls: Array.from({ length }, () => requestCall) })]
  })

interface Setting {
  /** Registered attestors. */
  readonly attestors?: number
  /** Accounts that may place orders beside the requester: {@link crowdOrders}. */
  readonly payers?: number
  readonly parameters?: Partial<AttestationParameters>
  readonly bonds?: Partial<BondTerms>
}

/** A chain with a published feed, a hoster that hosts it, and attestors. */
export function openChain({ attestors = 5, payers = 0, parameters = {}, bonds = {} }: Setting = {}): AttestationChain {
  const cast = attestorsOf(attestors)
  const crowd = [...cast, ...payersOf(payers)].map(({ keys }) => keys)
  const accounts = [root, requester, author, hoster.keys, outsider.keys, ...crowd]
  const chain = new AttestationChain({
    balances: accounts.map(({ publicKey }) => [publicKey, ENDOWED] as const),
    sudo: { key: root.publicKey },
    aura: { authorities: [root.publicKey] },
    attestation: { ...PARAMETERS, ...parameters },
    workers: { ...DEFAULT_BOND_TERMS, ...bonds },
  })
  chain.succeed(
    [author, publishCall],
    [hoster.keys, registration(chain, hoster, ['Hoster'])],
    ...cast.map((who): Signed => [who.keys, registration(chain, who, ['Attestor'])]),
  )
  chain.succeed([hoster.keys, hostCall])
  return chain
}

/** The actor whose account it is. @throws Error where no test has asked for it. */
export function actorOf(account: Uint8Array): Actor {
  const found = [...actors.values()].find((who) => toHex(who.account) === toHex(account))
  if (!found) throw new Error(`expected the account of an actor of this test, got ${toHex(account)}`)
  return found
}

/**
 * What holds between any two blocks: issuance is the sum of all balances, reserves are what open orders, absences that can still be
 * reported and storage deposits hold, demands are covered by a deposit, every bond is reserved on its account and returned in time,
 * duties are the seats in open rounds, each order has one open round, and closed rounds leave neither votes nor convictions nor metrics
 * of each other, nor attempts before the chain, nor absences after their window. The agenda has each open round once, for a block to
 * come, each open round has the promise of its hoster, and the draw knows of all workers what they are.
 */
export function expectSound(chain: AttestationChain, accounts: readonly Actor[]): void {
  expect(chain.log.errors).toEqual([])
  expectIndexed(chain.state, chain.number)
  const balances = [...chain.state.entries(storagePrefix('System', 'Account'))].map(
    ([, bytes]) => decode(AccountInfo, bytes).data,
  )
  expect(chain.issuance()).toBe(balances.reduce((sum, { free, reserved }) => sum + free + reserved, 0n))
  expectBonded(chain)
  const active = chain.activeRounds().map((id) => chain.round(id))
  expect(
    chain
      .roundsDue()
      .map(([, round]) => round)
      .toSorted((a, b) => a - b),
  ).toEqual(chain.activeRounds())
  expect(chain.roundsDue().every(([block]) => block > chain.number)).toBe(true)
  expect(chain.stored('Attestation', 'ActiveCount', u32) ?? 0).toBe(active.length)
  const seats = (account: Uint8Array): number =>
    active.flatMap(({ members }) => members).filter((member) => toHex(member.account) === toHex(account)).length
  for (const { account } of accounts) expect(chain.worker(account)?.duties ?? 0).toBe(seats(account))
  const orders = chain.orders()
  expect(orders).toHaveLength(active.length)
  expect(chain.count('Attestation', 'Promises')).toBe(active.length)
  const ordered = orders
    .filter((order) => toHex(order.requester) === toHex(requester.publicKey))
    .reduce((sum, { left, deposit, remaining }) => sum + left + deposit * BigInt(remaining - 1), 0n)
  const absences = [...chain.state.entries(storagePrefix('Attestation', 'Absences'))].map(([, bytes]) =>
    decode(AbsenceRecord, bytes),
  )
  const kept = absences.reduce((sum, { held }) => sum + held, 0n)
  expect(chain.forRounds(requester.publicKey)).toBe(ordered + kept)
  for (const { closedAt, until, absentees, held, reward } of absences) {
    expect([chain.number <= until, until - closedAt]).toEqual([true, ABSENCE_WINDOW_BLOCKS])
    expect(held <= reward * BigInt(absentees.filter(({ reported }) => !reported).length)).toBe(true)
  }
  const arbitrations = [...chain.state.entries(storagePrefix('Attestation', 'Arbitrations'))]
  for (const { flip } of arbitrations.map(([, bytes]) => decode(Arbitration, bytes)))
    if (flip) expect(chain.reserved(flip.demander)).toBeGreaterThanOrEqual(flip.held)
  if (active.length > 0) return
  for (const item of ['OrdersOf', 'Earnings', 'Votes', 'Convicted', 'PeerMetrics', 'Arbitrations'])
    expect([item, chain.count('Attestation', item)]).toEqual([item, 0])
}

/** Every bond is reserved on its account, and the agenda has each that is to be returned, once. */
export function expectBonded(chain: AttestationChain): void {
  const bonds = [...chain.state.entries(storagePrefix('Workers', 'Bonds'))].map(
    ([key, bytes]) => [key.subarray(-32), decode(Bond, bytes)] as const,
  )
  for (const [account, { held, unbonding }] of bonds)
    expect(chain.reserved(account)).toBeGreaterThanOrEqual(held + unbonding)
  const wanted = bonds.flatMap(([account, { unbonding, until }]) =>
    unbonding > 0n ? [`${until} ${toHex(account)}`] : [],
  )
  const due = [...chain.state.entries(storagePrefix('Workers', 'BondsDue'))].map(([key]) => {
    const block = new DataView(key.buffer, key.byteOffset + key.length - 36).getUint32(0)
    return `${block} ${toHex(key.subarray(-32))}`
  })
  expect(due.toSorted()).toEqual(wanted.toSorted())
}
