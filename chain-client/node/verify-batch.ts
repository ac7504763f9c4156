/**
 * How signatures travel to verification threads: one block of bytes, handed over without copying.
 *
 * Owns: the layout, both ways. Does not own: the threads.
 */
import type { MultiSignature } from '#types/scale/multi-signature.ts'

/** A signature to be verified. */
export interface VerifyJob {
  readonly signature: MultiSignature
  readonly message: Uint8Array
  /** 32 bytes. */
  readonly account: Uint8Array
}

const SCHEMES = ['Ed25519', 'Sr25519', 'Ecdsa'] as const
const ACCOUNT_BYTES = 32
/** Scheme, length of the signature, length of the message. */
const PREFIX_BYTES = 1 + 1 + 4

const sizeOf = ({ signature, message }: VerifyJob): number =>
  PREFIX_BYTES + ACCOUNT_BYTES + signature.value.length + message.length

/** Jobs, one after the other: prefix, account, signature, message. */
export function encodeBatch(jobs: readonly VerifyJob[]): Uint8Array<ArrayBuffer> {
  let size = 0
  for (const job of jobs) size += sizeOf(job)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const job of jobs) {
    const { signature, message, account } = job
    bytes[at] = SCHEMES.indexOf(signature.tag)
    bytes[at + 1] = signature.value.length
    view.setUint32(at + 2, message.length)
    bytes.set(account, at + PREFIX_BYTES)
    bytes.set(signature.value, at + PREFIX_BYTES + ACCOUNT_BYTES)
    bytes.set(message, at + PREFIX_BYTES + ACCOUNT_BYTES + signature.value.length)
    at += sizeOf(job)
  }
  return bytes
}

/** Reads the output of `encodeBatch`. */
export function decodeBatch(bytes: Uint8Array): VerifyJob[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const jobs: VerifyJob[] = []
  for (let at = 0; at < bytes.length;) {
    const tag = SCHEMES[bytes[at]!]!
    const signatureAt = at + PREFIX_BYTES + ACCOUNT_BYTES
    const messageAt = signatureAt + bytes[at + 1]!
    const end = messageAt + view.getUint32(at + 2)
    jobs.push({
      signature: { tag, value: bytes.subarray(signatureAt, messageAt) },
      message: bytes.subarray(messageAt, end),
      account: bytes.subarray(at + PREFIX_BYTES, signatureAt),
    })
    at = end
  }
  return jobs
}
