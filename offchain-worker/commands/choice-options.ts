/**
 * A command that takes the options of one of several choices, such as the role of a worker.
 *
 * Owns: showing the options of all of them, and refusing those that the chosen one does not take. Does not own: any option.
 */
import type { Options } from 'yargs'
import type { OptionTable, OptionValues } from '../systems/system.ts'

/** The choices, by their names on the command line. */
export type Choices = Readonly<Record<string, { readonly options: OptionTable }>>

/**
 * The options of all choices. None is demanded and none has a default: `chosenOptions` sees to that once the choice is known.
 * Choices that share an option share its table entry.
 */
export function allOptions(choices: Choices): OptionTable {
  const tables = Object.entries(choices)
  const names = new Set(tables.flatMap(([, { options }]) => Object.keys(options)))
  return Object.fromEntries(
    [...names].map((name) => {
      const takers = tables.filter(([, { options }]) => options[name] !== undefined)
      const { demandOption: _demanded, default: preset, ...option }: Options = takers[0]![1].options[name]!
      const whose = takers.length < tables.length ? ` (${takers.map(([taker]) => taker).join(', ')})` : ''
      const shown = preset === undefined ? {} : { defaultDescription: String(preset) }
      return [name, { ...option, ...shown, describe: `${option.describe ?? ''}${whose}` }]
    }),
  )
}

/**
 * The values of the chosen one's options, with its defaults.
 * @param what the option that chooses, such as `role`
 * @throws Error in the words of the command line for an option that it does not take, and for one that it needs
 */
export function chosenOptions(what: string, name: string, choices: Choices, given: OptionValues): OptionValues {
  const own = choices[name]!.options
  const alien = Object.keys(allOptions(choices)).find((each) => given[each] !== undefined && own[each] === undefined)
  if (alien !== undefined) throw new Error(`--${alien}: expected it only with ${takersOf(what, alien, choices)}`)
  return Object.fromEntries(
    Object.entries(own).map(([option, { demandOption, default: preset }]) => {
      const value = given[option] ?? preset
      if (value === undefined && demandOption === true)
        throw new Error(`--${what} ${name}: expected --${option}, got none`)
      return [option, value]
    }),
  )
}

const takersOf = (what: string, option: string, choices: Choices): string =>
  Object.entries(choices)
    .filter(([, { options }]) => options[option] !== undefined)
    .map(([taker]) => `--${what} ${taker}`)
    .join(' or ')
