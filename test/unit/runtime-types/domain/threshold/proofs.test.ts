/** Proofs of possession and of equal secrets, and the shares that they open. */
import { describe, expect, test } from 'vitest'
import { concatBytes, utf8 } from '#types/bytes.ts'
import { curveOf, dhGroup, modulo, scalarBytes, type Group, type GroupPoint } from '#types/domain/threshold/group.ts'
import { checkPossession, checkSameSecret, provePossession, proveSameSecret } from '#types/domain/threshold/proofs.ts'
import { openedBy, openingOf, openShare, sealShare, type Passage } from '#types/domain/threshold/sealing.ts'

const binding = { tag: 'test/1', parts: [utf8('context'), utf8('7')] }

function everyGroup<T>(use: <P extends GroupPoint<P>>(group: Group<P>) => T): T[] {
  return [use(curveOf('Bls12381')), use(curveOf('Secp256k1')), use(dhGroup())]
}

test('a proof of possession is good for its point, its tag, its parts and their lengths', () => {
  everyGroup((group) => {
    const proof = provePossession(group, binding, 12_345n)
    const point = group.base.multiply(12_345n)
    expect(checkPossession(group, binding, point, proof)).toBe(true)
    expect(provePossession(group, binding, 12_345n)).toEqual(proof)
    expect(checkPossession(group, binding, group.base.multiply(12_346n), proof)).toBe(false)
    expect(checkPossession(group, { ...binding, tag: 'test/2' }, point, proof)).toBe(false)
    const shifted = { tag: 'test/1', parts: [utf8('context7'), utf8('')] }
    expect(checkPossession(group, shifted, point, proof)).toBe(false)
  })
})

test('a changed, cut or oversized proof is refused', () => {
  everyGroup((group) => {
    const proof = provePossession(group, binding, 99n)
    const point = group.base.multiply(99n)
    for (const at of [0, 31, 32, 63]) {
      const changed = proof.slice()
      changed[at]! ^= 1
      expect(checkPossession(group, binding, point, changed)).toBe(false)
    }
    expect(checkPossession(group, binding, point, proof.subarray(1))).toBe(false)
    const [c, z] = [proof.subarray(0, 32), proof.subarray(32)]
    const sameResidue = scalarBytes(BigInt(`0x${Buffer.from(z).toString('hex')}`) + group.order)
    if (sameResidue.length === 32)
      expect(checkPossession(group, binding, point, concatBytes(c, sameResidue))).toBe(false)
  })
})

test('nonces differ where challenges do: two proofs by one secret do not give it away', () => {
  const group = dhGroup()
  const [one, two] = [binding, { ...binding, tag: 'test/2' }].map((each) => provePossession(group, each, 5n))
  const half = (proof: Uint8Array, at: number): bigint =>
    BigInt(`0x${Buffer.from(proof.subarray(32 * at, 32 * at + 32)).toString('hex')}`)
  // With one nonce k for both, z1 - z2 = (c1 - c2) * secret.
  const difference = modulo(group, half(one!, 1) - half(two!, 1))
  expect(difference).not.toBe(modulo(group, (half(one!, 0) - half(two!, 0)) * 5n))
})

test('equal secrets are told from unequal ones', () => {
  everyGroup((group) => {
    const other = group.base.multiply(31n)
    const [key, image] = [group.base.multiply(8n), other.multiply(8n)]
    const proof = proveSameSecret(group, binding, other, 8n)
    expect(checkSameSecret(group, binding, { other, key, image }, proof)).toBe(true)
    expect(checkSameSecret(group, binding, { other, key, image: other.multiply(9n) }, proof)).toBe(false)
    expect(checkSameSecret(group, binding, { other, key: group.base.multiply(9n), image }, proof)).toBe(false)
  })
})

describe('a sealed share', () => {
  const [d, e] = [4_321n, 8_765n]
  const passage: Passage = {
    context: new Uint8Array(32).fill(1),
    dealer: 1,
    recipient: 2,
    dealerKey: dhGroup().base.multiply(d),
    recipientKey: dhGroup().base.multiply(e),
  }
  const sealed = sealShare(passage, d, 77n)

  test('opens for its recipient, and for everybody by the recipient’s evidence', () => {
    expect(openShare(passage, e, sealed)).toBe(77n)
    expect(openedBy(passage, openingOf(passage, e), sealed)).toBe(77n)
  })

  test('does not open by evidence of another passage, key or secret', () => {
    const opening = openingOf(passage, e)
    expect(openedBy({ ...passage, recipient: 3 }, opening, sealed)).toBeUndefined()
    expect(openedBy({ ...passage, context: new Uint8Array(32) }, opening, sealed)).toBeUndefined()
    expect(openedBy(passage, openingOf(passage, e + 1n), sealed)).toBeUndefined()
    const key = dhGroup().base.multiply(3n).toBytes()
    expect(openedBy(passage, { ...opening, key }, sealed)).toBeUndefined()
    expect(openedBy(passage, { ...opening, key: new Uint8Array(32) }, sealed)).toBeUndefined()
    expect(openedBy(passage, opening, sealed.subarray(1))).toBeUndefined()
  })

  test('the pad of one passage opens no other: keys are used in both directions', () => {
    const back = {
      ...passage,
      dealer: 2,
      recipient: 1,
      dealerKey: passage.recipientKey,
      recipientKey: passage.dealerKey,
    }
    expect(openShare(back, d, sealed)).not.toBe(77n)
  })
})
