/**
 * The simulated chain as one account sees and uses it.
 *
 * Owns: nothing but the account. Does not own: the chain. A class, for a simulation has thousands of them.
 */
import type {
  CallRequest,
  ChainPort,
  FinalizedBlock,
  Following,
  StorageEntry,
  SubmitOutcome,
} from '#chain/api/chain-port.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { ChainFace } from './chain-face.ts'

/** The part of the chain behind a port. */
interface Chain {
  readonly genesisHash: Uint8Array
  readonly face: ChainFace
  stateAt(at?: Uint8Array): Trie
  submit(account: Uint8Array, dutyId: string, call: CallRequest): Promise<SubmitOutcome>
  follow(account: Uint8Array, onBlock: (block: FinalizedBlock) => Promise<void>): Following
}

/** See the module's header. */
export class AccountPort implements ChainPort {
  readonly #chain: Chain
  readonly #account: Uint8Array

  constructor(chain: Chain, account: Uint8Array) {
    this.#chain = chain
    this.#account = account
  }

  get genesisHash(): Uint8Array {
    return this.#chain.genesisHash
  }

  async storage(
    pallet: string,
    item: string,
    keys: readonly Uint8Array[],
    at?: Uint8Array,
  ): Promise<Uint8Array | undefined> {
    return this.#chain.face.get(this.#chain.stateAt(at), pallet, item, keys)
  }

  async entries(
    pallet: string,
    item: string,
    prefixKeys: readonly Uint8Array[] = [],
    at?: Uint8Array,
  ): Promise<readonly StorageEntry[]> {
    return this.#chain.face.entries(this.#chain.stateAt(at), pallet, item, prefixKeys)
  }

  constant(pallet: string, name: string): Uint8Array {
    return this.#chain.face.constant(pallet, name)
  }

  submit(dutyId: string, call: CallRequest): Promise<SubmitOutcome> {
    return this.#chain.submit(this.#account, dutyId, call)
  }

  follow(onBlock: (block: FinalizedBlock) => Promise<void>): Following {
    return this.#chain.follow(this.#account, onBlock)
  }
}
