/**
 * The terms of a devnet's play: its processes, and the events that befall them.
 *
 * Owns: these interfaces. Does not own: the stage itself.
 *
 * A process is an `assay` command that tells JSON lines. Another program, such as an EVM node, joins through an `assay` command of
 * its system. That command runs the program, tells the ready line for it, and stops it when it is stopped itself.
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
  /** Lines for a person beneath the sentence. */
  readonly block?: readonly string[]
  /** What comes next, in words for a person who then hears nothing for long. */
  readonly next?: string
}

/** Tells a step of the process, or of the part, with that name. */
export type TellStep = (name: string, step: Step) => void

/** The words for people of one kind of line. */
export interface StepWords {
  /** `plain` where absent. */
  readonly tone?: Tone
  sentence(told: Told): string
}

/** The lines of processes that people see, by kind. Other lines are for machines only. */
export type Steps = Readonly<Partial<Record<string, StepWords>>>

/** The surroundings of a process, from which its command line follows. */
export interface Place {
  /** WebSocket address of the node. */
  readonly endpoint: string
  /** The DHT, each `host:port`. */
  readonly bootstrap: readonly string[]
  /** Folder of this process alone. It stays over a restart. The process makes it. */
  readonly folder: string
  readonly logLevel: LogLevel
  /** Whether this devnet has started the process before. */
  readonly isAgain: boolean
}

/** A process of a cast. If it signs, block 0 endows its account. */
export interface Process {
  readonly name: string
  /** Arguments of `assay`, without `--json`. */
  args(place: Place): readonly string[]
  /** Kind of the line that tells that it is ready. */
  readonly ready: string
  /** Secret of its account; absent for a process that signs nothing. */
  readonly suri?: string
  /** What its account is for, in a word. */
  readonly role?: string
  /** Name of a process, earlier in the list, that must be ready before this one is started. */
  readonly after?: string
}

/** The players, beside the node (`chain`) and the DHT (`dht`) that every devnet has. */
export interface Cast {
  readonly processes: readonly Process[]
  /** Genesis values that replace the development chain's. The stage adds the endowments. */
  readonly genesis?: Partial<ChainSpec['genesis']>
}

/** An account by the name of its process; another account by the start of its address. */
export type NameOf = (account: Uint8Array) => string

/** The tools of a scenario while it plays. All processes of its cast are ready then. */
export interface Stage {
  /** WebSocket address of the node. */
  readonly endpoint: string
  /** The DHT, each `host:port`. */
  readonly bootstrap: readonly string[]
  readonly blockTimeMs: number
  /** How many times longer than on a quiet machine the chain's times are: 1, 2, 4 and so on (slowness.ts). */
  readonly slowness: number
  /** Aborted with the error of a process that died unasked and that the devnet needs, or when the devnet is stopped. */
  readonly signal: AbortSignal
  /** The chain, for reading. */
  readonly chain: ChainPort
  /** The events of finalized blocks. People are told of each before it appears here. */
  readonly seen: Onlooker
  readonly nameOf: NameOf
  readonly tell: TellStep
  /**
   * The first line of that kind that fits, from the present process of that name. Waits for it if it was not told yet.
   * @throws AssayError the error of the process if it ends before; `CHILD_SILENT` after a deadline
   */
  told(name: string, kind: string, fits?: (told: Told) => boolean): Promise<Told>
  /** All lines of the present or last process of that name, in order. */
  lines(name: string): readonly Told[]
  /** Ends a process, SIGKILL by default, and waits until it is gone. */
  kill(name: string, signal?: NodeJS.Signals): Promise<ChildEnd>
  /** Starts a killed process again, with its folder and its port, and waits until it is ready. */
  restart(name: string): Promise<void>
  /** The client for an account. The stage closes it at its own end. */
  client(suri: string): Promise<ChainClient>
}

/** How a play ended. */
export interface Ending {
  /** Decides the exit code of `--once`. */
  readonly isPassed: boolean
  /** Why it did not pass, in words. */
  readonly why?: string
  /** Values of the JSON line `result`. */
  readonly values: Readonly<Record<string, unknown>>
  /** Lines for people. */
  readonly summary: readonly (readonly [label: string, value: string])[]
}

/** What fitting a chain to a slow machine came to. */
export interface Fitted {
  /** What changed, in words; absent where nothing did. */
  readonly words?: string
  /** The block time that would do, where the chain's limits leave less time than the machine needs. */
  readonly blockTimeMs?: number
}

/** @see the module's header */
export interface Scenario {
  readonly cast: Cast
  play(stage: Stage): Promise<Ending>
  /**
   * Gives the processes more or less time on the chain, on a machine of that slowness. It is called when all are ready, and then whenever
   * the slowness changes. Returns undefined where the time for a change has not come; the devnet then asks again.
   */
  fit?(stage: Stage, slowness: number): Promise<Fitted | undefined>
}

/** The sources of an event's teller. */
export interface View {
  readonly nameOf: NameOf
  readonly chain: ChainPort
}

/** The steps that tell people of an event; none for an event that they need not know. */
export type EventTeller = (event: ChainEventRecord, block: FinalizedBlock, view: View) => Promise<readonly Step[]>

/** Tellers by the pallet whose events they tell. */
export type EventTellers = Readonly<Partial<Record<string, EventTeller>>>
