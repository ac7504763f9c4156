/**
 * Finding a transaction in the chain by its hash.
 *
 * Owns: the search along the best branch, and what it remembers of the blocks that it has read, so that the next search reads new ones
 * only. Building blocks costs nothing for it.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import type { Block, Node } from '#chain/node/node-interface.ts'

/** The search covers this many blocks of the best branch, the newest first. */
export const MAX_SEARCHED = 10_000
/** Extrinsics remembered, four bytes each. Beyond it the memory begins anew. */
const MAX_REMEMBERED = 4_000_000
/** After so much work others get a turn: a hash takes about two microseconds, a block some ten more. */
const WORK_PER_TURN = 2_000
const WORK_PER_BLOCK = 5

/** A block as the search remembers it. */
interface Remembered {
  readonly parent: Uint8Array | undefined
  /** The first four bytes of the hash of each extrinsic. */
  readonly prints: Uint32Array
}

/** An extrinsic in a block of the best branch. */
export interface FoundTransaction {
  readonly block: Block
  readonly index: number
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const printOf = (hash: Uint8Array): number => new DataView(hash.buffer, hash.byteOffset).getUint32(0)

/** See the module's header. */
export class TransactionSearch {
  readonly #node: Node
  readonly #blocks = new Map<string, Remembered>()
  #remembered = 0

  constructor(node: Node) {
    this.#node = node
  }

  /** @param wanted BLAKE2b-256 of the extrinsic as it is on the wire */
  async find(wanted: Uint8Array): Promise<FoundTransaction | undefined> {
    const print = printOf(wanted)
    let hash: Uint8Array | undefined = this.#node.best().hash
    let work = 0
    for (let searched = 0; hash !== undefined && searched < MAX_SEARCHED; searched++) {
      const known = this.#blocks.get(toHex(hash))
      const { prints, parent }: Remembered = known ?? this.#read(hash)
      const index = prints.includes(print) ? this.#indexIn(hash, wanted) : -1
      const block = index < 0 ? undefined : this.#node.block(hash)
      if (block) return { block, index }
      hash = parent
      work += known ? 1 : WORK_PER_BLOCK + prints.length
      if (work < WORK_PER_TURN) continue
      work = 0
      await turn()
    }
    return undefined
  }

  #read(hash: Uint8Array): Remembered {
    const block = this.#node.block(hash)
    const read = {
      parent: block && block.header.number > 0 ? block.header.parentHash : undefined,
      prints: Uint32Array.from(block?.body ?? [], (wire) => printOf(blake2b256(wire))),
    }
    this.#remembered += read.prints.length
    if (this.#remembered > MAX_REMEMBERED || this.#blocks.size > 2 * MAX_SEARCHED) {
      this.#blocks.clear()
      this.#remembered = read.prints.length
    }
    if (block) this.#blocks.set(toHex(hash), read)
    return read
  }

  /** Hashes whose first bytes are equal may still differ. */
  #indexIn(hash: Uint8Array, wanted: Uint8Array): number {
    return this.#node.block(hash)?.body.findIndex((wire) => equalBytes(blake2b256(wire), wanted)) ?? -1
  }
}
