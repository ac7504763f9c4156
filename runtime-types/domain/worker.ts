/**
 * A worker as chain and worker both know it: its Noise key, roles and state, and the proof that it owns the key.
 *
 * Owns: the record's encoding and the message signed at registration. Does not own: who may register (the Workers
 * pallet).
 */
import { concatBytes, utf8 } from '../bytes.ts'
import { blake2b256 } from '../crypto/hash.ts'
import { named, struct, vec } from '../scale/compound.ts'
import { enumeration } from '../scale/enumeration.ts'
import type { ValueOf } from '../scale/codec.ts'
import { fixedBytes, str, u32 } from '../scale/primitives.ts'
import { BondTermChanges } from './bond.ts'

/** An ed25519 public key by which peers find a worker on Hyperswarm. */
export const NoiseKey = named(fixedBytes(32), ['assay_primitives', 'NoiseKey'])
/** A 64-byte ed25519 signature by a Noise key. */
export const NoiseSignature = named(fixedBytes(64), ['assay_primitives', 'NoiseSignature'])

/** Every role, in the order of its encoding. */
export const ROLE_NAMES = ['Hoster', 'Attestor', 'Encoder', 'Responder'] as const
export const Role = enumeration(ROLE_NAMES, { path: ['assay_primitives', 'Role'] })
export type RoleName = ValueOf<typeof Role>

/** More than the number of roles that exist; bounds the list in a registration. */
export const MAX_ROLES = 8
export const Roles = vec(Role, MAX_ROLES)

export const WorkerStatus = enumeration(['Active', 'Paused'], { path: ['assay_primitives', 'WorkerStatus'] })

export const WorkerRecord = struct(
  {
    /** Chosen by its operator, by the rules of {@link checkWorkerName}. Others may have the same. */
    name: str,
    noiseKey: NoiseKey,
    roles: Roles,
    /** It takes at most this many duties at the same time. */
    capacity: u32,
    /** Duties that it has. */
    duties: u32,
    status: WorkerStatus,
    registeredAt: u32,
    /** Block of its last heartbeat. */
    lastSeen: u32,
  },
  { path: ['assay_primitives', 'WorkerRecord'], docs: ['A registered worker.'] },
)
export type WorkerRecord = ValueOf<typeof WorkerRecord>

const POSSESSION_CONTEXT = utf8('assay/worker/possession/1')

/**
 * The message that a Noise key signs to prove that `account` owns it on the chain with that genesis. 32 bytes. It
 * contains account and chain, so that nobody can register another's key with a copied signature.
 */
export const possessionMessage = (genesisHash: Uint8Array, account: Uint8Array, noiseKey: Uint8Array): Uint8Array =>
  blake2b256(concatBytes(POSSESSION_CONTEXT, genesisHash, account, noiseKey))

/** Arguments of the Workers pallet's calls, in order. */
export const workerCalls = {
  register: { noiseKey: NoiseKey, possession: NoiseSignature, roles: Roles, capacity: u32, name: str },
  update: { roles: Roles, capacity: u32 },
  pause: {},
  resume: {},
  unregister: {},
  heartbeat: {},
  topUp: {},
  setBondTerms: { changes: BondTermChanges },
  setName: { name: str },
} as const
