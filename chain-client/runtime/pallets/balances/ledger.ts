/**
 * The accounting of pallet Balances: free and reserved funds moved, made and destroyed.
 *
 * Owns: the rules of debits and credits, and that total issuance equals the sum of all balances whenever a call ends. Does not own:
 * the calls, events and errors.
 * Source: pallet-balances impl_fungible.rs, impl_currency.rs.
 */
import { equalBytes } from '#types/bytes.ts'
import type { AccountData, AccountInfo } from '#types/scale/account.ts'
import { U128_MAX } from '#types/scale/primitives.ts'
import { arithmeticFailure, tokenFailure } from '../../frame/errors.ts'
import type { System } from '../system.ts'

/** An account with less than this does not exist. It is a millionth of a token of 12 decimals, and less than any fee. */
export const EXISTENTIAL_DEPOSIT = 1_000_000n

/** Whether a debit may kill the account. */
export type Preservation = 'expendable' | 'preserve'

/** Events that tell an amount of one account's funds. */
type AmountEvent = 'Minted' | 'Burned' | 'Withdraw' | 'Deposit' | 'Reserved' | 'Unreserved' | 'Slashed'

/** The parts of its pallet that the ledger needs. */
export interface LedgerConfig {
  readonly system: Pick<
    System,
    'account' | 'putAccount' | 'incProviders' | 'decProviders' | 'canDecProvider' | 'incConsumers' | 'decConsumers'
  >
  readonly issuance: { get(): bigint; put(total: bigint): void }
  readonly emit: {
    Endowed(data: { readonly account: Uint8Array; readonly freeBalance: bigint }): void
    DustLost(data: { readonly account: Uint8Array; readonly amount: bigint }): void
    Transfer(data: { readonly from: Uint8Array; readonly to: Uint8Array; readonly amount: bigint }): void
    ReserveRepatriated(data: {
      readonly from: Uint8Array
      readonly to: Uint8Array
      readonly amount: bigint
      readonly destinationStatus: 'Free' | 'Reserved'
    }): void
  } & { readonly [E in AmountEvent]: (data: { readonly who: Uint8Array; readonly amount: bigint }) => void }
  readonly fail: { readonly [E in 'InsufficientBalance' | 'LiquidityRestrictions' | 'DeadAccount']: () => never }
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const saturatingSub = (a: bigint, b: bigint): bigint => (a > b ? a - b : 0n)

function checkedAdd(a: bigint, b: bigint): bigint {
  if (a + b > U128_MAX) throw arithmeticFailure('Overflow')
  return a + b
}

/** Free funds that locks hold back; locks cover reserved funds first. */
const untouchable = ({ frozen, reserved }: AccountData): bigint => saturatingSub(frozen, reserved)

// Spelled out for speed: each transaction makes several of these, and object spreads are slow here.
const withFree = ({ reserved, frozen, flags }: AccountData, free: bigint): AccountData => ({
  free,
  reserved,
  frozen,
  flags,
})
const withData = ({ nonce, consumers, providers, sufficients }: AccountInfo, data: AccountData): AccountInfo => ({
  nonce,
  consumers,
  providers,
  sufficients,
  data,
})

const provides = (data: AccountData): boolean => data.free >= EXISTENTIAL_DEPOSIT
const consumes = (data: AccountData): boolean => data.reserved > 0n || data.frozen > 0n

/** Refuses a credit that would not make an account (`can_deposit`). */
function ensureCanDeposit({ data }: AccountInfo, amount: bigint): void {
  if (amount === 0n) return
  if (checkedAdd(data.free, amount) < EXISTENTIAL_DEPOSIT) throw tokenFailure('BelowMinimum')
}

/** Balances and total issuance, changed together. */
export class Ledger {
  readonly #system: LedgerConfig['system']
  readonly #issuance: LedgerConfig['issuance']
  readonly #emit: LedgerConfig['emit']
  readonly #fail: LedgerConfig['fail']

  constructor({ system, issuance, emit, fail }: LedgerConfig) {
    this.#system = system
    this.#issuance = issuance
    this.#emit = emit
    this.#fail = fail
  }

  /** Free balance that can be spent now (`reducible_balance`). */
  reducible(who: Uint8Array, preservation: Preservation): bigint {
    const info = this.#system.account(who)
    const mayDie = preservation === 'expendable' && this.#system.canDecProvider(info)
    const kept = mayDie ? untouchable(info.data) : max(untouchable(info.data), EXISTENTIAL_DEPOSIT)
    return saturatingSub(info.data.free, kept)
  }

  free(who: Uint8Array): bigint {
    return this.#system.account(who).data.free
  }

  reserved(who: Uint8Array): bigint {
    return this.#system.account(who).data.reserved
  }

  totalIssuance(): bigint {
    return this.#issuance.get()
  }

  /** Moves free balance. @throws DispatchFailure Token */
  transfer(from: Uint8Array, to: Uint8Array, amount: bigint, preservation: Preservation): void {
    const payer = this.#system.account(from)
    const payee = this.#system.account(to)
    this.#ensureCanWithdraw(payer, amount, preservation)
    ensureCanDeposit(payee, amount)
    if (equalBytes(from, to)) return
    this.#debit(from, payer, amount)
    if (amount > 0n) this.#credit(to, payee, amount)
    this.#emit.Transfer({ from, to, amount })
  }

  /** Makes new tokens. @throws DispatchFailure Token.BelowMinimum, Arithmetic.Overflow */
  mint(who: Uint8Array, amount: bigint): void {
    if (amount === 0n) return
    const info = this.#system.account(who)
    ensureCanDeposit(info, amount)
    this.#issue(amount)
    this.#credit(who, info, amount)
    this.#emit.Minted({ who, amount })
  }

  /** Destroys free tokens. @throws DispatchFailure Token */
  burn(who: Uint8Array, amount: bigint, preservation: Preservation): void {
    if (amount === 0n) return
    const info = this.#system.account(who)
    this.#ensureCanWithdraw(info, amount, preservation)
    this.#debit(who, info, amount)
    this.#rescind(amount)
    this.#emit.Burned({ who, amount })
  }

  /** Whether {@link withdraw} would succeed. */
  canWithdraw(who: Uint8Array, amount: bigint): boolean {
    const { data } = this.#system.account(who)
    return amount === 0n || data.free - amount >= max(untouchable(data), EXISTENTIAL_DEPOSIT)
  }

  /** Takes tokens out of an account, which stays alive. They belong to nobody until `deposit` or `drop`. */
  withdraw(who: Uint8Array, amount: bigint): void {
    if (amount === 0n) return
    const info = this.#system.account(who)
    this.#ensureCanWithdraw(info, amount, 'preserve')
    this.#debit(who, info, amount)
    this.#emit.Withdraw({ who, amount })
  }

  /** Puts withdrawn tokens into an account. Returns false and does nothing where they are too few for a new account. */
  deposit(who: Uint8Array, amount: bigint): boolean {
    if (amount === 0n) return true
    const info = this.#system.account(who)
    if (info.data.free + amount < EXISTENTIAL_DEPOSIT) return false
    this.#credit(who, info, amount)
    this.#emit.Deposit({ who, amount })
    return true
  }

  /** Destroys withdrawn tokens. */
  drop(amount: bigint): void {
    this.#rescind(amount)
  }

  /** Sets funds aside. They stay the account's. @throws DispatchFailure InsufficientBalance, ConsumerRemaining */
  reserve(who: Uint8Array, amount: bigint): void {
    if (amount === 0n) return
    const info = this.#system.account(who)
    if (info.data.free < amount) return this.#fail.InsufficientBalance()
    const data = { ...info.data, free: info.data.free - amount, reserved: info.data.reserved + amount }
    if (data.free < data.frozen) return this.#fail.LiquidityRestrictions()
    this.#setData(who, info, data)
    this.#emit.Reserved({ who, amount })
  }

  /** Frees reserved funds, as many as there are; returns how many. */
  unreserve(who: Uint8Array, amount: bigint): bigint {
    const info = this.#system.account(who)
    const freed = min(amount, info.data.reserved)
    if (freed === 0n) return 0n
    this.#setData(who, info, { ...info.data, free: info.data.free + freed, reserved: info.data.reserved - freed })
    this.#emit.Unreserved({ who, amount: freed })
    return freed
  }

  /** Destroys reserved funds, as many as there are; returns how many. */
  slashReserved(who: Uint8Array, amount: bigint): bigint {
    const info = this.#system.account(who)
    const slashed = min(amount, info.data.reserved)
    if (slashed === 0n) return 0n
    this.#setData(who, info, { ...info.data, reserved: info.data.reserved - slashed })
    this.#rescind(slashed)
    this.#emit.Slashed({ who, amount: slashed })
    return slashed
  }

  /**
   * Gives reserved funds to another account, as many as there are; returns how many.
   * @throws DispatchFailure DeadAccount where the beneficiary does not exist.
   */
  repatriateReserved(from: Uint8Array, to: Uint8Array, amount: bigint, status: 'Free' | 'Reserved' = 'Free'): bigint {
    const info = this.#system.account(from)
    const moved = min(amount, info.data.reserved)
    if (moved === 0n) return 0n
    if (equalBytes(from, to)) return status === 'Free' ? this.unreserve(from, moved) : moved
    const beneficiary = this.#system.account(to)
    if (beneficiary.data.free + beneficiary.data.reserved === 0n) return this.#fail.DeadAccount()
    this.#setData(from, info, { ...info.data, reserved: info.data.reserved - moved })
    const { free, reserved } = beneficiary.data
    const data = status === 'Free' ? { free: free + moved } : { reserved: reserved + moved }
    this.#setData(to, beneficiary, { ...beneficiary.data, ...data })
    this.#emit.ReserveRepatriated({ from, to, amount: moved, destinationStatus: status })
    return moved
  }

  /** Sets a free balance by force. Makes or destroys tokens for the difference. */
  setFree(who: Uint8Array, wanted: bigint): bigint {
    const free = wanted < EXISTENTIAL_DEPOSIT ? 0n : wanted
    const info = this.#system.account(who)
    const before = info.data.free
    if (free > before) this.#issue(free - before)
    else this.#rescind(before - free)
    this.#setData(who, info, { ...info.data, free })
    return free
  }

  /** Adds tokens that enter accounts to the total issuance, and subtracts those that leave. */
  #issue(amount: bigint): void {
    this.#issuance.put(checkedAdd(this.#issuance.get(), amount))
  }

  #rescind(amount: bigint): void {
    if (amount > 0n) this.#issuance.put(this.#issuance.get() - amount)
  }

  /** Stores balances, and creates or removes the account by them (`try_mutate_account`). Burns dust. */
  #setData(who: Uint8Array, was: AccountInfo, data: AccountData): void {
    const system = this.#system
    let info = was
    if (!provides(was.data) && provides(data)) info = system.incProviders(who, info)
    if (consumes(was.data) && !consumes(data)) info = system.decConsumers(info)
    if (!consumes(was.data) && consumes(data)) info = system.incConsumers(info)
    if (provides(was.data) && !provides(data)) info = system.decProviders(info)
    const dust = !provides(data) && data.reserved === 0n ? data.free : 0n
    system.putAccount(who, withData(info, dust > 0n ? withFree(data, 0n) : data))
    if (was.data.free === 0n && was.data.reserved === 0n && provides(data))
      this.#emit.Endowed({ account: who, freeBalance: data.free })
    if (dust === 0n) return
    this.#rescind(dust)
    this.#emit.DustLost({ account: who, amount: dust })
  }

  #debit(who: Uint8Array, info: AccountInfo, amount: bigint): void {
    this.#setData(who, info, withFree(info.data, info.data.free - amount))
  }

  #credit(who: Uint8Array, info: AccountInfo, amount: bigint): void {
    this.#setData(who, info, withFree(info.data, checkedAdd(info.data.free, amount)))
  }

  /** Refuses a debit that funds, locks or references do not allow (`can_withdraw`). */
  #ensureCanWithdraw(info: AccountInfo, amount: bigint, preservation: Preservation): void {
    if (amount === 0n) return
    const left = info.data.free - amount
    if (left < 0n) throw tokenFailure('FundsUnavailable')
    if (left < untouchable(info.data)) throw tokenFailure('Frozen')
    if (left >= EXISTENTIAL_DEPOSIT) return
    if (!this.#system.canDecProvider(info)) throw tokenFailure('OnlyProvider')
    if (preservation === 'preserve') throw tokenFailure('NotExpendable')
  }
}
