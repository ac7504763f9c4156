/** Our slot in a round: cached, and computed again when its inputs change. */
import { describe, expect, it } from 'vitest'
import { auditSlot } from '#types/domain/attestation/round.ts'
import { createSlotOf } from '#worker/systems/attestation/role/audit-time.ts'
import { roundRecord } from '../../../../../helpers/attestation/round-record.ts'

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const ROUND = roundRecord({
  phase: 'Audit',
  openedAt: 100,
  endsAt: 160,
  auditFrom: 110,
  members: Array.from({ length: 10 }, (_, rank) => ({ account: bytes(rank), noiseKey: bytes(rank) })),
  drawn: 10,
})
const DRAW = { magic: bytes(7), seed: bytes(5), rank: 3 }

describe('our slot', () => {
  it('is that of the shared rules, and the very same object while nothing changes', () => {
    const slotOf = createSlotOf()
    const slot = slotOf(DRAW, ROUND)
    expect(slot).toEqual(auditSlot({ ...DRAW, members: 10 }, ROUND))
    expect(slotOf(DRAW, { ...ROUND, phase: 'Report' })).toBe(slot)
  })

  it.each([
    ['number', { ...DRAW, magic: bytes(8) }, ROUND],
    ['challenge', { ...DRAW, seed: bytes(8) }, ROUND],
    ['rank', { ...DRAW, rank: 4 }, ROUND],
    ['time', DRAW, { ...ROUND, auditFrom: 210, endsAt: 260 }],
    ['end', DRAW, { ...ROUND, endsAt: 200 }],
    ['committee', DRAW, { ...ROUND, members: ROUND.members.slice(1) }],
    ['start', DRAW, { ...ROUND, auditFrom: 130 }],
  ] as const)('is worked out again for another %s', (_what, draw, round) => {
    const slotOf = createSlotOf()
    slotOf(DRAW, ROUND)
    const expected = auditSlot({ ...draw, members: round.members.length }, round)
    expect(slotOf(draw, round)).toEqual(expected)
  })
})
