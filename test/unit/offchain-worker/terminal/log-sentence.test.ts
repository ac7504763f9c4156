/** Lines of a log on a terminal: sentences, without what controls the terminal. */
import { expect, test } from 'vitest'
import { logSentence } from '#worker/terminal/log-sentence.ts'

const PLAIN = { columns: Infinity, hasColours: false }

test.each([
  [
    { level: 'warn', time: 1, worker: 'hoster', account: '8eaf0415', feed: `0x${'ab'.repeat(32)}`, msg: 'not hosting' },
    `warn   hoster 8eaf0415: not hosting (feed 0x${'ab'.repeat(32)})`,
  ],
  [{ level: 'info', time: 1, node: 'assay', msg: 'a block' }, 'info   assay: a block'],
  [{ level: 'error', msg: 'bad\u001b[2J', error: { code: 7 } }, 'error  bad\\u001b[2J (error code 7)'],
])('%j', (record, sentence) => {
  expect(logSentence(JSON.stringify(record), PLAIN)).toBe(sentence)
})

test('the error that ends a process is a sentence, and any other line stays', () => {
  expect(logSentence('{"kind":"error","code":"PORT_IN_USE","message":"taken"}', PLAIN)).toBe(
    'assay: taken [PORT_IN_USE]',
  )
  expect(logSentence('(node:7) Warning\u0007', PLAIN)).toBe('(node:7) Warning\\u0007')
  expect(logSentence('{"odd": 1}', PLAIN)).toBe('{"odd": 1}')
})

test('colours follow the level, and long lines are broken at words', () => {
  const line = JSON.stringify({ level: 'warn', msg: 'one two three four five six seven eight nine ten' })
  expect(logSentence(line, { columns: 40, hasColours: true })).toBe(
    '\u001b[33mwarn   one two three four five six seven\n       eight nine ten\u001b[0m',
  )
})
