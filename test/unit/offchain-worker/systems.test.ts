/** The list of systems: the command line can tell all names apart, and a manifest loads nothing before it is needed. */
import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import yargs, { type Argv } from 'yargs'
import { SYSTEMS } from '#worker/systems.ts'
import type { OptionTable } from '#worker/systems/system.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const LIST = 'offchain-worker/systems.ts'

/** Folders that `#name/` stands for (package.json). */
const ALIASES: Readonly<Record<string, string>> = {
  '#chain': 'chain-client',
  '#worker': 'offchain-worker',
  '#types': 'runtime-types',
}
/** Packages that a command line must not wait for. */
const HEAVY = ['hyperswarm', 'hyperdht', 'hypercore', 'level', 'classic-level', '@polkadot/api', 'circomlibjs']
/** Rooms of a system in which lies what runs, but for files of names and options. */
const RUNS =
  /^offchain-worker\/systems\/[^/]+\/(?:role|session|simulation|devnet|adapters)\/(?!(?:faults|options)\.ts$)/

/** Commands of the command line itself. */
const OWN_COMMANDS = ['devnet', 'chain', 'worker', 'dht', 'workers', 'fund', 'simulate']

/** The names that occur more than once. */
const repeated = (names: readonly string[]): string[] => names.filter((name, i) => names.indexOf(name) !== i)

/** The names of the commands that a system adds. */
function commandNames(add: (parser: Argv) => Argv): string[] {
  const names: string[] = []
  const parser = yargs([])
  const command = parser.command.bind(parser) as (...args: readonly unknown[]) => Argv
  const noted = (...args: readonly unknown[]): Argv => {
    names.push(String(args[0]).split(' ')[0]!)
    return command(...args)
  }
  add(Object.assign(parser, { command: noted }))
  return names
}

/** Names of options of which two takers have different tables. */
function contradictory(tables: readonly OptionTable[]): string[] {
  const names = new Set(tables.flatMap(Object.keys))
  return [...names].filter((name) => {
    const [first, ...others] = tables.flatMap((table) => table[name] ?? []).map((option) => JSON.stringify(option))
    return others.some((other) => other !== first)
  })
}

/**
 * Every module that `entry` loads before it runs, by path: files of this repository, and names of packages. Imports of types alone
 * and dynamic imports load nothing then.
 */
function loadedBy(entry: string): Set<string> {
  const found = new Set<string>()
  const visit = (file: string): void => {
    if (found.has(file)) return
    found.add(file)
    const source = readFileSync(join(ROOT, file), 'utf8')
    for (const [, specifier] of source.matchAll(/^(?:import|export)\b(?! type\b)(?:[^'"()]*?\bfrom)? *'([^']+)'/gm)) {
      const [, alias, rest] = /^(#\w+)\/(.+)$/.exec(specifier!) ?? []
      if (alias !== undefined) visit(`${ALIASES[alias]!}/${rest!}`)
      else if (specifier!.startsWith('.')) visit(relative(ROOT, join(ROOT, dirname(file), specifier!)))
      else found.add(specifier!)
    }
  }
  visit(entry)
  return found
}

test('systems, roles, scenarios, simulations and commands have names of their own', () => {
  const commands = SYSTEMS.flatMap((system) => system.commands).flatMap(commandNames)
  expect(commands).toEqual(expect.arrayContaining(['read', 'coinflip']))
  const lists = {
    systems: SYSTEMS.map(({ name }) => name),
    roles: SYSTEMS.flatMap(({ roles }) => roles.map(({ name }) => name.toLowerCase())),
    scenarios: SYSTEMS.flatMap(({ scenarios }) => Object.keys(scenarios)),
    simulations: SYSTEMS.flatMap(({ simulations }) => Object.keys(simulations)),
    steps: SYSTEMS.flatMap(({ steps }) => Object.keys(steps)),
    commands: [...OWN_COMMANDS, ...commands],
  }
  for (const [what, names] of Object.entries(lists)) {
    expect(names.length, what).toBeGreaterThan(0)
    expect(repeated(names), what).toEqual([])
  }
})

test('the events of a pallet are told by one system', async () => {
  const pallets = (await Promise.all(SYSTEMS.map((system) => system.tellers()))).flatMap(Object.keys)
  expect(pallets).toContain('Attestation')
  expect(repeated(pallets)).toEqual([])
})

test('two that share an option of a command share its table', () => {
  const roles = SYSTEMS.flatMap((system) => system.roles.map(({ options }) => options))
  const scenarios = SYSTEMS.flatMap((system) => Object.values(system.scenarios).map(({ options }) => options))
  expect(contradictory(roles)).toEqual([])
  expect(contradictory(scenarios)).toEqual([])
  const [one, other] = [{ size: { type: 'number', default: 1 } }, { size: { type: 'number', default: 2 } }] as const
  expect(contradictory([one, other])).toEqual(['size'])
})

test('a manifest loads neither what runs nor a package that a command line would wait for', () => {
  const loaded = [...loadedBy(LIST)]
  expect(loaded).toEqual(expect.arrayContaining(['offchain-worker/systems/attestation/devnet/options.ts']))
  expect(loaded.filter((module) => RUNS.test(module))).toEqual([])
  const isHeavy = (module: string): boolean => HEAVY.some((name) => module === name || module.startsWith(`${name}/`))
  expect(loaded.filter(isHeavy)).toEqual([])
  // The walk finds what is there to be found.
  const running = [...loadedBy('offchain-worker/commands/run-worker.ts')]
  expect(running.filter(isHeavy)).toEqual(expect.arrayContaining(['hyperswarm', '@polkadot/api']))
  expect(
    [...loadedBy('offchain-worker/systems/hosting/role/open.ts')].filter((module) => RUNS.test(module)),
  ).not.toEqual([])
})
