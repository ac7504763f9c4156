/**
 * The register of pallet Workers: records and reputations, and the draw weights that follow from them.
 *
 * Owns: the storage of them, and the weight of each worker in a draw. Does not own: the checks of calls.
 *
 * A worker falls silent by doing nothing. So the agenda holds each living worker under the block in which it would fall silent, and
 * a heartbeat moves the entry. Blocks thus never look at living workers. Where more fall silent at once than a block has room for,
 * the next blocks silence the rest. Weights and agenda do not follow storage that root writes by hand.
 */
import {
  LEAST_WEIGHT,
  NEWCOMER,
  rate,
  Reputation,
  score,
  SELECTION_FLOOR,
  type Deed,
} from '#types/domain/reputation.ts'
import { NoiseKey, Role, WorkerRecord, type RoleName } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { Blake2_128Concat, Twox64Concat } from '#types/scale/storage-key.ts'
import { agenda, openAgenda } from '../../frame/agenda.ts'
import type { Room } from '../../frame/meter.ts'
import type { Self } from '../../frame/pallet.ts'
import { doubleMap, map } from '../../frame/storage.ts'
import { createSelection, selectionStorage } from './selection.ts'

/** A worker tells that it lives this often, in blocks. */
export const HEARTBEAT_INTERVAL = 20
/** A worker that was silent for this many blocks is given no duty. */
export const SILENCE_LIMIT = 3 * HEARTBEAT_INTERVAL

/** The storage of the pallet. */
export const storage = {
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

type WorkersSelf = Pick<Self<object, typeof storage, object, object, object>, 'storage' | 'block'>

/** Keeps records, and with each the worker's weight in draws and its entry in the agenda. */
export function createRegister({ storage, block }: WorkersSelf) {
  const silences = openAgenda(storage.silences)
  const selection = createSelection(storage)

  const reputation = (account: Uint8Array, role: RoleName): number => score(storage.reputations.get(account, role))
  const isSilent = ({ lastSeen }: WorkerRecord): boolean => block() - lastSeen > SILENCE_LIMIT
  /** Whether a worker may get a duty in the role: active, alive, not busy, not in disrepute. */
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
  /** The block in which a worker falls silent without another heartbeat. */
  const silentAt = ({ lastSeen }: WorkerRecord): number => lastSeen + SILENCE_LIMIT + 1

  return {
    reputation,
    isSilent,
    isEligible,
    isFull: selection.isFull,
    /** Stores the record of a worker; `before` is its former one. */
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
    /** Changes a reputation by one deed; returns the new one, in millionths. */
    rate(account: Uint8Array, role: RoleName, deed: Deed): number {
      const changed = rate(storage.reputations.get(account, role), deed)
      storage.reputations.put(account, role, changed)
      const record = storage.workers.get(account)
      if (record?.roles.includes(role)) weigh(account, record, role)
      return score(changed)
    },
    /** Sets the weight of workers that fall silent with this block to zero, while there is room. */
    silenceDue(room: Room): void {
      for (const account of silences.take(block(), room)) {
        const record = storage.workers.get(account)
        if (record) weighAll(account, record)
      }
    },
    draw: selection.draw,
  }
}
