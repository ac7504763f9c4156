/** No file imports itself by way of others, types included: what is at the bottom can be read first. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
/** Folders without circles. */
const FOLDERS = ['runtime-types', 'chain-client', 'offchain-worker']
/** Written by a generator. */
const GENERATED = 'runtime-types/generated'
const ALIASES = { '#types/': 'runtime-types/', '#chain/': 'chain-client/', '#worker/': 'offchain-worker/' }

const IMPORT =
  /^(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

/** Files that a text imports, by their paths from the root; packages left out. */
function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].flatMap(([, from, bare, dynamic]) => {
    const name = (from ?? bare ?? dynamic)!
    if (name.startsWith('.')) return [join(dirname(file), name)]
    const alias = Object.entries(ALIASES).find(([prefix]) => name.startsWith(prefix))
    return alias ? [alias[1] + name.slice(alias[0].length)] : []
  })
}

/**
 * Groups of files each of which reaches all others of its group, the groups sorted by name: Tarjan's strongly connected components.
 */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const found: string[][] = []
  const visit = (file: string): void => {
    index.set(file, index.size)
    low.set(file, index.get(file)!)
    open.push(file)
    for (const next of imports.get(file) ?? []) {
      if (!index.has(next)) visit(next)
      if (open.includes(next)) low.set(file, Math.min(low.get(file)!, low.get(next)!))
    }
    if (low.get(file) !== index.get(file)) return
    const group = open.splice(open.indexOf(file))
    if (group.length > 1 || imports.get(file)?.includes(file)) found.push(group.toSorted())
  }
  for (const file of imports.keys()) if (!index.has(file)) visit(file)
  return found.toSorted(([a], [b]) => (a! < b! ? -1 : 1))
}

describe('circles', () => {
  it('are found, whatever leads into them and out', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c', 'e']],
      ['c', ['d']],
      ['d', ['b']],
      ['e', ['e', 'f']],
      ['f', []],
    ])
    expect(circles(graph)).toEqual([['b', 'c', 'd'], ['e']])
  })

  it('count imports of values, of types, for effects and on demand', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type {\n  B,\n} from '#types/b.ts'",
      "export { c } from '../c.ts'",
      "import './d.ts'",
      "const e = await import('#worker/e.ts')",
      "import { f } from 'package'",
    ].join('\n')
    expect(importsOf('chain-client/x/y.ts', text)).toEqual([
      'chain-client/x/a.ts',
      'runtime-types/b.ts',
      'chain-client/c.ts',
      'chain-client/x/d.ts',
      'offchain-worker/e.ts',
    ])
  })

  it('there are none', () => {
    const files = FOLDERS.flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => relative(ROOT, join(ROOT, folder, name))),
    ).filter((file) => !file.startsWith(GENERATED))
    expect(files.length).toBeGreaterThan(200)
    const imports = new Map(files.map((file) => [file, importsOf(file, readFileSync(join(ROOT, file), 'utf8'))]))
    expect(circles(imports)).toEqual([])
  })
})
