/**
 * Which methods a stranger may call, and through which addresses strangers come.
 *
 * Owns: the list of unsafe methods and the rule of --rpc-methods. Does not own: who may connect (http.ts: Host and
 * Origin).
 * Source: polkadot-sdk substrate/client/rpc-servers deny_unsafe, rpc-api/src/policy.rs, and `check_if_safe` in
 * substrate/client/rpc.
 */
import { isIP } from 'node:net'

/** `auto` serves unsafe methods only on a loopback address; `safe` never; `unsafe` always. */
export type RpcMethods = 'auto' | 'safe' | 'unsafe'

/**
 * The methods that are unsafe in Substrate, and engine_*, which Substrate leaves open: only the owner of a development
 * chain decides when a block is due. All dev_* methods are unsafe as well.
 */
const UNSAFE: ReadonlySet<string> = new Set([
  'author_hasKey',
  'author_hasSessionKeys',
  'author_insertKey',
  'author_removeExtrinsic',
  'author_rotateKeys',
  'engine_createBlock',
  'engine_finalizeBlock',
  'offchain_localStorageClear',
  'offchain_localStorageGet',
  'offchain_localStorageSet',
  'state_getPairs',
  'state_queryStorage',
  'system_dryRun',
  'system_dryRunAt',
  'system_peers',
])

/** Whether the server refuses the method to callers that may call only safe ones. */
export const isUnsafe = (name: string): boolean => name.startsWith('dev_') || UNSAFE.has(name)

/** Whether only this machine can reach an IP address: 127.0.0.0/8 and ::1, also IPv4 written as IPv6. */
export function isLoopback(address: string): boolean {
  const ip = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  return isIP(ip) === 4 ? ip.startsWith('127.') : ip === '::1'
}

/** Whether the server refuses unsafe methods to callers on this listening address. */
export const deniesUnsafe = (policy: RpcMethods, address: string): boolean =>
  policy === 'safe' || (policy === 'auto' && !isLoopback(address))
