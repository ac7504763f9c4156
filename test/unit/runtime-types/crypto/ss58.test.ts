import { decodeAddress, encodeAddress } from '@polkadot/util-crypto/address'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { fromSs58, toSs58 } from '#types/crypto/ss58.ts'

const account = fc.uint8Array({ minLength: 32, maxLength: 32 })
const prefix = fc.integer({ min: 0, max: 16383 }).filter((value) => value !== 46 && value !== 47)
const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'

describe('SS58', () => {
  it('is what @polkadot/util-crypto makes of every account and prefix, both ways', () => {
    fc.assert(
      fc.property(account, prefix, (id, prefix) => {
        const text = toSs58(id, prefix)
        expect(text).toBe(encodeAddress(id, prefix))
        expect(toHex(fromSs58(text, prefix))).toBe(toHex(id))
        expect(toHex(decodeAddress(text))).toBe(toHex(id))
      }),
    )
    const zeros = new Uint8Array(32)
    expect(toSs58(zeros, 0)).toBe(encodeAddress(zeros, 0))
    expect(fromSs58(toSs58(zeros, 0))).toEqual(zeros)
  })

  it('notices each mistyped letter', () => {
    for (let at = 0; at < ALICE.length; at++) {
      const typo = `${ALICE.slice(0, at)}${ALICE[at] === 'x' ? 'y' : 'x'}${ALICE.slice(at + 1)}`
      expect(() => fromSs58(typo)).toThrow('expected an SS58 address')
    }
  })

  it.each([
    ['', 'got nothing'],
    ['0OIl', 'not in base 58'],
    ['1'.repeat(65), 'got 65 characters'],
    [ALICE.slice(0, 20), 'bytes'],
    ['é', 'not in base 58'],
    ['Ajy', 'a reserved prefix'],
  ])('refuses %j with a reason', (text, reason) => {
    expect(() => fromSs58(text)).toThrow(reason)
  })

  it('refuses another prefix than the one asked for', () => {
    expect(() => fromSs58(ALICE, 0)).toThrow('prefix 42, not 0')
  })

  it('never reads garbage as an account, and fails with nothing but its own error', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        expect(() => fromSs58(text)).toThrow('expected an SS58 address')
      }),
    )
  })

  it('refuses accounts of other lengths and reserved prefixes', () => {
    expect(() => toSs58(new Uint8Array(31))).toThrow('expected an account of 32 bytes, got 31 bytes')
    for (const prefix of [46, 47, -1, 16384, 1.5])
      expect(() => toSs58(new Uint8Array(32), prefix)).toThrow('SS58 prefix')
  })
})
