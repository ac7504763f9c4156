/**
 * `assay simulate`: systems on virtual time, from a seed.
 *
 * Owns: the options that every simulation has. Does not own: a simulation (its system's manifest).
 */
import type { Argv } from 'yargs'
import { SYSTEMS } from '../systems.ts'
import type { SimulationSpec } from '../systems/system.ts'
import { jsonOption, notInherited, withValues } from '../terminal/options.ts'

const DEFAULT_SEED = '1'

const shared = {
  seed: { type: 'string', default: DEFAULT_SEED, describe: 'Decides everything; any text' },
  faults: { type: 'string', describe: 'JSON file of the network’s conditions: latency, loss, partitions, crashes' },
  ...jsonOption,
} as const

const addSimulation = (argv: Argv, name: string, { describe, options, examples, check, run }: SimulationSpec): Argv =>
  argv.command(
    name,
    describe,
    (command: Argv) => {
      const withOptions = command.options(withValues(notInherited({ ...options, ...shared }))).check((values) => {
        check?.(values)
        return true
      })
      return examples.reduce((line, [words, what]) => line.example(`$0 simulate ${words}`, what), withOptions as Argv)
    },
    async (values) => {
      process.exitCode = await run(values)
    },
  )

/** Adds `simulate` to the command line. */
export const simulateCommand = (parser: Argv): Argv => {
  const simulations = SYSTEMS.flatMap((system) => Object.entries(system.simulations))
  const names = simulations.map(([name]) => name)
  return parser.command('simulate', `Play on virtual time, from a seed: ${names.join(', ')}`, (argv) =>
    simulations
      .reduce((line, [name, spec]) => addSimulation(line, name, spec), argv)
      .demandCommand(1, `Name what is to be simulated: ${names.join(' or ')}.`),
  )
}
