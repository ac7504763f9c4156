import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { SubmitOutcome } from '#chain/api/chain-port.ts'
import { callHash, createJournal, type Candidate, type DutyRecord } from '#chain/api/journal.ts'
import { memoryStore, openStore } from '#chain/api/store.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const call = { pallet: 'Attestation', call: 'submitReport', args: Uint8Array.of(1, 2, 3) }
const block = new Uint8Array(32).fill(9)
const candidate = (nonce: number): Candidate => ({ wire: new Uint8Array(120).fill(nonce), nonce, birth: 10, death: 74 })

const outcomes: readonly SubmitOutcome[] = [
  { kind: 'included', block, number: 7 },
  { kind: 'failed', block, number: 7, error: { pallet: 'Balances', name: 'InsufficientBalance' } },
  { kind: 'failed', block, number: 7, error: { text: 'BadOrigin' } },
  { kind: 'refused', code: -32_602, message: 'no' },
]

describe('journal', () => {
  it('gives back what was saved, also from disk after closing', async () => {
    const dir = await tempDir()
    const first = await openStore(dir)
    const records: DutyRecord[] = [
      { kind: 'pending', call, candidates: [candidate(3), candidate(3)], signings: 2 },
      ...outcomes.map((outcome): DutyRecord => ({ kind: 'resolved', callHash: callHash(call), outcome })),
    ]
    for (const [i, record] of records.entries()) await createJournal(first.journal).save(`duty ${i}`, record)
    await first.close()
    const second = await openStore(dir)
    const journal = createJournal(second.journal)
    for (const [i, record] of records.entries()) await expect(journal.load(`duty ${i}`, call)).resolves.toEqual(record)
    await expect(journal.load('another', call)).resolves.toBeUndefined()
    await expect(journal.load('duty 0', { ...call, args: Uint8Array.of(1) })).rejects.toMatchObject({
      code: 'DUTY_CONFLICT',
    })
    await expect(journal.load('duty 1', { ...call, call: 'other' })).rejects.toMatchObject({ code: 'DUTY_CONFLICT' })
    await second.close()
  })

  it('lists what has no outcome, by nonce', async () => {
    const journal = createJournal(memoryStore().journal)
    for (const nonce of [7, 3, 5])
      await journal.save(`n${nonce}`, { kind: 'pending', call, candidates: [candidate(nonce)], signings: 1 })
    await journal.save('done', { kind: 'resolved', callHash: callHash(call), outcome: outcomes[0]! })
    expect((await journal.unresolved()).map(([dutyId]) => dutyId)).toEqual(['n3', 'n5', 'n7'])
  })

  it('forgets what does not hold on a chain that went back, and keeps what does', async () => {
    const store = memoryStore().journal
    const journal = createJournal(store)
    for (const [name, outcome] of Object.entries({ early: outcomes[0]!, late: outcomes[1]!, refused: outcomes[3]! }))
      await journal.save(name, {
        kind: 'resolved',
        callHash: callHash(call),
        outcome: { ...outcome, ...(name === 'late' && { number: 8 }) } as SubmitOutcome,
      })
    const [old, young] = [
      { ...candidate(1), birth: 7 },
      { ...candidate(1), birth: 8 },
    ]
    await journal.save('signed before', { kind: 'pending', call, candidates: [old, young], signings: 2 })
    await journal.save('signed after', { kind: 'pending', call, candidates: [young], signings: 1 })
    await journal.rewind(7)
    expect((await store.entries()).map(([dutyId]) => dutyId).toSorted()).toEqual(['early', 'signed before'])
    expect(await journal.load('signed before', call)).toEqual({ kind: 'pending', call, candidates: [old], signings: 2 })
  })

  it('refuses an entry that is damaged', async () => {
    const store = memoryStore().journal
    await store.put('a', Uint8Array.of(0, 1, 2))
    await expect(createJournal(store).load('a', call)).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
    await expect(createJournal(store).unresolved()).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' })
  })
})

describe('store', () => {
  it('keeps cursor and journal apart', async () => {
    const store = await openStore(await tempDir())
    await store.cursor.put('x', Uint8Array.of(1))
    await store.journal.put('x', Uint8Array.of(2))
    await expect(store.cursor.entries()).resolves.toEqual([['x', Uint8Array.of(1)]])
    await expect(store.journal.get('x')).resolves.toEqual(Uint8Array.of(2))
    await store.close()
  })

  it('says that another process has it', async () => {
    const dir = await tempDir()
    const first = await openStore(dir)
    await expect(openStore(dir)).rejects.toMatchObject({ code: 'DB_LOCKED' })
    await first.close()
    await (await openStore(dir)).close()
  })

  it('says that it cannot be opened', async () => {
    const file = join(await tempDir(), 'file')
    await writeFile(file, 'not a folder')
    await expect(openStore(file)).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
  })
})
