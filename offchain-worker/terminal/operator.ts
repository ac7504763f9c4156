/**
 * What an operator does on a chain from the command line: finds accounts by name, and submits calls.
 *
 * Owns: the options of such commands, the names of accounts, and the words where a call fails. Does not own: any call.
 */
import { randomInt, randomUUID } from 'node:crypto'
import { toHex } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { fromSs58, toSs58 } from '#types/crypto/ss58.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { ROLE_NAMES } from '#types/domain/worker.ts'
import { AssayError } from '#types/errors.ts'
import { silentLog } from '#types/log.ts'
import type { CallRequest, ChainPort } from '#chain/api/chain-port.ts'
import { connectChain, type ChainClient } from '#chain/api/connect.ts'
import { readEntries, type Requirement } from '#chain/api/descriptors.ts'
import { workers } from '../kernel/chain-items.ts'
import { whyFailed } from '../kernel/duties.ts'
import { untilStopped } from './lifecycle.ts'
import { shortAddress } from './shown.ts'
import { UsageError } from './usage-error.ts'

const RANDOM_STEPS = 2 ** 47
/** Reads only; signs nothing. */
const ONLOOKER = '//Onlooker'
const DEVELOPMENT_NAMES = ['alice', 'bob', 'charlie', 'dave', 'eve', 'ferdie']
/** So many workers of a role are looked for by their name in a devnet. */
const MOST_NUMBERED = 50

/** The secret behind a name: `alice` is //Alice, `attestor-2` is //Attestor//2. */
const suriOf = (name: string): string =>
  name
    .split('-')
    .map((word) => `//${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('')

/** The secret that a word stands for, as it is typed or by the name of an account of a devnet; undefined for an address. */
export function secretOf(who: string): string | undefined {
  if (/^[a-z]+(?:-[a-z0-9]+)*$/.test(who)) return suriOf(who)
  return /^\/\/|^0x[0-9a-f]{64}$| /i.test(who) ? who : undefined
}

/**
 * The account that a word stands for: a name of a devnet's account, a secret URI such as //Alice, or an address.
 * @throws UsageError `BAD_ACCOUNT`
 */
export function accountOf(who: string): Uint8Array {
  const secret = secretOf(who)
  if (secret !== undefined) return keypairFromSuri(secret).accountId
  try {
    return fromSs58(who)
  } catch (thrown) {
    throw new UsageError(
      'BAD_ACCOUNT',
      `expected an address, a name such as attestor-1, or a secret such as //Alice, got ${JSON.stringify(who)}`,
      {},
      { cause: thrown },
    )
  }
}

/** The secret that signs for an account. @throws UsageError `NO_SECRET` for an address, of which nobody knows the secret here */
export function signerOf(who: string): string {
  accountOf(who)
  const secret = secretOf(who)
  if (secret !== undefined) return secret
  throw new UsageError(
    'NO_SECRET',
    `expected the name or the secret of an account to sign for it, got the address ${who}`,
  )
}

/** The names of accounts whose secrets everybody knows, among so many workers; undefined for another account. */
export function createKnownNames(count: number): (account: Uint8Array) => string | undefined {
  const roles = ROLE_NAMES.map((role) => role.toLowerCase())
  const numbers = Array.from({ length: Math.min(count, MOST_NUMBERED) }, (_, i) => i + 1)
  const candidates = [...DEVELOPMENT_NAMES, ...roles, ...roles.flatMap((role) => numbers.map((n) => `${role}-${n}`))]
  const names = new Map(candidates.map((name) => [toHex(keypairFromSuri(suriOf(name)).accountId), name]))
  return (account) => names.get(toHex(account))
}

/** A worker, and the name that its operator chose, which is empty where there is none. */
export interface NamedWorker {
  readonly account: Uint8Array
  readonly name: string
}

/** Accounts in words. Both know an account by its name where everybody knows its secret. */
export interface Names {
  /** For people. Beside the name that an operator chose stands the address: another worker may have the same name. */
  readonly nameOf: (account: Uint8Array) => string
  /** For machines: another account by its address. */
  readonly idOf: (account: Uint8Array) => string
}

/** @see Names */
export function createNames(named: readonly NamedWorker[]): Names {
  const knownName = createKnownNames(named.length)
  const chosen = new Map(named.map(({ account, name }) => [toHex(account), name]))
  const idOf = (account: Uint8Array): string => knownName(account) ?? toSs58(account)
  const nameOf = (account: Uint8Array): string => {
    const name = chosen.get(toHex(account))
    return name && knownName(account) === undefined ? `${name} (${shortAddress(account)})` : idOf(account)
  }
  return { nameOf, idOf }
}

/** The registered workers of a chain. */
export const namedWorkers = async (chain: ChainPort): Promise<readonly NamedWorker[]> =>
  (await readEntries(chain, workers)).map(([[account], { name }]) => ({ account, name }))

/** @see withChain */
export interface OperatorOptions {
  readonly endpoint: string
  /** Secret that signs; absent where nothing is signed. */
  readonly secret?: string
  readonly requires: readonly Requirement[]
}

/**
 * Connects to a node, does something with it, and disconnects. Ends early, with the error of the connection, when it is asked to stop.
 * @returns what `use` returns. @throws AssayError those of the chain client and of `use`
 */
export async function withChain<T>(options: OperatorOptions, use: (chain: ChainClient) => Promise<T>): Promise<T> {
  const { endpoint, secret = ONLOOKER, requires } = options
  const stop = new AbortController()
  void untilStopped().then(() => stop.abort())
  const chain = await connectChain(
    { endpoint, requires, signal: stop.signal, keypair: keypairFromSuri(secret) },
    { clock: systemClock, random: () => randomInt(RANDOM_STEPS) / RANDOM_STEPS, log: silentLog },
  )
  try {
    return await use(chain)
  } finally {
    await chain.close()
  }
}

/** Submits a call and waits until it is finalized. @returns the number of its block. @throws AssayError `CALL_FAILED` */
export async function submitCall(chain: ChainPort, call: CallRequest): Promise<number> {
  const outcome = await chain.submit(`operator/${randomUUID()}`, call)
  if (outcome.kind === 'included') return outcome.number
  const why = outcome.kind === 'refused' ? outcome.message : whyFailed(outcome.error)
  throw new AssayError('CALL_FAILED', `expected ${call.pallet}.${call.call} to be accepted, got: ${why}`)
}
