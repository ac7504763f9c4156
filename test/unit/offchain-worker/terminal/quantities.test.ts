/** Counts and sizes in words, and back. */
import { expect, test } from 'vitest'
import { counted, parseSize, sizeText } from '#worker/terminal/quantities.ts'

test('one of a thing is not many', () => {
  expect([0, 1, 2].map((count) => counted(count, 'chunk'))).toEqual(['0 chunks', '1 chunk', '2 chunks'])
})

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1_023, '1023 bytes'],
  [1_024, '1 KiB'],
  [4_002_046, '3.8 MiB'],
  [268_435_456, '256 MiB'],
  [1_600_000_000, '1.5 GiB'],
  [150 * 1_024 + 1, '150 KiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text)
})

test.each([
  ['4096', 4_096],
  ['256MiB', 268_435_456],
  ['256 MiB', 268_435_456],
  ['1.5g', 1_610_612_736],
  ['10KB', 10_240],
])('%s is read as %i bytes', (text, bytes) => {
  expect(parseSize('max-size', text)).toBe(bytes)
})

test.each(['', 'x', '-1', '0', 'MiB', '1e9', '99999999TiB'])('%j is no size', (text) => {
  expect(() => parseSize('max-size', text)).toThrow(expect.objectContaining({ code: 'BAD_SIZE' }))
})
