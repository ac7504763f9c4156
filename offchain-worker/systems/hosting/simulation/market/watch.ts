/**
 * What a simulated market must keep to, checked after every block, and the counts of what each owner did and got.
 *
 * Owns: these invariants and counts. Does not own: the issuance, which every world checks.
 */
import { toHex } from '#types/bytes.ts'
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { leavesOf } from '#chain/runtime/pallets/hosting/sites.ts'
import { EXISTENTIAL_DEPOSIT } from '#chain/runtime/pallets/balances/ledger.ts'
import { HOSTING_ACCOUNT } from '#chain/runtime/pallets/hosting/pools.ts'
import { priceOf } from '#types/domain/hosting/plan.ts'
import type { World } from '#worker/simulation/play.ts'
import * as chain from './chain-view.ts'
import type { PlacedCopy } from './chain-view.ts'
import { ENCODING_COST_PERCENT, MARKET_PARAMETERS, PRICE, STORING_COST_PERCENT, type Deeds } from './terms.ts'

/** An account, as the watch knows it. */
export interface Watched {
  readonly owner: string
  readonly isHonest: boolean
}

const noDeeds = (): Deeds => ({
  hosted: 0,
  encoded: 0,
  passes: 0,
  misses: 0,
  faults: {},
  paid: {},
  charged: 0n,
  failures: {},
})

const PERCENT = 100n
const PPM = 1_000_000
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((all, amount) => all + amount, 0n)
/** In parts of a million: a share of bytes is no whole number. */
const partOf = (amount: bigint, share: number): bigint => (amount * BigInt(Math.round(share * PPM))) / BigInt(PPM)

/** See the module's header. */
export class MarketWatch {
  readonly deeds: Record<string, Deeds> = {}
  readonly spent: Record<string, bigint> = {}
  /** What hosters of full reputation are paid for all that was really kept, by feed in hex. */
  readonly hosting = new Map<string, bigint>()
  liveBlocks = 0
  keptBlocks = 0
  readonly #accounts: ReadonlyMap<string, Watched>

  /** @param accounts all accounts of the market, by hex */
  constructor(accounts: ReadonlyMap<string, Watched>) {
    this.#accounts = accounts
    for (const { owner } of accounts.values()) {
      this.deeds[owner] = noDeeds()
      this.spent[owner] = 0n
    }
  }

  #of = (account: Uint8Array): Deeds => this.deeds[this.#accounts.get(toHex(account))!.owner]!

  /** Checks the state after a block, and counts its events. */
  onBlock(block: FinalizedBlock, world: World): void {
    this.#checkMoney(world)
    for (const { hoster, encoder } of chain.heard(block, chain.copyAssigned)) {
      this.#of(hoster.account).hosted++
      this.#of(encoder.account).encoded++
    }
    for (const { hoster } of chain.heard(block, chain.storageProven)) this.#of(hoster).passes++
    for (const { hoster } of chain.heard(block, chain.storageMissed)) this.#of(hoster).misses++
    for (const { blamed, fault } of chain.heard(block, chain.copyFailed)) {
      if (!blamed) continue
      const { faults } = this.#of(blamed)
      faults[fault] = (faults[fault] ?? 0) + 1
      // Two honest accounts cannot tell whose fault it was: the third dispute in a row blames, as the market's page says.
      if (fault !== 'RootsDiffer') this.#mustBeGuilty(blamed, `blamed for ${fault}`, world)
    }
    for (const { who, amount, for: purpose } of chain.heard(block, chain.paid)) {
      const { paid } = this.#of(who)
      paid[purpose] = (paid[purpose] ?? 0n) + amount
    }
    for (const { account, amount } of chain.heard(block, chain.bondCharged)) {
      this.#of(account).charged += amount
      this.#mustBeGuilty(account, `charged ${amount}`, world)
    }
  }

  /** Counts what a copy costs its hoster for one block. */
  onKept(
    { copy, contract }: PlacedCopy,
    { share, isWhole }: { readonly share: number; readonly isWhole: boolean },
  ): void {
    const { owner } = this.#accounts.get(toHex(copy.hoster!.account))!
    const pay = priceOf(leavesOf(copy), PRICE) / BigInt(MARKET_PARAMETERS.challengeInterval)
    this.spent[owner]! += partOf((pay * STORING_COST_PERCENT) / PERCENT, share)
    this.liveBlocks++
    if (!isWhole) return
    this.keptBlocks++
    const feed = toHex(contract.feed)
    this.hosting.set(feed, (this.hosting.get(feed) ?? 0n) + pay)
  }

  /** Counts what so many encoded leaves cost an owner. */
  onEncoded(owner: string, leaves: bigint): void {
    this.spent[owner]! += (priceOf(leaves, PRICE) * ENCODING_COST_PERCENT) / PERCENT
  }

  onFailure(owner: string, error: string): void {
    const { failures } = this.deeds[owner]!
    failures[error] = (failures[error] ?? 0) + 1
  }

  #mustBeGuilty(account: Uint8Array, what: string, world: World): void {
    const { owner, isHonest } = this.#accounts.get(toHex(account))!
    if (isHonest) world.breach('honest-harmed', `${owner} is honest and was ${what}`)
  }

  #checkMoney(world: World): void {
    const all = chain.poolsIn(world)
    const held = (chain.stored(world, chain.accounts, HOSTING_ACCOUNT)?.data.free ?? 0n) - EXISTENTIAL_DEPOSIT
    const total = sum(all.map((pool) => pool.total))
    if (held !== total) world.breach('pool-money', `the account of the pools has ${held}, the pools have ${total}`)
    const over = all.find(({ committed, total: has }) => committed > has)
    if (over) world.breach('over-committed', `a pool of ${over.total} has committed ${over.committed}`)
  }
}
