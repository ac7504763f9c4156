/** Hypercore's hashes and proofs as the chain checks them, against Hypercore itself. */
import Hypercore from 'hypercore'
import { expect, onTestFinished, test } from 'vitest'
import { equalBytes, toHex, utf8 } from '#types/bytes.ts'
import {
  checkBlockProof,
  checkFeedHead,
  feedBytes,
  FeedHead,
  feedKey,
  headSignable,
  leafHash,
  parentNode,
  rootSpans,
  treeHash,
  type BlockProof,
} from '#types/domain/hosting/feed.ts'
import { verifyEd25519 } from '#types/crypto/signature.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { systemClock } from '#types/clock.ts'
import { proveBlock, readFeedHead } from '#worker/systems/hosting/adapters/feed-proof.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import { noiseKeyPair } from '#worker/p2p/identity.ts'
import { tempDir } from '../../../../helpers/temp-dir.ts'

const keyPair = noiseKeyPair(new Uint8Array(32).fill(9))

async function growingCore(): Promise<Hypercore> {
  const storage = Hypercore.defaultStorage(await tempDir())
  await storage.ready()
  const manifest = { version: 1, signers: [{ publicKey: keyPair.publicKey }] }
  const shared = Hypercore.createCore(storage, { key: Hypercore.key(keyPair.publicKey), manifest })
  const core = new Hypercore({ core: shared })
  await core.ready()
  onTestFinished(async () => {
    await core.close()
    await shared.close()
    await storage.close()
  })
  return core
}

const blockAt = (index: number): Uint8Array => utf8(`block ${index} `.repeat(1 + (index % 5)))

const signer = { publicKey: Buffer.from(keyPair.publicKey), secretKey: Buffer.from(keyPair.secretKey) }

test('at every length from 1 to 70 the head is Hypercore’s, and every block is proven by siblings alone', async () => {
  const core = await growingCore()
  for (let length = 1; length <= 70; length++) {
    await core.append([blockAt(length - 1)], { keyPair: signer })
    const head = await readFeedHead(core)
    expect(head.length).toBe(length)
    expect(checkFeedHead(head)).toBeUndefined()
    const hash = treeHash(length, head.roots)
    expect(toHex(hash)).toBe(toHex(await Hypercore.treeHashFromStorage(core, length)))
    expect(Number(feedBytes(head))).toBe(core.byteLength)
    expect(decode(FeedHead, encode(FeedHead, head))).toEqual(head)
    for (const index of new Set([0, length - 1, Math.floor(length / 2), Math.floor(length / 3)])) {
      const proof = await proveBlock(core, index)
      expect(equalBytes(proof.leaf, leafHash(blockAt(index)))).toBe(true)
      expect(checkBlockProof(head, proof)).toBe(true)
    }
  }
})

test('one flipped bit, a wrong index, size or count of siblings, and no proof holds', async () => {
  const core = await growingCore()
  await core.append(
    Array.from({ length: 21 }, (_, index) => blockAt(index)),
    { keyPair: signer },
  )
  const head = await readFeedHead(core)
  for (const index of [0, 5, 15, 16, 19, 20]) {
    const proof = await proveBlock(core, index)
    const wrong: BlockProof[] = [
      { ...proof, leaf: flip(proof.leaf) },
      { ...proof, bytes: proof.bytes + 1 },
      { ...proof, index: index ^ 1 },
      { ...proof, index: 21 },
      { ...proof, siblings: [...proof.siblings, { nodeHash: proof.leaf, bytes: 1n }] },
      {
        ...proof,
        siblings: proof.siblings
          .slice(1)
          .concat(proof.siblings.length > 0 ? [] : [{ nodeHash: proof.leaf, bytes: 1n }]),
      },
      ...proof.siblings.flatMap((sibling, at) => [
        { ...proof, siblings: proof.siblings.with(at, { ...sibling, nodeHash: flip(sibling.nodeHash) }) },
        { ...proof, siblings: proof.siblings.with(at, { ...sibling, bytes: sibling.bytes + 1n }) },
      ]),
    ]
    for (const [at, bad] of wrong.entries())
      expect(checkBlockProof(head, bad), `index ${index}, change ${at}`).toBe(false)
  }
})

test('a node from inside the tree does not pass for a block', async () => {
  const core = await growingCore()
  await core.append(
    Array.from({ length: 8 }, (_, index) => blockAt(index)),
    { keyPair: signer },
  )
  const head = await readFeedHead(core)
  const { leaf, bytes, siblings } = await proveBlock(core, 0)
  const parent = parentNode({ nodeHash: leaf, bytes: BigInt(bytes) }, siblings[0]!)
  const posing = { index: 0, leaf: parent.nodeHash, bytes: Number(parent.bytes), siblings: siblings.slice(1) }
  expect(checkBlockProof(head, posing)).toBe(false)
})

test('a head that is not what it says is refused with the part that is wrong', async () => {
  const core = await growingCore()
  await core.append([blockAt(0), blockAt(1), blockAt(2)], { keyPair: signer })
  const head = await readFeedHead(core)
  expect(checkFeedHead({ ...head, length: 0 })).toBe('empty')
  expect(checkFeedHead({ ...head, key: flip(head.key) })).toBe('key')
  expect(checkFeedHead({ ...head, namespace: flip(head.namespace) })).toBe('key')
  expect(checkFeedHead({ ...head, publicKey: flip(head.publicKey) })).toBe('key')
  expect(checkFeedHead({ ...head, roots: head.roots.slice(1) })).toBe('roots')
  expect(checkFeedHead({ ...head, length: 5 })).toBe('signature')
  expect(checkFeedHead({ ...head, length: 4 })).toBe('roots')
  expect(checkFeedHead({ ...head, fork: 1 })).toBe('signature')
  expect(checkFeedHead({ ...head, signature: flip(head.signature) })).toBe('signature')
  const [first, second] = head.roots
  expect(checkFeedHead({ ...head, roots: [second!, first!] })).toBe('signature')
  expect(equalBytes(feedKey(head.namespace, head.publicKey), core.key)).toBe(true)
  const signed = headSignable(head.key, treeHash(3, head.roots), 3, 0)
  expect(signed).toHaveLength(112)
  expect(verifyEd25519(head.signature, signed, keyPair.publicKey)).toBe(true)
})

test('a feed published by the store is one the chain takes', async () => {
  const { mkdir, writeFile } = await import('node:fs/promises')
  const folder = `${await tempDir()}/files`
  await mkdir(folder)
  for (const name of ['a', 'b', 'c']) await writeFile(`${folder}/${name}`, name.repeat(100))
  const store = await createFeedStore({ dir: await tempDir() }, { clock: systemClock })
  onTestFinished(() => store.close())
  const { feed } = await store.publish(folder, { keyPair })
  expect(checkFeedHead(await readFeedHead(feed.core))).toBeUndefined()
})

test('full subtrees of a length: its powers of two, left to right', () => {
  expect(rootSpans(0)).toEqual([])
  expect(rootSpans(13)).toEqual([
    { firstBlock: 0, blocks: 8, flatIndex: 7n },
    { firstBlock: 8, blocks: 4, flatIndex: 19n },
    { firstBlock: 12, blocks: 1, flatIndex: 24n },
  ])
})

const flip = (bytes: Uint8Array): Uint8Array => bytes.with(3, bytes[3]! ^ 1)
