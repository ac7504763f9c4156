/**
 * The terms of a simulated world's play: its seats, its actions, and its invariants.
 *
 * Owns: these interfaces, which each play implements in `systems/<name>/simulation/`. Does not own: the world itself.
 */
import type { ChainPort, FinalizedBlock } from '#chain/api/chain-port.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { Clock } from '#types/clock.ts'
import type { RoleName } from '#types/domain/worker.ts'
import type { NoiseIdentity, Progress } from '../kernel/ports.ts'
import type { MakeRole } from '../kernel/role.ts'
import type { ChainFace } from './chain-face.ts'
import type { SimulatedNetwork } from './network.ts'
import type { Chance } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** The ground of a world, before any worker. A play makes the simulated ports of its systems from it, such as feeds. */
export interface Ground {
  readonly chance: Chance
  readonly scheduler: Scheduler
  /** Seats are the peers 0, 1, 2 … in it, in their order. A play may give higher numbers to parties that are no workers. */
  readonly network: SimulatedNetwork
}

/** A worker's place in the world, which outlives its process. */
export interface Place {
  /** Its number in the network. */
  readonly peer: number
  readonly account: Uint8Array
  readonly identity: NoiseIdentity
  readonly clock: Clock
}

/** A worker that belongs to the play. */
export interface Seat {
  /** Its account and its keys follow from the name, which no other seat of the play has. */
  readonly name: string
  /** Its role in the chain's register. */
  readonly role: RoleName
  /** Opens the ports that only this role needs. The world calls it at each start of the worker's process. */
  readonly open: (place: Place) => MakeRole
  /** Called with the progress of the worker and its role. */
  readonly report?: (progress: Progress) => void
}

/** The world, as the play sees and uses it. */
export interface World {
  readonly face: ChainFace
  /** State after the latest block. */
  readonly state: Trie
  /** The chain as the account of that name uses it: an account of the play's genesis, or a seat's. */
  port(name: string): ChainPort
  /** Tells that an invariant broke. */
  breach(kind: string, detail: string): void
}

/** @see the module's header */
export interface Play<Result> {
  /** Balances at genesis of accounts that are no seats, by name, in the smallest unit. The world endows the seats itself. */
  readonly balances: readonly (readonly [name: string, amount: bigint])[]
  /** Further sections of the genesis, by pallet. */
  readonly genesis: Readonly<Record<string, unknown>>
  readonly seats: readonly Seat[]
  /** Called after every block, before workers hear of it: checks the invariants, and starts the actions of the play. */
  onBlock(block: FinalizedBlock, world: World): void
  /** Whether the play is over. The world asks before every event. */
  isOver(): boolean
  /** The result. The world asks once, at the end. */
  result(): Result
}

/** A play is made for one world. */
export type MakePlay<Result> = (ground: Ground) => Play<Result>
