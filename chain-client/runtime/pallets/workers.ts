/**
 * Pallet Workers: who may be given duties, under which Noise key it is met, and how it has behaved.
 *
 * Owns: registration, pause and resume, heartbeats, duty counts, reputation. Does not own: which duties there are
 * (attestation.ts) or what moves a reputation (#types/domain/reputation.ts).
 */
import { verifyEd25519 } from '#types/crypto/signature.ts'
import { NEWCOMER, rate, Reputation, score, SELECTION_FLOOR, type Deed } from '#types/domain/reputation.ts'
import { NoiseKey, possessionMessage, Role, workerCalls, WorkerRecord, type RoleName } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { option, vec } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, Twox64Concat } from '#types/scale/storage-key.ts'
import { ensureSigned } from '../frame/origin.ts'
import { call, constant, event, pallet, uses, view } from '../frame/pallet.ts'
import { doubleMap, map } from '../frame/storage.ts'
import { refTime } from '../frame/weights.ts'

/** A worker tells that it lives this often, in blocks. */
const HEARTBEAT_INTERVAL = 20
/** A worker that was silent for this many blocks is given no duty. */
const SILENCE_LIMIT = 3 * HEARTBEAT_INTERVAL
/** Picoseconds to verify an ed25519 signature. */
const VERIFY_SIGNATURE = 100_000_000n

/** What Workers needs of pallet System. */
interface Needs {
  readonly system: { blockHash(number: number): Uint8Array | undefined }
}

/** A worker that a duty may be given to. */
export interface Eligible {
  readonly account: Uint8Array
  readonly record: WorkerRecord
  /** R in the role, in millionths. */
  readonly reputation: number
}

export const workersPallet = pallet({
  name: 'Workers',
  docs: 'Off-chain workers: their keys, roles, state and reputation.',
  constants: {
    heartbeatInterval: constant('Blocks between the heartbeats of a worker.', u32, HEARTBEAT_INTERVAL),
    silenceLimit: constant('A worker silent for this many blocks is given no duty.', u32, SILENCE_LIMIT),
  },
  storage: {
    workers: map('Registered workers.', AccountId, WorkerRecord),
    accountOf: map('Whose Noise key it is.', NoiseKey, AccountId),
    reputations: doubleMap(
      'How a worker has behaved in a role. Outlives its registration.',
      [AccountId, Role],
      Reputation,
      {
        hashers: [Blake2_128Concat, Twox64Concat],
        default: NEWCOMER,
      },
    ),
  },
  events: {
    Registered: event('A worker registered.', { account: AccountId, noiseKey: NoiseKey }),
    Updated: event('A worker changed its roles or capacity.', { account: AccountId }),
    Paused: event('A worker takes no more duties.', { account: AccountId }),
    Resumed: event('A worker takes duties again.', { account: AccountId }),
    Unregistered: event('A worker left.', { account: AccountId }),
    ReputationChanged: event('A worker’s reputation in a role, in millionths.', {
      account: AccountId,
      role: Role,
      reputation: u32,
    }),
  },
  errors: {
    AlreadyRegistered: 'The account is registered; use update.',
    NotRegistered: 'The account is not a worker.',
    NoiseKeyTaken: 'The Noise key belongs to another account.',
    BadPossession: 'The signature does not prove that the account owns the Noise key.',
    BadRoles: 'Expected one or more different roles.',
    ZeroCapacity: 'A worker takes at least one duty.',
    HasDuties: 'The worker has duties under way; pause it and wait for them.',
    AlreadyPaused: 'The worker is paused.',
    NotPaused: 'The worker is not paused.',
  },
  uses: uses<Needs>(),
  exports: ({ storage, emit, constants, block }) => ({
    find: (account: Uint8Array): WorkerRecord | undefined => storage.workers.get(account),
    hasRole: (account: Uint8Array, role: RoleName): boolean =>
      storage.workers.get(account)?.roles.includes(role) ?? false,
    reputation: (account: Uint8Array, role: RoleName): number => score(storage.reputations.get(account, role)),
    /** Workers that may be given a duty in the role: active, alive, not busy, not in disrepute. */
    eligible(role: RoleName): Eligible[] {
      const found: Eligible[] = []
      for (const [[account], record] of storage.workers.entries()) {
        const alive = block() - record.lastSeen <= constants.silenceLimit
        const free = record.status === 'Active' && record.duties < record.capacity
        if (!alive || !free || !record.roles.includes(role)) continue
        const reputation = score(storage.reputations.get(account, role))
        if (reputation >= SELECTION_FLOOR) found.push({ account, record, reputation })
      }
      return found
    },
    /** Counts duties up or down. */
    addDuties(account: Uint8Array, change: 1 | -1): void {
      storage.workers.mutate(account, (record) => record && { ...record, duties: Math.max(0, record.duties + change) })
    },
    /** Moves a reputation by one deed. */
    rate(account: Uint8Array, role: RoleName, deed: Deed): void {
      const changed = rate(storage.reputations.get(account, role), deed)
      storage.reputations.put(account, role, changed)
      emit.ReputationChanged({ account, role, reputation: score(changed) })
    },
  }),
  calls: ({ storage, emit, fail, uses, block }) => {
    const recordOf = (account: Uint8Array): WorkerRecord => storage.workers.get(account) ?? fail.NotRegistered()
    const checkTerms = (roles: readonly RoleName[], capacity: number): void => {
      if (roles.length === 0 || new Set(roles).size !== roles.length) return fail.BadRoles()
      if (capacity === 0) return fail.ZeroCapacity()
    }
    return {
      register: call(
        'Become a worker. `possession` is the Noise key’s signature over the genesis hash, the account and the key.',
        workerCalls.register,
        refTime(VERIFY_SIGNATURE, 3n, 2n),
        (origin, { noiseKey, possession, roles, capacity }) => {
          const account = ensureSigned(origin)
          checkTerms(roles, capacity)
          if (storage.workers.has(account)) return fail.AlreadyRegistered()
          if (storage.accountOf.has(noiseKey)) return fail.NoiseKeyTaken()
          const genesisHash = uses.system.blockHash(0)
          if (!genesisHash || !verifyEd25519(possession, possessionMessage(genesisHash, account, noiseKey), noiseKey))
            return fail.BadPossession()
          storage.workers.put(account, {
            noiseKey,
            roles,
            capacity,
            duties: 0,
            status: 'Active',
            registeredAt: block(),
            lastSeen: block(),
          })
          storage.accountOf.put(noiseKey, account)
          emit.Registered({ account, noiseKey })
        },
      ),
      update: call(
        'Change roles and capacity.',
        workerCalls.update,
        refTime(0n, 1n, 1n),
        (origin, { roles, capacity }) => {
          const account = ensureSigned(origin)
          const record = recordOf(account)
          checkTerms(roles, capacity)
          storage.workers.put(account, { ...record, roles, capacity })
          emit.Updated({ account })
        },
      ),
      pause: call('Take no more duties. Those under way go on.', workerCalls.pause, refTime(0n, 1n, 1n), (origin) => {
        const account = ensureSigned(origin)
        const record = recordOf(account)
        if (record.status === 'Paused') return fail.AlreadyPaused()
        storage.workers.put(account, { ...record, status: 'Paused' })
        emit.Paused({ account })
      }),
      resume: call('Take duties again.', workerCalls.resume, refTime(0n, 1n, 1n), (origin) => {
        const account = ensureSigned(origin)
        const record = recordOf(account)
        if (record.status !== 'Paused') return fail.NotPaused()
        storage.workers.put(account, { ...record, status: 'Active', lastSeen: block() })
        emit.Resumed({ account })
      }),
      unregister: call(
        'Leave. Only without duties; the reputation stays.',
        workerCalls.unregister,
        refTime(0n, 1n, 2n),
        (origin) => {
          const account = ensureSigned(origin)
          const record = recordOf(account)
          if (record.duties > 0) return fail.HasDuties()
          storage.workers.remove(account)
          storage.accountOf.remove(record.noiseKey)
          emit.Unregistered({ account })
        },
      ),
      heartbeat: call('Tell that you live.', workerCalls.heartbeat, refTime(0n, 1n, 1n), (origin) => {
        const account = ensureSigned(origin)
        storage.workers.put(account, { ...recordOf(account), lastSeen: block() })
      }),
    }
  },
  views: ({ storage }, own) => ({
    worker: view('A registered worker.', { account: AccountId }, option(WorkerRecord), ({ account }) =>
      own.find(account),
    ),
    workerByNoiseKey: view('Whose Noise key it is.', { noiseKey: NoiseKey }, option(AccountId), ({ noiseKey }) =>
      storage.accountOf.get(noiseKey),
    ),
    reputation: view(
      'How a worker stands in a role, in millionths.',
      { account: AccountId, role: Role },
      u32,
      ({ account, role }) => own.reputation(account, role),
    ),
    eligible: view('Workers that a duty may be given to now.', { role: Role }, vec(AccountId), ({ role }) =>
      own.eligible(role).map(({ account }) => account),
    ),
  }),
})
