/**
 * Accounts that may act without their key: for tests only.
 *
 * Owns: the list of them, and the mock signature. Does not own: verification.
 * Source of the mock signature: Chopsticks, packages/core wasm-executor and utils (mock-signature-host): 0xdeadbeef, then 0xcd
 * bytes.
 */
import { latin1 } from './db.ts'
import type { DecodedExtrinsic } from '#chain/runtime/runtime-interface.ts'

type Signature = NonNullable<DecodedExtrinsic['signature']>

const MOCK_HEAD = [0xde, 0xad, 0xbe, 0xef]
const MOCK_REST = 0xcd

const isMock = ({ proof }: Signature): boolean =>
  proof.value.every((byte, index) => byte === (MOCK_HEAD[index] ?? MOCK_REST))

/** The part that a revert restores. */
export interface Impersonated {
  readonly accounts: ReadonlySet<string>
  readonly mockForAll: boolean
}

/** See the module's header. */
export class Impersonation {
  #accounts = new Set<string>()
  #mockForAll = false

  /** With `'all'` any account may use the mock signature; a single account needs no signature at all. */
  set(account: Uint8Array | 'all', on: boolean): void {
    if (account === 'all') this.#mockForAll = on
    else if (on) this.#accounts.add(latin1(account))
    else this.#accounts.delete(latin1(account))
  }

  /** Whether the signature need not be verified. */
  covers(signature: Signature): boolean {
    return this.#accounts.has(latin1(signature.signer)) || (this.#mockForAll && isMock(signature))
  }

  current(): Impersonated {
    return { accounts: new Set(this.#accounts), mockForAll: this.#mockForAll }
  }

  restore({ accounts, mockForAll }: Impersonated): void {
    this.#accounts = new Set(accounts)
    this.#mockForAll = mockForAll
  }
}
