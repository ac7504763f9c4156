/**
 * Event records in System.Events.
 *
 * Owns: phase and record. Does not own: the events, which pallets declare.
 * Source: frame-system lib.rs (Phase, EventRecord).
 */
import { H256 } from './account.ts'
import type { Codec, ValueOf } from './codec.ts'
import { struct, variant, vec } from './compound.ts'
import { u32, unit } from './primitives.ts'

/** The place of an event in a block: in the extrinsic with that index, or before or after all extrinsics. */
export const Phase = variant(
  { ApplyExtrinsic: u32, Finalization: unit, Initialization: unit },
  { path: ['frame_system', 'Phase'] },
)
export type Phase = ValueOf<typeof Phase>

/** An event with its place in the block and the topics of its index. */
export interface EventRecord<E> {
  readonly phase: Phase
  readonly event: E
  readonly topics: readonly Uint8Array[]
}

/** The codec of `EventRecord<RuntimeEvent, H256>`. */
export function eventRecord<E>(runtimeEvent: Codec<E>): Codec<EventRecord<E>> {
  return struct(
    { phase: Phase, event: runtimeEvent, topics: vec(H256) },
    {
      path: ['frame_system', 'EventRecord'],
      params: [
        { name: 'E', type: () => runtimeEvent.type },
        { name: 'T', type: () => H256.type },
      ],
    },
  )
}
