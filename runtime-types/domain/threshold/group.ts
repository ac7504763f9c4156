/**
 * The groups of prime order in which keys are shared: BLS12-381 G1, secp256k1, and ristretto255 for what is sent in secret.
 *
 * Owns: their points and scalars, and the encodings that are accepted. Does not own: polynomials (feldman.ts).
 *
 * Arithmetic is noble's, on bigints, and takes a time that depends on secrets. Scalars of ristretto255 live for one ceremony. Shares
 * of keys live longer: an attacker that times a worker on its own machine is not held off.
 * Source: RFC 9380 and the ZCash encoding for BLS12-381, SEC 1 for secp256k1, RFC 9496 for ristretto255.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { ristretto255 } from '@noble/curves/ed25519.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'
import { equalBytes } from '../../bytes.ts'
import { AssayError } from '../../errors.ts'

/** Bytes of an encoded scalar, big endian, in every group. */
export const SCALAR_BYTES = 32
/** Bytes from which a scalar is reduced: 256 bits more than the order, so that no residue is more likely. */
const WIDE_BYTES = 64

/** What this code needs of a point. */
export interface GroupPoint<P> {
  add(other: P): P
  subtract(other: P): P
  /** In constant time as far as bigints allow. The scalar is from 1 to the order less 1. */
  multiply(scalar: bigint): P
  /** For public scalars, 0 included. */
  multiplyUnsafe(scalar: bigint): P
  equals(other: P): boolean
  is0(): boolean
  toBytes(): Uint8Array
}

/** A group of prime order. */
export interface Group<P extends GroupPoint<P>> {
  readonly name: string
  readonly order: bigint
  /** Bytes of an encoded point. */
  readonly pointBytes: number
  readonly base: P
  readonly zero: P
  /** Throws where the bytes are no point of the group. */
  readonly parse: (bytes: Uint8Array) => P
}

/** A point of a curve whose keys are shared. */
export type CurvePoint = WeierstrassPoint<bigint>
/** A curve whose keys are shared. */
export type Curve = Group<CurvePoint>
/** The names of these curves on chain. */
export const CURVE_NAMES = ['Bls12381', 'Secp256k1'] as const
export type CurveName = (typeof CURVE_NAMES)[number]

/** Points of `Curve` hold their coordinates in noble's field; ristretto255's are their own class. */
export type DhPoint = InstanceType<typeof ristretto255.Point>

interface Points<P> {
  readonly BASE: P
  readonly ZERO: P
  readonly Fn: { readonly ORDER: bigint }
  fromBytes(bytes: Uint8Array): P
}

function groupOf<P extends GroupPoint<P>>(name: string, points: Points<P>): Group<P> {
  const { BASE: base, ZERO: zero, Fn } = points
  const parse = (bytes: Uint8Array): P => points.fromBytes(bytes)
  return { name, order: Fn.ORDER, pointBytes: base.toBytes().length, base, zero, parse }
}

const makers: Readonly<Record<CurveName, () => Curve>> = {
  Bls12381: () => groupOf('Bls12381', bls12_381.G1.Point),
  Secp256k1: () => groupOf('Secp256k1', secp256k1.Point),
}
const made = new Map<CurveName, Curve>()
let dh: Group<DhPoint> | undefined

/** A curve by its name. The first use makes its tables, which takes some milliseconds. */
export function curveOf(name: CurveName): Curve {
  let curve = made.get(name)
  if (!curve) made.set(name, (curve = makers[name]()))
  return curve
}

/** ristretto255, in which private shares are encrypted, whatever the curve of the key. */
export const dhGroup = (): Group<DhPoint> => (dh ??= groupOf('Ristretto255', ristretto255.Point))

/**
 * The point that these bytes encode. `undefined` unless they are the one encoding of a point of the group, and not of the identity.
 */
export function decodePoint<P extends GroupPoint<P>>(group: Group<P>, bytes: Uint8Array): P | undefined {
  if (bytes.length !== group.pointBytes) return undefined
  try {
    const point = group.parse(bytes)
    return point.is0() || !equalBytes(point.toBytes(), bytes) ? undefined : point
  } catch {
    return undefined
  }
}

/** A residue modulo the order, from 0 on. */
export function modulo({ order }: { readonly order: bigint }, value: bigint): bigint {
  const rest = value % order
  return rest < 0n ? rest + order : rest
}

/** The inverse modulo the order. @throws AssayError `NO_INVERSE` for a multiple of the order */
export function inverse(group: { readonly order: bigint }, value: bigint): bigint {
  let [r0, r1, s0, s1] = [group.order, modulo(group, value), 0n, 1n]
  if (r1 === 0n) throw new AssayError('NO_INVERSE', 'expected a number that is no multiple of the order, got one')
  while (r1 !== 0n) {
    const quotient = r0 / r1
    ;[r0, r1] = [r1, r0 - quotient * r1]
    ;[s0, s1] = [s1, s0 - quotient * s1]
  }
  return modulo(group, s0)
}

/** A number as bytes, big endian. */
export function scalarBytes(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex'))
}

/** The number that bytes are, big endian, not reduced. */
export const scalarOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)

/** A scalar from the order's range that is encoded canonically; `undefined` for other bytes. 0 is a scalar. */
export function decodeScalar({ order }: { readonly order: bigint }, bytes: Uint8Array): bigint | undefined {
  if (bytes.length !== SCALAR_BYTES) return undefined
  const value = scalarOf(bytes)
  return value < order ? value : undefined
}

/** A scalar from 64 uniform bytes. @throws AssayError `TOO_FEW_BYTES` */
export function reducedScalar(group: { readonly order: bigint }, wide: Uint8Array): bigint {
  if (wide.length !== WIDE_BYTES)
    throw new AssayError('TOO_FEW_BYTES', `expected ${WIDE_BYTES} uniform bytes, got ${wide.length}`)
  return modulo(group, scalarOf(wide))
}
