/**
 * The register of pallet Workers: records and reputations, and the draw weights that follow from them.
 *
 * Owns: the storage of them, and the weight of each worker in a draw. Does not own: the checks of calls.
 *
 * A worker falls silent by doing nothing. So the agenda holds each living worker under the block in which it would fall silent, and
 * a heartbeat moves the entry. Blocks thus never look at living workers. Where more fall silent at once than a block has room for,
 * the next blocks silence the rest. Weights and agenda do not follow storage that root writes by hand.
 */
import { equalBytes } from '#types/bytes.ts'
import {
  LEAST_WEIGHT,
  NEWCOMER,
  PROVEN,
  rate,
  Reputation,
  score,
  SELECTION_FLOOR,
  worse,
  type Deed,
} from '#types/domain/reputation.ts'
import { NoiseKey, Role, ROLE_NAMES, WorkerRecord, type RoleName } from '#types/domain/worker.ts'
import { AccountId } from '#types/scale/account.ts'
import { Blake2_128Concat, Twox64Concat } from '#types/scale/storage-key.ts'
import { agenda, openAgenda } from '../../frame/agenda.ts'
import type { Room } from '../../frame/meter.ts'
import type { Self } from '../../frame/pallet.ts'
import { doubleMap, map } from '../../frame/storage.ts'
import { bondStorage, type Bonds } from './bonds.ts'
import { createSelection, selectionStorage, type Standing } from './selection.ts'

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
  keyOf: map('The Noise key that an account registered last. Outlives its registration.', AccountId, NoiseKey),
  keyReputations: doubleMap(
    'How the workers with a Noise key have behaved in a role. Another account with the key begins there.',
    [NoiseKey, Role],
    Reputation,
    { hashers: [Blake2_128Concat, Twox64Concat] },
  ),
  silences: agenda('Living workers, by the block in which each falls silent if it is not heard of before.', AccountId),
  ...selectionStorage,
  ...bondStorage,
}

type WorkersSelf = Pick<Self<object, typeof storage, object, object, object>, 'storage' | 'block'>

/** Keeps records, and with each the worker's weight in draws and its entry in the agenda. */
export function createRegister({ storage, block }: WorkersSelf, bonds: Pick<Bonds, 'isCovered'>) {
  const silences = openAgenda(storage.silences)
  const selection = createSelection(storage)

  const reputation = (account: Uint8Array, role: RoleName): number => score(storage.reputations.get(account, role))
  const isSilent = ({ lastSeen }: WorkerRecord): boolean => block() - lastSeen > SILENCE_LIMIT
  /** Whether a worker gets duties in the role as soon as it has room for them: active, alive, bonded, not in disrepute. */
  const isStanding = (account: Uint8Array, record: WorkerRecord, role: RoleName): boolean =>
    record.status === 'Active' &&
    record.roles.includes(role) &&
    !isSilent(record) &&
    bonds.isCovered(account) &&
    reputation(account, role) >= SELECTION_FLOOR

  const standingOf = (account: Uint8Array, record: WorkerRecord, role: RoleName): Standing | undefined => {
    if (!isStanding(account, record, role)) return undefined
    const score = reputation(account, role)
    const weight = BigInt(Math.max(score, LEAST_WEIGHT))
    return { weight, isProven: score >= PROVEN, isBusy: record.duties >= record.capacity }
  }
  const weigh = (account: Uint8Array, record: WorkerRecord, role: RoleName): void =>
    selection.set(role, account, standingOf(account, record, role))
  const weighAll = (account: Uint8Array, record: WorkerRecord): void => {
    for (const role of record.roles) weigh(account, record, role)
  }
  const weighIn = (account: Uint8Array, role: RoleName): void => {
    const record = storage.workers.get(account)
    if (record?.roles.includes(role)) weigh(account, record, role)
  }
  /** The block in which a worker falls silent without another heartbeat. */
  const silentAt = ({ lastSeen }: WorkerRecord): number => lastSeen + SILENCE_LIMIT + 1

  return {
    reputation,
    isSilent,
    /** Whether a worker may get a duty in the role. */
    isEligible: (account: Uint8Array, record: WorkerRecord, role: RoleName): boolean =>
      record.duties < record.capacity && isStanding(account, record, role),
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
    /** Weighs a worker anew, where the account is one: after a change of its bond. */
    reweigh(account: Uint8Array): void {
      const record = storage.workers.get(account)
      if (record) weighAll(account, record)
    },
    /** Notes the Noise key of an account that becomes a worker. In each role both have the worse of their reputations then. */
    meet(account: Uint8Array, noiseKey: Uint8Array): void {
      storage.keyOf.put(account, noiseKey)
      for (const role of ROLE_NAMES) {
        const own = storage.reputations.get(account, role)
        const known = storage.keyReputations.get(noiseKey, role)
        if (known === undefined && !storage.reputations.has(account, role)) continue
        const met = known ? worse(own, known) : own
        storage.reputations.put(account, role, met)
        storage.keyReputations.put(noiseKey, role, met)
      }
    },
    /**
     * Changes a reputation by one deed; returns the new one, in millionths. The deed counts for the Noise key too, and for another
     * account that has the key by now.
     */
    rate(account: Uint8Array, role: RoleName, deed: Deed): number {
      const changed = rate(storage.reputations.get(account, role), deed)
      storage.reputations.put(account, role, changed)
      weighIn(account, role)
      const key = storage.keyOf.get(account)
      if (key === undefined) return score(changed)
      const ofKey = rate(storage.keyReputations.get(key, role) ?? NEWCOMER, deed)
      storage.keyReputations.put(key, role, ofKey)
      const heir = storage.accountOf.get(key)
      if (heir && !equalBytes(heir, account)) {
        storage.reputations.put(heir, role, ofKey)
        weighIn(heir, role)
      }
      return score(changed)
    },
    /** Sets the weight of workers that fall silent with this block to zero, while there is room. */
    silenceDue(room: Room): void {
      for (const account of silences.take(block(), room)) {
        const record = storage.workers.get(account)
        if (record) weighAll(account, record)
      }
    },
    /** The worker that has the Noise key which an account registered last: as far as the chain knows, both are of one owner. */
    heirOf(account: Uint8Array): Uint8Array | undefined {
      const key = storage.keyOf.get(account)
      return key && storage.accountOf.get(key)
    },
    draw: selection.draw,
    available: selection.available,
  }
}
