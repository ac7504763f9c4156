/**
 * A hoster's signed statement of the chunks that it served to a peer.
 *
 * Owns: the receipt's encoding, the signed message, and the proof that the hoster had the bytes when it signed. Does
 * not own: the worth of a receipt in a report.
 * A receipt names no round, so that a hoster cannot tell an audit from a reader.
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
/** After this many chunks a hoster gives a receipt without a request, to every peer that accepts receipts. */
export const RECEIPT_PACE_CHUNKS = 100

/**
 * A peer's request for a receipt over the chunks served since its last one. It sends one at its arrival, for the
 * receipts that come without a request, and one whenever it wants a receipt at once.
 */
export const ReceiptRequest = struct({ feed: H256, nonce: H256 }, { path: ['assay_primitives', 'ReceiptRequest'] })
export type ReceiptRequest = ValueOf<typeof ReceiptRequest>

export const Receipt = struct(
  {
    feed: H256,
    /** The peer that got the chunks. */
    peer: NoiseKey,
    /** The peer's nonce, so that an old receipt cannot stand for a new one. */
    nonce: H256,
    /** Indices of the chunks, ascending. */
    chunks: vec(compactU32, MAX_RECEIPT_CHUNKS),
    /**
     * H(all the chunks' leaf hashes). One digest, so that a report can carry receipts over many chunks that it does not
     * prove.
     */
    leaves: H256,
    /** H(nonce | all the chunks' bytes): the hoster had them when it signed. */
    possession: H256,
    /** All the chunks together, in bytes. */
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

/** The message that the hoster signs. 32 bytes. */
export const receiptMessage = (genesisHash: Uint8Array, receipt: Receipt): Uint8Array =>
  blake2b256(concatBytes(RECEIPT_CONTEXT, genesisHash, encode(Receipt, receipt)))

/**
 * The content of a receipt with that nonce over chunks, ascending by index. Only a party that has the nonce and the
 * bytes of every chunk can compute its digest of possession.
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
