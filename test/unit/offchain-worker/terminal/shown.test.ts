/** Values as a person reads them: bytes in one form, and nothing that controls the terminal. */
import { expect, test } from 'vitest'
import { createDisplay } from '#worker/terminal/display.ts'
import { printable, printableLines, shortAddress, shortHex, shown } from '#worker/terminal/shown.ts'

const HASH = new Uint8Array(32).fill(0xab)
const HOSTILE = 'a\u001b[2Jb\u009bc\u202ed\ne\rf\u0007g\u2028h'
const HARMLESS = 'a\\u001b[2Jb\\u009bc\\u202ed\\u000ae\\u000df\\u0007g\\u2028h'

test('controls, breaks and marks of direction become escapes; letters of any script stay', () => {
  expect(printable(HOSTILE)).toBe(HARMLESS)
  expect(printable('Zürich, 東京, 🎲')).toBe('Zürich, 東京, 🎲')
  expect(printableLines('one\nassay: two\u001b')).toBe('one\n  assay: two\\u001b')
})

test('an account is shown by the ends of its address', () => {
  expect(shortAddress(HASH)).toMatch(/^5[1-9A-HJ-NP-Za-km-z]{5}…[1-9A-HJ-NP-Za-km-z]{4}$/)
})

test('bytes are shown as the start of their hex, wherever they are', () => {
  expect(shortHex(HASH)).toBe('0xabababababababab…')
  expect(shortHex(`0x${'ab'.repeat(32)}`)).toBe('0xabababababababab…')
  expect(shortHex(new Uint8Array([1, 2]))).toBe('0x0102')
  expect(shown([HASH, HASH])).toBe('0xabababababababab…, 0xabababababababab…')
  expect(shown({ who: HASH, count: 3n, what: HOSTILE })).toBe(`who 0xabababababababab…, count 3, what ${HARMLESS}`)
  expect(shown(undefined)).toBe('undefined')
})

test('no step, and no line of a block, brings a control of others to the terminal', () => {
  let written = ''
  const write = (text: string): void => void (written += text)
  const display = createDisplay({ write, colour: false, elapsed: () => 1_500, columns: () => 40 })
  display.step('host\u001b', `hears ${HOSTILE} and goes on`)
  display.block([HOSTILE])
  expect(written).not.toMatch(/[^\P{Cc}\n]/u)
  expect(written).toBe(
    `   1.5 s  host\\u001b   hears\n${' '.repeat(23)}${HARMLESS}\n${' '.repeat(23)}and goes on\n\n  ${HARMLESS}\n\n`,
  )
})

test('colours are around the sentence, also where it is broken', () => {
  let written = ''
  const write = (text: string): void => void (written += text)
  createDisplay({ write, colour: true, elapsed: () => 0, columns: () => 40 }).step('it', 'says many words here', 'good')
  expect(written).toBe(
    `\u001b[2m   0.0 s\u001b[0m  it           \u001b[32msays many words\n${' '.repeat(23)}here\u001b[0m\n`,
  )
})
