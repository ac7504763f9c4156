/**
 * What a devnet plays: which processes there are, and what happens to them.
 *
 * Owns: these interfaces. Does not own: starting and stopping processes (stage.ts).
 *
 * A process is an `assay` command that tells JSON lines. Another program, such as an EVM node, comes in as an `assay` command of its
 * system, which runs that program, tells the ready line for it, and stops it when it is stopped itself.
 */
import type { ChainEventRecord, ChainPort, FinalizedBlock } from '#chain/api/chain-port.ts'
import type { ChainClient } from '#chain/api/connect.ts'
import type { ChainSpec } from '#chain/node/chain-spec.ts'
import type { Tone } from '../terminal/display.ts'
import type { LogLevel } from '../terminal/logging.ts'
import type { Notice } from '../terminal/output.ts'
import type { ChildEnd, Told } from './child.ts'
import type { Onlooker } from './onlooker.ts'

/** One step, for a machine and for a person. */
export interface Step {
  readonly notice: Notice
  readonly sentence: string
  /** `plain` where absent. */
  readonly tone?: Tone
}

/** Tells a step of the process or the part of that name. */
export type TellStep = (name: string, step: Step) => void

/** The words in which people are told of one kind of line of a process. */
export interface StepWords {
  /** `plain` where absent. */
  readonly tone?: Tone
  sentence(told: Told): string
}

/** The lines of processes that people are told of, by kind. Lines of other kinds are for machines only. */
export type Steps = Readonly<Partial<Record<string, StepWords>>>

/** The surroundings of a process, from which its command line follows. */
export interface Place {
  /** WebSocket address of the node. */
  readonly endpoint: string
  /** The DHT, each `host:port`. */
  readonly bootstrap: readonly string[]
  /** Of this process alone, and kept when it is restarted. It does not exist before the process makes it. */
  readonly folder: string
  readonly logLevel: LogLevel
}

/** A process of a cast. Its account, if it signs, is endowed in block 0. */
export interface Process {
  readonly name: string
  /** Arguments of `assay`, without `--json`. */
  args(place: Place): readonly string[]
  /** Kind of the line by which it tells that it is ready. */
  readonly ready: string
  /** Secret of its account; absent for a process that signs nothing. */
  readonly suri?: string
  /** Name of a process, earlier in the list, that must be ready before this one is started. */
  readonly after?: string
}

/** The players, beside the node (`chain`) and the DHT (`dht`) that every devnet has. */
export interface Cast {
  readonly processes: readonly Process[]
  /** Genesis values in place of the development chain's. The endowments are added to them. */
  readonly genesis?: Partial<ChainSpec['genesis']>
}

/** An account by the name of its process; another account by the start of its address. */
export type NameOf = (account: Uint8Array) => string

/** What a scenario has and may do while it plays. All processes of its cast are ready then. */
export interface Stage {
  /** WebSocket address of the node. */
  readonly endpoint: string
  readonly blockTimeMs: number
  /** Aborted with the error of a process that died unasked, or when the devnet is stopped. */
  readonly signal: AbortSignal
  /** The chain, to be read. */
  readonly chain: ChainPort
  /** The events of finalized blocks. Each was told to people before it is seen here. */
  readonly seen: Onlooker
  readonly nameOf: NameOf
  readonly tell: TellStep
  /**
   * The first line of that kind that fits which the present process of that name told, or will tell.
   * @throws AssayError of a process that ended before, `CHILD_SILENT` after a deadline
   */
  told(name: string, kind: string, fits?: (told: Told) => boolean): Promise<Told>
  /** Ends a process, SIGKILL by default, and waits until it is gone. */
  kill(name: string, signal?: NodeJS.Signals): Promise<ChildEnd>
  /** Starts a process again that was killed, on its folder and its port, and waits until it is ready. */
  restart(name: string): Promise<void>
  /** A client for an account, which is closed with the stage. */
  client(suri: string): Promise<ChainClient>
}

/** How a play ended. */
export interface Ending {
  /** Gives the exit code of `--once`. */
  readonly isPassed: boolean
  /** Values of the JSON line `result`. */
  readonly values: Readonly<Record<string, unknown>>
  /** Lines for people. */
  readonly summary: readonly (readonly [label: string, value: string])[]
}

/** @see the module's header */
export interface Scenario {
  readonly cast: Cast
  play(stage: Stage): Promise<Ending>
}

/** What the teller of an event may look at. */
export interface View {
  readonly nameOf: NameOf
  readonly chain: ChainPort
}

/** The steps in which people are told of an event; none for an event that they need not know of. */
export type EventTeller = (event: ChainEventRecord, block: FinalizedBlock, view: View) => Promise<readonly Step[]>

/** Tellers by the pallet whose events they tell. */
export type EventTellers = Readonly<Partial<Record<string, EventTeller>>>
