/**
 * What a runtime API is: methods with docs and types, run at a block.
 *
 * Owns: the names, ids and versions of the APIs that are served, what they may ask of the runtime, and how a method is
 * declared. Does not own: the methods (runtime-apis.ts, payment-apis.ts).
 * Source: sp-api, sp-version.
 */
import { fromHex } from '#types/bytes.ts'
import type { Codec } from '#types/scale/codec.ts'
import type { Fields, Values } from '#types/scale/compound.ts'
import { extrinsicCodec } from '#types/scale/extrinsic.ts'
import { bytes } from '#types/scale/primitives.ts'
import type { RuntimeVersion } from '#types/scale/runtime-version.ts'
import type { ExecutiveConfig } from './executive.ts'
import { Extra } from './extensions.ts'
import type { ParsedExtrinsic } from './extrinsics.ts'
import type { ApiTypes } from './frame/metadata.ts'
import type { At, Validity } from './runtime-interface.ts'

/** What the APIs ask. Each is called inside an environment at the block in question. */
export interface ApiConfig extends Pick<ExecutiveConfig, 'frame' | 'extensions' | 'system' | 'payment'> {
  readonly version: () => RuntimeVersion
  readonly metadata: (version: number) => Uint8Array | undefined
  readonly metadataVersions: readonly number[]
  readonly aura: { readonly authorities: () => readonly Uint8Array[]; readonly slotDuration: () => bigint }
  readonly decode: (wire: Uint8Array) => ParsedExtrinsic
  readonly validate: (extrinsic: ParsedExtrinsic) => Validity
}

/** A method with the types of its arguments and result forgotten. */
interface Method {
  readonly docs: string
  readonly inputs: Readonly<Record<string, Codec<unknown>>>
  readonly output: Codec<unknown>
  readonly run: (args: Readonly<Record<string, unknown>>, at: At) => unknown
}

/** Name, id (BLAKE2b-64 of the name) and version of every API that is served. */
const SERVED = [
  ['Core', '0xdf6acb689907609b', 5],
  ['Metadata', '0x37e397fc7c91f5e4', 2],
  ['TaggedTransactionQueue', '0xd2bc9897eed08f15', 3],
  ['AccountNonceApi', '0xbc9d89904f5b923f', 1],
  ['TransactionPaymentApi', '0x37c8bb1350a9a2a8', 4],
  ['TransactionPaymentCallApi', '0xf3ff14d5ab527059', 3],
  ['AuraApi', '0xdd718d5cc53262d4', 1],
] as const

/** The `apis` of the runtime version. */
export const API_VERSIONS: RuntimeVersion['apis'] = SERVED.map(([, id, version]) => [fromHex(id), version])

/** A runtime API. */
export interface RuntimeApi extends ApiTypes {
  readonly name: (typeof SERVED)[number][0]
  readonly methods: Readonly<Record<string, Method>>
}

/** A method, its arguments in encoding order. */
export const method = <const F extends Fields, T>(
  docs: string,
  inputs: F,
  output: Codec<T>,
  run: (args: Values<F>, at: At) => T,
): Method => ({
  docs,
  inputs,
  output,
  run: run as unknown as Method['run'],
})

/** An extrinsic as an argument: its bytes on the wire, length prefix included. */
export function wireCodec({ frame }: ApiConfig): Codec<Uint8Array> {
  const { type } = extrinsicCodec({ call: frame.runtimeCall, extra: Extra })
  return {
    type,
    write: (wire, out) => out.raw(wire),
    read(from) {
      const start = from.offset
      bytes.read(from)
      return from.bytes.slice(start, from.offset)
    },
  }
}
