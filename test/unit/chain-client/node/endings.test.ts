/** The memory of how transactions left the pool: the latest only, and none that came back. */
import { expect, it } from 'vitest'
import { Endings } from '#chain/node/tx-pool/endings.ts'

const LIMIT = 4096

it('keeps the latest, and forgets what came back', () => {
  const endings = new Endings()
  for (let i = 0; i <= LIMIT; i++) endings.add(`${i}`, { kind: 'dropped', why: `${i}` })
  expect(endings.get('0')).toBeUndefined()
  expect(endings.get('1')).toEqual({ kind: 'dropped', why: '1' })
  endings.add('1', { kind: 'invalid', why: 'again' })
  endings.add('new', { kind: 'dropped', why: 'new' })
  expect(endings.get('2')).toBeUndefined()
  expect(endings.get('1')).toEqual({ kind: 'invalid', why: 'again' })
  endings.forget('1')
  expect(endings.get('1')).toBeUndefined()
})
