/**
 * Runtime metadata, versions 14, 15 and 16, from the pallets' declarations.
 *
 * Owns: the way from declarations to metadata. Does not own: the metadata codecs (runtime-types/scale/metadata-*.ts).
 * Source: frame-metadata v14.rs, v15.rs, v16.rs; frame-support construct_runtime expand/metadata.rs.
 */
import { AccountId } from '#types/scale/account.ts'
import { encode, type Codec } from '#types/scale/codec.ts'
import { snakeCase } from '#types/scale/compound.ts'
import { extrinsicCodec } from '#types/scale/extrinsic.ts'
import type { PalletMetadataV15, StorageEntryMetadata } from '#types/scale/metadata-v14.ts'
import type { RuntimeApiMetadata } from '#types/scale/metadata-v15.ts'
import type { PalletEnum, PalletMetadataV16 } from '#types/scale/metadata-v16.ts'
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

/** A function as metadata shows it. */
interface Method {
  readonly docs: string
  readonly inputs: Readonly<Record<string, { readonly type: TypeDef }>>
  readonly output: Codec<any>
}

/** A runtime API as metadata shows it. */
export interface ApiTypes {
  readonly name: string
  readonly version: number
  readonly docs: string
  readonly methods: Readonly<Record<string, Method>>
}

/** Everything from which metadata is made. */
export interface MetadataSource {
  readonly frame: Frame
  readonly extensions: readonly ExtensionTypes[]
  /** The tuple of all explicit parts. */
  readonly extra: Codec<any>
  readonly apis: readonly ApiTypes[]
}

const EXTRINSIC_VERSION = 4
/** Extrinsic versions in metadata 16. The order matters: @polkadot/api signs the first, and can sign 4 only. */
const EXTRINSIC_VERSIONS = [EXTRINSIC_VERSION, 5]
/** Version of the transaction extensions, as in general transactions. */
const EXTENSION_VERSION = 0
/** `Option::None`: clients decode it where nothing is stored and there is no default. */
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

/** A function that clients may call. */
const methodMetadata = (registry: Registry, name: string, { inputs, output, docs }: Method) => ({
  name,
  inputs: Object.entries(inputs).map(([input, { type }]) => ({ name: snakeCase(input), type: registry.id(type) })),
  output: registry.id(output.type),
  docs: lines(docs),
})

const apiMetadata = (registry: Registry, { name, docs, methods }: ApiTypes): RuntimeApiMetadata => ({
  name,
  docs: lines(docs),
  methods: Object.entries(methods).map(([method, declared]) => methodMetadata(registry, method, declared)),
})

/** Registers all that the versions share, AccountId32 first: clients fail on a call type with id 0. */
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

/**
 * The part that versions 15 and 16 share, registered in the same order. So both list the types of transactions in the same order
 * and have the same digest (metadata-hash.ts).
 */
function sharedSince15(source: MetadataSource) {
  const { registry, signedExtensions, ...rest } = shared(source)
  const { runtimeCall, runtimeEvent, errorType } = source.frame
  const callType = registry.id(runtimeCall.type)
  const extrinsic = {
    addressType: registry.id(MultiAddress.type),
    callType,
    signatureType: registry.id(MultiSignature.type),
  }
  const extraType = registry.id(source.extra.type)
  const outerEnums = { callType, eventType: registry.id(runtimeEvent.type), errorType: registry.id(errorType) }
  const apis = source.apis.map((api) => apiMetadata(registry, api))
  return { ...rest, registry, signedExtensions, extrinsic, extraType, outerEnums, apis, custom: [] }
}

/** Metadata version 15, with magic and version before it. */
export function metadataV15(source: MetadataSource): Uint8Array {
  const { registry, pallets, runtime, extrinsic, extraType, signedExtensions, ...rest } = sharedSince15(source)
  const value = {
    ...rest,
    types: registry.types(),
    pallets,
    extrinsic: { ...extrinsic, version: EXTRINSIC_VERSION, extraType, signedExtensions },
    type: runtime,
  }
  return encode(RuntimeMetadataPrefixed, { tag: 'V15', value })
}

/** Nothing here is deprecated. */
const deprecationInfo = { tag: 'NotDeprecated', value: undefined } as const

const enumOf = (type: number | undefined): PalletEnum | undefined =>
  type === undefined ? undefined : { type, deprecationInfo: [] }

/** A pallet of version 15 with the additions of version 16. */
const palletV16 = (registry: Registry, { views }: BoundPallet, known: PalletMetadataV15): PalletMetadataV16 => ({
  ...known,
  storage: known.storage && {
    ...known.storage,
    entries: known.storage.entries.map((entry) => ({ ...entry, deprecationInfo })),
  },
  calls: enumOf(known.calls),
  events: enumOf(known.events),
  errors: enumOf(known.errors),
  constants: known.constants.map((item) => ({ ...item, deprecationInfo })),
  associatedTypes: [],
  viewFunctions: views.map((view) => ({
    ...methodMetadata(registry, view.name, view),
    id: view.id,
    deprecationInfo,
  })),
  deprecationInfo,
})

/** Metadata version 16, with magic and version before it. */
export function metadataV16(source: MetadataSource): Uint8Array {
  const { registry, pallets, extrinsic, signedExtensions, apis, outerEnums, custom } = sharedSince15(source)
  const value = {
    pallets: pallets.map((known, i) => palletV16(registry, source.frame.pallets[i]!, known)),
    extrinsic: {
      ...extrinsic,
      versions: EXTRINSIC_VERSIONS,
      transactionExtensionsByVersion: [[EXTENSION_VERSION, signedExtensions.map((_, i) => i)]] as const,
      transactionExtensions: signedExtensions.map(({ identifier, type, additionalSigned }) => ({
        identifier,
        type,
        implicit: additionalSigned,
      })),
    },
    apis: apis.map((api, i) => ({
      ...api,
      methods: api.methods.map((method) => ({ ...method, deprecationInfo })),
      version: source.apis[i]!.version,
      deprecationInfo,
    })),
    outerEnums,
    custom,
  }
  return encode(RuntimeMetadataPrefixed, { tag: 'V16', value: { ...value, types: registry.types() } })
}
