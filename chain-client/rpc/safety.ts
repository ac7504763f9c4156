/**
 * Which methods a stranger may call, and which addresses strangers come through.
 *
 * Owns: the list of unsafe methods and the rule of --rpc-methods. Does not own: the refusal itself (dispatcher.ts) nor who may
 * connect (http.ts: Host and Origin).
 * Source: polkadot-sdk substrate/client/rpc-servers deny_unsafe, rpc-api/src/policy.rs, and `check_if_safe` in substrate/client/rpc.
 */
import { isIP } from 'node:net'

/** `auto` serves unsafe methods only where the server listens on a loopback address; `safe` never; `unsafe` always. */
export type RpcMethods = 'auto' | 'safe' | 'unsafe'

/**
 * Unsafe in Substrate, and engine_*, which Substrate leaves open: where a block is due is for the owner of a development chain to
 * say. All dev_* methods are unsafe as well.
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

/** Whether a method is refused to callers who may only call safe ones. */
export const isUnsafe = (name: string): boolean => name.startsWith('dev_') || UNSAFE.has(name)

/** Whether only this machine can reach an IP address: 127.0.0.0/8 and ::1, also written as IPv4 in IPv6. */
export function isLoopback(address: string): boolean {
  const ip = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  return isIP(ip) === 4 ? ip.startsWith('127.') : ip === '::1'
}

/** Whether callers who come through a listening address are refused unsafe methods. */
export const deniesUnsafe = (policy: RpcMethods, address: string): boolean =>
  policy === 'safe' || (policy === 'auto' && !isLoopback(address))
