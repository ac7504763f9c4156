/**
 * A wrong command line in words: what is wrong, and what was perhaps meant.
 *
 * Owns: turning what yargs says into our words. Does not own: the checks of values, whose errors are in our words already.
 */
import { UsageError } from './usage-error.ts'

/** Said of a command line without a command. */
export const NO_COMMAND = 'expected a command, got none'
/** A word that differs in more places from every known one was not meant for any. */
const MOST_DIFFERENCES = 3

/** How many characters to insert, remove, change or swap with their neighbour until one word is the other. */
function differences(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwapped ? before[j - 2]! + 1 : Infinity
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1), swapped))
    }
    ;[before, last] = [last, row]
  }
  return last[b.length]!
}

/** The known word that is nearest to another; none where it could be anything. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const most = Math.min(MOST_DIFFERENCES, Math.floor(word.length / 2))
  const [best] = known
    .map((each) => ({ each, differences: differences(word.toLowerCase(), each) }))
    .filter((candidate) => candidate.differences <= most)
    .toSorted((a, b) => a.differences - b.differences)
  return best?.each
}

/** What a help text shows: the command whose help it is, and the words that may follow. */
function parseHelp(help: string) {
  const command = /^assay((?: [a-z][\w-]*)*)/.exec(help)?.[0] ?? 'assay'
  const options = [...help.matchAll(/^ +(?:-\w, )?(--[\w-]+)/gm)].map(([, option]) => option!)
  const commands = [...help.matchAll(/^ {2}(assay[ \w-]*?)(?: {2,}|$)/gm)].flatMap(([, line]) =>
    line!.startsWith(`${command} `) ? [line!.slice(command.length + 1).split(' ')[0]!] : [],
  )
  return { command, options, commands }
}

/** Where to read more. @param command such as `assay chain` */
export const helpHint = (command: string, what = 'options'): string => `All ${what}: ${command} --help`

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** Yargs names an unknown option in both of its spellings, rpc-prot and rpcProt. The typed one is enough. */
const asTyped = (names: readonly string[], args: readonly string[]): readonly string[] => {
  const isTyped = (word: string): boolean => args.some((arg) => arg === word || arg.startsWith(`${word}=`))
  return names.flatMap((name) => [`--${name}`, `-${name}`, name].filter(isTyped).slice(0, 1))
}

/** The words without the hint, and the words that could have been meant. */
interface Problem {
  readonly message: string
  readonly meant?: string | undefined
  /** What --help has a list of. */
  readonly what?: 'commands'
}

function unknownProblem(names: readonly string[], { options, commands }: ReturnType<typeof parseHelp>): Problem {
  const [first = ''] = names
  if (first.startsWith('-')) {
    const message = `unknown option${names.length > 1 ? 's' : ''} ${names.join(', ')}`
    return { message, meant: nearest(first, options) }
  }
  if (commands.length === 0) return { message: `expected options only, got ${JSON.stringify(first)}` }
  return { message: `unknown command ${first}`, meant: nearest(first, commands), what: 'commands' }
}

function problemOf(said: string, help: ReturnType<typeof parseHelp>, args: readonly string[]): Problem {
  const [, unknown] = /^Unknown arguments?: (.+)$/.exec(said) ?? []
  if (unknown !== undefined) {
    const names = unknown.split(', ')
    const typed = asTyped(names, args)
    return unknownProblem(typed.length > 0 ? typed : names, help)
  }
  const [, option, given, choices] = /Argument: (.+?), Given: (.+?), Choices: (.+)/.exec(said) ?? []
  if (choices !== undefined) {
    const known = choices.split(', ').map((choice) => choice.replaceAll('"', ''))
    const message = `--${option}: expected ${listed(known)}, got ${given}`
    return { message, meant: nearest(given!.replaceAll('"', ''), known) }
  }
  const [, empty] = /^Not enough arguments following: (.+)$/.exec(said) ?? []
  if (empty !== undefined) return { message: `--${empty}: expected a value, got none` }
  const [, missing] = /^Missing required arguments?: (.+)$/.exec(said) ?? []
  if (missing !== undefined) return { message: `expected --${missing.split(', ').join(' and --')}, got none` }
  return { message: said, ...(said === NO_COMMAND && { what: 'commands' }) }
}

/** The text that an option got on the command line: `--name text` or `--name=text`, or the name in camel case. */
function typedFor(name: string, args: readonly string[]): string | undefined {
  const camel = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  for (const [i, arg] of args.entries()) {
    const [, spelled, text] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? []
    if (spelled === name || spelled === camel) return text ?? args[i + 1]
  }
  return undefined
}

/** The message about an option that takes a number, with the text that was typed where that is no number. */
export function withTyped(message: string, args: readonly string[]): string {
  const [, name] = /--([\w-]+)/.exec(message) ?? []
  const typed = name === undefined ? undefined : typedFor(name, args)
  return typed === undefined ? message : message.replace(/\bgot NaN\b/, () => `got ${JSON.stringify(typed)}`)
}

/**
 * The error of a command line that yargs refused.
 * @param said what yargs, or one of our checks, says
 * @param help the help of the command that was asked for
 * @param args the command line
 */
export function usageProblem(said: string, help: string, args: readonly string[]): UsageError {
  const parsed = parseHelp(help)
  const { message, meant, what } = problemOf(said, parsed, args)
  const question = meant === undefined ? '' : `Did you mean ${meant}? `
  return new UsageError('USAGE', message, { hint: `${question}${helpHint(parsed.command, what)}` })
}
