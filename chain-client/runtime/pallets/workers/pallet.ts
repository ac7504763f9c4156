/**
 * Pallet Workers: the workers that may get duties, their Noise keys, and their behaviour so far.
 *
 * Owns: registration, pause and resume, heartbeats, duty counts. Does not own: the weights in draws that follow from them (the
 * register).
 */
import { verifyEd25519 } from '#types/crypto/signature.ts'
import { Bond, BondTerms, checkBondTerms, DEFAULT_BOND_TERMS } from '#types/domain/bond.ts'
import { changed, news } from '#types/domain/changes.ts'
import type { Deed } from '#types/domain/reputation.ts'
import {
  NoiseKey,
  possessionMessage,
  Role,
  ROLE_NAMES,
  workerCalls,
  type RoleName,
  WorkerRecord,
} from '#types/domain/worker.ts'
import { checkWorkerName } from '#types/domain/worker-name.ts'
import { AssayError } from '#types/errors.ts'
import { AccountId } from '#types/scale/account.ts'
import { option, vec } from '#types/scale/compound.ts'
import { str, u32 } from '#types/scale/primitives.ts'
import { ensureRoot, ensureSigned } from '../../frame/origin.ts'
import { call, constant, event, pallet, uses, view } from '../../frame/pallet.ts'
import { SUM_TREE_LEVELS } from '../../frame/sum-tree.ts'
import { refTime } from '../../frame/weights.ts'
import { bondErrors, bondEvents, createBonds, type BondNeeds, type Payee } from './bonds.ts'
import { createRegister, HEARTBEAT_INTERVAL, SILENCE_LIMIT, storage } from './register.ts'
import type { Available, Draw, Drawn } from './selection.ts'

/** Picoseconds to verify an ed25519 signature. */
const VERIFY_SIGNATURE = 100_000_000n

/** The parts of other pallets that Workers needs. */
interface Needs extends BondNeeds {
  readonly system: { blockHash(number: number): Uint8Array | undefined }
}

/** Roles that a worker may have, each once. */
const ROLES = BigInt(ROLE_NAMES.length)
const NODES = BigInt(SUM_TREE_LEVELS)
/** Picoseconds to decode and encode a node of the weights. */
const CODE_NODE = 60_000_000n
/** Picoseconds to find a worker's weights right in all roles; to change them; to change its places as well. */
const LOOK = refTime(0n, ROLES * 5n)
const WEIGH = refTime(2n * ROLES * NODES * CODE_NODE, ROLES * (2n * NODES + 5n), ROLES * (2n * NODES + 2n))
const MOVE = refTime(3n * ROLES * NODES * CODE_NODE, ROLES * (3n * NODES + 6n), ROLES * (3n * NODES + 8n))
/** Picoseconds to change a bond: terms, record, account and agenda. */
const BOND = refTime(0n, 3n, 4n)
/** Picoseconds to keep the reputation of a Noise key. */
const KNOW_KEY = refTime(0n, ROLES * 2n + 1n, ROLES * 2n + 1n)
/** The part of a block's room in which bonds return, before silent workers have the rest. */
const PARTS_PER_BONDS = 4

export const workersPallet = pallet({
  name: 'Workers',
  docs: 'Off-chain workers: their keys, roles, state and reputation.',
  constants: {
    heartbeatInterval: constant('Blocks between the heartbeats of a worker.', u32, HEARTBEAT_INTERVAL),
    silenceLimit: constant('A worker silent for this many blocks is given no duty.', u32, SILENCE_LIMIT),
  },
  storage,
  events: {
    Registered: event('A worker registered.', { account: AccountId, noiseKey: NoiseKey, name: str }),
    Updated: event('A worker changed its roles or capacity.', { account: AccountId }),
    Paused: event('A worker takes no more duties.', { account: AccountId }),
    Resumed: event('A worker takes duties again.', { account: AccountId }),
    Unregistered: event('A worker left.', { account: AccountId }),
    ReputationChanged: event('A worker’s reputation in a role has changed.', {
      account: AccountId,
      role: Role,
      reputationPpm: u32,
    }),
    ...bondEvents,
    NameChanged: event('A worker has another name.', { account: AccountId, name: str }),
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
    ...bondErrors,
    BadName: 'Expected a name of at most 32 bytes, of printable characters and without space at its ends.',
  },
  uses: uses<Needs>(),
  exports: (self) => {
    const { storage, emit } = self
    const bonds = createBonds(self)
    const register = createRegister(self, bonds)
    const charge = (account: Uint8Array, amount: bigint, to: readonly Payee[]): bigint => {
      const taken = bonds.charge(account, amount, to)
      register.reweigh(account)
      return taken
    }
    return {
      register,
      bonds,
      find: (account: Uint8Array): WorkerRecord | undefined => storage.workers.get(account),
      hasRole: (account: Uint8Array, role: RoleName): boolean =>
        storage.workers.get(account)?.roles.includes(role) ?? false,
      heirOf: register.heirOf,
      reputation: register.reputation,
      /** Draws `count` different workers of a role by reputation; undefined where there are too few. */
      draw: (draw: Draw): readonly Drawn[] | undefined =>
        register.draw(draw)?.map((account) => ({ account, noiseKey: storage.workers.get(account)!.noiseKey })),
      /** Whom such a draw could seat now. */
      available: (draw: Draw): Available => register.available(draw),
      /** Counts duties up or down. */
      addDuties(account: Uint8Array, change: 1 | -1): void {
        const record = storage.workers.get(account)
        if (record) register.keep(account, record, { ...record, duties: Math.max(0, record.duties + change) })
      },
      /** Changes a reputation by one deed. */
      rate: (account: Uint8Array, role: RoleName, deed: Deed): void =>
        emit.ReputationChanged({ account, role, reputationPpm: register.rate(account, role, deed) }),
      /**
       * Takes up to `amount` from an account's bond, and from what it gave up and has not got back. Pays `to` first, in order, and
       * burns the rest. Returns what was taken. A worker whose bond does not cover its roles and capacity then gets no duty.
       */
      charge,
      /** Charges the whole bond of a seat. */
      slashSeat: (account: Uint8Array, to: readonly Payee[]): bigint =>
        charge(account, storage.bondTerms.get().capacityBond, to),
    }
  },
  calls: ({ storage, emit, fail, uses, block }, { register, bonds }) => {
    const recordOf = (account: Uint8Array): WorkerRecord => storage.workers.get(account) ?? fail.NotRegistered()
    const checkTerms = (roles: readonly RoleName[], capacity: number, had: readonly RoleName[] = []): void => {
      if (roles.length === 0 || new Set(roles).size !== roles.length) return fail.BadRoles()
      if (capacity === 0) return fail.ZeroCapacity()
      if (roles.some((role) => !had.includes(role) && register.isFull(role))) return fail.TooManyWorkers()
    }
    const checkName = (name: string): void => {
      if (checkWorkerName(name) !== undefined) return fail.BadName()
    }
    return {
      register: call(
        'Become a worker. `possession` is the Noise key’s signature over the genesis hash, the account and the key. A bond for the roles and the capacity is reserved. The name is for people and proves nothing: others may choose the same.',
        workerCalls.register,
        refTime(VERIFY_SIGNATURE, 3n, 3n) + MOVE + BOND + KNOW_KEY,
        (origin, { noiseKey, possession, roles, capacity, name }) => {
          const account = ensureSigned(origin)
          checkTerms(roles, capacity)
          checkName(name)
          if (storage.workers.has(account)) return fail.AlreadyRegistered()
          if (storage.accountOf.has(noiseKey)) return fail.NoiseKeyTaken()
          const genesisHash = uses.system.blockHash(0)
          if (!genesisHash || !verifyEd25519(possession, possessionMessage(genesisHash, account, noiseKey), noiseKey))
            return fail.BadPossession()
          bonds.cover(account, roles.length, capacity)
          register.meet(account, noiseKey)
          register.keep(account, undefined, {
            name,
            noiseKey,
            roles,
            capacity,
            duties: 0,
            status: 'Active',
            registeredAt: block(),
            lastSeen: block(),
          })
          storage.accountOf.put(noiseKey, account)
          emit.Registered({ account, noiseKey, name })
        },
      ),
      update: call(
        'Change roles and capacity, and the bond with them. A part that is not needed then is returned when every round is over that it answers for.',
        workerCalls.update,
        refTime(0n, 1n, 1n) + MOVE + BOND,
        (origin, { roles, capacity }) => {
          const account = ensureSigned(origin)
          const record = recordOf(account)
          checkTerms(roles, capacity, record.roles)
          bonds.cover(account, roles.length, capacity)
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
        'Leave. Only without duties; the reputation stays. The bond is returned when every round is over that it answers for.',
        workerCalls.unregister,
        refTime(0n, 1n, 3n) + MOVE + BOND,
        (origin) => {
          const account = ensureSigned(origin)
          const record = recordOf(account)
          if (record.duties > 0) return fail.HasDuties()
          bonds.release(account)
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
      topUp: call(
        'Make the bond cover roles and capacity again after a charge.',
        workerCalls.topUp,
        refTime(0n, 1n) + WEIGH + BOND,
        (origin) => {
          const account = ensureSigned(origin)
          recordOf(account)
          bonds.topUp(account)
          register.reweigh(account)
        },
      ),
      setBondTerms: call(
        'Change some of the terms of bonds (root). Workers keep their bonds until they register or update again.',
        workerCalls.setBondTerms,
        refTime(0n, 1n, 1n),
        (origin, { changes }) => {
          ensureRoot(origin)
          const before = storage.bondTerms.get()
          const terms = changed(before, changes)
          if (checkBondTerms(terms) !== undefined) return fail.BadBondTerms()
          const made = news(before, changes)
          if (!made) return
          storage.bondTerms.put(terms)
          emit.BondTermsChanged({ changes: made })
        },
      ),
      setName: call(
        'Take another name, or none. Explorers show it; others may have the same.',
        workerCalls.setName,
        refTime(0n, 1n, 1n) + WEIGH,
        (origin, { name }) => {
          const account = ensureSigned(origin)
          const record = recordOf(account)
          checkName(name)
          register.keep(account, record, { ...record, name })
          emit.NameChanged({ account, name })
        },
      ),
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
    bond: view('The bond of an account.', { account: AccountId }, Bond, ({ account }) => storage.bonds.get(account)),
    eligible: view('Workers that a duty may be given to now.', { role: Role }, vec(AccountId), ({ role }) =>
      [...storage.workers.entries()].flatMap(([[account], record]) =>
        own.register.isEligible(account, record, role) ? [account] : [],
      ),
    ),
  }),
  hooks: (_, own) => ({
    onInitialize(meter) {
      own.bonds.returnDue(meter.part(PARTS_PER_BONDS))
      own.register.silenceDue(meter)
    },
  }),
  genesis: {
    config: BondTerms,
    fallback: DEFAULT_BOND_TERMS,
    build({ storage }, terms) {
      const problem = checkBondTerms(terms)
      if (problem !== undefined) throw new AssayError('BAD_GENESIS', `workers.${problem}`)
      storage.bondTerms.put(terms)
    },
  },
})
