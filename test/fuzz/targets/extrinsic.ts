/**
 * Extrinsics of every call, whole and spoilt, against the runtime as the node drives it: decode, payload, validate,
 * apply.
 *
 * Law: bytes that do not decode give a ScaleError; an extrinsic that a block refuses leaves no trace in its state; no
 * call throws any other exception. The target ignores signatures, because the node verifies them earlier. It leaves
 * root's calls out: root may write any storage, and so may break anything on purpose.
 */
import { concatBytes, equalBytes, toHex } from '#types/bytes.ts'
import { encode, ScaleError, type Codec } from '#types/scale/codec.ts'
import { bytes as opaque } from '#types/scale/primitives.ts'
import { Extra } from '#chain/runtime/extensions.ts'
import { construct } from '#chain/runtime/runtime.ts'
import type { DecodedExtrinsic } from '#chain/runtime/runtime-interface.ts'
import { bob, TestChain, TestLog } from '../../helpers/runtime.ts'
import type { Chance } from '../chance.ts'
import { bytesFor, maybeSpoilt } from '../generate.ts'
import type { Target } from '../target.ts'

const SIGNED_V4 = 0x84
const SR25519 = 0x01
const ID_ADDRESS = 0x00

/** The explicit extensions that a wallet would send: era, nonce, tip, no metadata hash. */
const plainExtra = (nonce: number): Uint8Array =>
  encode(Extra, [undefined, undefined, undefined, undefined, 'immortal', nonce, undefined, 0n, 'Disabled'])

/** Bare of either version, general, and a version that does not exist. */
const UNSIGNED_HEADS = [
  Uint8Array.of(0x04),
  Uint8Array.of(0x05),
  concatBytes(Uint8Array.of(0x45, 0x00), plainExtra(0)),
  Uint8Array.of(0x85),
]

/** The body of an extrinsic: mostly one that could be of a wallet. */
function body(callType: Codec<unknown>, chance: Chance): Uint8Array {
  const call = bytesFor(callType.type, chance)
  if (chance.once(8)) return concatBytes(chance.pick(UNSIGNED_HEADS), call)
  const signer = chance.pick([bob.publicKey, bob.publicKey, chance.bytes(32)])
  const extra = chance.once(6) ? bytesFor(Extra.type, chance) : plainExtra(chance.once(6) ? chance.int(4) : 0)
  const head = Uint8Array.of(SIGNED_V4, ID_ADDRESS, ...signer, SR25519, ...chance.bytes(64))
  return concatBytes(head, extra, call)
}

class Subject {
  readonly #chain = new TestChain()
  readonly #call: Codec<unknown>
  /** State root of a block with nothing in it but the inherents. */
  readonly #emptyRoot: Uint8Array

  constructor() {
    this.#call = construct(new TestLog()).frame.runtimeCall
    // Extrinsics meet a chain that has begun.
    this.#chain.build()
    this.#emptyRoot = this.#chain.open().finalize().header.stateRoot
  }

  run(chance: Chance): string {
    const wire = wireOf(body(this.#call, chance), chance)
    const { runtime, at, log } = this.#chain
    let extrinsic: DecodedExtrinsic
    try {
      extrinsic = runtime.decode(wire)
    } catch (thrown) {
      if (thrown instanceof ScaleError) return 'undecodable'
      throw thrown
    }
    runtime.signingPayload(at, extrinsic)
    const validity = runtime.validate(at, extrinsic)
    const block = this.#chain.open()
    const outcome = block.apply(extrinsic)
    const { stateRoot } = block.finalize().header
    const bugs = log.errors.splice(0)
    if (bugs.length > 0) throw new Error(`a bug was logged for ${toHex(wire)}: ${JSON.stringify(bugs[0])}`)
    const unchanged = equalBytes(stateRoot, this.#emptyRoot)
    if ((outcome.kind === 'refused') !== unchanged)
      throw new Error(
        `expected a refused extrinsic, and only that, to leave no trace; got ${outcome.kind} for ${toHex(wire)}`,
      )
    return validity.ok ? outcome.kind : `invalid, ${outcome.kind}`
  }
}

/** With its length in front; one in four is spoilt, inside or with its length. */
function wireOf(whole: Uint8Array, chance: Chance): Uint8Array {
  if (!chance.once(4)) return encode(opaque, whole)
  return chance.once(3) ? maybeSpoilt(encode(opaque, whole), chance) : encode(opaque, maybeSpoilt(whole, chance))
}

export const extrinsic: Target = {
  name: 'extrinsic',
  reaches: ['undecodable', 'success', 'failed', 'refused', 'invalid, refused'],
  async open() {
    const subject = new Subject()
    return { run: (chance) => subject.run(chance), close: async () => undefined }
  },
}
