/** SIGKILL ends a hoster while it writes blocks of a copy. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { checkAnswer, drawLeaves } from '#types/domain/hosting/copy/challenge.ts'
import {
  closedSegments,
  copyIdentity,
  encodeSegment,
  openSegment,
} from '../../../../../helpers/hosting/copy-samples.ts'
import { killedFeed } from '../../../../../helpers/hosting/pinning-child.ts'
import { openCopies, stockRead } from '../../../../../helpers/hosting/pinned.ts'
import { patiently } from '../../../../../helpers/patience.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const CHILD = fileURLToPath(new URL('../../../../../helpers/hosting/pinning-child.ts', import.meta.url))
const KILLS = 2
const BLOCKS = 20
const SEED = { ...copyIdentity(), beacon: new Uint8Array(32).fill(4) }
const KILL_TEST_MS = patiently(60_000)
const hex = (blocks: readonly (Uint8Array | null)[]): (string | null)[] => blocks.map((block) => block && toHex(block))

it(
  'leaves no bad block, and the copy goes on where it was',
  async () => {
    const dir = await tempDir()
    const large = killedFeed()
    let least = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, ['--import', 'tsx', CHILD, dir, '400'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      const ended = once(child, 'exit')
      const until = least + 7 + kill * 5
      for await (const line of createInterface(child.stdout)) {
        const [index, kind] = line.split(' ')
        expect(kind).toBe('taken')
        least = Number(index) + 1
        if (least >= until) child.kill('SIGKILL')
      }
      await ended
      const folder = await openCopies(dir)
      const copy = await folder.copies.open(openSegment(large))
      const next = copy.next!
      expect(next).toBeGreaterThanOrEqual(least)
      expect(next).toBeLessThan(large.blocks.length)
      const { segment } = encodeSegment(large, 0, next)
      expect(toHex(copy.segmentSoFar()!.root)).toBe(toHex(segment.root))
      const held = Array.from({ length: next }, (_, index) => index)
      expect(hex(await stockRead(copy.feed, held))).toEqual(hex(large.blocks.slice(0, next)))
      expect(await copy.check({ bytesPerSecond: 2 ** 30 })).toEqual([])
      least = next
      await folder.close()
    }
  },
  KILL_TEST_MS,
)

it(
  'right after all blocks are durable, and every leaf is there. A kill cannot show that fsync ran: that is in durable-copy.test.ts',
  async () => {
    const dir = await tempDir()
    const feed = killedFeed(BLOCKS)
    const args = ['--import', 'tsx', CHILD, dir, String(BLOCKS)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = once(child, 'exit')
    for await (const line of createInterface(child.stdout)) if (line.endsWith('durable')) child.kill('SIGKILL')
    expect(await ended).toEqual([null, 'SIGKILL'])
    const { segment } = encodeSegment(feed)
    const copy = await (await openCopies(dir)).copies.open(closedSegments(feed, segment))
    expect([copy.next, await copy.check({ bytesPerSecond: 2 ** 30 })]).toEqual([undefined, []])
    const drawn = drawLeaves(SEED, [segment], Number(segment.leaves) * 20)
    expect(drawn).toHaveLength(Number(segment.leaves))
    expect(checkAnswer([segment], drawn, await copy.answer(SEED, Number(segment.leaves) * 20))).toBe(true)
  },
  KILL_TEST_MS,
)
