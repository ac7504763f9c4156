/**
 * Telling the chain of fellow attestors who did not report.
 *
 * Owns: which closed rounds may have absences to tell of, and waiting for our turn. Does not own: who is absent and what telling
 * earns (pallet Attestation), or whose turn is when (#types/domain/absence.ts). Keeps no notes: the chain lists what is untold,
 * and a duty is never submitted twice.
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { decodeEvent, encodeCall, read, readEntries } from '#chain/api/descriptors.ts'
import { toHex } from '#types/bytes.ts'
import { absenceTurn, type AbsenceRecord } from '#types/domain/attestation/absence.ts'
import { absences, reportAbsent, roundClosed, rounds } from './chain-items.ts'
import { blockReader } from '#worker/kernel/block-events.ts'
import { isPaused } from '#worker/kernel/membership.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'
import type { Duties } from '#worker/kernel/duties.ts'

/** @see createAbsenceWatch */
export interface AbsenceWatch {
  /** Looks at the rounds that this block closed, and tells of absences whose turn has come. */
  onBlock(block: FinalizedBlock): Promise<void>
}

/** @see createAbsenceWatch */
export interface AbsenceWatchDeps extends Pick<RoleDeps, 'chain'> {
  readonly duties: Duties
}

const closedIn = blockReader((event) => decodeEvent(roundClosed, event)?.round)

/** Another was faster, or the window ended meanwhile. */
const MOOT = ['AbsenceKnown', 'NoAbsences']

/** Watches for the worker with that account. Rounds in which it did not report itself are no business of its. */
export function createAbsenceWatch(account: Uint8Array, { chain, duties }: AbsenceWatchDeps): AbsenceWatch {
  const watched = new Set<number>()
  /** Number of the last block whose events were heeded; after a gap, the chain's own list says what they said. */
  let heeded: number | undefined

  const noteClosed = async (block: FinalizedBlock): Promise<void> => {
    for (const round of closedIn(block)) watched.add(round)
    if (heeded !== block.number - 1) for (const [[round]] of await readEntries(chain, absences)) watched.add(round)
    heeded = block.number
  }

  const tell = (round: number, { absentees }: AbsenceRecord): void => {
    for (const { account: attestor, reported } of absentees) {
      if (reported) continue
      const call = () => encodeCall(reportAbsent, { round, attestor })
      duties.ensure(`attestation.absence/${round}/${toHex(attestor)}`, call, MOOT)
    }
  }

  const look = async (round: number, now: number): Promise<void> => {
    const record = await read(chain, absences, round)
    const closed = record?.absentees.some(({ reported }) => !reported) ? await read(chain, rounds, round) : undefined
    const turn = record && closed && absenceTurn(closed, record, account)
    if (!record || turn === undefined) watched.delete(round)
    else if (now >= turn && !(await isPaused(chain, account))) tell(round, record)
  }

  return {
    async onBlock(block) {
      await noteClosed(block)
      for (const round of watched) await look(round, block.number)
    },
  }
}
