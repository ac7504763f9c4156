/** A hoster tells the chain what it has once its disk has it, and not sooner. */
import { expect, test } from 'vitest'
import { AssayError } from '#types/errors.ts'
import { CopyStage, happened } from '../../../../../helpers/hosting/copy-stage.ts'

/** All blocks are with the hoster; its disk is `slow` from then on. */
async function pinned(slow: () => Promise<void>) {
  const stage = new CopyStage()
  await stage.begin()
  await stage.until('a copy is open', () => [...stage.copies.values()].some(({ disks }) => disks.size > 0))
  const hoster = stage.partyOf(0n, 'hoster')!
  stage.copies.get(hoster.name)!.disks.get(0n)!.persist = slow
  await stage.toState(0n, 'Confirming')
  return stage
}

test('it confirms a copy when its disk is done', async () => {
  let done = (): void => {}
  let asked = 0
  const stage = await pinned(() => {
    asked++
    return new Promise((resolve) => (done = resolve))
  })
  await stage.blocks(3)
  expect([asked, stage.copy(0n)!.state, stage.all(happened.matched)]).toEqual([1, 'Confirming', []])
  done()
  await stage.toState(0n, 'Live')
  expect([asked, stage.all(happened.failed), stage.refused, stage.broken]).toEqual([1, [], [], []])
})

test('it tries again with the next block where its disk fails', async () => {
  let fails = 2
  const stage = await pinned(async () => {
    if (fails-- > 0) throw new AssayError('COPY_UNWRITTEN', 'expected room on the disk, got none')
  })
  await stage.toState(0n, 'Live')
  expect([fails, stage.all(happened.failed), stage.refused, stage.broken]).toEqual([-1, [], [], []])
})

test('it shows a checkpoint when its disk is done', async () => {
  const stage = new CopyStage()
  await stage.begin()
  await stage.toState(0n, 'Encoding')
  const encoder = stage.partyOf(0n, 'encoder')!
  const { codec } = encoder
  encoder.codec = { ...codec, encode: (...args) => (codec.made() < 5 ? codec.encode(...args) : new Promise(() => {})) }
  const hoster = stage.partyOf(0n, 'hoster')!
  await stage.until('a checkpoint', () => hoster.progress.some(({ kind }) => kind === 'pinning'))
  let asked = 0
  let done = (): void => {}
  const disk = stage.copies.get(hoster.name)!.disks.get(0n)!
  disk.persist = () => {
    asked++
    disk.persist = async () => {}
    return new Promise((resolve) => (done = resolve))
  }
  stage.crash(encoder)
  await stage.until('its disk is asked', () => asked === 1)
  expect(hoster.progress.some(({ duty }) => String(duty).startsWith('hosting.submitCheckpoint'))).toBe(false)
  done()
  await stage.toState(0n, 'Live')
  expect(stage.copy(0n)!.segments).toMatchObject([{ from: 0, to: 5 }, { from: 5 }])
  expect([stage.refused, stage.broken]).toEqual([[], []])
})
