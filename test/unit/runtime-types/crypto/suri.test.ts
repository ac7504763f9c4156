import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { AssayError } from '#types/errors.ts'

const publicKey = (suri: string): string => toHex(keypairFromSuri(suri).publicKey)

describe('secret URIs', () => {
  it('begin at the development phrase when they name none', () => {
    const phrase = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk'
    expect(publicKey('//Alice')).toBe('0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d')
    expect(publicKey(`${phrase}//Alice`)).toBe(publicKey('//Alice'))
  })

  it('take a seed in hex, as subkey shows it for //Alice', () => {
    expect(publicKey('0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a')).toBe(publicKey('//Alice'))
  })

  it('read numbers up to u64 as u64, and larger numbers and other names as text', () => {
    expect(publicKey('//007')).toBe(publicKey('//7'))
    expect(publicKey('//18446744073709551615')).not.toBe(publicKey('//18446744073709551616'))
    expect(publicKey('//1')).not.toBe(publicKey('//1a'))
  })

  it('take the password as part of the mnemonic', () => {
    expect(publicKey('//Alice///secret')).not.toBe(publicKey('//Alice'))
    expect(publicKey('//Alice///sec/ret')).not.toBe(publicKey('//Alice///sec'))
  })

  it.each([
    ['', 'got nothing'],
    ['Alice', 'BIP 39 mnemonic'],
    ['bottom drive obey lake curtain smoke basket hold race lonely fit fit', 'BIP 39 mnemonic'],
    ['0x1234', '64 hex digits'],
    [`0x${'g'.repeat(64)}`, '64 hex digits'],
    ['//Alice/', 'secret URI'],
  ])('are refused with a reason: %j', (suri, reason) => {
    expect(() => keypairFromSuri(suri)).toThrow(reason)
  })

  it('are never shown by an error', () => {
    for (const suri of ['hunter2hunter2', '0xhunter2', '//hunter2/', 'hunter2 walk//x///y']) {
      for (const scheme of ['sr25519', 'ed25519', 'ecdsa'] as const) {
        try {
          keypairFromSuri(suri, scheme)
          expect.unreachable()
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(AssayError)
          expect(JSON.stringify([thrown, String(thrown), (thrown as AssayError).meta])).not.toContain('hunter2')
        }
      }
    }
  })

  it.each(['ed25519', 'ecdsa'] as const)('have no soft junctions for %s', (scheme) => {
    expect(() => keypairFromSuri('/soft', scheme)).toThrow('hard junctions only')
  })

  it('show no secret in the keypair', () => {
    for (const scheme of ['sr25519', 'ed25519', 'ecdsa'] as const) {
      expect(Object.keys(keypairFromSuri('//Alice', scheme))).toEqual(['scheme', 'publicKey', 'accountId', 'sign'])
    }
  })
})
