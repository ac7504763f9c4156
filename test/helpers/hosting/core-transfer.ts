/**
 * The transfer of what a feed grew by, between an encoder's replica and a hoster's copy: real Hypercores, over streams.
 *
 * Owns: the author's feed, the replica, and the link between both machines. Does not own: the hoster's folder (pinned.ts).
 */
import Hypercore from 'hypercore'
import { onTestFinished } from 'vitest'
import { leafNode, topOf } from '#types/domain/hosting/copy/tree.ts'
import type { FeedHead, TreeNode } from '#types/domain/hosting/feed.ts'
import { asBufferKeyPair } from '#worker/p2p/identity.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { joiningOf, proveBlock, readFeedHead } from '#worker/systems/hosting/adapters/feed-proof.ts'
import { createFeedStore } from '#worker/systems/hosting/adapters/feed-store.ts'
import type { PinnedCopy } from '#worker/systems/hosting/copies/pinned-copy.ts'
import { encodeTransfer } from '#worker/systems/hosting/transfer/messages.ts'
import { createReceiver, SALT_BYTES } from '#worker/systems/hosting/transfer/receiver.ts'
import type { ReceiverDone, ReceiverExit, ReceiverWork } from '#worker/systems/hosting/transfer/receiver.ts'
import { createSender } from '#worker/systems/hosting/transfer/sender.ts'
import type { SenderDone, SenderExit, SenderWork } from '#worker/systems/hosting/transfer/sender.ts'
import { freshKeyPair, testDeps } from '../dht.ts'
import { patiently } from '../patience.ts'
import { tempDir } from '../temp-dir.ts'
import { encoding, testKey } from './copies.ts'
import { copyIdentity, sampleBlocks } from './copy-samples.ts'

/** Blocks of the feed at its three lengths. */
export const HELD = 21
export const BETWEEN = 30
export const GROWN = 48
export const blocks = sampleBlocks(Array.from({ length: GROWN }, (_, i) => 1 + ((i * 97) % 700)))

const READ_MS = patiently(5_000)
/** Of the copy of what the feed grew by. */
export const identity = copyIdentity(2n)
export const key = testKey('other')
const encoder = identityOf('encoder')

/** A feed whose author has appended to it, and its heads before, between and after. */
export async function grownFeed() {
  const keyPair = asBufferKeyPair(freshKeyPair())
  const core = new Hypercore(await tempDir(), Hypercore.key(keyPair.publicKey), {
    manifest: { version: 1, signers: [{ publicKey: keyPair.publicKey }] },
  })
  onTestFinished(() => core.close())
  await core.ready()
  await core.append(blocks.slice(0, HELD), { keyPair })
  const before = await readFeedHead(core)
  await core.append(blocks.slice(HELD, BETWEEN), { keyPair })
  const between = await readFeedHead(core)
  await core.append(blocks.slice(BETWEEN), { keyPair })
  return { core, before, between, after: await readFeedHead(core) }
}

/** The encoder's replica, which fetches what it needs over a stream. */
export async function replicaOf(source: Hypercore): Promise<Hypercore> {
  const store = await createFeedStore({ dir: await tempDir() }, testDeps)
  onTestFinished(() => store.close())
  const { core } = await store.follow(source.key)
  const [from, to] = [source.replicate(true, { keepAlive: false }), core.replicate(false, { keepAlive: false })]
  for (const stream of [from, to]) stream.on('error', () => {})
  from.pipe(to).pipe(from)
  onTestFinished(() => void to.destroy())
  return core
}

/** A block, from a peer if need be. */
const blockOf = async (replica: Hypercore, index: number): Promise<Buffer> =>
  (await replica.get(index, { timeout: READ_MS }))!

/** What the encoder says are the nodes. */
export type Say = (nodes: readonly TreeNode[]) => readonly TreeNode[]

/** Carries frames and work between encoder and hoster until nothing is left to do, or `isEnough`. @returns how both end */
export async function transferOver(
  copy: PinnedCopy,
  head: FeedHead,
  replica: Hypercore,
  { say = (nodes: readonly TreeNode[]) => nodes, isEnough = () => false }: { say?: Say; isEnough?: () => boolean } = {},
): Promise<readonly (SenderExit | ReceiverExit)[]> {
  const { from, to } = copy.range
  const full = { ...identity, feed: head.key, modulus: key.modulus }
  const sender = createSender({ identity: full, from, to, sign: (message) => encoder.sign(message) })
  const receiver = createReceiver({
    identity: full,
    encoder: encoder.publicKey,
    from,
    to,
    length: copy.length,
    known: copy.joinsFrom ?? copy.length,
    held: copy.segmentSoFar(),
    salt: new Uint8Array(SALT_BYTES),
  })
  const known = copy.joinsFrom
  const exits: (SenderExit | ReceiverExit)[] = []
  const todo: (() => Promise<void>)[] = []

  const make = async (work: SenderWork): Promise<SenderDone> => {
    if (work.kind === 'note') return undefined
    if (work.kind === 'join') {
      await blockOf(replica, work.known)
      return { ...work, nodes: say(joiningOf(await proveBlock(replica, work.known, work.length), work.length)) }
    }
    const { index, length } = work
    const encoded = encoding(await blockOf(replica, index), index, full, key)
    const leaves = Array.from({ length: encoded.length / 128 }, (_, j) =>
      leafNode(encoded.subarray(j * 128, (j + 1) * 128)),
    )
    return { length, encoded, top: topOf(leaves), proof: await proveBlock(replica, index, length) }
  }
  const take = async (work: ReceiverWork): Promise<ReceiverDone> => {
    if (work.kind === 'keep') return undefined
    if (work.kind === 'join') return { kind: (await copy.join(known!, work.nodes)) ? 'joined' : 'bad-nodes' }
    const taken = await copy.take(work.block.proof.index, work.block.encoded, work.block.proof)
    return taken.kind === 'bad' ? taken : { kind: 'taken', end: copy.segmentSoFar()! }
  }
  const hear = (frame: Uint8Array): void => carrySender(sender.step({ kind: 'frame', frame }))
  function carrySender(outputs: ReturnType<typeof sender.step>): void {
    for (const output of outputs) {
      if (output.kind === 'exit') exits.push(output.exit)
      if (output.kind === 'send') {
        const frame = encodeTransfer(output.message)
        todo.push(async () => carryReceiver(receiver.step({ kind: 'frame', frame })))
      }
      if (output.kind !== 'work') continue
      const { work } = output
      todo.push(async () => carrySender(sender.step({ kind: 'done', done: await make(work) })))
    }
  }
  function carryReceiver(outputs: ReturnType<typeof receiver.step>): void {
    for (const output of outputs) {
      if (output.kind === 'exit') exits.push(output.exit)
      if (output.kind === 'send') todo.push(async () => hear(encodeTransfer(output.message)))
      if (output.kind !== 'work') continue
      const { work } = output
      todo.push(async () => carryReceiver(receiver.step({ kind: 'done', done: await take(work) })))
    }
  }
  carrySender(sender.step({ kind: 'start' }))
  carryReceiver(receiver.step({ kind: 'start' }))
  for (let next = todo.shift(); next && !isEnough(); next = todo.shift()) await next()
  return exits
}
