/** The windows of a devnet's rounds follow from block time and slowness, and stay within what a chain takes. */
import { expect, test } from 'vitest'
import {
  AttestationParameters,
  checkParameters,
  DEFAULT_PARAMETERS,
  ParameterChanges,
} from '#types/domain/attestation/round.ts'
import { changed } from '#types/domain/changes.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { CallRequest } from '#chain/api/chain-port.ts'
import type { Stage } from '#worker/devnet/scenario.ts'
import { fitWindows, roundDeadline, windowsFor } from '#worker/systems/attestation/devnet/windows.ts'
import { fakeClient } from '../../../devnet/fakes.ts'

const usual = {
  coinflipWindow: 8,
  roundLength: 23,
  reportWindow: 12,
  slotTolerance: 8,
  answerWindow: 6,
  objectionWindow: 3,
}

test('at the usual block time on a quiet machine, and at longer block times, they are the fewest blocks', () => {
  for (const blockTimeMs of [500, 1_000, 60_000])
    expect(windowsFor({ attestors: 5, blockTimeMs, slowness: 1 })).toEqual({ windows: usual })
})

test('a slow machine and a short block time make them longer alike', () => {
  const windows = {
    coinflipWindow: 32,
    roundLength: 92,
    reportWindow: 48,
    slotTolerance: 32,
    answerWindow: 24,
    objectionWindow: 12,
  }
  expect(windowsFor({ attestors: 5, blockTimeMs: 500, slowness: 4 })).toEqual({ windows })
  expect(windowsFor({ attestors: 5, blockTimeMs: 125, slowness: 1 })).toEqual({ windows })
  expect(windowsFor({ attestors: 5, blockTimeMs: 1_000, slowness: 8 })).toEqual({ windows })
  expect(roundDeadline({ blockTimeMs: 500, slowness: 4 })).toBe(4 * roundDeadline({ blockTimeMs: 500, slowness: 1 }))
})

test('a scenario may ask for a longer coinflip, in milliseconds of a quiet machine', () => {
  const { windows } = windowsFor({ attestors: 5, blockTimeMs: 500, slowness: 2, coinflipMs: 12_000 })
  expect(windows).toMatchObject({ coinflipWindow: 48, roundLength: 78 })
})

test('the chain takes all of them; where they would be longer, the block time that would do is named', () => {
  for (const attestors of [3, 5, 20, 50])
    for (const blockTimeMs of [20, 50, 500, 6_000])
      for (const slowness of [1, 4, 64]) {
        const { windows, blockTimeMs: enough } = windowsFor({ attestors, blockTimeMs, slowness })
        const said = `${attestors} ${blockTimeMs} ${slowness}`
        expect(checkParameters({ ...DEFAULT_PARAMETERS, attestors, ...windows }), said).toBeUndefined()
        if (enough === undefined) continue
        expect(enough, said).toBeGreaterThan(blockTimeMs)
        expect(windowsFor({ attestors, blockTimeMs: enough, slowness }).blockTimeMs, said).toBeUndefined()
      }
})

/** A stage whose chain has these parameters, and keeps what root sets. */
function fakeStage(present: AttestationParameters, activeRounds: number) {
  const submitted: CallRequest[] = []
  const ids = new Set<string>()
  const chain = {
    ...fakeClient(),
    storage: async () => encode(AttestationParameters, present),
    entries: async () => Array.from({ length: activeRounds }, (_, id) => [[encode(u32, id)], encode(u32, 9)] as const),
    // A client submits a call once for each id.
    async submit(id: string, call: CallRequest) {
      if (!ids.has(id)) submitted.push(call)
      ids.add(id)
      return { kind: 'included', number: 1, block: new Uint8Array(32) } as const
    },
  }
  const stage = { chain, blockTimeMs: 500, seen: { latest: 7 }, client: async () => chain } as unknown as Stage
  return { stage, submitted }
}

const base = { ...DEFAULT_PARAMETERS, attestors: 5, ...usual, hosterReward: 77n }

test('a chain that has them is left alone; another gets them by the sudo key, and nothing else', async () => {
  const { stage, submitted } = fakeStage(base, 1)
  expect(await fitWindows(stage, 1, undefined)).toEqual({})
  expect(submitted).toEqual([])
  expect(await fitWindows(stage, 4, undefined)).toEqual({
    words: 'a round has 32 blocks for the coinflip, 12 for each audit, 48 for reports',
  })
  const [{ pallet, call, args }] = submitted as [CallRequest]
  expect([pallet, call]).toEqual(['Sudo', 'sudo'])
  // Before the arguments stand the indices of pallet and call.
  const { windows } = windowsFor({ attestors: 5, blockTimeMs: 500, slowness: 4 })
  const changes = decode(ParameterChanges, args.subarray(2))
  expect(changed(base, changes)).toEqual({ ...base, ...windows })
  expect(changes.hosterReward).toBeUndefined()
})

test('windows become shorter only between rounds', async () => {
  const { windows } = windowsFor({ attestors: 5, blockTimeMs: 500, slowness: 4 })
  const under = fakeStage({ ...base, ...windows }, 1)
  expect(await fitWindows(under.stage, 1, undefined)).toBeUndefined()
  expect(under.submitted).toEqual([])
  const between = fakeStage({ ...base, ...windows }, 0)
  expect(await fitWindows(between.stage, 1, undefined)).toMatchObject({ words: expect.any(String) })
  expect(between.submitted).toHaveLength(1)
})

test('one window that was set by hand becomes no shorter in a round either', async () => {
  const under = fakeStage({ ...base, objectionWindow: 50 }, 1)
  expect(await fitWindows(under.stage, 4, undefined)).toBeUndefined()
  expect(under.submitted).toEqual([])
})

test('a chain that went back gets its windows again, also at the same block', async () => {
  const { stage, submitted } = fakeStage(base, 0)
  await fitWindows(stage, 4, undefined)
  await fitWindows(stage, 4, undefined)
  expect(submitted).toHaveLength(2)
})
