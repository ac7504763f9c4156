/**
 * A simulated coinflip as tests want it: real signatures, short phases, a quick network, and a record of all that was said and heard.
 *
 * Owns: these settings and the record. Does not own: playing the session.
 */
import type { CoinflipMessage, MagicRuleName } from '#types/domain/coinflip/coinflip.ts'
import type { Fault } from '#worker/systems/coinflip/protocol/adversaries.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type {
  Coinflip,
  CoinflipExit,
  CoinflipInput,
  CoinflipOptions,
  CoinflipOutput,
} from '#worker/systems/coinflip/protocol/terms.ts'
import { silent, type Conduct } from '#worker/systems/coinflip/simulation/conduct.ts'
import { openCoinflipSession, type OpenCoinflipSession } from '#worker/systems/coinflip/simulation/session.ts'
import { parseConditions } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'

const TIMEOUTS = { askMs: 2_000, confirmMs: 2_000, resendMs: 400 }
/** The arbiter's blocks, and its delays of views and calls. */
const PACE = { blockMs: 1_000, mostLag: 1, mostInclusion: 1 }
const START_SPREAD_MS = 50
const ROUND = 3
const PER_MILLE = 1_000

export interface RecordedOptions {
  readonly members: number
  readonly seed?: number
  /** Per mille of frames lost, of frames delivered twice. */
  readonly loss?: number
  readonly duplication?: number
  readonly maxDelayMs?: number
  /** Dishonest members by rank. */
  readonly faults?: Readonly<Record<number, Fault>>
  readonly resendMs?: number
  readonly pings?: number
  readonly magicRule?: MagicRuleName
  readonly round?: number
  readonly createMember?: (options: CoinflipOptions) => Coinflip
  /** How members speak to the arbiter. Default: a dishonest one is silent there. */
  readonly conducts?: Readonly<Record<number, Conduct>>
}

export interface Sent {
  readonly from: number
  readonly to: number
  readonly message: CoinflipMessage
  readonly at: number
  /** Echo rows of others that its sender had got since it was last started. */
  readonly rows: number
  /** Whether the arbiter had opened its gate. */
  readonly isListed: boolean
}

/** A session, and what has happened in it. */
export interface RecordedCoinflip extends OpenCoinflipSession {
  readonly sent: readonly Sent[]
  readonly heard: readonly { readonly from: number; readonly to: number; readonly tag: string }[]
  readonly dropped: readonly { readonly at: number; readonly from: number; readonly reason: string }[]
  /** Every exit, in order. */
  readonly ended: readonly { readonly rank: number; readonly exit: CoinflipExit }[]
}

const byRank = <T>(of: Readonly<Record<number, T>>): ReadonlyMap<number, T> =>
  new Map(Object.entries(of).map(([rank, each]) => [Number(rank), each]))

/** A session that has not begun. */
export function recordCoinflip(options: RecordedOptions): RecordedCoinflip {
  const { members, seed = 1, loss = 0, duplication = 0, maxDelayMs = 100, faults = {}, pings, createMember } = options
  const { magicRule = 'Concat', round = ROUND, conducts = {} } = options
  const sent: Sent[] = []
  const heard: RecordedCoinflip['heard'][number][] = []
  const dropped: RecordedCoinflip['dropped'][number][] = []
  const ended: RecordedCoinflip['ended'][number][] = []
  const rows = Array.from({ length: members }, () => new Set<number>())
  const opened = openCoinflipSession({
    chance: chanceFrom(`test ${seed}`),
    peers: members,
    conditions: parseConditions({
      latencyMs: { uniform: [1, maxDelayMs] },
      loss: loss / PER_MILLE,
      duplication: duplication / PER_MILLE,
    }),
    dishonest: byRank(faults),
    conducts: new Map([...[...byRank(faults).keys()].map((rank) => [rank, silent] as const), ...byRank(conducts)]),
    pace: PACE,
    timeouts: { ...TIMEOUTS, resendMs: options.resendMs ?? TIMEOUTS.resendMs },
    signing: 'ed25519',
    session: { round, magicRule },
    startSpreadMs: START_SPREAD_MS,
    ...(pings !== undefined && { pings }),
    ...(createMember && { createMember }),
    observer: {
      sent: (from, to, message, at) =>
        void sent.push({ from, to, message, at, rows: rows[from]!.size, isListed: opened.arbiter.isListed }),
      heard(to, from, { payload }) {
        heard.push({ from, to, tag: payload.tag })
        if (payload.tag === 'Echo') rows[to]!.add(from)
        if (payload.tag === 'RelayEcho') rows[to]!.add(opened.play.rankOf(payload.value.author))
      },
      dropped: (at, from, reason) => void dropped.push({ at, from: opened.play.rankOf(from), reason }),
      crashed: (rank) => rows[rank]!.clear(),
      ended: (rank, exit) => void ended.push({ rank, exit }),
    },
  })
  return { ...opened, sent, heard, dropped, ended }
}

/** A session played until the arbiter has ended the attempt. */
export function playCoinflip(options: RecordedOptions): RecordedCoinflip {
  const recorded = recordCoinflip(options)
  recorded.play.run(() => recorded.arbiter.end !== undefined)
  return recorded
}

/**
 * Numbers that a member said before its gates: without having got the rows of all others since it was last started, and before the
 * arbiter had listed all commitments. Honest members never do.
 */
export const earlyReveals = ({ sent, session }: RecordedCoinflip, rank: number): number =>
  sent.filter(
    ({ from, message, rows, isListed }) =>
      from === rank && message.payload.tag === 'Reveal' && rows < session.members.length - 1 && !isListed,
  ).length

/** Makes honest members, of which the one at `rank` gets its inputs through `step`: that may keep them from its machine. */
export const intercepted =
  (rank: number, step: (input: CoinflipInput, machine: Coinflip) => readonly CoinflipOutput[]) =>
  (options: CoinflipOptions): Coinflip => {
    const machine = createCoinflip(options)
    if (options.session.members[rank] !== options.self) return machine
    return {
      get phase() {
        return machine.phase
      },
      get held() {
        return machine.held
      },
      step: (input) => step(input, machine),
    }
  }
