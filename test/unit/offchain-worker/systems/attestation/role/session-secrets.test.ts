/** The secrets of a session: one set for each session and key. */
import { expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { noiseKeyPair, signWithNoiseKey } from '#worker/p2p/identity.ts'
import { sessionSecrets } from '#worker/systems/attestation/role/session-secrets.ts'

const bytes = (value: number): Uint8Array => new Uint8Array(32).fill(value)
const secretsOf = (session: number, key: number): string[] => {
  const pair = noiseKeyPair(bytes(key))
  const identity = { publicKey: pair.publicKey, sign: (message: Uint8Array) => signWithNoiseKey(pair, message) }
  const draw = sessionSecrets(bytes(session), identity)
  return [toHex(draw(32)), toHex(draw(32))]
}

test('the same session and key give the same secrets, everything else gives others', () => {
  expect(secretsOf(1, 1)).toEqual(secretsOf(1, 1))
  expect(new Set([secretsOf(1, 1), secretsOf(2, 1), secretsOf(1, 2)].flat()).size).toBe(6)
})
