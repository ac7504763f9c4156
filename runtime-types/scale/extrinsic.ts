/**
 * Extrinsics on the wire: their content, the signed payload, and their hash.
 *
 * Owns: UncheckedExtrinsic (version 4 signed or bare, version 5 bare or general) and the payload that signers sign.
 * Does not own: calls and transaction extensions, whose codecs the runtime gives.
 * Source: sp-runtime generic/unchecked_extrinsic.rs (Preamble, SignedPayload).
 */
import { concatBytes } from '../bytes.ts'
import { blake2b256 } from '../crypto/hash.ts'
import { inside, ScaleError, Writer, type Codec, type Reader } from './codec.ts'
import { writeCompactLength } from './compact.ts'
import { MultiAddress } from './multi-address.ts'
import { MultiSignature } from './multi-signature.ts'
import { bytes, readLength } from './primitives.ts'

/** The signer, its signature, and the explicit parts of the transaction extensions (era, nonce, tip and so on). */
export interface ExtrinsicSignature<Extra> {
  readonly address: MultiAddress
  readonly signature: MultiSignature
  readonly extra: Extra
}

/**
 * A general transaction has this instead of a signature: the version of its transaction extensions (0 is the only one)
 * and their explicit parts. One of the extensions must name the sender.
 */
export interface GeneralPreamble<Extra> {
  readonly extensionVersion: 0
  readonly extra: Extra
}

/**
 * An extrinsic. A signed one always has version 4, a general one version 5. An extrinsic with neither is bare: an
 * inherent or an unsigned transaction.
 */
export interface Extrinsic<Call, Extra> {
  readonly version: 4 | 5
  readonly signature?: ExtrinsicSignature<Extra>
  readonly general?: GeneralPreamble<Extra>
  readonly call: Call
}

const SIGNED_V4 = 0x84
const BARE_V4 = 0x04
const BARE_V5 = 0x05
const GENERAL_V5 = 0x45
/** The version of this runtime's transaction extensions. */
const EXTENSION_VERSION = 0

/** A signer hashes a longer payload before it signs. */
const MAX_PLAIN_PAYLOAD_BYTES = 256

const shown = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`

/** Runs a read or write. Its errors get `segment` in their path. */
function at<T>(segment: string, act: () => T): T {
  try {
    return act()
  } catch (thrown) {
    throw inside(thrown, segment)
  }
}

/** The codecs of an extrinsic's parts. */
interface Parts<C, X> {
  readonly call: Codec<C>
  readonly extra: Codec<X>
}

function writePreamble<C, X>({ extra }: Parts<C, X>, value: Extrinsic<C, X>, out: Writer): void {
  const { version, signature, general } = value
  if (signature) {
    if (general) throw new ScaleError('a signed or a general extrinsic', 'both')
    if (version !== 4) throw new ScaleError('extrinsic version 4 for a signed extrinsic', String(version))
    out.byte(SIGNED_V4)
    at('address', () => MultiAddress.write(signature.address, out))
    at('signature', () => MultiSignature.write(signature.signature, out))
    at('extra', () => extra.write(signature.extra, out))
  } else if (general) {
    if (version !== 5) throw new ScaleError('extrinsic version 5 for a general extrinsic', String(version))
    out.byte(GENERAL_V5)
    out.byte(general.extensionVersion)
    at('extra', () => extra.write(general.extra, out))
  } else {
    out.byte(version === 4 ? BARE_V4 : BARE_V5)
  }
}

function writeBody<C, X>(codecs: Parts<C, X>, value: Extrinsic<C, X>, out: Writer): void {
  writePreamble(codecs, value, out)
  at('call', () => codecs.call.write(value.call, out))
}

function readGeneral<C, X>(codecs: Parts<C, X>, from: Reader): Extrinsic<C, X> {
  const extensionVersion = from.byte('extension version')
  if (extensionVersion !== EXTENSION_VERSION)
    throw new ScaleError(`extension version ${EXTENSION_VERSION}`, String(extensionVersion), from.offset - 1)
  const extra = at('extra', () => codecs.extra.read(from))
  return { version: 5, general: { extensionVersion, extra }, call: at('call', () => codecs.call.read(from)) }
}

function readBody<C, X>(codecs: Parts<C, X>, from: Reader): Extrinsic<C, X> {
  const preamble = from.byte('extrinsic version')
  if (preamble === BARE_V4 || preamble === BARE_V5)
    return { version: preamble, call: at('call', () => codecs.call.read(from)) }
  if (preamble === GENERAL_V5) return readGeneral(codecs, from)
  if (preamble !== SIGNED_V4)
    throw new ScaleError(
      'extrinsic version 0x84 (signed), 0x45 (general), 0x04 or 0x05 (bare)',
      shown(preamble),
      from.offset - 1,
    )
  const signature = {
    address: at('address', () => MultiAddress.read(from)),
    signature: at('signature', () => MultiSignature.read(from)),
    extra: at('extra', () => codecs.extra.read(from)),
  }
  return { version: 4, signature, call: at('call', () => codecs.call.read(from)) }
}

/**
 * The codec of whole extrinsics, including the compact length prefix. The prefix must be exactly the length of the
 * rest. `call` is the runtime's call enum, `extra` the tuple of its transaction extensions' explicit parts.
 */
export function extrinsicCodec<C, X>(codecs: Parts<C, X>): Codec<Extrinsic<C, X>> {
  return {
    type: {
      path: ['sp_runtime', 'generic', 'unchecked_extrinsic', 'UncheckedExtrinsic'],
      params: [
        { name: 'Address', type: () => MultiAddress.type },
        { name: 'Call', type: () => codecs.call.type },
        { name: 'Signature', type: () => MultiSignature.type },
        { name: 'Extra', type: () => codecs.extra.type },
      ],
      shape: { kind: 'composite', fields: [{ type: () => bytes.type }] },
    },
    write(value, out) {
      const body = new Writer()
      at('extrinsic', () => writeBody(codecs, value, body))
      const encoded = body.finish()
      writeCompactLength(encoded.length, out)
      out.raw(encoded)
    },
    read(from) {
      return at('extrinsic', () => {
        const length = readLength(from, 1, 'extrinsic')
        const start = from.offset
        const value = readBody(codecs, from)
        const got = from.offset - start
        if (got !== length) throw new ScaleError(`an extrinsic of ${length} bytes`, `${got} bytes`, start)
        return value
      })
    },
  }
}

/**
 * The bytes that a signer signs: call, then the explicit and the implicit parts of the extensions. If they are longer
 * than 256 bytes, the signer signs their hash.
 */
export function signingPayload(call: Uint8Array, extra: Uint8Array, implicit: Uint8Array): Uint8Array {
  const payload = concatBytes(call, extra, implicit)
  return payload.length > MAX_PLAIN_PAYLOAD_BYTES ? blake2b256(payload) : payload
}

/** BLAKE2b-256 of the extrinsic on the wire, including the length prefix. */
export const extrinsicHash = (wire: Uint8Array): Uint8Array => blake2b256(wire)
