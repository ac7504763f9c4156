/**
 * Pallet Workers: who may be given duties, under which Noise key it is met, and how it has behaved.
 *
 * Owns: registration, pause and resume, heartbeats, duty counts, reputation, and what weight each worker has in a draw. Does not
 * own: the draw (selection.ts).
 *
 * A worker falls silent by doing nothing, so the agenda has each living worker in the block in which that will be; a heartbeat moves
 * the entry. Blocks thus look at none that lives, and in no block more workers fall silent than were heard of in one block before.
 */
import { verifyEd25519 } from '#types/crypto/signature.ts'
import {
  LEAST_WEIGHT,
  NEWCOMER,
  rate,
  Reputation,
  score,
  SELECTION_FLOOR,
  type Deed,
} from '#types/domain/reputation.ts'
import { NoiseKey, possessionMessage, Role, workerCalls, WorkerRecord, type RoleName } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { option, vec } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { Blake2_128Concat, Twox64Concat } from '#types/scale/storage-key.ts'
import { agenda, openAgenda } from '../../frame/agenda.ts'
import { ensureSigned } from '../../frame/origin.ts'
import { call, constant, event, pallet, uses, view, type Self } from '../../frame/pallet.ts'
import { doubleMap, map } from '../../frame/storage.ts'
import { SUM_TREE_LEVELS } from '../../frame/sum-tree.ts'
import { BLOCK_WEIGHTS, EXTRINSIC_BASE_REF_TIME, refTime } from '../../frame/weights.ts'
import { createSelection, selectionStorage, type Draw } from './selection.ts'

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

/** Roles that a worker may have, each once. */
const ROLES = 2n
const NODES = BigInt(SUM_TREE_LEVELS)
/** Picoseconds to look at a worker's weights in all of them and find them right; to change them; to change its places as well. */
const LOOK = refTime(0n, ROLES * 3n)
const WEIGH = refTime(0n, ROLES * (NODES + 3n), ROLES * (NODES + 1n))
const MOVE = refTime(0n, ROLES * (2n * NODES + 4n), ROLES * (2n * NODES + 6n))
/**
 * Workers that fall silent in one block. More than a block holds extrinsics, each of which lets one worker be heard of: only where
 * block numbers were skipped some are left for the next block.
 */
const MAX_SILENT = Number(BLOCK_WEIGHTS.maxBlock.refTime / EXTRINSIC_BASE_REF_TIME)

const storage = {
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
  silences: agenda('Living workers, by the block in which each falls silent if it is not heard of before.', AccountId),
  ...selectionStorage,
}

type WorkersSelf = Pick<Self<object, typeof storage, object, object, Needs>, 'storage' | 'block'>

/** Keeps records, and with each the worker's weight in draws and its entry in the agenda. */
function createRegister({ storage, block }: WorkersSelf) {
  const silences = openAgenda(storage.silences)
  const selection = createSelection(storage)

  const reputation = (account: Uint8Array, role: RoleName): number => score(storage.reputations.get(account, role))
  const isSilent = ({ lastSeen }: WorkerRecord): boolean => block() - lastSeen > SILENCE_LIMIT
  /** Whether a worker may be given a duty in the role: active, alive, not busy, not in disrepute. */
  const isEligible = (account: Uint8Array, record: WorkerRecord, role: RoleName): boolean =>
    record.status === 'Active' &&
    record.duties < record.capacity &&
    record.roles.includes(role) &&
    !isSilent(record) &&
    reputation(account, role) >= SELECTION_FLOOR

  const weigh = (account: Uint8Array, record: WorkerRecord, role: RoleName): void => {
    const weight = isEligible(account, record, role) ? Math.max(reputation(account, role), LEAST_WEIGHT) : 0
    selection.set(role, account, BigInt(weight))
  }
  const weighAll = (account: Uint8Array, record: WorkerRecord): void => {
    for (const role of record.roles) weigh(account, record, role)
  }
  /** The block in which a worker falls silent that is not heard of again. */
  const silentAt = ({ lastSeen }: WorkerRecord): number => lastSeen + SILENCE_LIMIT + 1

  return {
    reputation,
    isSilent,
    isEligible,
    isFull: selection.isFull,
    /** Keeps the record of a worker; `before` is the one that it had. */
    keep(account: Uint8Array, before: WorkerRecord | undefined, record: WorkerRecord): void {
      storage.workers.put(account, record)
      if (record.lastSeen !== before?.lastSeen) {
        if (before) silences.remove(silentAt(before), account)
        silences.insert(silentAt(record), account)
      }
      for (const role of before?.roles ?? []) if (!record.roles.includes(role)) selection.remove(role, account)
      weighAll(account, record)
    },
    /** Forgets a worker. */
    drop(account: Uint8Array, record: WorkerRecord): void {
      storage.workers.remove(account)
      storage.accountOf.remove(record.noiseKey)
      silences.remove(silentAt(record), account)
      for (const role of record.roles) selection.remove(role, account)
    },
    /** Moves a reputation by one deed; returns what it then is, in millionths. */
    rate(account: Uint8Array, role: RoleName, deed: Deed): number {
      const changed = rate(storage.reputations.get(account, role), deed)
      storage.reputations.put(account, role, changed)
      const record = storage.workers.get(account)
      if (record?.roles.includes(role)) weigh(account, record, role)
      return score(changed)
    },
    /** Takes the weight of workers that have fallen silent with this block. */
    silenceDue(): void {
      for (const account of silences.take(block(), MAX_SILENT)) {
        const record = storage.workers.get(account)
        if (record) weighAll(account, record)
      }
    },
    draw: selection.draw,
  }
}

/** A worker that was drawn. */
interface Drawn {
  readonly account: Uint8Array
  readonly noiseKey: Uint8Array
}

export const workersPallet = pallet({
  name: 'Workers',
  docs: 'Off-chain workers: their keys, roles, state and reputation.',
  constants: {
    heartbeatInterval: constant('Blocks between the heartbeats of a worker.', u32, HEARTBEAT_INTERVAL),
    silenceLimit: constant('A worker silent for this many blocks is given no duty.', u32, SILENCE_LIMIT),
  },
  storage,
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
    TooManyWorkers: 'A role has no place for another worker.',
  },
  uses: uses<Needs>(),
  exports: (self) => {
    const { storage, emit } = self
    const register = createRegister(self)
    return {
      register,
      find: (account: Uint8Array): WorkerRecord | undefined => storage.workers.get(account),
      hasRole: (account: Uint8Array, role: RoleName): boolean =>
        storage.workers.get(account)?.roles.includes(role) ?? false,
      reputation: register.reputation,
      /** As many different workers of a role as asked for, drawn by reputation; undefined where there are too few. */
      draw: (draw: Draw): readonly Drawn[] | undefined =>
        register.draw(draw)?.map((account) => ({ account, noiseKey: storage.workers.get(account)!.noiseKey })),
      /** Counts duties up or down. */
      addDuties(account: Uint8Array, change: 1 | -1): void {
        const record = storage.workers.get(account)
        if (record) register.keep(account, record, { ...record, duties: Math.max(0, record.duties + change) })
      },
      /** Moves a reputation by one deed. */
      rate: (account: Uint8Array, role: RoleName, deed: Deed): void =>
        emit.ReputationChanged({ account, role, reputation: register.rate(account, role, deed) }),
    }
  },
  calls: ({ storage, emit, fail, uses, block }, { register }) => {
    const recordOf = (account: Uint8Array): WorkerRecord => storage.workers.get(account) ?? fail.NotRegistered()
    const checkTerms = (roles: readonly RoleName[], capacity: number): void => {
      if (roles.length === 0 || new Set(roles).size !== roles.length) return fail.BadRoles()
      if (capacity === 0) return fail.ZeroCapacity()
      if (roles.some(register.isFull)) return fail.TooManyWorkers()
    }
    return {
      register: call(
        'Become a worker. `possession` is the Noise key’s signature over the genesis hash, the account and the key.',
        workerCalls.register,
        refTime(VERIFY_SIGNATURE, 3n, 3n) + MOVE,
        (origin, { noiseKey, possession, roles, capacity }) => {
          const account = ensureSigned(origin)
          checkTerms(roles, capacity)
          if (storage.workers.has(account)) return fail.AlreadyRegistered()
          if (storage.accountOf.has(noiseKey)) return fail.NoiseKeyTaken()
          const genesisHash = uses.system.blockHash(0)
          if (!genesisHash || !verifyEd25519(possession, possessionMessage(genesisHash, account, noiseKey), noiseKey))
            return fail.BadPossession()
          register.keep(account, undefined, {
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
        refTime(0n, 1n, 1n) + MOVE,
        (origin, { roles, capacity }) => {
          const account = ensureSigned(origin)
          const record = recordOf(account)
          checkTerms(roles, capacity)
          register.keep(account, record, { ...record, roles, capacity })
          emit.Updated({ account })
        },
      ),
      pause: call(
        'Take no more duties. Those under way go on.',
        workerCalls.pause,
        refTime(0n, 1n, 1n) + WEIGH,
        (origin) => {
          const account = ensureSigned(origin)
          const record = recordOf(account)
          if (record.status === 'Paused') return fail.AlreadyPaused()
          register.keep(account, record, { ...record, status: 'Paused' })
          emit.Paused({ account })
        },
      ),
      resume: call('Take duties again.', workerCalls.resume, refTime(0n, 1n, 3n) + WEIGH, (origin) => {
        const account = ensureSigned(origin)
        const record = recordOf(account)
        if (record.status !== 'Paused') return fail.NotPaused()
        register.keep(account, record, { ...record, status: 'Active', lastSeen: block() })
        emit.Resumed({ account })
      }),
      unregister: call(
        'Leave. Only without duties; the reputation stays.',
        workerCalls.unregister,
        refTime(0n, 1n, 3n) + MOVE,
        (origin) => {
          const account = ensureSigned(origin)
          const record = recordOf(account)
          if (record.duties > 0) return fail.HasDuties()
          register.drop(account, record)
          emit.Unregistered({ account })
        },
      ),
      heartbeat: call('Tell that you live.', workerCalls.heartbeat, refTime(0n, 1n, 3n) + WEIGH, (origin) => {
        const account = ensureSigned(origin)
        const record = recordOf(account)
        register.keep(account, record, { ...record, lastSeen: block() })
        return register.isSilent(record)
          ? undefined
          : { actualWeight: { refTime: refTime(LOOK, 1n, 3n), proofSize: 0n } }
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
      [...storage.workers.entries()].flatMap(([[account], record]) =>
        own.register.isEligible(account, record, role) ? [account] : [],
      ),
    ),
  }),
  hooks: (_, own) => ({
    onInitialize() {
      own.register.silenceDue()
    },
  }),
})
