/**
 * Runtime metadata, versions 14 and 15, from what pallets declare.
 *
 * Owns: the way from declarations to metadata. Does not own: the metadata codecs (runtime-types/scale/metadata-*.ts), type
 * ids (registry.ts), or what is declared.
 * Source: frame-metadata v14.rs, v15.rs; frame-support construct_runtime expand/metadata.rs.
 */
import { AccountId } from '#types/scale/account.ts'
import { encode, type Codec } from '#types/scale/codec.ts'
import { snakeCase } from '#types/scale/compound.ts'
import { extrinsicCodec } from '#types/scale/extrinsic.ts'
import type { PalletMetadataV15, StorageEntryMetadata } from '#types/scale/metadata-v14.ts'
import type { RuntimeApiMetadata } from '#types/scale/metadata-v15.ts'
import { RuntimeMetadataPrefixed } from '#types/scale/metadata.ts'
import { MultiAddress } from '#types/scale/multi-address.ts'
import { MultiSignature } from '#types/scale/multi-signature.ts'
import type { TypeDef } from '#types/scale/type-def.ts'
import { pascalCase, type BoundPallet } from './bind.ts'
import type { Frame } from './construct.ts'
import { Registry } from './registry.ts'
import type { AnyItem } from './storage.ts'

/** A transaction extension as metadata shows it. */
export interface ExtensionTypes {
  readonly identifier: string
  readonly explicit: Codec<any>
  readonly implicit: Codec<any>
}

/** A runtime API as metadata shows it. */
export interface ApiTypes {
  readonly name: string
  readonly docs: string
  readonly methods: Readonly<
    Record<
      string,
      { readonly docs: string; readonly inputs: Readonly<Record<string, Codec<any>>>; readonly output: Codec<any> }
    >
  >
}

/** All that metadata is made of. */
export interface MetadataSource {
  readonly frame: Frame
  readonly extensions: readonly ExtensionTypes[]
  /** The tuple of all explicit parts. */
  readonly extra: Codec<any>
  readonly apis: readonly ApiTypes[]
}

const EXTRINSIC_VERSION = 4
/** `Option::None`: what clients decode where nothing is stored and there is no default. */
const NONE = Uint8Array.of(0)

const RUNTIME: TypeDef = { path: ['assay_runtime', 'Runtime'], shape: { kind: 'composite', fields: [] } }

const lines = (docs: string): string[] => docs.split('\n')

function storageType(registry: Registry, { keys, value }: AnyItem): StorageEntryMetadata['type'] {
  const [only] = keys
  if (!only) return { tag: 'Plain', value: registry.id(value.type) }
  const key: TypeDef =
    keys.length === 1
      ? only.codec.type
      : {
          path: [],
          shape: {
            kind: 'tuple',
            elements: keys.map(
              ({ codec }) =>
                () =>
                  codec.type,
            ),
          },
        }
  const hashers = keys.map(({ hasher }) => hasher.name)
  return { tag: 'Map', value: { hashers, key: registry.id(key), value: registry.id(value.type) } }
}

function storageEntry(registry: Registry, name: string, item: AnyItem): StorageEntryMetadata {
  const hasDefault = item.default !== undefined
  return {
    name: pascalCase(name),
    modifier: hasDefault ? 'Default' : 'Optional',
    type: storageType(registry, item),
    fallback: hasDefault ? encode(item.value as Codec<unknown>, item.default) : NONE,
    docs: lines(item.docs),
  }
}

const optionalId = (registry: Registry, type: TypeDef | undefined) => (type ? registry.id(type) : undefined)

function palletMetadata(registry: Registry, pallet: BoundPallet): PalletMetadataV15 {
  const entries = Object.entries(pallet.items).map(([name, item]) => storageEntry(registry, name, item))
  return {
    name: pallet.name,
    storage: entries.length > 0 ? { prefix: pallet.name, entries } : undefined,
    calls: optionalId(registry, pallet.callType),
    events: optionalId(registry, pallet.eventType),
    constants: Object.entries(pallet.constants).map(([name, { codec, value, docs }]) => ({
      name: pascalCase(name),
      type: registry.id(codec.type),
      value: encode(codec, value),
      docs: lines(docs),
    })),
    errors: optionalId(registry, pallet.errorType),
    index: pallet.index,
    docs: lines(pallet.docs),
  }
}

const apiMetadata = (registry: Registry, { name, docs, methods }: ApiTypes): RuntimeApiMetadata => ({
  name,
  docs: lines(docs),
  methods: Object.entries(methods).map(([method, { inputs, output, docs }]) => ({
    name: method,
    inputs: Object.entries(inputs).map(([input, { type }]) => ({ name: snakeCase(input), type: registry.id(type) })),
    output: registry.id(output.type),
    docs: lines(docs),
  })),
})

/** Registers all that both versions share, AccountId32 first: clients trip over an id 0 where they expect a call type. */
function shared(source: MetadataSource) {
  const registry = new Registry()
  registry.id(AccountId.type)
  const { frame, extensions } = source
  return {
    registry,
    pallets: frame.pallets.map((pallet) => palletMetadata(registry, pallet)),
    signedExtensions: extensions.map(({ identifier, explicit, implicit }) => ({
      identifier,
      type: registry.id(explicit.type),
      additionalSigned: registry.id(implicit.type),
    })),
    runtime: registry.id(RUNTIME),
  }
}

/** Metadata version 14, with magic and version before it. */
export function metadataV14(source: MetadataSource): Uint8Array {
  const { registry, pallets, signedExtensions, runtime } = shared(source)
  const extrinsic = extrinsicCodec({ call: source.frame.runtimeCall, extra: source.extra })
  const type = registry.id(extrinsic.type)
  registry.id(source.frame.runtimeEvent.type)
  const value = {
    types: registry.types(),
    pallets,
    extrinsic: { type, version: EXTRINSIC_VERSION, signedExtensions },
    type: runtime,
  }
  return encode(RuntimeMetadataPrefixed, { tag: 'V14', value })
}

/** Metadata version 15, with magic and version before it. */
export function metadataV15(source: MetadataSource): Uint8Array {
  const { registry, pallets, signedExtensions, runtime } = shared(source)
  const { runtimeCall, runtimeEvent, errorType } = source.frame
  const callType = registry.id(runtimeCall.type)
  const extrinsic = {
    version: EXTRINSIC_VERSION,
    addressType: registry.id(MultiAddress.type),
    callType,
    signatureType: registry.id(MultiSignature.type),
    extraType: registry.id(source.extra.type),
    signedExtensions,
  }
  const outerEnums = { callType, eventType: registry.id(runtimeEvent.type), errorType: registry.id(errorType) }
  const apis = source.apis.map((api) => apiMetadata(registry, api))
  const value = { types: registry.types(), pallets, extrinsic, type: runtime, apis, outerEnums, custom: [] }
  return encode(RuntimeMetadataPrefixed, { tag: 'V15', value })
}
