/**
 * Encoders of a simulated market, honest and dishonest.
 *
 * Owns: what each does for a copy that it was drawn for. Does not own: what its hoster then does.
 */
import { callOf, encodeCall } from '#chain/api/descriptors.ts'
import type { CallRequest } from '#chain/api/chain-port.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import { hostingCalls } from '#types/domain/hosting/market.ts'
import type { Random } from '#worker/simulation/random.ts'
import type { PlacedCopy } from './chain-view.ts'
import { paperBlock, paperModulus, segmentBy, type MadeSegment } from './paper-copies.ts'
import type { EncoderConduct, Participant } from './terms.ts'
import type { Wire } from './wire.ts'

const acceptCopy = callOf('Hosting', 'acceptCopy', hostingCalls.acceptCopy)
const commitSegment = callOf('Hosting', 'commitSegment', hostingCalls.commitSegment)

/** @see encoderOf */
export interface EncoderDeps {
  readonly who: Extract<Participant, { readonly role: 'Encoder' }>
  readonly account: Uint8Array
  readonly random: Random
  readonly wire: Wire
  /** Plain bytes of each block of the feeds. */
  readonly sizes: readonly number[]
}

/** An encoder: the call that a copy in its hands needs now, and whether it has really encoded for it. */
export interface Encoder {
  accept(placed: PlacedCopy): CallRequest
  commit(placed: PlacedCopy): { readonly call: CallRequest; readonly leavesEncoded: bigint }
}

const isReal = (conduct: EncoderConduct): boolean => conduct === 'honest' || conduct === 'one-key'

/** Makes an encoder. */
export function encoderOf({ who: { conduct, owner }, account, random, wire, sizes }: EncoderDeps): Encoder {
  /** Of the first copy. */
  let firstModulus: Uint8Array | undefined
  let first: MadeSegment | undefined

  const nextFrom = ({ copy, contract }: PlacedCopy): number => copy.segments.at(-1)?.to ?? contract.from

  const make = (placed: PlacedCopy): MadeSegment => {
    const { copy, contract } = placed
    const from = nextFrom(placed)
    const modulus = copy.modulus!
    if (conduct === 'same-copy' && first) return { ...first, segment: { ...first.segment, modulus } satisfies Segment }
    const blocks = sizes.slice(from, contract.to).map((size) => paperBlock(size, random))
    return segmentBy(account, from, blocks, modulus)
  }

  return {
    accept({ id, copy: { generation } }) {
      const fresh = paperModulus(random)
      const modulus = conduct === 'one-key' ? (firstModulus ??= fresh) : fresh
      return encodeCall(acceptCopy, { copy: id, generation, modulus })
    },
    commit(placed) {
      const { id, copy, contract } = placed
      const made = make(placed)
      const isFirst = first === undefined
      first ??= made
      const isGood = conduct === 'same-copy' ? isFirst : conduct !== 'junk'
      wire.give(id, copy.generation, { made, isGood, owner })
      const { leaves, root } = made.segment
      const call = encodeCall(commitSegment, {
        copy: id,
        generation: copy.generation,
        end: { to: contract.to, leaves, root },
      })
      return { call, leavesEncoded: isReal(conduct) || (conduct === 'same-copy' && isFirst) ? leaves : 0n }
    },
  }
}
