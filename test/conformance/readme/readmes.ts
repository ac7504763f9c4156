/**
 * Every README.md of the repository, and the parts of them that can be checked.
 *
 * Owns: finding them and taking them apart. Does not own: the checks.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

export interface Readme {
  /** Relative to the repository's root. */
  readonly path: string
  /** Absolute: its links are relative to it. */
  readonly folder: string
  readonly text: string
  /** The text without its blocks of code. */
  readonly prose: string
}

function readmeAt(path: string): Readme {
  const text = readFileSync(join(ROOT, path), 'utf8')
  return { path, folder: dirname(join(ROOT, path)), text, prose: text.replaceAll(/^```[^]*?^```$/gm, '') }
}

/** Those that git tracks, the main one first. */
export const README: Readme = readmeAt('README.md')
export const READMES: readonly Readme[] = [
  README,
  ...execFileSync('git', ['ls-files', '-z', '--', '**/README.md'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((path) => path !== '' && path !== README.path)
    .map(readmeAt),
]

/** A piece of a README, and where it stands. */
export interface Found {
  readonly path: string
  readonly text: string
}

const findAll = (part: 'text' | 'prose', pattern: RegExp): readonly Found[] =>
  READMES.flatMap((readme) =>
    [...readme[part].matchAll(pattern)].map(([, text]) => ({ path: readme.path, text: text! })),
  )

/** What the blocks of code in a language hold. */
export const blocks = (language: string): readonly Found[] =>
  findAll('text', new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))

/** Inline code. */
export const quoted: readonly Found[] = findAll('prose', /`([^`\n]+)`/g)

/** Rows of the tables whose head begins with that text, each as its cells. */
export const rowsUnder = (head: string): readonly (readonly string[])[] =>
  findAll('prose', new RegExp(`^\\| ${head} +\\|.*\\n\\|[-| ]+\\n((?:\\|.*\\n)+)`, 'gm')).flatMap(({ text }) =>
    text
      .trimEnd()
      .split('\n')
      .map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
  )

/** How a check names what it found wrong. */
export const told = ({ path, text }: Found): string => `${text} (${path})`
