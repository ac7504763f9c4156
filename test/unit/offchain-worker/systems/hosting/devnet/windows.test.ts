/** The windows of a devnet's hosting follow from block time and slowness, and the chain takes them. */
import { expect, test } from 'vitest'
import { changed } from '#types/domain/changes.ts'
import {
  checkHostingParameters,
  HostingParameterChanges,
  HostingParameters,
} from '#types/domain/hosting/market-parameters.ts'
import { decode, encode } from '#types/scale/codec.ts'
import type { CallRequest } from '#chain/api/chain-port.ts'
import type { Stage } from '#worker/devnet/scenario.ts'
import { fitWindows, parametersFor } from '#worker/systems/hosting/devnet/windows.ts'
import { fakeClient } from '../../../devnet/fakes.ts'

const usual = parametersFor({ blockTimeMs: 500, slowness: 1 })

test('the chain takes them at any pace, and a slow machine has more blocks', () => {
  for (const blockTimeMs of [20, 500, 60_000])
    for (const slowness of [1, 4, 64])
      expect(checkHostingParameters(parametersFor({ blockTimeMs, slowness })), `${blockTimeMs} ${slowness}`).toBe(
        undefined,
      )
  const slow = parametersFor({ blockTimeMs: 500, slowness: 4 })
  expect(slow.encodeWindow).toBe(4 * usual.encodeWindow)
  expect(parametersFor({ blockTimeMs: 2_000, slowness: 1 })).toEqual(usual)
})

/** A stage whose chain has these parameters, and which notes what root changes. */
function stageWith(parameters: HostingParameters) {
  const calls: CallRequest[] = []
  const client = {
    ...fakeClient(),
    submit: async (_id: string, call: CallRequest) => {
      calls.push(call)
      return { kind: 'included', number: 1, block: new Uint8Array(32) } as const
    },
  }
  const chain = { ...fakeClient(), storage: async () => encode(HostingParameters, parameters) }
  const stage = { chain, blockTimeMs: 500, seen: { latest: 7 }, client: async () => client } as unknown as Stage
  return { stage, calls }
}

test('only what differs is set, and never the time to confirm, from which the chain reckons an encoder’s time', async () => {
  const { stage, calls } = stageWith(usual)
  const fitted = await fitWindows(stage, 2)
  expect(fitted).toEqual({ words: 'a copy has 80 blocks to be encoded, and 16 to answer a challenge' })
  // Sudo.sudo: pallet and call of setParameters, then the changes.
  const changes = decode(HostingParameterChanges, calls[0]!.args.subarray(2))
  expect(changes.confirmWindow).toBe(undefined)
  expect(changed(usual, changes)).toEqual({
    ...parametersFor({ blockTimeMs: 500, slowness: 2 }),
    confirmWindow: usual.confirmWindow,
  })
  const again = stageWith(usual)
  expect(await fitWindows(again.stage, 1)).toEqual({})
  expect(again.calls).toEqual([])
})
