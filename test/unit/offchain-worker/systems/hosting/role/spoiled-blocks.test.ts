/** Blocks that a hoster's disk spoils: found before a challenge, never answered with, and mended as far as anybody can. */
import { describe, expect, test } from 'vitest'
import { CopyStage, feed, happened } from '../../../../../helpers/hosting/copy-stage.ts'

/** Challenges come between half of it and one and a half after the one before. */
const INTERVAL = 40

/** A copy that is live on the first of two hosters. */
async function live(challengeInterval: number) {
  const stage = new CopyStage({ encoders: 3, hosters: 2, parameters: { challengeInterval } })
  await stage.begin()
  await stage.toState(0n, 'Live')
  const hoster = stage.partyOf(0n, 'hoster')!
  await stage.until('it serves', () => stage.served.get(hoster.name) === 1)
  const other = stage.hosters.find((each) => each !== hoster)!
  return { stage, hoster, other, disk: stage.copies.get(hoster.name)!.disks.get(0n)! }
}

describe('a block of a live copy', () => {
  test('is found before a challenge, and others get the copy in order, by an encoder of their own', async () => {
    const { stage, hoster, other, disk } = await live(INTERVAL)
    const [begun, { modulus }] = [stage.number, stage.copy(0n)!.segments[0]!]
    disk.spoiled.add(3)
    await stage.until('it is told', () => hoster.progress.some(({ kind }) => kind === 'blocks-spoiled'))
    expect(stage.number - begun).toBeLessThanOrEqual(INTERVAL / 4 + 1)
    await stage.until('the copy has ended', () => stage.all(happened.ended).length > 0)
    await stage.blocks(2)
    expect(stage.partyOf(1n, 'hoster')).toBe(other)
    expect(stage.copy(1n)!.segments[0]!.modulus).not.toEqual(modulus)
    expect([...stage.copies.get(hoster.name)!.disks.keys()]).toEqual([])
    expect([stage.all(happened.failed), stage.all(happened.missed), stage.refused, stage.broken]).toEqual([
      [],
      [],
      [],
      [],
    ])
  })

  test('costs a challenge that comes first, which gets no answer rather than a wrong one', async () => {
    const { stage, hoster, other, disk } = await live(8)
    stage.crash(hoster)
    for (const index of disk.blocks.keys()) disk.spoiled.add(index)
    await stage.until('a challenge', () => stage.copy(0n)?.challenge !== undefined)
    stage.start(hoster)
    await stage.until('another one has it', () => stage.served.get(other.name) === 1)
    await stage.blocks(2)
    expect(stage.all(happened.missed).length).toBeGreaterThan(0)
    expect([stage.all(happened.proven), stage.refused, stage.broken]).toEqual([[], [], []])
    expect(stage.copies.get(hoster.name)!.disks.size).toBe(0)
  })

  test('that was dropped before a restart has the copy given on as well', async () => {
    const { stage, hoster, disk } = await live(INTERVAL)
    stage.crash(hoster)
    disk.blocks.delete(5)
    stage.start(hoster)
    await stage.until('the copy has ended', () => stage.all(happened.ended).length > 0)
    expect([stage.all(happened.failed), stage.all(happened.missed), stage.refused, stage.broken]).toEqual([
      [],
      [],
      [],
      [],
    ])
  })
})

test('a block that is lost before the hoster has confirmed comes again from its encoder, who still has the key', async () => {
  const stage = new CopyStage()
  await stage.begin()
  await stage.until('all blocks', () =>
    stage.hosters.some(({ progress }) => progress.some(({ kind }) => kind === 'pinned')),
  )
  const hoster = stage.partyOf(0n, 'hoster')!
  const encoder = stage.partyOf(0n, 'encoder')!
  stage.copies.get(hoster.name)!.disks.get(0n)!.blocks.delete(7)
  await stage.toState(0n, 'Live')
  expect(encoder.codec.made()).toBeGreaterThan(feed.blocks.length)
  await stage.until('a proof', () => stage.all(happened.proven).length > 0)
  expect([stage.all(happened.failed), stage.refused, stage.broken]).toEqual([[], [], []])
})
