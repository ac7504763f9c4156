/** Complaints that a hoster makes about the encoder of a block that it refused: the chain's judge convicts by them. */
import { describe, expect, it } from 'vitest'
import { judge } from '#types/domain/hosting/copy/complaint.ts'
import type { PinnedCopy } from '#worker/systems/hosting/copies/pinned-copy.ts'
import { segmentOf } from '../../../../../helpers/hosting/copies.ts'
import {
  copyIdentity,
  encodeSegment,
  openSegment,
  proofOf,
  sampleBlocks,
  sampleFeed,
} from '../../../../../helpers/hosting/copy-samples.ts'
import { openCopies, takeAll } from '../../../../../helpers/hosting/pinned.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const small = sampleFeed(sampleBlocks(Array.from({ length: 21 }, (_, i) => (i * 97) % 700)))
const smallAll = small.blocks.map((_, index) => index)
const smallWhole = encodeSegment(small)

const opened = async (): Promise<PinnedCopy> => (await openCopies(await tempDir())).copies.open(openSegment(small))

describe('complaints', () => {
  /** The encoder's bytes for all blocks, but others for block 5. */
  const withBad = (bytes: Uint8Array) => {
    const encoded = smallAll.map((index) => (index === 5 ? bytes : smallWhole.encoded.get(index)!))
    return segmentOf(0, encoded, smallWhole.segment.modulus)
  }
  const good = smallWhole.encoded.get(5)!
  const forged = encodeSegment({
    ...sampleFeed(small.blocks.map((block) => block.map((byte) => byte ^ 1))),
    head: small.head,
  })

  it.each([
    ['Leaf', 'leaf', Uint8Array.from(good, () => 255)],
    ['Count', 'length', smallWhole.encoded.get(20)!],
    ['Block', 'other', forged.encoded.get(5)!],
  ])('of the form %s convict the encoder of the block that was refused', async (tag, why, bytes) => {
    const bad = withBad(bytes)
    const copy = await opened()
    expect((await takeAll(copy, small, bad)).at(-1)).toBe(why)
    const block = { index: 5, encoded: bytes, proof: proofOf(small, 5) }
    const complaint = copy.complaintFor(block, bad.segment, small.head, bad.blocks.slice(6))
    expect(complaint?.tag).toBe(tag)
    const identity = { ...copyIdentity(), feed: small.head.key, modulus: bad.segment.modulus }
    expect(judge({ identity, segment: bad.segment, tree: small.head }, complaint!)).toBe('bad')
    // A checkpoint that ends with the bad block does as well.
    const checkpoint = segmentOf(0, [...bad.encoded.values()].slice(0, 6), bad.segment.modulus)
    expect(copy.complaintFor(block, checkpoint.segment, small.head)?.tag).toBe(tag)
  })

  it('convict in the tree of the contract, where the hoster knows a longer one', async () => {
    const grown = sampleFeed([...small.blocks, ...sampleBlocks(Array.from({ length: 15 }, () => 9))])
    const bad = withBad(forged.encoded.get(5)!)
    const copy = await (await openCopies(await tempDir())).copies.open({ ...openSegment(small), head: grown.head })
    expect((await takeAll(copy, grown, bad)).at(-1)).toBe('other')
    const block = { index: 5, encoded: bad.encoded.get(5)!, proof: proofOf(grown, 5) }
    expect(block.proof.siblings.length).toBeGreaterThan(proofOf(small, 5).siblings.length)
    const complaint = copy.complaintFor(block, bad.segment, small.head, bad.blocks.slice(6))
    const identity = { ...copyIdentity(), feed: small.head.key, modulus: bad.segment.modulus }
    expect(judge({ identity, segment: bad.segment, tree: small.head }, complaint!)).toBe('bad')
  })

  it('are not made about a good block, or against a root that does not have the bad one', async () => {
    const copy = await opened()
    const bad = withBad(forged.encoded.get(5)!)
    await takeAll(copy, small, bad)
    const proof = proofOf(small, 5)
    expect(
      copy.complaintFor({ index: 5, encoded: good, proof }, smallWhole.segment, small.head, smallWhole.blocks.slice(6)),
    ).toBeUndefined()
    const refused = { index: 5, encoded: forged.encoded.get(5)!, proof }
    expect(copy.complaintFor(refused, smallWhole.segment, small.head, smallWhole.blocks.slice(6))).toBeUndefined()
    expect(copy.complaintFor({ ...refused, encoded: new Uint8Array(5) }, bad.segment, small.head)).toBeUndefined()
    expect(copy.complaintFor({ ...refused, index: 9 }, bad.segment, small.head)).toBeUndefined()
  })
})
