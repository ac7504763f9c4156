/**
 * The form of a runtime API: methods with docs and types, run at a block.
 *
 * Owns: the names, ids and versions of the served APIs, what they may ask of the runtime, and how to declare a method. Does not
 * own: the methods (runtime-apis.ts lists the files).
 * Source: sp-api, sp-version.
 */
import { fromHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { Codec } from '#types/scale/codec.ts'
import type { Fields, Values } from '#types/scale/compound.ts'
import type { TransactionSource } from '#types/scale/dispatch.ts'
import { extrinsicCodec } from '#types/scale/extrinsic.ts'
import { bytes } from '#types/scale/primitives.ts'
import type { RuntimeVersion } from '#types/scale/runtime-version.ts'
import type { Trie } from '#chain/trie/trie.ts'
import type { ExecutiveConfig } from './executive.ts'
import { Extra } from './extensions.ts'
import type { ParsedExtrinsic } from './extrinsics.ts'
import type { ApiTypes } from './frame/metadata.ts'
import type { At, BlockContext, InherentData, OpenBlock, Validity } from './runtime-interface.ts'

/** What the APIs may ask of the runtime. Each function is called inside an environment at the block in question. */
export interface ApiConfig extends Pick<ExecutiveConfig, 'frame' | 'extensions' | 'system' | 'payment'> {
  readonly version: () => RuntimeVersion
  readonly metadata: (version: number) => Uint8Array | undefined
  readonly metadataVersions: readonly number[]
  readonly aura: { readonly authorities: () => readonly Uint8Array[]; readonly slotDuration: () => bigint }
  readonly timestamp: { readonly now: () => bigint; readonly minimumPeriod: () => bigint }
  readonly decode: (wire: Uint8Array) => ParsedExtrinsic
  readonly validate: (extrinsic: ParsedExtrinsic, source: TransactionSource) => Validity
  readonly openBlock: (parent: Trie, context: BlockContext) => OpenBlock
  /** Encoded calls of the inherents for given data. */
  readonly inherents: (data: InherentData) => readonly Uint8Array[]
  /** Storage of block 0. @throws AssayError `BAD_GENESIS`. */
  readonly genesis: (config: Readonly<Record<string, unknown>>) => unknown
}

/** A method with the types of its arguments and result forgotten. */
interface Method {
  readonly docs: string
  readonly inputs: Readonly<Record<string, Codec<unknown>>>
  readonly output: Codec<unknown>
  readonly run: (args: Readonly<Record<string, unknown>>, at: At) => unknown
}

/** Id (BLAKE2b-64 of the name) and version of every served API, by name. */
const SERVED = {
  Core: ['0xdf6acb689907609b', 5],
  Metadata: ['0x37e397fc7c91f5e4', 2],
  RuntimeViewFunction: ['0xccd9de6396c899ca', 1],
  BlockBuilder: ['0x40fe3ad401f8959a', 6],
  TaggedTransactionQueue: ['0xd2bc9897eed08f15', 3],
  AccountNonceApi: ['0xbc9d89904f5b923f', 1],
  TransactionPaymentApi: ['0x37c8bb1350a9a2a8', 4],
  TransactionPaymentCallApi: ['0xf3ff14d5ab527059', 3],
  SessionKeys: ['0xab3c0572291feb8b', 1],
  GenesisBuilder: ['0xfbc577b9d747efd6', 1],
  AuraApi: ['0xdd718d5cc53262d4', 1],
} as const

/** The `apis` of the runtime version. */
export const API_VERSIONS: RuntimeVersion['apis'] = Object.values(SERVED).map(([id, version]) => [fromHex(id), version])

/** A runtime API. */
export interface RuntimeApi extends ApiTypes {
  readonly name: keyof typeof SERVED
  readonly methods: Readonly<Record<string, Method>>
}

/** One of the served APIs, with its version. */
export const runtimeApi = (name: RuntimeApi['name'], docs: string, methods: RuntimeApi['methods']): RuntimeApi => ({
  name,
  version: SERVED[name][1],
  docs,
  methods,
})

/** The runtime cannot answer the call. Substrate's runtime panics here. */
export const executionFailed = (message: string, cause?: unknown): AssayError =>
  new AssayError('EXECUTION_FAILED', message, {}, { cause })

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
