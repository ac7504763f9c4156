/**
 * Pallet Balances: the token.
 *
 * Owns: the part of the token that clients see and call: total issuance, events, errors, transfers. Does not own: the accounting
 * behind them (the ledger).
 * Source: pallet-balances lib.rs. Clients can read locks, holds and freezes, but nothing on this chain makes any; `frozen` is
 * honoured where it is set.
 */
import { toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { AccountId } from '#types/scale/account.ts'
import { balance, compactBalance } from '#types/scale/balance.ts'
import { struct, tuple, vec } from '#types/scale/compound.ts'
import { enumeration } from '#types/scale/enumeration.ts'
import { MultiAddress } from '#types/scale/multi-address.ts'
import { bool, fixedBytes, u32 } from '#types/scale/primitives.ts'
import { ensureRoot, ensureSigned, lookup } from '../../frame/origin.ts'
import { call, constant, event, pallet, uses, view, type ExportsOf } from '../../frame/pallet.ts'
import { map, value } from '../../frame/storage.ts'
import { refTime } from '../../frame/weights.ts'
import { EXISTENTIAL_DEPOSIT, Ledger, type LedgerConfig } from './ledger.ts'

const TRANSFER_REF_TIME = refTime(50_000_000n, 1n, 1n)

const Reasons = enumeration(['Fee', 'Misc', 'All'], { path: ['pallet_balances', 'types', 'Reasons'] })
const BalanceLock = struct(
  { id: fixedBytes(8), amount: balance, reasons: Reasons },
  { path: ['pallet_balances', 'types', 'BalanceLock'], params: [{ name: 'Balance', type: () => balance.type }] },
)
const ReserveData = struct(
  { id: fixedBytes(8), amount: balance },
  {
    path: ['pallet_balances', 'types', 'ReserveData'],
    params: [
      { name: 'ReserveIdentifier', type: () => fixedBytes(8).type },
      { name: 'Balance', type: () => balance.type },
    ],
  },
)
/** The state of reserved funds after they are given to another account. */
const BalanceStatus = enumeration(['Free', 'Reserved'], {
  path: ['frame_support', 'traits', 'tokens', 'misc', 'BalanceStatus'],
})

export const balancesPallet = pallet({
  name: 'Balances',
  docs: 'Accounts and balances of the native token.',
  constants: {
    existentialDeposit: constant('The minimum amount required to keep an account open.', balance, EXISTENTIAL_DEPOSIT),
    maxLocks: constant('The maximum number of locks that should exist on an account.', u32, 50),
    maxReserves: constant('The maximum number of named reserves that can exist on an account.', u32, 50),
    maxFreezes: constant('The maximum number of individual freeze locks that can exist on an account.', u32, 50),
  },
  storage: {
    totalIssuance: value('The total units issued in the system.', balance, 0n),
    inactiveIssuance: value('The total units of outstanding deactivated balance in the system.', balance, 0n),
    locks: map('Any liquidity locks on some account balances. None on this chain.', AccountId, vec(BalanceLock), {
      default: [],
    }),
    reserves: map('Named reserves on some account balances. None on this chain.', AccountId, vec(ReserveData), {
      default: [],
    }),
  },
  events: {
    Endowed: event('An account was created with some free balance.', { account: AccountId, freeBalance: balance }),
    DustLost: event(
      'An account was removed whose balance was non-zero but below ExistentialDeposit,\nresulting in an outright loss.',
      { account: AccountId, amount: balance },
    ),
    Transfer: event('Transfer succeeded.', { from: AccountId, to: AccountId, amount: balance }),
    BalanceSet: event('A balance was set by root.', { who: AccountId, free: balance }),
    Reserved: event('Some balance was reserved (moved from free to reserved).', { who: AccountId, amount: balance }),
    Unreserved: event('Some balance was unreserved (moved from reserved to free).', {
      who: AccountId,
      amount: balance,
    }),
    ReserveRepatriated: event('Some balance was moved from the reserve of the first account to the second account.', {
      from: AccountId,
      to: AccountId,
      amount: balance,
      destinationStatus: BalanceStatus,
    }),
    Deposit: event('Some amount was deposited (e.g. for transaction fees).', { who: AccountId, amount: balance }),
    Withdraw: event('Some amount was withdrawn from the account (e.g. for transaction fees).', {
      who: AccountId,
      amount: balance,
    }),
    Slashed: event('Some amount was removed from the account (e.g. for misbehavior).', {
      who: AccountId,
      amount: balance,
    }),
    Minted: event('Some amount was minted into an account.', { who: AccountId, amount: balance }),
    Burned: event('Some amount was burned from an account.', { who: AccountId, amount: balance }),
  },
  errors: {
    VestingBalance: 'Vesting balance too high to send value.',
    LiquidityRestrictions: 'Account liquidity restrictions prevent withdrawal.',
    InsufficientBalance: 'Balance too low to send value.',
    ExistentialDeposit: 'Value too low to create account due to existential deposit.',
    Expendability: 'Transfer/payment would kill account.',
    ExistingVestingSchedule: 'A vesting schedule already exists for this account.',
    DeadAccount: 'Beneficiary account must pre-exist.',
    TooManyReserves: 'Number of named reserves exceed `MaxReserves`.',
    TooManyHolds: 'Number of holds exceed `VariantCountOf<T::RuntimeHoldReason>`.',
    TooManyFreezes: 'Number of freezes exceed `MaxFreezes`.',
    IssuanceDeactivated: 'The issuance cannot be modified since it is already deactivated.',
    DeltaZero: 'The delta cannot be zero.',
  },
  uses: uses<Pick<LedgerConfig, 'system'>>(),
  exports: ({ storage, emit, fail, uses: { system } }) =>
    new Ledger({ system, issuance: storage.totalIssuance, emit, fail }),
  calls: ({ emit }, own) => ({
    transferAllowDeath: call(
      "Transfer some liquid free balance to another account.\n\n`transfer_allow_death` will set the `FreeBalance` of the sender and receiver.\nIf the sender's account is below the existential deposit as a result\nof the transfer, the account will be reaped.",
      { dest: MultiAddress, value: compactBalance },
      TRANSFER_REF_TIME,
      (origin, { dest, value }) => own.transfer(ensureSigned(origin), lookup(dest), value, 'expendable'),
    ),
    forceTransfer: call(
      'Exactly as `transfer_allow_death`, except the origin must be root and the source account may be specified.',
      { source: MultiAddress, dest: MultiAddress, value: compactBalance },
      { weight: refTime(50_000_000n, 2n, 2n), callIndex: 2 },
      (origin, { source, dest, value }) => {
        ensureRoot(origin)
        own.transfer(lookup(source), lookup(dest), value, 'expendable')
      },
    ),
    transferKeepAlive: call(
      'Same as the `transfer_allow_death` call, but with a check that the transfer will not\nkill the origin account.',
      { dest: MultiAddress, value: compactBalance },
      TRANSFER_REF_TIME,
      (origin, { dest, value }) => own.transfer(ensureSigned(origin), lookup(dest), value, 'preserve'),
    ),
    transferAll: call(
      'Transfer the entire transferable balance from the caller account.\n\n- `keep_alive`: whether the sender account should be kept alive.',
      { dest: MultiAddress, keepAlive: bool },
      TRANSFER_REF_TIME,
      (origin, { dest, keepAlive }) => {
        const from = ensureSigned(origin)
        const preservation = keepAlive ? 'preserve' : 'expendable'
        own.transfer(from, lookup(dest), own.reducible(from, preservation), preservation)
      },
    ),
    forceUnreserve: call(
      'Unreserve some balance from a user by force.\n\nCan only be called by ROOT.',
      { who: MultiAddress, amount: balance },
      TRANSFER_REF_TIME,
      (origin, { who, amount }) => {
        ensureRoot(origin)
        own.unreserve(lookup(who), amount)
      },
    ),
    forceSetBalance: call(
      'Set the regular balance of a given account.\n\nThe dispatch origin for this call is `root`.',
      { who: MultiAddress, newFree: compactBalance },
      { weight: TRANSFER_REF_TIME, callIndex: 8 },
      (origin, { who, newFree }) => {
        ensureRoot(origin)
        const account = lookup(who)
        emit.BalanceSet({ who: account, free: own.setFree(account, newFree) })
      },
    ),
    burn: call(
      'Burn the specified liquid free balance from the origin account.\n\nIf `keep_alive` is true, the account must stay above the existential deposit.',
      { value: compactBalance, keepAlive: bool },
      { weight: TRANSFER_REF_TIME, callIndex: 10 },
      (origin, { value, keepAlive }) => own.burn(ensureSigned(origin), value, keepAlive ? 'preserve' : 'expendable'),
    ),
  }),
  views: (_, own) => ({
    reducibleBalance: view(
      'What an account may transfer or pay, all of it or only as much as keeps the account alive.',
      { who: AccountId, keepAlive: bool },
      balance,
      ({ who, keepAlive }) => own.reducible(who, keepAlive ? 'preserve' : 'expendable'),
    ),
  }),
  genesis: {
    config: vec(tuple(AccountId, balance)),
    fallback: [],
    build(_, endowed, own) {
      for (const [at, [who, amount]] of endowed.entries()) {
        if (own.free(who) > 0n)
          throw new AssayError('BAD_GENESIS', `balances[${at}]: expected each account once, got ${toHex(who)} again`)
        own.mint(who, amount)
      }
    },
  },
})

/** The exports of Balances. */
export type Balances = ExportsOf<typeof balancesPallet>
