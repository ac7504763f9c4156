/**
 * How an extrinsic of a stored block ended, as the block's events tell it.
 *
 * Owns: reading System.Events for it, and dispatch errors in words. Does not own: executing.
 */
import { decode } from '#types/scale/codec.ts'
import { vec } from '#types/scale/compound.ts'
import type { DispatchError } from '#types/scale/dispatch.ts'
import { eventRecord } from '#types/scale/events.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { Frame } from './frame/construct.ts'
import {
  arithmeticFailure,
  badOrigin,
  cannotLookup,
  consumerRemaining,
  noProviders,
  tokenFailure,
  tooManyConsumers,
} from './frame/errors.ts'
import type { ExtrinsicOutcome } from './runtime-interface.ts'

const EVENTS = storagePrefix('System', 'Events')

const PLAIN: Partial<Record<DispatchError['tag'], () => Error>> = {
  BadOrigin: badOrigin,
  CannotLookup: cannotLookup,
  ConsumerRemaining: consumerRemaining,
  NoProviders: noProviders,
  TooManyConsumers: tooManyConsumers,
}

/** `Balances.InsufficientBalance: …`, in the words of the pallet's page. */
function words({ pallets }: Pick<Frame, 'pallets'>, error: DispatchError): string {
  if (error.tag === 'Module') {
    const { index, error: bytes } = error.value
    const pallet = pallets.find((each) => each.index === index)
    const [name, docs] = Object.entries(pallet?.errors ?? {})[bytes[0] ?? 0] ?? []
    return pallet && name ? `${pallet.name}.${name}: ${docs}` : `Module ${index}, error ${bytes.join('.')}`
  }
  if (error.tag === 'Token') return tokenFailure(error.value).message
  if (error.tag === 'Arithmetic') return arithmeticFailure(error.value).message
  const plain = PLAIN[error.tag]?.().message
  return plain ?? (typeof error.value === 'string' ? `${error.tag}.${error.value}` : error.tag)
}

/**
 * The outcome of the extrinsic at `index` of the block with this state; undefined where the state has no event of it.
 * @throws ScaleError where the state's events are not this runtime's
 */
export function outcomeOf(
  frame: Pick<Frame, 'pallets' | 'runtimeEvent'>,
  state: Trie,
  index: number,
): ExtrinsicOutcome | undefined {
  const stored = state.get(EVENTS)
  const records = stored ? decode(vec(eventRecord(frame.runtimeEvent)), stored) : []
  for (const { phase, event } of records) {
    if (phase.tag !== 'ApplyExtrinsic' || phase.value !== index || event.tag !== 'System') continue
    if (event.value.tag === 'ExtrinsicSuccess') return { kind: 'success' }
    if (event.value.tag !== 'ExtrinsicFailed') continue
    const { dispatchError } = event.value.value as { readonly dispatchError: DispatchError }
    return { kind: 'failed', error: words(frame, dispatchError) }
  }
  return undefined
}
