/**
 * The places of a simulated coinflip's members: who they are, and what outlives their processes.
 *
 * Owns: keys, numbers, clocks and reading of one session. Does not own: the processes (coinflip-session.ts).
 */
import type { Clock } from '#types/clock.ts'
import type { Session } from '#types/domain/coinflip/coinflip.ts'
import type { Coinflip, CoinflipExit, CoinflipOptions, CoinflipTimeouts } from '../protocol/terms.ts'
import { timeoutsWithin } from '../session/timing.ts'
import type { CoinflipSessionOptions } from './session.ts'
import type { SimulatedNetwork } from '#worker/simulation/network.ts'
import { shareReading, SIGNING, type SharedReading } from './signing.ts'

/** A session as the chain gives it ten blocks of six seconds. */
const DEFAULT_WINDOW_MS = 60_000
const HASH_BYTES = 32

/** A member's place: the process that sits in it now, and what outlives it. */
export interface Seat {
  machine: Coinflip | undefined
  /** Counts processes: timers of an earlier one are void. */
  life: number
  exit: CoinflipExit | undefined
  readonly options: CoinflipOptions
  readonly clock: Clock
  /** Frames that came before the first process. */
  readonly waiting: (() => void)[]
  cancelPhase: () => void
}

/** A session, its members' seats by rank, and how they read what others say. */
export function seatMembers(
  { chance, peers, signing = 'simulated', timeouts = timeoutsWithin(DEFAULT_WINDOW_MS) }: CoinflipSessionOptions,
  network: SimulatedNetwork,
): { readonly session: Session; readonly reading: SharedReading; readonly seats: readonly Seat[] } {
  const scheme = SIGNING[signing]
  const reading = shareReading(scheme)
  const values = chance.streams('values')
  const keys = scheme.identities(peers)
  const genesisHash = values.at(peers).bytes(HASH_BYTES)
  const session = { genesisHash, round: 0, attempt: 0, members: keys.map(({ publicKey }) => publicKey) }
  const seats = keys.map(({ publicKey: self, sign }, rank): Seat => {
    const random = values.at(rank)
    const [value, auditKeyHash] = [random.bytes(HASH_BYTES), random.bytes(HASH_BYTES)]
    return {
      machine: undefined,
      life: 0,
      exit: undefined,
      options: { session, self, value, auditKeyHash, timeouts, sign, reading },
      clock: network.clockOf(rank),
      waiting: [],
      cancelPhase: () => undefined,
    }
  })
  return { session, reading, seats }
}

/** The most that a session lasts for a member. */
export const longest = (timeouts: CoinflipTimeouts): number => {
  const { joinMs, commitMs, echoMs, revealMs, confirmMs, relayMs } = timeouts
  return joinMs + commitMs + echoMs + relayMs + revealMs + relayMs + confirmMs
}
