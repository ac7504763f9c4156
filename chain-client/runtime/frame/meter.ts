/**
 * Meters: how much weight a hook has used, and whether it may go on.
 *
 * Owns: the price of storage work, budgets and their parts. Does not own: counting the work (the overlay).
 *
 * Hooks declare no weight. The frame counts the work that they do: reads from the state, keys written, each access, and bytes. So
 * what a pallet adds to a hook is in the weight of the next block, and nobody has to write down a number for it. The count is the
 * same on every machine. A rollback takes nothing back, because the work was done.
 * Source: sp-weights weight_meter.rs.
 */
import { DB_READ_REF_TIME, DB_WRITE_REF_TIME } from './weights.ts'

/** Work on storage. These numbers only grow. */
export interface StorageWork {
  /** Values that came from the state, and pages of keys. */
  readonly reads: number
  /** Keys written for the first time in the block. */
  readonly writes: number
  /** Accesses of every kind, those that the block's cache answers among them. */
  readonly accesses: number
  /** Length of all values that came from the state, and of all that were put: to decode and to encode. */
  readonly bytes: number
}

/** Picoseconds of an access, whether or not it is a read or write of the state besides. */
const ACCESS_REF_TIME = 5_000_000n
/** Picoseconds to decode or encode a byte of a value. */
export const BYTE_REF_TIME = 100_000n

/** Weight of that work, in picoseconds. */
export const weightOf = ({ reads, writes, accesses, bytes }: StorageWork): bigint =>
  BigInt(reads) * DB_READ_REF_TIME +
  BigInt(writes) * DB_WRITE_REF_TIME +
  BigInt(accesses) * ACCESS_REF_TIME +
  BigInt(bytes) * BYTE_REF_TIME

/** Says whether there is room for one more item. */
export interface Room {
  hasRoom(): boolean
}

/**
 * A budget of weight. The one that spends it looks at it before each item, so it is passed by one item at most.
 */
export class Meter implements Room {
  readonly #total: () => bigint
  readonly #start: bigint
  readonly #budget: bigint

  /** @param total weight used so far by all, in picoseconds; it only grows. @param budget picoseconds. */
  constructor(total: () => bigint, budget: bigint) {
    this.#total = total
    this.#start = total()
    this.#budget = budget
  }

  /** Picoseconds used since this meter was made. */
  get used(): bigint {
    return this.#total() - this.#start
  }

  hasRoom(): boolean {
    return this.used < this.#budget
  }

  /** A meter of its own for one part in `parts` of what is left here. What it uses is used here too. */
  part(parts: number): Meter {
    return new Meter(this.#total, this.#left / BigInt(parts))
  }

  /**
   * A meter of its own for what is left here, less a part of the whole budget for each of `others`, which come later. Where there is not so
   * much left, it has as much as each of them.
   * @param parts the whole budget has so many such parts; more than there are users
   */
  ahead(others: number, parts: number): Meter {
    const spare = this.#left - (this.#budget * BigInt(others)) / BigInt(parts)
    const even = this.#left / BigInt(others + 1)
    return new Meter(this.#total, spare > even ? spare : even)
  }

  get #left(): bigint {
    const left = this.#budget - this.used
    return left > 0n ? left : 0n
  }
}
