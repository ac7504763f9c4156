/**
 * What a worker's process lends to the role that it runs. The role makes its own ports of it.
 *
 * Owns: this interface. Does not own: the ports that every role has.
 */
import type { Clock } from '#types/clock.ts'
import type { Log } from '#types/log.ts'
import type { DhtAddress } from '../p2p/dht.ts'
import type { NoiseKeyPair } from '../p2p/identity.ts'
import type { Opened } from '../terminal/opened.ts'
import type { Tell } from '../terminal/output.ts'

/** @see the module's header */
export interface Host {
  /** The worker's folder. A role keeps its things in subfolders of its own; no other process writes there meanwhile. */
  readonly dataDir: string
  readonly bootstrap: readonly DhtAddress[]
  /** Address that the worker listens on for peers. */
  readonly address: string
  /** The key pair that follows from the worker's secret under a label of the role's own. */
  keyPair(label: string): NoiseKeyPair
  readonly clock: Clock
  /** Cryptographically random bytes. */
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Log
  /** The process closes what is added here, in the reverse order, when the worker ends. */
  readonly opened: Opened
  readonly tell: Tell
}
