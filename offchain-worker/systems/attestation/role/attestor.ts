/**
 * The attestor: takes part in every round whose members the chain has drawn it into.
 *
 * Owns: which rounds are ours. Does not own: what an attestor does in a round (duty.ts).
 */
import type { ChainEventRecord } from '#chain/api/chain-port.ts'
import { decodeEvent, read, readEntries } from '#chain/api/descriptors.ts'
import { equalBytes } from '#types/bytes.ts'
import type { AttestationParameters, Member, RoundRecord } from '#types/domain/attestation/round.ts'
import { createAssignments, type AssignmentKind } from '#worker/kernel/assignments.ts'
import { blockReader } from '#worker/kernel/block-events.ts'
import { createBlockWindow } from '#worker/kernel/block-window.ts'
import { createDuties } from '#worker/kernel/duties.ts'
import type { Role } from '#worker/kernel/role.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Coinflip, CoinflipOptions, CoinflipTimeouts } from '#worker/systems/coinflip/protocol/terms.ts'
import type { AttestorDeps, NamesRound } from '../ports.ts'
import { createAbsenceWatch } from './absence-watch.ts'
import { activeRounds, coinflipRestarted, parameters, roundOpened, rounds } from './chain-items.ts'
import { Duty, type DutyDeps, type DutyOptions } from './duty.ts'
import { loadPast } from './notes.ts'

/** The limits of an audit where the options set no others; times in milliseconds. */
export const DEFAULT_AUDIT: DutyOptions['audit'] = {
  connectMs: 8_000,
  chunkMs: 4_000,
  receiptMs: 4_000,
  concurrency: 16,
  deadlineMs: 30_000,
  thinkMs: 3_000,
}

/** @see createAttestor */
export interface AttestorOptions {
  /** The worker's account, by which the chain names it. */
  readonly account: Uint8Array
  /** Timeouts in place of those that fit the chain's pace. */
  readonly coinflip?: Partial<CoinflipTimeouts>
  /** Limits in place of DEFAULT_AUDIT's. */
  readonly audit?: Partial<DutyOptions['audit']>
  /** Makes our members of coinflip sessions. The default is honest. */
  readonly createMember?: (options: CoinflipOptions) => Coinflip
}

/** A round that an event opens, with its members; or a round whose coinflip it begins anew, which an attestor that declined may then take. */
interface Begun {
  readonly round: number
  readonly members: readonly Member[] | undefined
}

const begunBy = (event: ChainEventRecord): Begun | undefined => {
  const opened = decodeEvent(roundOpened, event)
  const restarted = opened ?? decodeEvent(coinflipRestarted, event)
  return restarted && { round: restarted.round, members: opened?.members }
}
const begunIn = blockReader(begunBy)

/** The rounds that the worker with that account is an attestor in. */
function roundsOf(
  { account, coinflip = {}, audit, createMember = createCoinflip }: AttestorOptions,
  deps: DutyDeps,
): AssignmentKind<number, RoundRecord, AttestationParameters, NamesRound> {
  const { chain, journal } = deps
  const isAmong = (members: readonly Member[]): boolean => members.some((member) => equalBytes(member.account, account))
  const options = { account, coinflip, audit: { ...DEFAULT_AUDIT, ...audit }, createMember }
  return {
    underWay: async () => (await readEntries(chain, activeRounds)).map(([[round]]) => round),
    begunIn: (block) => begunIn(block).flatMap(({ round, members }) => (members && !isAmong(members) ? [] : [round])),
    read: (round) => read(chain, rounds, round),
    isOurs: ({ phase, members }) => phase !== 'Closed' && isAmong(members),
    // Also where the coinflip has begun again since: earlier attempts are part of the duty, and so is the evidence of them.
    isBegun: async (round, { attempt }) => (await loadPast(journal, round, attempt + 1)).length > 0,
    readShared: () => read(chain, parameters),
    begin: (round) => new Duty({ ...options, round }, deps),
    names: (round) => ({ round }),
  }
}

/** The role of an attestor. */
export function createAttestor(options: AttestorOptions, deps: AttestorDeps): Role {
  const duties = createDuties(deps)
  const blocks = createBlockWindow()
  const assignments = createAssignments(options.account, roundsOf(options, { ...deps, duties, blocks }), deps)
  const absences = createAbsenceWatch(options.account, { chain: deps.chain, duties })
  let isEnding = false
  return {
    async start() {},
    async onBlock(block) {
      blocks.note(block.number, block.hash)
      await assignments.onBlock(block)
      if (!isEnding) await absences.onBlock(block)
    },
    async drain() {
      isEnding = true
      await assignments.drain()
      await duties.idle()
    },
    async close() {
      isEnding = true
      assignments.close()
    },
  }
}
