/**
 * Events of one pallet as steps for people.
 *
 * Owns: decoding an event, and the form of its step. Does not own: any words.
 */
import { decode } from '#types/scale/codec.ts'
import { struct, type Fields, type Values } from '#types/scale/compound.ts'
import type { Tone } from '../terminal/display.ts'
import type { NameOf, Step } from './scenario.ts'

/** How one event is told. */
interface Telling<V> {
  /** `kind` of the JSON line. */
  readonly kind: string
  readonly sentence: (event: V, nameOf: NameOf) => string
  /** `plain` where absent. */
  readonly tone?: (event: V) => Tone
  /** What comes next, in words. */
  readonly next?: string
  /** Values of the JSON line that replace the event's own, such as names of accounts. */
  readonly values?: (event: V, nameOf: NameOf) => object
}

/** Tells an event from its encoded fields. */
export type TellEvent = (data: Uint8Array, block: number, nameOf: NameOf) => Step

/** Makes the tellers of a pallet's events. @param events the fields of each, in order */
export const createTeller =
  <E extends Readonly<Record<string, Fields>>>(events: E) =>
  <K extends keyof E & string>(name: K, telling: Telling<Values<E[K]>>): readonly [K, TellEvent] => {
    const codec = struct(events[name]!)
    const tell: TellEvent = (data, block, nameOf) => {
      const event = decode(codec, data) as Values<E[K]>
      return {
        notice: { ...(telling.values?.(event, nameOf) ?? event), kind: telling.kind, block },
        sentence: `#${block} ${telling.sentence(event, nameOf)}`,
        tone: telling.tone?.(event) ?? 'plain',
        ...(telling.next !== undefined && { next: telling.next }),
      }
    }
    return [name, tell]
  }
