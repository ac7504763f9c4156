/**
 * What the README.md files name is there: files, what is in them, links, scripts, parameters.
 *
 * Owns: these checks. Does not own: the commands that they show (commands.test.ts).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import { developmentSpec } from '#chain/node/chain-spec.ts'
import { quoted, README, READMES, ROOT, rowsUnder, told, type Found, type Readme } from './readmes.ts'

/** The main README is what a newcomer reads whole. */
const MOST_BYTES = 20_000

const source = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const isIn = (file: string, name: string): boolean => new RegExp(`(^|[^\\w])${name}\\b`).test(source(file))

describe('README.md', () => {
  it(`is at most ${MOST_BYTES} bytes`, () => {
    expect(Buffer.byteLength(README.text)).toBeLessThanOrEqual(MOST_BYTES)
  })
})

describe('what the README files name', () => {
  it('files and folders are there', () => {
    const top = readdirSync(ROOT)
    const paths = quoted.filter(
      ({ text }) => /^[\w.-]+(\/[\w.-]+)*\/?$/.test(text) && top.includes(text.split('/')[0]!),
    )
    expect(paths.length).toBeGreaterThan(100)
    expect(paths.filter(({ text }) => !existsSync(join(ROOT, text))).map(told)).toEqual([])
  })

  it('a row of a table that names a file names only what is in that file', () => {
    const rows = READMES.flatMap(({ path, prose }) =>
      [...prose.matchAll(/^\|.*\| `([\w./-]+\.ts)` +\|(.*)\|$/gm)].map(([, file, names]) => ({ path, file, names })),
    )
    expect(rows.length).toBeGreaterThan(40)
    const missing = rows.flatMap(({ path, file, names }) =>
      [...names!.matchAll(/`([^`]+)`/g)]
        .map(([, name]) => name!)
        .filter((name) => !isIn(file!, name.split('.').at(-1)!))
        .map((name) => `${name} in ${file} (${path})`),
    )
    expect(missing).toEqual([])
  })

  it('what is said to be in a file is in it', () => {
    const said = READMES.flatMap(({ path, prose }) =>
      [...prose.matchAll(/((?:`\w+`(?:, | and | or )?)+) in `([\w./-]+\.ts)`/g)].map(([, names, file]) => ({
        path,
        file,
        names,
      })),
    )
    expect(said.length).toBeGreaterThan(5)
    const missing = said.flatMap(({ path, file, names }) =>
      [...names!.matchAll(/`(\w+)`/g)]
        .filter(([, name]) => !isIn(file!, name!))
        .map(([, name]) => `${name} in ${file} (${path})`),
    )
    expect(missing).toEqual([])
  })

  it('scripts of npm are in package.json', () => {
    const { scripts } = JSON.parse(source('package.json')) as { scripts: object }
    const named = READMES.flatMap(({ path, text }) =>
      [...text.matchAll(/npm run (?:-s )?([a-z]+)/g)].map(([, name]) => ({ path, text: name! })),
    )
    expect(named.filter(({ text }) => !(text in scripts)).map(told)).toEqual([])
  })

  it('the parameters of a round are those of the runtime, and of the development chain', () => {
    const rows = rowsUnder('Parameter').map(([name, runtime]) => [name!.split(' ')[0]!, runtime!] as const)
    const numbers = rows.filter(([, runtime]) => /^\d+$/.test(runtime)).map(([name, value]) => [name, Number(value)])
    expect(numbers).toHaveLength(11)
    expect(DEFAULT_PARAMETERS).toMatchObject(Object.fromEntries(numbers) as object)
    expect(rows.map(([name]) => name).toSorted()).toEqual(Object.keys(DEFAULT_PARAMETERS).toSorted())
    expect(developmentSpec().genesis.attestation?.attestors).toBe(3)
  })
})

describe('links of the README files', () => {
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-')
  const anchorsOf = ({ prose }: Readme): readonly string[] =>
    [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slug(heading!))
  const linksOf = ({ path, prose }: Readme): readonly Found[] =>
    [...prose.matchAll(/\]\(([^)]+)\)/g)]
      .map(([, target]) => ({ path, text: target! }))
      .filter(({ text }) => !text.startsWith('https://'))
  /** The file that a link leads to, relative to the root. */
  const fileOf = ({ path, folder }: Readme, link: string): string => {
    const [file] = link.split('#')
    return file === '' ? path : relative(ROOT, join(folder, file!))
  }
  const leadsSomewhere = (readme: Readme, link: string): boolean => {
    const file = fileOf(readme, link)
    const [, anchor] = link.split('#')
    const target = READMES.find(({ path }) => path === file)
    return (
      existsSync(join(ROOT, file)) && (anchor === undefined || (target && anchorsOf(target).includes(anchor)) === true)
    )
  }

  it('lead somewhere', () => {
    const broken = READMES.flatMap((readme) => linksOf(readme).filter(({ text }) => !leadsSomewhere(readme, text)))
    expect(READMES.flatMap(linksOf).length).toBeGreaterThan(30)
    expect(broken.map(told)).toEqual([])
  })

  it('reach every README file from README.md', () => {
    const reached = new Set([README])
    for (const readme of reached)
      for (const { text } of linksOf(readme)) {
        const target = READMES.find(({ path }) => path === fileOf(readme, text))
        if (target) reached.add(target)
      }
    expect(READMES.filter((readme) => !reached.has(readme)).map(({ path }) => path)).toEqual([])
  })
})
