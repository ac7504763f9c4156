/** Feldman's sharing on both curves: laws over random polynomials, and noble's FROST as another author's word for it. */
import { createHash } from 'node:crypto'
import { createFROST } from '@noble/curves/abstract/frost.js'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  commitmentsTo,
  evaluate,
  evaluateCommitments,
  interpolate,
  isShareOf,
  sumOf,
  weightsAtZero,
} from '#types/domain/threshold/feldman.ts'
import {
  CURVE_NAMES,
  curveOf,
  decodePoint,
  decodeScalar,
  inverse,
  modulo,
  reducedScalar,
  scalarBytes,
  scalarOf,
} from '#types/domain/threshold/group.ts'
import { fromHex, toHex } from '#types/bytes.ts'

const points = { Bls12381: bls12_381.G1.Point, Secp256k1: secp256k1.Point } as const
const scalar = (order: bigint) => fc.bigInt({ min: 1n, max: order - 1n })

describe.each(CURVE_NAMES)('%s', (name) => {
  const curve = curveOf(name)

  test('any q shares give the secret, and any q - 1 give another number', () => {
    const cases = fc.integer({ min: 2, max: 6 }).chain((q) =>
      fc.record({
        coefficients: fc.array(scalar(curve.order), { minLength: q, maxLength: q }),
        ids: fc.uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: q, maxLength: q + 3 }),
      }),
    )
    fc.assert(
      fc.property(cases, ({ coefficients, ids }) => {
        const shares = new Map(ids.map((id) => [id, evaluate(curve, coefficients, id)]))
        const first = new Map([...shares].slice(0, coefficients.length))
        const last = new Map([...shares].slice(-coefficients.length))
        const fewer = new Map([...shares].slice(1, coefficients.length))
        expect(interpolate(curve, first)).toBe(coefficients[0])
        expect(interpolate(curve, last)).toBe(coefficients[0])
        expect(interpolate(curve, fewer)).not.toBe(coefficients[0])
      }),
      { numRuns: 40 },
    )
  })

  test('the commitments tell a share from every other number, for sums of polynomials too', () => {
    const [f, g] = [
      [5n, curve.order - 3n, 77n],
      [curve.order - 5n, 2n, 9n],
    ] as const
    const both = sumOf(curve, [commitmentsTo(curve, f), commitmentsTo(curve, g)], 3)
    for (const id of [1, 2, 65_535]) {
      const share = modulo(curve, evaluate(curve, f, id) + evaluate(curve, g, id))
      expect(isShareOf(curve, both, id, share)).toBe(true)
      expect(isShareOf(curve, both, id, modulo(curve, share + 1n))).toBe(false)
      expect(isShareOf(curve, both, id === 1 ? 2 : 1, share)).toBe(false)
      // The same residue, but no scalar: two encodings of one share would be two words.
      expect(isShareOf(curve, both, id, share + curve.order)).toBe(false)
    }
    expect(both[0]!.is0()).toBe(true)
  })

  test('a share of 0 is one where the polynomial is 0 there', () => {
    const zeroAtOne = commitmentsTo(curve, [1n, curve.order - 1n])
    expect(evaluateCommitments(curve, zeroAtOne, 1).is0()).toBe(true)
    expect(isShareOf(curve, zeroAtOne, 1, 0n)).toBe(true)
    expect(isShareOf(curve, zeroAtOne, 2, 0n)).toBe(false)
  })

  test('ids that are 0, too large, fractions or twice the same are refused', () => {
    for (const ids of [[0, 1], [1, 65_536], [1, 1], [1.5, 2], [-1, 2], []])
      expect(() => weightsAtZero(curve, ids)).toThrow(expect.objectContaining({ code: 'BAD_IDS' }))
  })

  test("noble's FROST shares as we do", () => {
    const hash = (message: Uint8Array) => Uint8Array.from(createHash('sha256').update(message).digest())
    const frost = createFROST({ name: `assay-${name}`, Point: points[name], hash })
    const ids = [1, 2, 3, 4, 5]
    const named = ids.map((id) => frost.Identifier.fromNumber(id))
    const { public: common, secretShares } = frost.trustedDealer({ min: 3, max: 5 }, named)
    const theirs = common.commitments.map((bytes) => curve.parse(bytes))
    const shares = new Map(ids.map((id, i) => [id, scalarOf(secretShares[named[i]!]!.signingShare)]))
    for (const [id, share] of shares) expect(isShareOf(curve, theirs, id, share)).toBe(true)
    const secret = interpolate(curve, new Map([...shares].slice(1, 4)))
    expect(curve.base.multiply(secret).equals(theirs[0]!)).toBe(true)

    const coefficients = [11n, 12n, 13n]
    const verifying = (id: number) => evaluateCommitments(curve, commitmentsTo(curve, coefficients), id).toBytes()
    const ours = {
      signers: { min: 3, max: 5 },
      commitments: commitmentsTo(curve, coefficients).map((point) => point.toBytes()),
      verifyingShares: Object.fromEntries(ids.map((id, i) => [named[i]!, verifying(id)])),
    }
    const secretOf = (share: bigint) => ({ identifier: named[1]!, signingShare: scalarBytes(share) })
    const share = evaluate(curve, coefficients, 2)
    expect(() => frost.validateSecret(secretOf(share), ours)).not.toThrow()
    expect(() => frost.validateSecret(secretOf(share + 1n), ours)).toThrow()
  })

  it('decodes one encoding of each point, and not the identity', () => {
    const encoded = curve.base.multiply(9n).toBytes()
    expect(decodePoint(curve, encoded)?.equals(curve.base.multiply(9n))).toBe(true)
    for (const bytes of [
      encoded.subarray(1),
      new Uint8Array(curve.pointBytes),
      new Uint8Array(0),
      encoded.map(() => 255),
    ])
      expect(decodePoint(curve, bytes)).toBeUndefined()
    expect(decodePoint(curve, identityOf(name))).toBeUndefined()
    const uncompressed = curve.base.multiply(9n) as unknown as { toBytes(isCompressed: boolean): Uint8Array }
    expect(decodePoint(curve, uncompressed.toBytes(false))).toBeUndefined()
  })

  it('takes scalars below the order only', () => {
    expect(decodeScalar(curve, scalarBytes(curve.order - 1n))).toBe(curve.order - 1n)
    expect(decodeScalar(curve, scalarBytes(curve.order))).toBeUndefined()
    expect(decodeScalar(curve, new Uint8Array(31))).toBeUndefined()
    expect(() => reducedScalar(curve, new Uint8Array(32))).toThrow(expect.objectContaining({ code: 'TOO_FEW_BYTES' }))
    expect(modulo(curve, 5n * inverse(curve, 5n))).toBe(1n)
    expect(() => inverse(curve, curve.order)).toThrow(expect.objectContaining({ code: 'NO_INVERSE' }))
  })
})

/** The encoding of the identity where there is one. */
function identityOf(name: (typeof CURVE_NAMES)[number]): Uint8Array {
  const bytes = new Uint8Array(curveOf(name).pointBytes)
  if (name === 'Bls12381') bytes[0] = 0xc0
  return bytes
}

it('refuses points of BLS12-381 outside the subgroup', () => {
  // On the curve y² = x³ + 4 at x = 4, of which the base's multiples are a small part.
  const outside = fromHex(`0x80${'00'.repeat(46)}04`)
  const { Fp } = bls12_381.G1.Point
  const y = Fp.sqrt(68n)
  expect(Fp.sqr(y)).toBe(68n)
  expect(toHex(outside)).toHaveLength(98)
  expect(decodePoint(curveOf('Bls12381'), outside)).toBeUndefined()
  expect(bls12_381.G1.Point.fromAffine({ x: 4n, y }).isTorsionFree()).toBe(false)
})
