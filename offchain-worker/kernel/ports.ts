/**
 * What every role may touch of the world: chain, network, journal, time, chance, and somebody to tell.
 *
 * Owns: these interfaces. Does not own: the ports that only some roles need, such as feeds. Each system declares those itself.
 */
import type { ChainPort } from '#chain/api/chain-port.ts'
import type { Clock } from '#types/clock.ts'
import type { Log } from '#types/log.ts'
import type { Mesh, MeshOptions } from '../p2p/mesh-interface.ts'

/** A Noise key that signs: ed25519, 64 bytes. */
export interface NoiseIdentity {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

/** The peer-to-peer network under the worker's registered Noise key. */
export interface NetworkPort {
  readonly identity: NoiseIdentity
  /** The identity that a seed of 32 bytes makes, for one use. */
  singleUse(seed: Uint8Array): NoiseIdentity
  /** Joins the mesh of a session. */
  openMesh(options: MeshOptions): Pick<Mesh, 'send' | 'broadcast' | 'dropped' | 'close'>
}

/** What a worker must not forget when it is killed. A write that has resolved survives a crash. */
export interface Journal {
  get(key: string): Promise<Uint8Array | undefined>
  put(key: string, value: Uint8Array): Promise<void>
  delete(key: string): Promise<void>
}

/**
 * What a worker tells to the people and programs that watch it: `kind` names the step, the rest are its values. Byte strings are keys
 * or hashes, never secrets. Each system has a union of its own kinds.
 */
export type Progress = { readonly kind: string } & Readonly<Record<string, unknown>>

/** What the kernel itself tells. */
export type KernelProgress =
  | { readonly kind: 'registered' }
  | { readonly kind: 'status'; readonly status: 'Active' | 'Paused' | 'Unregistered' }
  | { readonly kind: 'bond-charged'; readonly amount: string }
  | {
      readonly kind: 'submitted'
      readonly duty: string
      readonly outcome: 'included' | 'failed' | 'refused'
      readonly why: string
    }

/** What every role is given. */
export interface RoleDeps {
  readonly chain: ChainPort
  readonly network: NetworkPort
  readonly journal: Journal
  readonly clock: Clock
  /** Cryptographically random bytes. */
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Log
  readonly report: (progress: Progress) => void
}
