/** A worker that missed a block still reports the absences from that block's events. */
import { expect, test } from 'vitest'
import type { ChainPort, FinalizedBlock } from '#chain/api/chain-port.ts'
import { u32le } from '#types/bytes.ts'
import { AbsenceRecord } from '#types/domain/attestation/absence.ts'
import { encode } from '#types/scale/codec.ts'
import { createAbsenceWatch } from '#worker/systems/attestation/role/absence-watch.ts'

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const ROUND = 5
const [US, ABSENT] = [bytes(1), bytes(2)]

const block = (number: number): FinalizedBlock => ({ number, hash: bytes(0), events: [] })

test('a round that closed in a block which was not handed on is watched from the next block on', async () => {
  let isClosed = false
  let scans = 0
  const absences = encode(AbsenceRecord, {
    requester: bytes(0),
    closedAt: 102,
    until: 162,
    reward: 0n,
    held: 0n,
    absentees: [{ account: ABSENT, reported: false }],
    turns: [US],
  })
  const chain: Pick<ChainPort, 'storage' | 'entries'> = {
    storage: async (_pallet, item) => (item === 'Absences' ? absences : undefined),
    entries: async () => {
      scans++
      return isClosed ? [[[u32le(ROUND)], absences]] : []
    },
  }
  const submitted: string[] = []
  const duties = { ensure: (id: string) => void submitted.push(id), idle: async () => {} }
  const watch = createAbsenceWatch(US, { chain: chain as ChainPort, duties })
  await watch.onBlock(block(100))
  await watch.onBlock(block(101))
  expect([scans, submitted]).toEqual([1, []])
  isClosed = true
  await watch.onBlock(block(103))
  expect(submitted).toHaveLength(1)
  await watch.onBlock(block(104))
  expect(scans).toBe(2)
})
