/**
 * What a simulated world plays: who is there, what begins, and what must hold.
 *
 * Owns: these interfaces, which each play implements in `systems/<name>/simulation/`. Does not own: the world (world.ts).
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

/** What is there before anybody is. A play makes the simulated ports of its systems out of it, such as feeds. */
export interface Ground {
  readonly chance: Chance
  readonly scheduler: Scheduler
  /** Seats have the places 0, 1, 2 … in it, in their order. A play may give higher numbers to parties that are no workers. */
  readonly network: SimulatedNetwork
}

/** A worker's place in the world: what outlives its process. */
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
  /** As it is registered on chain. */
  readonly role: RoleName
  /** Opens the ports that only this role needs. The world calls it at each start of the worker's process. */
  readonly open: (place: Place) => MakeRole
  /** Hears what the worker and its role tell. */
  readonly report?: (progress: Progress) => void
}

/** What a play may look at and do in the world while it is played. */
export interface World {
  readonly face: ChainFace
  /** State after the latest block. */
  readonly state: Trie
  /** The chain as the account of that name uses it: an account of the play's genesis, or a seat's. */
  port(name: string): ChainPort
  /** Tells that something broke which must hold. */
  breach(kind: string, detail: string): void
}

/** @see the module's header */
export interface Play<Result> {
  /** What accounts hold at genesis that are no seats, by name, in the smallest unit. The world endows the seats itself. */
  readonly balances: readonly (readonly [name: string, amount: bigint])[]
  /** Further sections of the genesis, by pallet. */
  readonly genesis: Readonly<Record<string, unknown>>
  readonly seats: readonly Seat[]
  /** Called after every block, before workers hear of it: checks what must hold, and begins what is to be played. */
  onBlock(block: FinalizedBlock, world: World): void
  /** Whether all has been played. The world asks before every event. */
  isOver(): boolean
  /** What came of it. The world asks once, at the end. */
  result(): Result
}

/** A play is made for one world. */
export type MakePlay<Result> = (ground: Ground) => Play<Result>
