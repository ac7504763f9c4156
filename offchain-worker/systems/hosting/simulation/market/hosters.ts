/**
 * Hosters of a simulated market, honest and dishonest.
 *
 * Owns: what each makes of a delivered copy, what it keeps of it, and how it answers a challenge. Does not own: which copies it gets.
 */
import { callOf, encodeCall } from '#chain/api/descriptors.ts'
import type { CallRequest } from '#chain/api/chain-port.ts'
import { drawLeaves } from '#types/domain/hosting/copy/challenge.ts'
import { judge, type EncodingComplaint } from '#types/domain/hosting/copy/complaint.ts'
import { blockNode, leafNode, siblingsOf } from '#types/domain/hosting/copy/tree.ts'
import { hostingCalls } from '#types/domain/hosting/market.ts'
import { mix } from '#worker/simulation/random.ts'
import type { PlacedCopy } from './chain-view.ts'
import { answerOf, type MadeSegment } from './paper-copies.ts'
import { HASHES_PER_LEAF, type HosterConduct, type Participant } from './terms.ts'
import type { Delivery, Wire } from './wire.ts'

const confirmSegment = callOf('Hosting', 'confirmSegment', hostingCalls.confirmSegment)
const complain = callOf('Hosting', 'complain', hostingCalls.complain)
const answerStorage = callOf('Hosting', 'answerStorage', hostingCalls.answerStorage)

const TWO_TO_32 = 2 ** 32

/** @see hosterOf */
export interface HosterDeps {
  readonly who: Extract<Participant, { readonly role: 'Hoster' }>
  readonly wire: Wire
  readonly genesisHash: Uint8Array
  /** Asks another hoster of the feed for so many bytes of plain blocks, and waits for them. */
  readonly fetch: (bytes: number) => Promise<void>
}

/** A hoster. An undefined call is silence. */
export interface Hoster {
  /** The segment that its encoder has committed. */
  confirm(placed: PlacedCopy): CallRequest | undefined
  answer(placed: PlacedCopy): Promise<CallRequest | undefined>
  /** The part of a live copy's bytes that it keeps, and whether that is all of a good copy. */
  keeps(placed: PlacedCopy): { readonly share: number; readonly isWhole: boolean }
}

/** Whether a hoster that drops this share of its leaves has dropped this one: at once, and for as long as it has the copy. */
const isDropped = (share: number, copy: bigint, generation: number, leaf: bigint): boolean =>
  mix(Number(leaf) ^ mix(Number(copy) ^ mix(generation))) < share * TWO_TO_32

/** The complaint about the first leaf of a delivered segment that no piece of a block can have; undefined where there is none. */
function leafComplaint({ segment, blocks, encoded }: MadeSegment, genesis: Uint8Array, placed: PlacedCopy) {
  const { id, copy, contract } = placed
  const { modulus } = segment
  const identity = { genesis, feed: contract.feed, copy: id, generation: copy.generation, modulus }
  const nodes = blocks.map((block) => blockNode(block, block.top))
  for (const [at, block] of blocks.entries()) {
    const bytes = encoded.get(block.index)!
    const leaf = bytes.subarray(0, modulus.length)
    const leaves = Array.from({ length: block.leaves }, (_, i) =>
      leafNode(bytes.subarray(i * modulus.length, (i + 1) * modulus.length)),
    )
    const { index, start, leaves: count } = block
    const place = { index, start, leaves: count, siblings: siblingsOf(nodes, [at]) }
    const complaint: EncodingComplaint = {
      tag: 'Leaf',
      value: { place, at: 0, leaf, siblings: siblingsOf(leaves, [0]) },
    }
    if (judge({ identity, segment, tree: contract.tree }, complaint) === 'bad') return complaint
  }
  return undefined
}

/** What a hoster lacks of a copy, leaf by leaf. */
const lacking = (conduct: HosterConduct, { id, copy }: PlacedCopy): ((leaf: bigint) => boolean) => {
  if (conduct.kind === 'drops') return (leaf) => isDropped(conduct.share, id, copy.generation, leaf)
  return () => conduct.kind === 'fetches' || conduct.kind === 'keeps-plain'
}

const drawnOf = ({ id, copy }: PlacedCopy): readonly bigint[] => {
  const { beacon, draws } = copy.challenge!
  return drawLeaves({ beacon, copy: id, generation: copy.generation }, copy.segments, draws)
}

/** Makes a hoster. */
export function hosterOf({ who: { conduct, owner }, wire, genesisHash, fetch }: HosterDeps): Hoster {
  const isOwn = (given: readonly Delivery[]): boolean =>
    conduct.kind === 'in-ring' && given.every((delivery) => delivery.owner === owner)

  return {
    confirm(placed) {
      const { id, copy } = placed
      const { generation, segments, pending } = copy
      const given = wire.of(id, copy, pending!)
      const end = { copy: id, generation, end: pending! }
      if (!given) return undefined
      if (given.isGood || isOwn([given])) return encodeCall(confirmSegment, end)
      const complaint = leafComplaint(given.made, genesisHash, placed)
      return complaint && encodeCall(complain, { copy: id, generation, segment: segments.length, complaint })
    },
    async answer(placed) {
      const { id, copy } = placed
      const given = wire.whole(id, copy)
      if (!given) return undefined
      const drawn = drawnOf(placed)
      const lacks = isOwn(given) ? () => false : lacking(conduct, placed)
      // A hoster that lacks a drawn leaf saves the fee of an answer that the chain would refuse, unless it believes in what it fetched.
      if (conduct.kind !== 'fetches' && drawn.some(lacks)) return undefined
      const segments = given.map(({ made }) => made)
      const answer = await answerOf(segments, drawn, lacks)
      if (conduct.kind === 'fetches') await fetch(drawn.length * segments[0]!.segment.modulus.length)
      return encodeCall(answerStorage, { copy: id, generation: copy.generation, answer })
    },
    keeps(placed) {
      const given = wire.whole(placed.id, placed.copy)
      if (!given || isOwn(given) || conduct.kind === 'fetches') return { share: 0, isWhole: false }
      if (conduct.kind === 'keeps-plain') return { share: 1, isWhole: false }
      if (conduct.kind !== 'drops') return { share: 1, isWhole: given.every(({ isGood }) => isGood) }
      return { share: 1 - conduct.share * (1 - HASHES_PER_LEAF), isWhole: conduct.share === 0 }
    },
  }
}
