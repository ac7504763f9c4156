/**
 * A hoster's signed word on what it served to whom.
 *
 * Owns: the receipt's encoding, what is signed, and what proves that the bytes were at hand when it was signed. Does not
 * own: when one is given (roles/hoster.ts) or what it is worth (domain/report.ts). A receipt names no round, so that a
 * hoster cannot tell an audit from a reader.
 */
import { concatBytes, utf8 } from '../../bytes.ts'
import { blake2b256, blake2b256Of } from '../../crypto/hash.ts'
import { verifyEd25519 } from '../../crypto/signature.ts'
import { H256 } from '../../scale/account.ts'
import { compactU32, compactU64, struct, vec } from '../../scale/compound.ts'
import { encode, type ValueOf } from '../../scale/codec.ts'
import { u32 } from '../../scale/primitives.ts'
import { leafHash } from './feed.ts'
import { NoiseKey, NoiseSignature } from '../worker.ts'

/** Most chunks in one receipt. */
export const MAX_RECEIPT_CHUNKS = 128
/** After so many chunks a hoster gives a receipt unasked, to every peer that takes them. */
export const RECEIPT_PACE_CHUNKS = 100

/**
 * What a peer sends to get receipts over the chunks served to it since its last one: once when it comes, for those that it is
 * given unasked, and when it wants one now.
 */
export const ReceiptRequest = struct({ feed: H256, nonce: H256 }, { path: ['assay_primitives', 'ReceiptRequest'] })
export type ReceiptRequest = ValueOf<typeof ReceiptRequest>

export const Receipt = struct(
  {
    feed: H256,
    /** The peer that was served. */
    peer: NoiseKey,
    /** The peer's nonce, so that an old receipt cannot stand for a new one. */
    nonce: H256,
    /** Indices of the chunks, ascending. */
    chunks: vec(compactU32, MAX_RECEIPT_CHUNKS),
    /** H(all the chunks' leaf hashes): one digest, so that a report can carry receipts over much that it does not prove. */
    leaves: H256,
    /** H(nonce | all the chunks' bytes): the hoster had them when it signed. */
    possession: H256,
    /** Of all the chunks together. */
    bytes: compactU64,
    /** A finalized block that the hoster knew when it signed. */
    blockNumber: u32,
    blockHash: H256,
  },
  { path: ['assay_primitives', 'Receipt'], docs: ['What a hoster served to a peer.'] },
)
export type Receipt = ValueOf<typeof Receipt>

/** A receipt with the signature of the hoster's registered Noise key. */
export const SignedReceipt = struct(
  { receipt: Receipt, signature: NoiseSignature },
  { path: ['assay_primitives', 'SignedReceipt'] },
)
export type SignedReceipt = ValueOf<typeof SignedReceipt>

const RECEIPT_CONTEXT = utf8('assay/receipt/1')

/** What the hoster signs. 32 bytes. */
export const receiptMessage = (genesisHash: Uint8Array, receipt: Receipt): Uint8Array =>
  blake2b256(concatBytes(RECEIPT_CONTEXT, genesisHash, encode(Receipt, receipt)))

/**
 * What a receipt with that nonce says of chunks, ascending by index. Its digest of possession can be given only by one who has the nonce
 * and every chunk's bytes.
 */
export const servedWith = (
  nonce: Uint8Array,
  chunks: readonly { readonly index: number; readonly bytes: Uint8Array }[],
): Pick<Receipt, 'chunks' | 'leaves' | 'possession' | 'bytes'> => ({
  chunks: chunks.map(({ index }) => index),
  leaves: blake2b256Of(...chunks.map(({ bytes }) => leafHash(bytes))),
  possession: blake2b256Of(nonce, ...chunks.map(({ bytes }) => bytes)),
  bytes: BigInt(chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)),
})

/** Whether the hoster with that Noise key signed the receipt for this chain. */
export const checkReceiptSignature = (genesisHash: Uint8Array, signed: SignedReceipt, hosterKey: Uint8Array): boolean =>
  verifyEd25519(signed.signature, receiptMessage(genesisHash, signed.receipt), hosterKey)
