/**
 * Calls in root's name, for chains whose sudo key a test holds.
 *
 * Owns: their encoding.
 */
import type { CallRequest } from '#chain/api/chain-port.ts'
import { construct } from '#chain/runtime/runtime.ts'
import { silentLog } from '#types/log.ts'
import { encode } from '#types/scale/codec.ts'

const { runtimeCall } = construct(silentLog).frame

/** `pallet.name(args)` by Sudo. */
export const rootCall = (pallet: string, name: string, args: Readonly<Record<string, unknown>>): CallRequest => ({
  pallet: 'Sudo',
  call: 'sudo',
  args: encode(runtimeCall, { pallet, name, args }),
})

/** Puts bytes into the state, past all rules: to break what a rule keeps. */
export const setStorage = (key: Uint8Array, value: Uint8Array): CallRequest =>
  rootCall('System', 'setStorage', { items: [[key, value]] })
