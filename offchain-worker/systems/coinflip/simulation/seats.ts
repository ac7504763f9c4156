/**
 * The seats of a simulated coinflip's members: their keys, and the data that outlive their processes.
 *
 * Owns: keys, numbers and reading of one session. Does not own: the processes of the session.
 */
import type { Session } from '#types/domain/coinflip/coinflip.ts'
import type { CoinflipOptions } from '../protocol/terms.ts'
import { timeoutsWithin } from '../session/timing.ts'
import { shareReading, SIGNING, type SharedReading } from './signing.ts'
import type { CoinflipSessionOptions } from './terms.ts'

/** The chain's default window: ten blocks of six seconds. */
const DEFAULT_WINDOW_MS = 60_000
const HASH_BYTES = 32

/** A session, the data of each member by rank, and the members' way to read messages. */
export interface Seats {
  readonly session: Session
  readonly reading: SharedReading
  readonly seats: readonly CoinflipOptions[]
}

/** The seats that follow from the options and their chance. */
export function seatMembers({
  chance,
  peers,
  signing = 'simulated',
  timeouts = timeoutsWithin(DEFAULT_WINDOW_MS),
  session: about,
  pings,
}: Omit<CoinflipSessionOptions, 'conditions' | 'dishonest'>): Seats {
  const scheme = SIGNING[signing]
  const reading = shareReading(scheme)
  const values = chance.streams('values')
  const keys = scheme.identities(peers)
  const genesisHash = values.at(peers).bytes(HASH_BYTES)
  const session = { genesisHash, round: 0, attempt: 0, ...about, members: keys.map(({ publicKey }) => publicKey) }
  const seats = keys.map(({ publicKey: self, sign }, rank): CoinflipOptions => {
    const random = values.at(rank)
    const [value, auditKeyHash] = [random.bytes(HASH_BYTES), random.bytes(HASH_BYTES)]
    return { session, self, value, auditKeyHash, timeouts, sign, reading, ...(pings !== undefined && { pings }) }
  })
  return { session, reading, seats }
}
