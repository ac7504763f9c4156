/**
 * A client library as a wallet uses it: the requests that the suite makes of each library.
 *
 * Owns: the interface that each library is adapted to. Does not own: the libraries.
 */
import { keypairFromSuri, type Keypair, type KeyScheme } from '#types/crypto/suri.ts'
import { toSs58 } from '#types/crypto/ss58.ts'

/** A key that signs with one of the three schemes. */
export interface Signer extends Keypair {
  readonly suri: string
  readonly scheme: KeyScheme
  readonly address: string
}

export function signer(suri: string, scheme: KeyScheme = 'sr25519'): Signer {
  const pair = keypairFromSuri(suri, scheme)
  return { ...pair, suri, scheme, address: toSs58(pair.accountId) }
}

export interface Transfer {
  /** SS58. */
  readonly dest: string
  readonly amount: bigint
}

/** What became of a transaction. */
export interface Ended {
  /** In the order heard: `inBlock` (in a best block), `finalized`. */
  readonly seen: readonly string[]
  /** `Balances.Transfer` and its like, in order. */
  readonly events: readonly string[]
  /** `Balances.InsufficientBalance` and its like, where it failed. */
  readonly error: string | undefined
}

/** How to sign. */
export interface Terms {
  /** Blocks that the signature is good for. Immortal without. */
  readonly period?: number
}

/** One connection of one library. */
export interface Wallet {
  /** A value, at the best block. */
  free(address: string): Promise<bigint>
  /** A whole map: every account and its free balance. */
  accounts(): Promise<ReadonlyMap<string, bigint>>
  /** Follows a value; resolves when the first was heard. @returns the way to stop. */
  watchFree(address: string, heard: (free: bigint) => void): Promise<() => void>
  /** Follows System.Events. @returns the way to stop. */
  watchEvents(heard: (names: readonly string[]) => void): Promise<() => void>
  /** Estimates the fee of a transfer. */
  fee(from: string, transfer: Transfer): Promise<bigint>
  /**
   * Signs, sends, and waits until it is finalized: one transfer, several as a batch; none is `Workers.heartbeat`, which fails for who is
   * no worker.
   */
  send(from: Signer, transfers: readonly Transfer[], terms?: Terms): Promise<Ended>
  /** Number of the best block as the library knows it by itself, by what it subscribed to. */
  bestNumber(): Promise<number>
  close(): Promise<void>
}

/** A library in one of its modes. */
export interface Library {
  readonly name: string
  /** Whether it follows a chain that goes back below what was final. The one that does not has to connect anew. */
  readonly rewinds: boolean
  connect(url: string): Promise<Wallet>
}
