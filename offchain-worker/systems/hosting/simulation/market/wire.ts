/**
 * What has passed between encoders and hosters off the chain: which segment each encoder has given for which copy.
 *
 * Owns: these deliveries. Does not own: what either side makes of them.
 */
import { toHex } from '#types/bytes.ts'
import type { Copy, SegmentEnd } from '#types/domain/hosting/contract.ts'
import type { MadeSegment } from './paper-copies.ts'

/** A segment that an encoder has given to a hoster. */
export interface Delivery {
  readonly made: MadeSegment
  /** Whether it is an encoding of the feed under the key of this copy. The hoster finds out, because it decodes each block. */
  readonly isGood: boolean
  /** Owner of the encoder. */
  readonly owner: string
}

const placeOf = (copy: bigint, generation: number, root: Uint8Array): string => `${copy} ${generation} ${toHex(root)}`

/** See the module's header. */
export class Wire {
  readonly #given = new Map<string, Delivery>()

  give(copy: bigint, generation: number, delivery: Delivery): void {
    this.#given.set(placeOf(copy, generation, delivery.made.segment.root), delivery)
  }

  /** What was given of a segment with that end. */
  of(copy: bigint, { generation }: Pick<Copy, 'generation'>, { root }: Pick<SegmentEnd, 'root'>): Delivery | undefined {
    return this.#given.get(placeOf(copy, generation, root))
  }

  /** What was given of all segments of a copy; undefined where one of them was never given. */
  whole(copy: bigint, of: Pick<Copy, 'generation' | 'segments'>): readonly Delivery[] | undefined {
    const all = of.segments.flatMap((segment) => this.of(copy, of, segment) ?? [])
    return all.length === of.segments.length ? all : undefined
  }
}
