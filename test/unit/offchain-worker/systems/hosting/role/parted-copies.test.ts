/** Encoders and hosters that cannot reach each other for a while, on the real pallets. */
import { expect, test } from 'vitest'
import { CopyStage, feed, happened } from '../../../../../helpers/hosting/copy-stage.ts'

const WHOLE = [{ from: 0, to: feed.blocks.length }]

test('a transfer that is cut goes on when the network heals', async () => {
  const stage = new CopyStage({ partedUntil: 12 })
  await stage.begin()
  await stage.toState(0n, 'Encoding')
  await stage.blocks(2)
  expect([stage.number < 12, stage.copy(0n)!.state]).toEqual([true, 'Encoding'])
  expect(await stage.toState(0n, 'Live')).toMatchObject({ generation: 0, segments: WHOLE })
  expect([stage.all(happened.failed), stage.refused, stage.broken]).toEqual([[], [], []])
})

test('a hoster that its encoder could not reach gets its blocks after the encoder has committed alone', async () => {
  const stage = new CopyStage({ partedUntil: 24, parameters: { confirmWindow: 20 } })
  await stage.begin()
  await stage.toState(0n, 'Confirming')
  expect(stage.number).toBeLessThan(24)
  expect(await stage.toState(0n, 'Live')).toMatchObject({ generation: 0, segments: WHOLE })
  expect([stage.all(happened.failed), stage.refused, stage.broken]).toEqual([[], [], []])
})

test('an encoder and a hoster that stay apart are not blamed, and no copy of theirs counts', async () => {
  const stage = new CopyStage({ partedUntil: 10_000 })
  await stage.begin()
  await stage.until('a failure', () => stage.all(happened.failed).length > 0)
  expect(stage.all(happened.failed)).toMatchObject([{ fault: 'RootsDiffer', blamed: undefined }])
  expect([stage.all(happened.live), stage.refused, stage.broken]).toEqual([[], [], []])
})
