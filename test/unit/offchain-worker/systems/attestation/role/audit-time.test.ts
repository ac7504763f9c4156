/** An audit ends in time for its report, also on a chain that is fast. */
import { expect, test } from 'vitest'
import { u64le } from '#types/bytes.ts'
import type { ChainPort } from '#chain/api/chain-port.ts'
import { auditTime } from '#worker/systems/attestation/role/audit-time.ts'

const MOST_MS = 30_000

/** A chain at block 100 that remembers the time of each block: `pace` ms apart. */
const chainOf = (pace: bigint): ChainPort =>
  ({
    storage: async (_pallet: string, item: string, keys: readonly Uint8Array[], at?: Uint8Array) => {
      if (item === 'BlockHash') return Uint8Array.of(...keys[0]!, ...new Uint8Array(28))
      const number = at ? new DataView(at.buffer).getUint32(0, true) : 100
      return u64le(1_000_000n + BigInt(number) * pace)
    },
  }) as Partial<ChainPort> as ChainPort

test.each([
  { why: 'six tenths of what is left', pace: 500n, blocks: 20, ms: 6_000 },
  { why: 'no longer than it ever may, on a slow chain', pace: 6_000n, blocks: 20, ms: MOST_MS },
  { why: 'no shorter than a busy machine needs', pace: 400n, blocks: 2, ms: 2_000 },
  { why: 'as long as it may where the clock stands still', pace: 0n, blocks: 2, ms: MOST_MS },
])('it lasts $why', async ({ pace, blocks, ms }) => {
  const inSlot = { report: 1_000, slot: blocks }
  expect((await auditTime(chainOf(pace), 100, { report: blocks, slot: 3 }, MOST_MS)).deadlineMs).toBe(ms)
  const { slotMs } = await auditTime(chainOf(pace), 100, inSlot, MOST_MS)
  // Busy machines need what they need, but the slot is over when it is over.
  expect(slotMs).toBe(ms === 2_000 ? 480 : ms)
})

test('it lasts as long as it may on a chain too young to have a pace', async () => {
  const time = await auditTime(chainOf(500n), 8, { report: 2, slot: 2 }, MOST_MS)
  expect(time).toEqual({ deadlineMs: MOST_MS, slotMs: MOST_MS })
})
