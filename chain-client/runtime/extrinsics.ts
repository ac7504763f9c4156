/**
 * Extrinsics between wire and runtime: decoded once, with the signed bytes kept at hand.
 *
 * Owns: decoding, the spans of call and extra, the payload. Does not own: the wire format.
 */
import { equalBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { decode, encode, Reader, type Codec, type ValueOf } from '#types/scale/codec.ts'
import { readCompactLength } from '#types/scale/compact.ts'
import { extrinsicCodec, extrinsicHash, signingPayload, type Extrinsic } from '#types/scale/extrinsic.ts'
import { bytes } from '#types/scale/primitives.ts'
import type { RuntimeCall } from './frame/terms.ts'
import type { Extra } from './extensions.ts'
import type { DecodedExtrinsic, TransactionError } from './runtime-interface.ts'

/** Version byte of a bare extrinsic. */
const BARE_V4 = 4

/** Stands for the account of an address that names none. No signature fits it. */
const UNKNOWN_SIGNER = new Uint8Array(32)

/** A bare extrinsic on the wire around an encoded call. */
export function bareExtrinsic(call: Uint8Array): Uint8Array {
  const body = new Uint8Array(call.length + 1)
  body[0] = BARE_V4
  body.set(call, 1)
  return encode(bytes, body)
}

/** Notes where in the wire bytes a value stood. */
function spanned<T>(codec: Codec<T>, note: (start: number, end: number) => void): Codec<T> {
  return {
    type: codec.type,
    write: (value, out) => codec.write(value, out),
    read(from) {
      const start = from.offset
      const value = codec.read(from)
      note(start, from.offset)
      return value
    },
  }
}

type ExtraValue = ValueOf<typeof Extra>

/** Facts that decoding finds beside the value. */
interface Facts {
  /** The encoded call, and the explicit parts of the extensions. */
  readonly call: Uint8Array
  readonly extra: Uint8Array
  /** Whether the call is an inherent's, and whether it is of the operational class. */
  readonly inherent: boolean
  readonly operational: boolean
}

/** The runtime's view of {@link DecodedExtrinsic}. */
export class ParsedExtrinsic implements DecodedExtrinsic {
  readonly wire: Uint8Array
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
  readonly value: Extrinsic<RuntimeCall, ExtraValue>
  readonly signature: DecodedExtrinsic['signature']
  readonly isInherent: boolean
  readonly isOperational: boolean
  readonly #call: Uint8Array
  readonly #extra: Uint8Array
  #signedImplicit: Uint8Array | undefined

  constructor(
    wire: Uint8Array,
    value: Extrinsic<RuntimeCall, ExtraValue>,
    { call, extra, inherent, operational }: Facts,
  ) {
    this.wire = wire
    this.value = value
    this.#call = call
    this.#extra = extra
    this.isInherent = inherent && !value.signature && !value.general
    this.isOperational = operational
    const from = new Reader(wire)
    readCompactLength(from)
    this.bytes = wire.subarray(from.offset)
    this.hash = extrinsicHash(wire)
    this.signature = signatureOf(value)
  }

  /** Whether the signer is given as an account id, the one form that this runtime looks up. */
  get hasKnownSigner(): boolean {
    return this.value.signature?.address.tag === 'Id'
  }

  /**
   * The bytes that the signer signed, given the implicit parts. Remembers the parts, because the verdict on the signature holds for
   * them only.
   */
  payload(implicit: Uint8Array): Uint8Array {
    this.#signedImplicit = implicit
    return signingPayload(this.#call, this.#extra, implicit)
  }

  /**
   * Checks whether the signature, verified for earlier implicit parts, holds for these too. It does not after the era has passed,
   * or with a birth block on another branch. Undefined where it holds.
   */
  checkImplicit(implicit: Uint8Array | TransactionError): TransactionError | undefined {
    if (!(implicit instanceof Uint8Array)) return implicit
    if (!this.#signedImplicit || equalBytes(implicit, this.#signedImplicit)) return undefined
    return { kind: 'invalid', reason: 'BadProof' }
  }
}

function signatureOf({ signature }: Extrinsic<RuntimeCall, ExtraValue>): DecodedExtrinsic['signature'] {
  if (!signature) return undefined
  const { address } = signature
  return { signer: address.tag === 'Id' ? address.value : UNKNOWN_SIGNER, proof: signature.signature }
}

/** The decoder of a runtime with these calls. `kindOf` recognises those that block authors make, and the operational ones. */
export function extrinsicDecoder(
  call: Codec<RuntimeCall>,
  extra: typeof Extra,
  kindOf: (call: RuntimeCall) => Pick<Facts, 'inherent' | 'operational'>,
): (wire: Uint8Array) => ParsedExtrinsic {
  let callSpan: readonly [number, number] = [0, 0]
  let extraSpan: readonly [number, number] = [0, 0]
  const codec = extrinsicCodec({
    call: spanned(call, (...span) => (callSpan = span)),
    extra: spanned(extra, (...span) => (extraSpan = span)),
  })
  return (wire) => {
    extraSpan = [0, 0]
    const value = decode(codec, wire)
    return new ParsedExtrinsic(wire, value, {
      call: wire.subarray(...callSpan),
      extra: wire.subarray(...extraSpan),
      ...kindOf(value.call),
    })
  }
}

/** The runtime's own view of an extrinsic that it decoded. @throws AssayError `FOREIGN_EXTRINSIC` for any other. */
export function parsed(extrinsic: DecodedExtrinsic): ParsedExtrinsic {
  if (extrinsic instanceof ParsedExtrinsic) return extrinsic
  throw new AssayError('FOREIGN_EXTRINSIC', 'expected an extrinsic from Runtime.decode, got another object')
}
