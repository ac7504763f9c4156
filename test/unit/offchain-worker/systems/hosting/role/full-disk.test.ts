/** A hoster whose disk takes no more, on the real pallets: no copy that is not there counts, and what is there is proven on. */
import { expect, test } from 'vitest'
import { accountOf } from '#worker/simulation/identities.ts'
import { CopyStage, happened, planCall } from '../../../../../helpers/hosting/copy-stage.ts'

test('a hoster whose disk is full gives the copy to another one at once, offers nothing, and proves on what it has', async () => {
  const stage = new CopyStage({ encoders: 3, hosters: 2 })
  await stage.begin(1, { ranges: [{ from: 0, to: 5 }] })
  await stage.toState(0n, 'Live')
  const full = stage.partyOf(0n, 'hoster')!
  const other = stage.hosters.find((each) => each !== full)!
  stage.crash(other)
  stage.leaving.add(other.name)
  stage.start(other)
  stage.copies.get(full.name)!.room.writes = 3
  stage.act(planCall({ ranges: [{ from: 5, to: undefined }] }))
  await stage.until('no room', () => full.progress.some(({ kind }) => kind === 'disk-full'))
  await stage.until('a failure', () => stage.all(happened.failed).length > 0)
  expect(stage.all(happened.failed)).toMatchObject([{ copy: 1n, fault: 'HosterLeft', blamed: accountOf(full.name) }])
  await stage.until('no offer', () => stage.all(happened.offered).at(-1)!.storageBytes === 0n)
  const proofs = stage.all(happened.proven).length
  await stage.until('another proof', () => stage.all(happened.proven).length > proofs)
  expect([stage.all(happened.missed), stage.all(happened.failed).length, stage.broken]).toEqual([[], 1, []])

  stage.crash(full)
  stage.copies.get(full.name)!.room.writes = Infinity
  stage.start(full)
  await stage.toState(1n, 'Live')
  expect(stage.partyOf(1n, 'hoster')).toBe(full)
})
