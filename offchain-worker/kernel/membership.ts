/**
 * Membership: a worker registers on chain where its registration is missing, and knows when its operator has paused it.
 *
 * Owns: registering with proof of possession, adding a role, topping up the bond and setting the name, each once for each time it is
 * needed. Does not own:
 * pausing and leaving, which the operator does by extrinsics.
 */
import type { CallRequest, ChainPort } from '#chain/api/chain-port.ts'
import { encodeCall, read } from '#chain/api/descriptors.ts'
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { possessionMessage, type RoleName, type WorkerRecord } from '#types/domain/worker.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { u32 } from '#types/scale/primitives.ts'
import { assertCanBond, bondOf } from './bonding.ts'
import { register, setName, topUp, update, workers } from './chain-items.ts'
import type { RoleDeps } from './ports.ts'
import { whyFailed } from './duties.ts'

/** @see join */
export interface JoinOptions {
  readonly account: Uint8Array
  readonly capacity: number
  readonly role: RoleName
  /** What people read beside its address; absent where the operator chose none, which leaves the one on chain. */
  readonly name?: string | undefined
}

/** How often a submission is tried before joining fails. */
const MAX_TRIES = 3

/** Whether the operator has paused the worker with that account. */
export async function isPaused(chain: ChainPort, account: Uint8Array): Promise<boolean> {
  return (await read(chain, workers, account))?.status === 'Paused'
}

/** Checks that an account that is not registered yet can pay its bond. @throws AssayError `BOND_NOT_COVERED` */
export async function assertCanJoin(chain: ChainPort, { account, capacity, role }: JoinOptions): Promise<void> {
  if (!(await read(chain, workers, account))) await assertCanBond(chain, account, { roles: [role], capacity })
}

/**
 * Makes sure that the chain knows the worker under its Noise key, in its role, and that its bond covers what it registered for.
 * @throws AssayError `REGISTRATION_FAILED`, `NOISE_KEY_MISMATCH`, `BOND_NOT_COVERED`
 */
export async function join({ account, capacity, role, name }: JoinOptions, deps: RoleDeps): Promise<void> {
  const { chain, network, log, report } = deps
  const { identity } = network
  const current = (): Promise<WorkerRecord | undefined> => read(chain, workers, account)
  const record = await current()
  if (!record) {
    await assertCanBond(chain, account, { roles: [role], capacity })
    const possession = identity.sign(possessionMessage(chain.genesisHash, account, identity.publicKey))
    const args = { noiseKey: identity.publicKey, possession, roles: [role], capacity, name: name ?? '' }
    await submitUntil('register', encodeCall(register, args), deps, async () => (await current()) !== undefined)
  } else {
    assertSameKey(record, identity.publicKey)
    if (!record.roles.includes(role)) {
      const roles = [...record.roles, role]
      await assertCanBond(chain, account, { roles, capacity })
      const call = encodeCall(update, { roles, capacity })
      await submitUntil('update', call, deps, async () => (await current())?.roles.includes(role) === true)
    } else if (!(await isCovered(chain, account))) {
      const { required } = await bondOf(chain, account)
      await assertCanBond(chain, account, { roles: record.roles, capacity: record.capacity, bond: required })
      await submitUntil('topUp', encodeCall(topUp, {}), deps, () => isCovered(chain, account))
    }
    if (name !== undefined && record.name !== name)
      await submitUntil('setName', encodeCall(setName, { name }), deps, async () => (await current())?.name === name)
  }
  log.info({ role }, 'registered')
  report({ kind: 'registered' })
}

async function isCovered(chain: ChainPort, account: Uint8Array): Promise<boolean> {
  const { held, required } = await bondOf(chain, account)
  return held >= required
}

function assertSameKey(record: WorkerRecord, key: Uint8Array): void {
  if (equalBytes(record.noiseKey, key)) return
  throw new AssayError(
    'NOISE_KEY_MISMATCH',
    `expected the account's registered Noise key ${toHex(record.noiseKey)}, got ${toHex(key)}: start the worker with the ` +
      `secret it was registered with, or unregister it first`,
  )
}

/**
 * Submits under an id with a number that the journal counts up. A worker that is killed in between submits the same number again, and
 * ChainPort knows that it is the same duty. A worker that its operator has unregistered comes back under the next number.
 */
async function submitUntil(
  what: string,
  call: CallRequest,
  { chain, journal, log }: RoleDeps,
  isDone: () => Promise<boolean>,
) {
  const key = `membership/${what}`
  const kept = await journal.get(key)
  let number = kept ? decode(u32, kept) : 0
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const why = await settle(`workers.${what}/${number}`, call, chain)
    if (why !== 'waiting') await journal.put(key, encode(u32, ++number))
    if (why === 'included' && (await isDone())) return
    log.warn({ what, why, tries }, 'joining is tried again')
    if (tries === MAX_TRIES)
      throw new AssayError('REGISTRATION_FAILED', `expected workers.${what} to be accepted, got: ${why}`)
  }
}

/** `included` (perhaps in an earlier life of the worker), `waiting` where nothing is known yet, otherwise why the call was not accepted. */
async function settle(dutyId: string, call: CallRequest, chain: ChainPort): Promise<string> {
  try {
    const outcome = await chain.submit(dutyId, call)
    if (outcome.kind === 'included') return 'included'
    return outcome.kind === 'refused' ? outcome.message : whyFailed(outcome.error)
  } catch (error) {
    if (!(error instanceof AssayError)) throw error
    if (error.code === 'SUBMIT_TIMEOUT') return 'waiting'
    if (error.code === 'DUTY_CONFLICT') return error.message
    throw error
  }
}
