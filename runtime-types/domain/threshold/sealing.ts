/**
 * Private shares on a public chain: each is encrypted to a key that its recipient made for this ceremony alone.
 *
 * Owns: the encryption, and the evidence by which a recipient opens one share to everybody. Does not own: whether the share is right,
 * which the dealer's commitments say; no other check of integrity is needed.
 *
 * Dealer i makes D = dG for this dealing; recipient j made E = eG. Both know K = dE = eD, and the share is masked with a hash of it.
 * To complain, j publishes K and proves that e is its secret in E and in K: everybody can then unmask this one share.
 * A dealer must prove that it knows d: with the D of another dealer it would get that dealer's K opened by an honest complaint.
 */
import { u32le } from '../../bytes.ts'
import { decodePoint, dhGroup, SCALAR_BYTES, scalarBytes, scalarOf, type DhPoint } from './group.ts'
import { checkSameSecret, proveSameSecret, type Binding } from './proofs.ts'
import { hash64 } from './transcript.ts'

/** Between whom a share travels, and in which ceremony. */
export interface Passage {
  readonly context: Uint8Array
  readonly dealer: number
  readonly recipient: number
  /** D, of the dealing. */
  readonly dealerKey: DhPoint
  /** E, of the recipient. */
  readonly recipientKey: DhPoint
}

/** A recipient's evidence: the key of the passage, and the proof that it is that. */
export interface Opening {
  /** K, 32 bytes. */
  readonly key: Uint8Array
  /** 64 bytes. */
  readonly proof: Uint8Array
}

const partsOf = ({ context, dealer, recipient }: Passage): Uint8Array[] => [context, u32le(dealer), u32le(recipient)]

function mask(passage: Passage, key: DhPoint, bytes: Uint8Array): Uint8Array {
  const points = [passage.dealerKey, passage.recipientKey, key].map((point) => point.toBytes())
  const pad = hash64('assay-dkg/pad/1', ...partsOf(passage), ...points)
  return bytes.map((byte, i) => byte ^ pad[i]!)
}

const bindingOf = (passage: Passage): Binding => ({ tag: 'assay-dkg/opening/1', parts: partsOf(passage) })

/** A share for its recipient, 32 bytes. `dealerSecret` is d. */
export const sealShare = (passage: Passage, dealerSecret: bigint, share: bigint): Uint8Array =>
  mask(passage, passage.recipientKey.multiply(dealerSecret), scalarBytes(share))

/** The number that a dealer sent, which a lying dealer chose freely below 2^256. `recipientSecret` is e. */
export const openShare = (passage: Passage, recipientSecret: bigint, sealed: Uint8Array): bigint =>
  scalarOf(mask(passage, passage.dealerKey.multiply(recipientSecret), sealed))

/** Evidence by which everybody can open this one share. It tells nothing about other shares of either side. */
export const openingOf = (passage: Passage, recipientSecret: bigint): Opening => ({
  key: passage.dealerKey.multiply(recipientSecret).toBytes(),
  proof: proveSameSecret(dhGroup(), bindingOf(passage), passage.dealerKey, recipientSecret),
})

/** The number that the dealer sent, as the evidence opens it; `undefined` where the evidence proves nothing. */
export function openedBy(passage: Passage, { key, proof }: Opening, sealed: Uint8Array): bigint | undefined {
  if (sealed.length !== SCALAR_BYTES) return undefined
  const image = decodePoint(dhGroup(), key)
  if (image === undefined) return undefined
  const { dealerKey: other, recipientKey } = passage
  const isProven = checkSameSecret(dhGroup(), bindingOf(passage), { other, key: recipientKey, image }, proof)
  return isProven ? scalarOf(mask(passage, image, sealed)) : undefined
}
