/**
 * The commands that the README.md files show are those of the command line, and every command and scenario is shown.
 *
 * Owns: these checks. Does not own: what the commands do (test/e2e).
 */
import { describe, expect, it } from 'vitest'
import { useCommandLines } from '../../helpers/command-lines.ts'
import { blocks, quoted, rowsUnder, type Found } from './readmes.ts'

/** A command line, as the words that name the command and its flags. */
interface Shown {
  readonly path: string
  readonly command: readonly string[]
  readonly flags: readonly string[]
}

function shownBy({ path, text: line }: Found): readonly Shown[] {
  const [, program, text] = /(assay --|npm start --|node \.build\/cli\.js|^assay) ?([^#>]*)/.exec(line) ?? []
  if (text === undefined) return []
  const words = text.split(/\s+/).filter((word) => word !== '')
  const end = words.findIndex((word) => word.startsWith('-'))
  const command = program === 'npm start --' ? ['devnet'] : end === -1 ? words : words.slice(0, end)
  return [{ path, command, flags: words.filter((word) => word.startsWith('--')) }]
}

const lines = blocks('sh').flatMap(({ path, text }) =>
  text
    .replaceAll(/ *\\\n */g, ' ')
    .split('\n')
    .map((line) => ({ path, text: line })),
)
const shown = [...lines, ...quoted].flatMap(shownBy)

/** The command line that asks for the help of a command. */
const helpLine = (command: string): readonly string[] => [...command.split(' ').filter((word) => word !== ''), '--help']

/** Those that list further commands. */
const LISTS = ['', 'chain', 'simulate', 'workers', 'round', 'hosting']

const told = useCommandLines(
  [...new Set([...shown.map(({ command }) => command.join(' ')), ...LISTS, 'devnet'])].map(helpLine),
)
/** What `--help` of a command says. */
function helpOf(command: string): string {
  const { code, stdout } = told(...helpLine(command))
  expect(code, command).toBe(0)
  return stdout
}

/** The first line of a help text as a pattern, in which a word, or none where only the name is quoted, stands for a positional argument. */
function usageOf(help: string): RegExp {
  const [usage = ''] = help.split('\n')
  if (usage === 'assay <command>') return /^assay$/
  return new RegExp(`^${usage.replaceAll(/ [<[][a-z]+[>\]]/g, '( \\S+)?')}$`)
}

describe('the commands that the README files show', () => {
  it('are in --help with the flags shown', () => {
    expect(shown.length).toBeGreaterThan(30)
    for (const { path, command, flags } of shown) {
      const help = helpOf(command.join(' '))
      expect(`assay ${command.join(' ')}`.trim(), path).toMatch(usageOf(help))
      for (const flag of flags) expect(help, `assay ${command.join(' ')} (${path})`).toMatch(new RegExp(`${flag}\\b`))
    }
  })

  it('are all that --help knows', () => {
    const all = LISTS.flatMap((name) =>
      [...helpOf(name).matchAll(/^ {2}assay ([a-z -]+?)(?: [<[][a-z]+[>\]])? {2,}/gm)].map(([, command]) => command!),
    )
    expect(all.length).toBeGreaterThan(3)
    // One that only leads to others is shown with them.
    const isShown = (name: string): boolean =>
      shown.some(({ command }) => `${command.join(' ')} `.startsWith(`${name} `))
    expect(all.filter((command) => !isShown(command))).toEqual([])
  })

  it('the table of flags has those of --help, with their defaults', () => {
    const help = helpOf('chain').replaceAll(/\n {10,}/g, ' ')
    const options = [...help.matchAll(/^ {6}--([\w-]+)(?:, --[\w-]+)* .*$/gm)]
    const table = rowsUnder('`assay chain`')
    const flagsIn = (cell: string): readonly string[] =>
      [...cell.matchAll(/`--([a-z][a-z-]*)/g)].map(([, name]) => name!)
    const named = new Set(table.flatMap((row) => flagsIn(row.join(' '))))
    expect(options.length).toBeGreaterThan(10)
    expect([...named].toSorted()).toEqual(options.map(([, name]) => name!).toSorted())
    const missing = options.flatMap(([line, name]) => {
      const [, value = ''] = /\[default: (?:\["|")?([^\]"]+)/.exec(line) ?? []
      const [, fallback] = table.find((row) => flagsIn(row.join(' ')).includes(name!))!
      return value === 'false' || fallback!.includes(value) ? [] : [`${name!} ${value}`]
    })
    expect(missing).toEqual([])
  })

  it('every scenario of the devnet is told, and no other', () => {
    const help = helpOf('devnet')
    const choices = /\[choices: ([^\]]+)\]/.exec(help.slice(help.indexOf('--scenario')))![1]!
    const named = rowsUnder('Scenario').map(([name]) => name!.replaceAll('`', ''))
    expect(named.toSorted()).toEqual([...choices.matchAll(/"([^"]+)"/g)].map(([, name]) => name!).toSorted())
  })
})
