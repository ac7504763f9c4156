/** What a hoster promises of feeds of which it keeps copies: all registered blocks, or nothing. */
import { expect, test } from 'vitest'
import { callOf, encodeCall } from '#chain/api/descriptors.ts'
import { hostingCalls } from '#types/domain/hosting/market.ts'
import { CopiedFeeds } from '#worker/systems/hosting/role/copied-feeds.ts'
import { CopyStage, feed, happened, planCall } from '../../../../../helpers/hosting/copy-stage.ts'

const cancelPlan = callOf('Hosting', 'cancelPlan', hostingCalls.cancelPlan)
const key = new Uint8Array(32).fill(1)

test('the blocks of all copies count, up to the first gap', () => {
  const feeds = new CopiedFeeds()
  expect(feeds.covered(key)).toBe(0)
  feeds.add(key, 2n, { from: 8, to: 12 })
  expect(feeds.covered(key)).toBe(0)
  feeds.add(key, 1n, { from: 0, to: 4 })
  expect(feeds.covered(key)).toBe(4)
  feeds.add(key, 3n, { from: 4, to: 8 })
  expect(feeds.covered(key)).toBe(12)
  expect(feeds.remove(key, 1n)).toBe(false)
  expect(feeds.covered(key)).toBe(0)
  expect([feeds.remove(key, 2n), feeds.remove(key, 3n), feeds.keys]).toEqual([false, true, []])
})

test('a hoster promises the feed when its copies have all of it, and takes the promise back when one ends', async () => {
  const stage = new CopyStage({ hosters: 1, encoders: 3 })
  const [hoster] = stage.hosters
  await stage.begin(1, { ranges: [{ from: 0, to: 6 }] })
  await stage.toState(0n, 'Live')
  await stage.until('it serves', () => stage.served.get(hoster!.name) === 1)
  await stage.blocks(4)
  expect(stage.promised(hoster!)).toBeUndefined()
  stage.act(planCall({ ranges: [{ from: 6, to: undefined }] }))
  await stage.blocks(1)
  await stage.toState(1n, 'Live')
  await stage.until('a promise', () => stage.promised(hoster!) !== undefined)
  expect(stage.promised(hoster!)).toBe(feed.blocks.length)
  stage.act(encodeCall(cancelPlan, { plan: 1 }))
  await stage.until('the copy has ended', () => stage.all(happened.ended).length > 0)
  await stage.until('no promise', () => stage.promised(hoster!) === undefined)
  expect([stage.served.get(hoster!.name), stage.copy(0n)?.state]).toEqual([1, 'Live'])
  expect([stage.all(happened.failed), stage.refused, stage.broken]).toEqual([[], [], []])
})
