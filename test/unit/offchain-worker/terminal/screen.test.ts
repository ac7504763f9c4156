/** What a terminal can show: escape sequences, colours, its width; and lines that are broken at words. */
import { expect, test } from 'vitest'
import { columnsOf, hasColours, hasEscapes, wrap } from '#worker/terminal/screen.ts'

const TERMINAL = { isTTY: true, columns: 80 }

test('escapes and colours are for a terminal only, and for none that is dumb', () => {
  expect(hasEscapes(TERMINAL, {})).toBe(true)
  expect(hasEscapes(TERMINAL, { TERM: 'dumb' })).toBe(false)
  expect(hasEscapes({ isTTY: false, columns: 80 }, {})).toBe(false)
  expect(hasColours(TERMINAL, { TERM: 'xterm' })).toBe(true)
  expect(hasColours(TERMINAL, { TERM: 'dumb' })).toBe(false)
  expect(hasColours(TERMINAL, { NO_COLOR: '1' })).toBe(false)
  expect(hasColours(TERMINAL, { NO_COLOR: '' })).toBe(true)
})

test('a pipe, and a terminal that tells no useful width, have lines without end', () => {
  expect(columnsOf(TERMINAL)).toBe(80)
  expect(columnsOf({ isTTY: true, columns: 0 })).toBe(Infinity)
  expect(columnsOf({ isTTY: false, columns: 80 })).toBe(Infinity)
})

test.each([
  ['a line that fits stays', 'one two', 7, 'one two'],
  ['a longer one is broken at a space', 'one two three four', 9, 'one two\n  three\n  four'],
  [
    'a word that is longer than a line stays whole',
    'see https://a.very.long/link for more',
    10,
    'see\n  https://a.very.long/link\n  for more',
  ],
  ['spaces at the start stay', '   one two three', 10, '   one two\n  three'],
  ['a line without spaces stays', 'x'.repeat(30), 10, 'x'.repeat(30)],
])('%s', (_what, line, columns, broken) => {
  expect(wrap(line, columns, 2)).toBe(broken)
})
