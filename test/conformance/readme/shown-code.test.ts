/**
 * The code that README.md files show is that of test/examples.
 *
 * Owns: this comparison. Does not own: running the examples.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blocks, ROOT } from './readmes.ts'

const EXAMPLES = join(ROOT, 'test/examples')

const read = (file: string): string => readFileSync(join(EXAMPLES, file), 'utf8')

describe('the code that README files show', () => {
  const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const sources = files.map(read)

  it('is all from test/examples', () => {
    const shown = blocks('ts')
    expect(shown.length).toBeGreaterThan(0)
    expect(shown.filter(({ text }) => !sources.includes(text))).toEqual([])
  })

  it('has the changes of the guestbook as they are', () => {
    // The formatter takes the space that stands for an empty line of context.
    const trimmed = (diff: string): string => diff.replaceAll(/ +$/gm, '')
    expect(blocks('diff').map(({ text }) => trimmed(text))).toEqual([trimmed(read('guestbook/changes.diff'))])
  })
})
