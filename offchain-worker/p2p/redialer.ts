/**
 * Which keys to dial, and when to dial again.
 *
 * Owns: reference counts and back-off over the wanted keys. Does not own: connections.
 * Hyperswarm retries by itself after 1, 5 and 15 s, and then only every ten minutes. A round is over by then.
 */
import type { Clock } from '#types/clock.ts'
import { copyOf, keyName } from './identity.ts'

/** First wait after a dial. It doubles with each dial. */
const REDIAL_FIRST_MS = 500
const REDIAL_MAX_MS = 8_000
const REDIAL_TICK_MS = 250

/**
 * `after the other`: the first dial waits. If both sides want each other, one of them should wait. Otherwise two
 * connections race and one is lost.
 */
export type Patience = 'at once' | 'after the other'

/** The part of the swarm that the redialer needs. */
export interface Dialler {
  isConnected(name: string): boolean
  dial(publicKey: Uint8Array): void
  giveUp(publicKey: Uint8Array): void
}

interface Wanted {
  readonly publicKey: Uint8Array
  holders: number
  attempts: number
  nextDialAt: number
}

/** The wanted keys of one identity. */
export class Redialer {
  readonly #dialler: Dialler
  readonly #clock: Clock
  readonly #wanted = new Map<string, Wanted>()
  #cancelTick: (() => void) | undefined

  constructor(dialler: Dialler, clock: Clock) {
    this.#dialler = dialler
    this.#clock = clock
  }

  /** Whether somebody wants this key. */
  wants(name: string): boolean {
    return this.#wanted.has(name)
  }

  /** Dials a key again and again, until everybody who wanted it has called the returned function. */
  want(publicKey: Uint8Array, patience: Patience): () => void {
    const name = keyName(publicKey)
    const nextDialAt = this.#clock.now() + (patience === 'at once' ? 0 : REDIAL_FIRST_MS)
    const wanted = this.#wanted.get(name) ?? { publicKey: copyOf(publicKey), holders: 0, attempts: 0, nextDialAt }
    wanted.holders++
    wanted.nextDialAt = Math.min(wanted.nextDialAt, nextDialAt)
    this.#wanted.set(name, wanted)
    this.#tick()
    let released = false
    return () => {
      if (released) return
      released = true
      if (--wanted.holders > 0 || this.#wanted.get(name) !== wanted) return
      this.#wanted.delete(name)
      this.#dialler.giveUp(publicKey)
    }
  }

  /** A connection has closed. If the key is still wanted, dials again soon. */
  lost(name: string): void {
    const wanted = this.#wanted.get(name)
    if (wanted === undefined) return
    wanted.attempts = 0
    wanted.nextDialAt = this.#clock.now() + REDIAL_FIRST_MS
    this.#tick()
  }

  /** Forgets all wanted keys. */
  stop(): void {
    this.#cancelTick?.()
    this.#wanted.clear()
  }

  /** Dials the keys that are due, and runs again while a wanted key is not connected. */
  #tick(): void {
    this.#cancelTick?.()
    this.#cancelTick = undefined
    const now = this.#clock.now()
    let missing = false
    for (const [name, wanted] of this.#wanted) {
      if (this.#dialler.isConnected(name)) continue
      missing = true
      if (now < wanted.nextDialAt) continue
      wanted.nextDialAt = now + Math.min(REDIAL_FIRST_MS * 2 ** wanted.attempts, REDIAL_MAX_MS)
      wanted.attempts++
      this.#dialler.dial(wanted.publicKey)
    }
    if (missing) this.#cancelTick = this.#clock.setTimer(REDIAL_TICK_MS, () => this.#tick())
  }
}
