/**
 * What must hold of every simulated world after every block, whatever it plays.
 *
 * Owns: the check of the issuance, and how a breach is told. Does not own: what must hold of one play (play.ts).
 */
import type { Trie } from '#chain/trie/trie.ts'
import { AccountInfo } from '#types/scale/account.ts'
import { decode } from '#types/scale/codec.ts'
import { u128 } from '#types/scale/primitives.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import type { ChainFace } from './chain-face.ts'

/** What broke, and how. A world tells of `balance`, `overdue`, `runtime-bug` and `worker-stopped`; a play adds its own kinds. */
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

/** Watches that the issuance is what all accounts hold: no block mints or burns without telling. */
export class IssuanceWatch {
  readonly #face: ChainFace
  /** After the last block that was looked at. */
  #state: Trie | undefined
  /** Sum of all balances, kept up by what each block changes: adding them all up again would be most of a simulated day. */
  #held = 0n

  constructor(face: ChainFace) {
    this.#face = face
  }

  /** What is wrong with the state after the next block, in words; `undefined` where issuance and balances agree. */
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
