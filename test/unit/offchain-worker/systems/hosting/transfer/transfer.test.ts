/**
 * The transfer of a copy: encoder and hoster end with the same root whatever process is killed when, and each drops what the other must
 * not say.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import type { SegmentEnd } from '#types/domain/hosting/contract.ts'
import { checkpointSignable } from '#types/domain/hosting/copy/segment.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import {
  decodeTransfer,
  encodeTransfer,
  longestMessage,
  transferId,
  WINDOW_BLOCKS,
  type TransferMessage,
} from '#worker/systems/hosting/transfer/messages.ts'
import { createReceiver, SALT_BYTES, type ReceiverExit } from '#worker/systems/hosting/transfer/receiver.ts'
import { createSender } from '#worker/systems/hosting/transfer/sender.ts'
import { segmentOf, testIdentity, testKey } from '../../../../../helpers/hosting/copies.ts'
import { blockOf, madeBlock, TestTransfer, treeOf, type Victim } from '../../../../../helpers/hosting/test-transfer.ts'

const identity = testIdentity(testKey().modulus)
const encoder = identityOf('encoder')
const FROM = 5

/** What encoder and hoster shall agree on. */
function endOf(to: number): SegmentEnd {
  const blocks = Array.from({ length: to - FROM }, (_, i) => blockOf(FROM + i))
  const { leaves, root } = segmentOf(FROM, blocks, identity.modulus).segment
  return { to, leaves, root: new Uint8Array(root) }
}

/** The same whatever kind of array its root is. */
const plain = (end: SegmentEnd | undefined) => end && { ...end, root: new Uint8Array(end.root) }

describe('both sides', () => {
  test.each([1, WINDOW_BLOCKS, 64, 200])('end with the same root after %i blocks', (blocks) => {
    const transfer = new TestTransfer(FROM, FROM + blocks)
    transfer.run()
    expect(plain(transfer.sent)).toEqual(endOf(FROM + blocks))
    expect(plain(transfer.held)).toEqual(endOf(FROM + blocks))
    expect(plain(transfer.checkpoint?.end)).toEqual(endOf(FROM + blocks))
    expect(transfer.dropped).toEqual([])
  })

  test('get there whichever is killed when, and however late their work is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.array(fc.tuple(fc.nat(60), fc.constantFrom<Victim>('encoder', 'hoster')), { maxLength: 8 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        (blocks, kills, grows, chance) => {
          const to = FROM + blocks
          const transfer = new TestTransfer(FROM, to, () => chance.next().value ?? 0, grows ? FROM : to)
          for (const [steps, who] of kills) {
            transfer.run(steps)
            transfer.kill(who)
          }
          transfer.run()
          expect(plain(transfer.sent)).toEqual(endOf(FROM + blocks))
          expect(plain(transfer.held)).toEqual(endOf(FROM + blocks))
          expect(plain(transfer.checkpoint?.end)).toEqual(endOf(FROM + blocks))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('join the tree that the hoster knows to the longer one before any block', () => {
    const transfer = new TestTransfer(FROM, FROM + 20, undefined, FROM)
    transfer.run()
    expect(plain(transfer.held)).toEqual(endOf(FROM + 20))
    expect(transfer.dropped).toEqual([])
  })

  test('never have more blocks on their way than the window', () => {
    const transfer = new TestTransfer(FROM, FROM + 50)
    transfer.run()
    expect(transfer.mostWaiting).toBeLessThanOrEqual(WINDOW_BLOCKS)
    expect(transfer.mostMaking).toBeLessThanOrEqual(WINDOW_BLOCKS)
  })
})

describe('an encoder', () => {
  const KILLED_AFTER = 64

  test('makes no block twice that the hoster has and that its notes know', () => {
    const transfer = new TestTransfer(FROM, FROM + 100)
    transfer.runUntil(() => (transfer.held?.to ?? 0) >= FROM + KILLED_AFTER && transfer.notes !== undefined)
    const before = transfer.made
    transfer.kill('encoder')
    transfer.run()
    expect(plain(transfer.sent)).toEqual(endOf(FROM + 100))
    expect(transfer.made - before).toBeLessThanOrEqual(100 - KILLED_AFTER + WINDOW_BLOCKS)
  })

  test('makes blocks anew that the hoster has lost', () => {
    const transfer = new TestTransfer(FROM, FROM + 40)
    transfer.runUntil(() => (transfer.held?.to ?? 0) >= FROM + 20)
    transfer.lose(FROM + 3)
    transfer.kill('hoster')
    transfer.run()
    expect(plain(transfer.held)).toEqual(endOf(FROM + 40))
    expect(plain(transfer.sent)).toEqual(endOf(FROM + 40))
  })

  test('signs a checkpoint every 64 blocks, after 5 s, and at the end', () => {
    const transfer = new TestTransfer(FROM, FROM + 150)
    transfer.run()
    expect(transfer.checkpoints.map(({ to }) => to)).toEqual([FROM + 64, FROM + 128, FROM + 150])
    const slow = new TestTransfer(FROM, FROM + 30)
    slow.runUntil(() => slow.held?.to === FROM + 10)
    slow.tick('encoder')
    slow.run()
    expect(slow.checkpoints).toHaveLength(2)
  })

  test.each<[string, TransferMessage, string]>([
    [
      'blocks outside of the segment',
      { tag: 'Ask', value: { run: new Uint8Array(8), next: FROM - 1, length: 99, known: 99 } },
      'unexpected',
    ],
    [
      'blocks behind the copy',
      { tag: 'Ask', value: { run: new Uint8Array(8), next: FROM + 11, length: 99, known: 99 } },
      'unexpected',
    ],
    [
      'a tree that is shorter than the copy',
      { tag: 'Ask', value: { run: new Uint8Array(8), next: FROM, length: FROM, known: FROM } },
      'unexpected',
    ],
    [
      'a tree that is shorter than the one that the hoster knows',
      { tag: 'Ask', value: { run: new Uint8Array(8), next: FROM, length: 99, known: 100 } },
      'unexpected',
    ],
    ['another run', { tag: 'Stored', value: { run: new Uint8Array(8), next: FROM + 1 } }, 'stale'],
    ['what only an encoder says', { tag: 'Ready', value: {} }, 'unexpected'],
  ])('drops a frame about %s', (_, message, reason) => {
    const sender = createSender({ identity, from: FROM, to: FROM + 10, sign: (bytes) => encoder.sign(bytes) })
    sender.step({ kind: 'start' })
    expect(sender.step({ kind: 'frame', frame: encodeTransfer(message) })).toEqual([{ kind: 'dropped', reason }])
  })

  test('ends in time with a hoster that asks for the same blocks again and again', () => {
    const sender = createSender({ identity, from: FROM, to: FROM + 30, sign: (bytes) => encoder.sign(bytes) })
    const exits: unknown[] = []
    const step = (input: Parameters<typeof sender.step>[0]): void => {
      for (const output of sender.step(input)) {
        if (output.kind === 'exit') exits.push(output.exit.kind)
        if (output.kind !== 'work' || output.work.kind !== 'make') continue
        step({ kind: 'done', done: madeBlock(output.work.index, output.work.length) })
      }
    }
    const hear = (message: TransferMessage): void => step({ kind: 'frame', frame: encodeTransfer(message) })
    step({ kind: 'start' })
    for (let times = 1; times <= 12; times++) {
      const run = new Uint8Array(8).fill(times)
      hear({ tag: 'Ask', value: { run, next: FROM, length: FROM + 30, known: FROM + 30 } })
      hear({ tag: 'Stored', value: { run, next: FROM + 4 } })
      step({ kind: 'tick' })
    }
    expect(exits).toEqual([])
    step({ kind: 'hurry' })
    expect(exits).toEqual(['complete'])
  })

  test('makes no blocks anew for a hoster that asks faster than it stores', () => {
    const sender = createSender({ identity, from: FROM, to: FROM + 30, sign: (bytes) => encoder.sign(bytes) })
    sender.step({ kind: 'start' })
    const ask = (times: number) => {
      const length = FROM + 30 + times
      const value = { run: new Uint8Array(8).fill(times), next: FROM, length, known: length }
      return sender.step({ kind: 'frame', frame: encodeTransfer({ tag: 'Ask', value }) })
    }
    const answers = Array.from({ length: 10 }, (_, i) => ask(i))
    const isDropped = (outputs: (typeof answers)[number]) => outputs.some(({ kind }) => kind === 'dropped')
    expect(answers.filter(isDropped)).toHaveLength(6)
    sender.step({ kind: 'tick' })
    expect(isDropped(ask(10))).toBe(false)
  })

  test('drops an answer about blocks that it has not sent', () => {
    const sender = createSender({ identity, from: FROM, to: FROM + 10, sign: (bytes) => encoder.sign(bytes) })
    const run = new Uint8Array(8).fill(1)
    const hear = (message: TransferMessage) => sender.step({ kind: 'frame', frame: encodeTransfer(message) })
    hear({ tag: 'Ask', value: { run, next: FROM, length: FROM + 10, known: FROM + 10 } })
    const dropped = [{ kind: 'dropped', reason: 'unexpected' }]
    expect(hear({ tag: 'Stored', value: { run, next: FROM + 1 } })).toEqual(dropped)
    expect(hear({ tag: 'Bad', value: { run, index: FROM, why: 'content' } })).toEqual(dropped)
    expect(sender.step({ kind: 'frame', frame: utf8('junk') })).toEqual([{ kind: 'dropped', reason: 'malformed' }])
  })
})

describe('a hoster', () => {
  const salt = new Uint8Array(SALT_BYTES).fill(7)
  const TO = FROM + 20

  /** A hoster that has asked, and an encoder that says what it likes. */
  function hosting(known = TO) {
    const receiver = createReceiver({
      identity,
      encoder: encoder.publicKey,
      from: FROM,
      to: TO,
      length: TO,
      known,
      held: undefined,
      salt,
    })
    const [ask] = receiver.step({ kind: 'start' })
    if (ask?.kind !== 'send' || ask.message.tag !== 'Ask') throw new Error('expected an ask')
    const { run } = ask.message.value
    let held = FROM
    const hear = (message: TransferMessage) => receiver.step({ kind: 'frame', frame: encodeTransfer(message) })
    const say = (index: number) => {
      const { encoded, proof } = madeBlock(index, TO)
      return hear({ tag: 'Block', value: { run, encoded, proof } })
    }
    const taken = () => receiver.step({ kind: 'done', done: { kind: 'taken', end: treeOf(FROM, ++held).end! } })
    const checkpoint = (end: SegmentEnd, by = encoder) => {
      const signature = by.sign(checkpointSignable(identity, { from: FROM, ...end }))
      return hear({ tag: 'Checkpoint', value: { run, end, signature } })
    }
    return { receiver, run, hear, say, taken, checkpoint }
  }
  const exitIn = (outputs: readonly { readonly kind: string; readonly exit?: ReceiverExit }[]) =>
    outputs.find(({ kind }) => kind === 'exit')?.exit?.kind

  describe('that knows a shorter tree', () => {
    const nodes = [{ nodeHash: new Uint8Array(32), bytes: 1n }]
    const joined = { kind: 'done', done: { kind: 'joined' } } as const

    test('takes no block before the nodes', () => {
      expect(exitIn(hosting(FROM).say(FROM))).toBe('bad-order')
      const { receiver, hear, say, run } = hosting(FROM)
      expect(hear({ tag: 'Join', value: { run, nodes } })).toEqual([{ kind: 'work', work: { kind: 'join', nodes } }])
      expect(say(FROM)).toEqual([])
      expect(receiver.step(joined)).toMatchObject([{ kind: 'work', work: { kind: 'take' } }])
    })

    test('tells nodes that do not join the trees, and hears no more', () => {
      const { receiver, hear, say, run } = hosting(FROM)
      hear({ tag: 'Join', value: { run, nodes } })
      say(FROM)
      const outputs = receiver.step({ kind: 'done', done: { kind: 'bad-nodes' } })
      expect(outputs[0]).toEqual({ kind: 'send', message: { tag: 'Bad', value: { run, index: FROM, why: 'nodes' } } })
      expect(exitIn(outputs)).toBe('bad-nodes')
      expect(say(FROM + 1)).toEqual([])
    })

    test('looks at nodes once, and at none where it knows the tree', () => {
      const { hear, run } = hosting(FROM)
      hear({ tag: 'Join', value: { run, nodes } })
      const dropped = [{ kind: 'dropped', reason: 'unexpected' }]
      expect(hear({ tag: 'Join', value: { run, nodes } })).toEqual(dropped)
      const other = hosting()
      expect(other.hear({ tag: 'Join', value: { run: other.run, nodes } })).toEqual(dropped)
    })
  })

  test('does not listen on to one that sends a block too early, too late or twice', () => {
    for (const index of [FROM + 1, FROM - 1, TO]) expect(exitIn(hosting().say(index))).toBe('bad-order')
    const twice = hosting()
    twice.say(FROM)
    expect(exitIn(twice.say(FROM))).toBe('bad-order')
    expect(twice.say(FROM + 1)).toEqual([])
  })

  test('does not listen on to one that sends more than the window', () => {
    const { say } = hosting()
    for (let i = 0; i < WINDOW_BLOCKS; i++) expect(exitIn(say(FROM + i))).toBeUndefined()
    expect(exitIn(say(FROM + WINDOW_BLOCKS))).toBe('bad-order')
  })

  test('tells a bad block, and hears no more', () => {
    const { receiver, say, run } = hosting()
    say(FROM)
    const outputs = receiver.step({ kind: 'done', done: { kind: 'bad', why: 'leaf' } })
    const message = { tag: 'Bad', value: { run, index: FROM, why: 'leaf' } }
    expect(outputs[0]).toEqual({ kind: 'send', message })
    expect(exitIn(outputs)).toBe('bad-block')
    expect(say(FROM + 1)).toEqual([])
  })

  test('keeps a checkpoint once it has the blocks, and never one with another root', () => {
    const { say, taken, checkpoint } = hosting()
    say(FROM)
    expect(checkpoint(endOf(FROM + 1))).toEqual([])
    const [kept] = taken()
    if (kept?.kind !== 'work' || kept.work.kind !== 'keep') throw new Error('expected a checkpoint to be kept')
    expect(plain(kept.work.checkpoint.end)).toEqual(endOf(FROM + 1))
    say(FROM + 1)
    taken()
    expect(exitIn(checkpoint({ ...endOf(FROM + 2), root: new Uint8Array(32) }))).toBe('bad-root')
  })

  test('takes no checkpoint of another key, or of other blocks than those that came', () => {
    const { say, taken, checkpoint } = hosting()
    say(FROM)
    taken()
    expect(checkpoint(endOf(FROM + 1), identityOf('stranger'))).toEqual([{ kind: 'dropped', reason: 'signature' }])
    expect(exitIn(checkpoint(endOf(FROM + 2)))).toBe('bad-order')
  })

  test('looks at one checkpoint of an end, however many its encoder sends', () => {
    const { say, taken, checkpoint } = hosting()
    say(FROM)
    taken()
    expect(checkpoint(endOf(FROM + 1))).toMatchObject([{ kind: 'work', work: { kind: 'keep' } }])
    const dropped = [{ kind: 'dropped', reason: 'unexpected' }]
    expect(checkpoint(endOf(FROM + 1))).toEqual(dropped)
    expect(checkpoint(endOf(FROM + 1), identityOf('stranger'))).toEqual(dropped)
  })

  test('asks anew where nothing comes, and looks at nothing of before', () => {
    const { receiver, say } = hosting()
    say(FROM)
    expect(receiver.step({ kind: 'tick' })).toEqual([{ kind: 'tick', ms: 20_000 }])
    receiver.step({ kind: 'done', done: { kind: 'taken', end: endOf(FROM + 1) } })
    const [ask] = receiver.step({ kind: 'tick' })
    expect(ask).toMatchObject({ kind: 'send', message: { tag: 'Ask', value: { next: FROM + 1 } } })
    expect(say(FROM + 1)).toEqual([{ kind: 'dropped', reason: 'stale' }])
  })
})

test('frames are bounded by the bytes of the feed', () => {
  const [least, most] = [longestMessage(1n, 128), longestMessage(2n ** 40n, 256)]
  expect(least).toBeLessThan(9_000)
  expect(most).toBeLessThan(2 ** 20 + 2 ** 15)
  expect(decodeTransfer(new Uint8Array(2 ** 16).fill(0xff))).toBeUndefined()
})

test('every segment of every generation of every copy on every chain has a name of its own', () => {
  const name = { genesis: new Uint8Array(32), copy: 1n, generation: 0, from: 0 }
  const others = [
    name,
    { ...name, genesis: new Uint8Array(32).fill(1) },
    { ...name, copy: 2n },
    { ...name, generation: 1 },
    { ...name, from: 1 },
  ]
  expect(new Set(others.map((each) => transferId(each).join())).size).toBe(others.length)
})
