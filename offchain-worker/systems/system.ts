/**
 * What a system is to the rest of the program: the one interface between its folder and the command line, the devnet and the simulator.
 *
 * Owns: this interface. Does not own: the list of systems (../systems.ts). A manifest loads nothing before it is asked for: `load` and
 * `run` import what runs, so that `assay chain` never waits for Hyperswarm or a curve.
 */
import type { ArgumentsCamelCase, Argv, InferredOptionTypes, Options } from 'yargs'
import type { Requirement } from '#chain/api/descriptors.ts'
import type { RoleName } from '#types/domain/worker.ts'
import type { EventTellers, Scenario, Steps } from '../devnet/scenario.ts'
import type { Host } from '../kernel/host.ts'
import type { RoleDeps } from '../kernel/ports.ts'
import type { Role } from '../kernel/role.ts'
import type { PeerNetwork } from '../p2p/network.ts'

/** Options of a command line, as yargs takes them. */
export type OptionTable = Readonly<Record<string, Options>>

/** The values of such options. Yargs has checked them by their table, and nothing else is in it. */
export type ValuesOf<O extends OptionTable> = ArgumentsCamelCase<InferredOptionTypes<O>>

/** The values of options that are not known here. */
export type OptionValues = Readonly<Record<string, unknown>>

/** A role that a worker may be started in: `assay worker --role <name in lower case>`. */
export interface RoleSpec {
  /** As on chain (runtime-types/domain/worker.ts). */
  readonly name: RoleName
  readonly describe: string
  /** Options of `assay worker` that this role takes beside the common ones. */
  readonly options: OptionTable
  /** Values of `--fault` for it, which tests and scenarios use. */
  readonly faults: readonly string[]
  load(): Promise<LoadedRole>
}

/** Makes the role of an account, once chain and network are there. @param peers the swarm under the registered Noise key */
export type OpenedRole = (account: Uint8Array, deps: RoleDeps, peers: PeerNetwork) => Role

/** What runs of a role. */
export interface LoadedRole {
  /** What a chain must have for it beyond what every worker needs. The process checks it before it starts the role. */
  readonly requires: readonly Requirement[]
  /**
   * Opens what only this role needs, before chain and network are there: what takes long, such as publishing, delays neither.
   * @param fault the value of `--fault`, which the role's list of faults admits
   * @throws AssayError of a port that cannot be opened
   */
  open(options: OptionValues, fault: string | undefined, host: Host): Promise<OpenedRole>
}

/** The values of the options that every simulation has. */
export interface SharedSimulationValues {
  readonly seed: string
  /** JSON file of the network's conditions: latency, loss, partitions, crashes. */
  readonly faults?: string | undefined
  readonly json: boolean
}

/** What `assay simulate <name>` plays. */
export interface SimulationSpec {
  readonly describe: string
  /** Options beside `--seed`, `--faults` and `--json`. */
  readonly options: OptionTable
  /** Shown in help: what follows `assay simulate`, and what it plays. */
  readonly examples: readonly (readonly [command: string, what: string])[]
  /** @throws Error for values that do not fit, in the words of the command line */
  check?(options: OptionValues): void
  /** Resolves with the exit code. */
  run(options: OptionValues): Promise<number>
}

/** A simulation whose `check` and `run` are given the values of its own options. */
export const simulation = <const O extends OptionTable>(
  spec: Omit<SimulationSpec, 'options' | 'check' | 'run'> & {
    readonly options: O
    check?(options: ValuesOf<O>): void
    run(options: ValuesOf<O> & SharedSimulationValues): Promise<number>
  },
): SimulationSpec => spec

/** The values of the options that every scenario has. */
export interface SharedScenarioValues {
  /** Milliseconds between blocks. */
  readonly blockTimeMs: number
}

/** What `assay devnet --scenario <name>` plays. */
export interface ScenarioSpec {
  readonly describe: string
  /** Options of `assay devnet` that this scenario takes beside the common ones. */
  readonly options: OptionTable
  /** @throws Error for values that do not fit, in the words of the command line */
  check?(options: OptionValues): void
  /** The scenario as it follows from its options, which `check` has let pass. */
  load(options: OptionValues, shared: SharedScenarioValues): Promise<Scenario>
}

/** A scenario whose `check` and `load` are given the values of its own options. */
export const scenario = <const O extends OptionTable>(
  spec: Omit<ScenarioSpec, 'options' | 'check' | 'load'> & {
    readonly options: O
    check?(options: ValuesOf<O>): void
    load(options: ValuesOf<O>, shared: SharedScenarioValues): Promise<Scenario>
  },
): ScenarioSpec => spec

/** @see the module's header */
export interface System {
  /** The name of the folder, also in runtime-types/domain and in the tests. */
  readonly name: string
  readonly describe: string
  readonly roles: readonly RoleSpec[]
  /** What its processes tell. */
  readonly steps: Steps
  /** How the events of its pallets are told to people who watch a devnet, whatever scenario is played. */
  tellers(): Promise<EventTellers>
  readonly scenarios: Readonly<Record<string, ScenarioSpec>>
  readonly simulations: Readonly<Record<string, SimulationSpec>>
  /** Adds the system's own commands to the command line. */
  readonly commands: readonly ((parser: Argv) => Argv)[]
}
