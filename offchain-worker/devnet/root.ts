/**
 * Calls in root's name, on the chain of a devnet.
 *
 * Owns: wrapping a call for the sudo key. Does not own: what is called.
 */
import { randomUUID } from 'node:crypto'
import { AssayError } from '#types/errors.ts'
import { silentLog } from '#types/log.ts'
import { callOf, encodeCall } from '#chain/api/descriptors.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import { construct } from '#chain/runtime/runtime.ts'
import { shown } from '../terminal/shown.ts'
import type { Stage } from './scenario.ts'

/** Holder of the sudo key in the development chain's genesis. */
const SUDO = '//Alice'

/**
 * Submits a call as root. Resolves when it is in a finalized block.
 * @throws AssayError `ROOT_REFUSED`, and those of the chain client
 */
export async function asRoot(stage: Pick<Stage, 'client'>, call: RuntimeCall): Promise<void> {
  const sudo = callOf('Sudo', 'sudo', { call: construct(silentLog).frame.runtimeCall })
  const client = await stage.client(SUDO)
  // A chain that went back gives block numbers anew, so no number makes an id that is not known yet.
  const outcome = await client.submit(`devnet/root/${randomUUID()}`, encodeCall(sudo, { call }))
  if (outcome.kind === 'included') return
  throw new AssayError(
    'ROOT_REFUSED',
    `expected ${call.pallet}.${call.name} by the sudo key in a block, got ${shown(outcome)}`,
  )
}
