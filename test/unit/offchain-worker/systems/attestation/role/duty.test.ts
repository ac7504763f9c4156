/**
 * An attestor writes each statement about a round into its journal before it makes the statement, also when blocks come during the
 * write.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import type { ChainPort } from '#chain/api/chain-port.ts'
import { concatBytes, toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { hideMagic, type Evidence, type SignedCommitment } from '#types/domain/coinflip/coinflip.ts'
import { DEFAULT_PARAMETERS, type RoundRecord } from '#types/domain/attestation/round.ts'
import { silentLog } from '#types/log.ts'
import { createBlockWindow } from '#worker/kernel/block-window.ts'
import type { Journal, NoiseIdentity } from '#worker/kernel/ports.ts'
import { DEFAULT_AUDIT } from '#worker/systems/attestation/role/attestor.ts'
import { Duty } from '#worker/systems/attestation/role/duty.ts'
import { openNotebook } from '#worker/systems/attestation/role/notebook.ts'
import { forgetNotes, loadNotes } from '#worker/systems/attestation/role/notes.ts'
import type { Coinflip } from '#worker/systems/coinflip/protocol/terms.ts'
import { roundRecord } from '../../../../../helpers/attestation/round-record.ts'

const bytes = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)
const ROUND = 5
const MAGIC = bytes(9)
const NOW = 101
const identity = (publicKey: Uint8Array): NoiseIdentity => ({
  publicKey,
  sign: (message) => concatBytes(publicKey, blake2b256(message)),
})
const RECORD = roundRecord({
  openedAt: 100,
  endsAt: 160,
  auditFrom: 110,
  members: [1, 2, 3].map((key) => ({ account: bytes(key), noiseKey: bytes(key) })),
  drawn: 3,
})
const AGREED: RoundRecord = { ...RECORD, phase: 'Audit', agreement: { transcript: [], hiddenMagic: hideMagic(MAGIC) } }

/** Lies that the session has proven. */
let proven: readonly Evidence[]
beforeEach(() => (proven = []))

const word = (fill: number): SignedCommitment => ({
  author: bytes(2),
  body: { commitment: bytes(fill), auditKeyHash: bytes(0) },
  signature: new Uint8Array(64),
})

/** A member whose session ends at once, in agreement. */
const createMember = (): Coinflip => ({
  phase: 'Done',
  get held() {
    return { words: [], values: [], lies: proven }
  },
  step: ({ kind }) => {
    const exit = { magic: MAGIC, value: bytes(4), transcript: [], transcriptRoot: bytes(5) }
    return kind === 'start' ? [{ kind: 'exit', exit }] : []
  },
})

/** A journal whose writes can be held up, and can fail. */
class SlowJournal implements Journal {
  readonly values = new Map<string, Uint8Array>()
  /** Writes that have begun. */
  writes = 0
  /** The promise for which a write waits. */
  beforeWrite: () => Promise<void> = async () => {}

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.values.get(key)
  }

  async put(key: string, value: Uint8Array): Promise<void> {
    this.writes++
    await this.beforeWrite()
    this.values.set(key, value)
  }

  async delete(key: string): Promise<void> {
    this.values.delete(key)
  }
}

let journal: SlowJournal
beforeEach(() => (journal = new SlowJournal()))

/** Holds up the writes from the next but `after` on; returns what lets them go on, or makes them fail. */
function holdWrites(after = 0) {
  let release = (): void => {}
  let fail = (_error: Error): void => {}
  const held = new Promise<void>((resolve, reject) => {
    release = resolve
    fail = reject
  })
  let written = 0
  journal.beforeWrite = () => (written++ < after ? Promise.resolve() : held)
  return { release, fail: () => fail(new Error('the disk is full')) }
}

describe('a duty', () => {
  let submitted: string[]
  let sessions: number
  let duty: Duty
  /** Another process goes on with the same journal. */
  let restart: () => void

  beforeEach(() => {
    submitted = []
    sessions = 0
    // The chain is too young to have a pace, and knows no feed.
    const chain: Pick<ChainPort, 'genesisHash' | 'storage'> = { genesisHash: bytes(6), storage: async () => undefined }
    const none = (): never => {
      throw new Error('expected no feed to be asked for')
    }
    const openMesh = () => {
      sessions++
      const dropped = () => ({ oversized: 0, malformed: 0, flood: 0, expelled: 0, unsent: 0 })
      return { send: () => true, broadcast: () => 0, dropped, close: () => void sessions-- }
    }
    const begin = (): Duty =>
      new Duty(
        { round: ROUND, account: bytes(1), coinflip: {}, audit: DEFAULT_AUDIT, createMember },
        {
          chain: chain as ChainPort,
          network: { identity: identity(bytes(1)), singleUse: identity, openMesh },
          journal,
          clock: { now: () => 0, setTimer: () => () => {} },
          randomBytes: (count) => new Uint8Array(count).fill(7),
          log: silentLog,
          report: () => {},
          feeds: { auditFeed: none, observeFeed: none },
          duties: { ensure: (id) => void submitted.push(id), idle: async () => {} },
          blocks: createBlockWindow(),
        },
      )
    duty = begin()
    restart = () => {
      duty.close()
      duty = begin()
    }
  })
  const update = (record: RoundRecord): Promise<void> => duty.update(record, DEFAULT_PARAMETERS, NOW)
  const flipNoted = async () => (await loadNotes(journal, ROUND, 0))?.outcome?.tag

  test('draws the same secrets for a session that it forgot: after a chain went back, others would convict it', async () => {
    await update(RECORD)
    const first = (await loadNotes(journal, ROUND, 0))!
    restart()
    await forgetNotes(journal, ROUND, 0)
    await update(RECORD)
    expect(await loadNotes(journal, ROUND, 0)).toMatchObject({ value: first.value, auditSeed: first.auditSeed })
  })

  test('draws other secrets where the chain went back and drew other members, and takes nothing of the former session', async () => {
    await update(RECORD)
    await expect.poll(flipNoted).toBe('Agreed')
    const first = (await loadNotes(journal, ROUND, 0))!
    restart()
    const { release } = holdWrites(1)
    await update({ ...RECORD, members: RECORD.members.toReversed() })
    const second = (await loadNotes(journal, ROUND, 0))!
    expect(second.value).not.toEqual(first.value)
    expect(second.outcome).toBeUndefined()
    release()
  })

  test('says nothing to its peers before its number is kept', async () => {
    const { release } = holdWrites()
    const updated = update(RECORD)
    await expect.poll(() => journal.writes).toBe(1)
    expect(sessions).toBe(0)
    release()
    await updated
    expect(sessions).toBe(1)
  })

  test('starts no session where it is closed while its number is being kept', async () => {
    const { release } = holdWrites()
    const updated = update(RECORD)
    await expect.poll(() => journal.writes).toBe(1)
    duty.close()
    release()
    await updated
    expect(sessions).toBe(0)
  })

  test('tells the chain no outcome before it is kept, also when blocks come meanwhile', async () => {
    const { release } = holdWrites(1)
    await update(RECORD)
    const updates = update(RECORD)
    await expect.poll(() => journal.writes).toBe(2)
    expect([submitted, await flipNoted()]).toEqual([[], undefined])
    release()
    await updates
    expect(submitted[0]).toBe(`attestation.outcome/${ROUND}/0`)
    expect(await flipNoted()).toBe('Agreed')
  })

  test('tells the chain the outcome once it is kept, and waits for no block', async () => {
    await update(RECORD)
    await expect.poll(() => submitted).toEqual([`attestation.outcome/${ROUND}/0`])
  })

  test('does not take an agreement for one without us while our number is being kept', async () => {
    const { release } = holdWrites(1)
    await update(RECORD)
    const updated = update(AGREED)
    release()
    await updated
    // It came as far as the hoster's promise, which this chain does not have.
    expect(duty.over).toBe('the round has no promise of its hoster')
  })

  test('is given up where its journal cannot be written: it says nothing and leaves its session', async () => {
    const { fail } = holdWrites(1)
    await update(RECORD)
    const updated = update(RECORD)
    fail()
    await updated
    expect(duty.over).toBe('what must be kept could not be kept')
    expect([submitted, sessions]).toEqual([[], 0])
  })

  test('tells two words at once of a member that lied in something less before, and keeps them', async () => {
    const reveal = { author: bytes(2), receiver: bytes(1), value: bytes(3), signature: new Uint8Array(64) }
    proven = [{ tag: 'BadReveal', value: { commitment: word(1), reveal } }]
    await update(RECORD)
    proven = [{ tag: 'Equivocation', value: { first: word(1), second: word(2) } }]
    await update(RECORD)
    const told = submitted.filter((id) => id.startsWith('attestation.evidence'))
    const against = `attestation.evidence/${ROUND}/0/${toHex(bytes(2))}`
    expect([...new Set(told)]).toEqual([`${against}/BadReveal`, `${against}/Equivocation`])
    expect((await loadNotes(journal, ROUND, 0))?.lies).toEqual(proven)
  })

  test('tells nothing of an attempt that was left while its end was being kept', async () => {
    const { release } = holdWrites(1)
    await update(RECORD)
    duty.close()
    release()
    await expect.poll(flipNoted).toBe('Agreed')
    expect(submitted).toEqual([])
  })
})

describe('a notebook', () => {
  const begin = async () => {
    const notebook = await openNotebook(journal, ROUND, 0)
    await notebook.begin((count) => new Uint8Array(count).fill(7))
    return notebook
  }

  test('draws its secrets once, over all processes', async () => {
    const { notes } = await begin()
    const again = await openNotebook(journal, ROUND, 0)
    expect(await again.begin((count) => new Uint8Array(count).fill(8))).toEqual(notes)
  })

  test('shows a change only when the journal has it', async () => {
    const notebook = await begin()
    const { release } = holdWrites()
    const kept = notebook.keep({ magic: MAGIC })
    await expect.poll(() => journal.writes).toBe(2)
    expect(notebook.notes?.magic).toBeUndefined()
    release()
    expect([await kept, notebook.notes?.magic]).toEqual([true, MAGIC])
  })

  test('keeps both of two changes at a time', async () => {
    const notebook = await begin()
    await Promise.all([notebook.keep({ magic: MAGIC }), notebook.keep({ auditBegun: true })])
    expect(await loadNotes(journal, ROUND, 0)).toMatchObject({ magic: MAGIC, auditBegun: true })
  })

  test('takes nothing after the attempt was left', async () => {
    const notebook = await begin()
    notebook.close()
    expect(await notebook.keep({ magic: MAGIC })).toBe(false)
    expect((await loadNotes(journal, ROUND, 0))?.magic).toBeUndefined()
  })

  test('lets nothing be acted on where the attempt was left while it wrote', async () => {
    const notebook = await begin()
    const { release } = holdWrites()
    const kept = notebook.keep({ magic: MAGIC })
    await expect.poll(() => journal.writes).toBe(2)
    notebook.close()
    release()
    expect(await kept).toBe(false)
  })

  test('is as it was after a write that failed', async () => {
    const notebook = await begin()
    const { fail } = holdWrites()
    const kept = notebook.keep({ magic: MAGIC })
    fail()
    await expect(kept).rejects.toThrow(/disk is full/)
    expect(notebook.notes?.magic).toBeUndefined()
    journal.beforeWrite = async () => {}
    expect(await notebook.keep({ auditBegun: true })).toBe(true)
  })
})
