/**
 * The invariants of every simulated world, checked after every block.
 *
 * Owns: the check of the issuance, and the form of a breach. Does not own: the invariants of one play.
 */
import type { Trie } from '#chain/trie/trie.ts'
import { AccountInfo } from '#types/scale/account.ts'
import { decode } from '#types/scale/codec.ts'
import { u128 } from '#types/scale/primitives.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import type { ChainFace } from './chain-face.ts'

/** A broken invariant. A world tells of `balance`, `overdue`, `runtime-bug` and `worker-stopped`; a play adds its own kinds. */
export interface Breach {
  readonly kind: string
  readonly block: number
  readonly detail: string
}

const ACCOUNTS = storagePrefix('System', 'Account')
const startsWith = (key: Uint8Array, prefix: Uint8Array): boolean => prefix.every((byte, at) => key[at] === byte)

const balanceIn = (info: Uint8Array | undefined): bigint => {
  if (info === undefined) return 0n
  const { data } = decode(AccountInfo, info)
  return data.free + data.reserved
}

/** Watches that the issuance equals the sum of all balances: no block mints or burns money silently. */
export class IssuanceWatch {
  readonly #face: ChainFace
  /** State after the last checked block. */
  #state: Trie | undefined
  /** Sum of all balances, updated by the changes of each block. A new sum each time would take most of a simulation's time. */
  #held = 0n

  constructor(face: ChainFace) {
    this.#face = face
  }

  /** Checks the state after the next block. Returns the problem in words; `undefined` where issuance and balances agree. */
  problemIn(state: Trie): string | undefined {
    const before = this.#state
    this.#state = state
    if (before) {
      for (const change of before.diff(state))
        if (startsWith(change.key, ACCOUNTS)) this.#held += balanceIn(change.after) - balanceIn(change.before)
    } else for (const [, info] of state.entries(ACCOUNTS)) this.#held += balanceIn(info)
    const issued = this.#face.get(state, 'Balances', 'TotalIssuance', [])
    const issuance = issued ? decode(u128, issued) : 0n
    return issuance === this.#held ? undefined : `issuance ${issuance}, held ${this.#held}`
  }
}
