/**
 * A journal in memory: it outlives the simulated process of its worker, and ends with the simulation.
 *
 * Owns: its values. Does not own: the journal of a real process.
 */
import type { Journal } from '../kernel/ports.ts'

/** @see memoryJournal */
export interface MemoryJournal extends Journal {
  keys(): readonly string[]
}

/** A class, because each simulated worker has one, and a class instance is small. */
class Values implements MemoryJournal {
  readonly #values = new Map<string, Uint8Array>()

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#values.get(key)
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    this.#values.set(key, value)
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key)
  }

  keys(): readonly string[] {
    return [...this.#values.keys()]
  }
}

/** An empty journal. */
export const memoryJournal = (): MemoryJournal => new Values()
