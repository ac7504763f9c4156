/** Changes of a record. */
import { expect, test } from 'vitest'
import { changed, news, optional } from '#types/domain/changes.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { bool, u32 } from '#types/scale/primitives.ts'

const fields = { count: u32, isOpen: bool }
const Changes = struct(optional(fields))
const record = { count: 7, isOpen: true }

test('a field that is not there keeps its value; zero and false are values', () => {
  for (const [change, after] of [
    [
      { count: 0, isOpen: undefined },
      { count: 0, isOpen: true },
    ],
    [
      { count: undefined, isOpen: false },
      { count: 7, isOpen: false },
    ],
    [{ count: undefined, isOpen: undefined }, record],
  ] as const) {
    expect(changed(record, decode(Changes, encode(Changes, change)))).toEqual(after)
  }
})

test('what has that value already is no news', () => {
  expect(news(record, { count: 7, isOpen: false })).toEqual({ count: undefined, isOpen: false })
  expect(news(record, { count: 7, isOpen: undefined })).toBeUndefined()
})
