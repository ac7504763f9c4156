/**
 * A small runtime's metadata, made only of our codecs' types, for independent clients to read.
 *
 * Owns: a registry that merges only identical type objects. Does not own: the runtime's own metadata builder.
 */
import { AccountInfo, AccountId, H256 } from '#types/scale/account.ts'
import { encode, type Codec } from '#types/scale/codec.ts'
import { compactU128, compactU32, option, struct, variant, vec } from '#types/scale/compound.ts'
import {
  DispatchError,
  DispatchEventInfo,
  DispatchResult,
  RuntimeDispatchInfo,
  TransactionValidity,
} from '#types/scale/dispatch.ts'
import { Digest } from '#types/scale/digest.ts'
import { Era } from '#types/scale/era.ts'
import { eventRecord } from '#types/scale/events.ts'
import { extrinsicCodec } from '#types/scale/extrinsic.ts'
import { Header } from '#types/scale/header.ts'
import type { PortableType } from '#types/scale/metadata-types.ts'
import type { RuntimeMetadataV14 } from '#types/scale/metadata-v14.ts'
import type { RuntimeMetadataV15 } from '#types/scale/metadata-v15.ts'
import type { RuntimeMetadataV16 } from '#types/scale/metadata-v16.ts'
import { MultiAddress } from '#types/scale/multi-address.ts'
import { MultiSignature } from '#types/scale/multi-signature.ts'
import { bytes, str, u128, u32, u8, unit } from '#types/scale/primitives.ts'
import { RuntimeVersion } from '#types/scale/runtime-version.ts'
import type { FieldDef, Shape, TypeDef } from '#types/scale/type-def.ts'

/** Registers types and gives their ids. */
export function createRegistry(): { types: PortableType[]; id: (type: TypeDef) => number } {
  const types: PortableType[] = []
  const ids = new Map<TypeDef, number>()
  const field = ({ name, type, typeName, docs = [] }: FieldDef) => ({ name, type: id(type()), typeName, docs })
  const definition = (shape: Shape): PortableType['def'] => {
    switch (shape.kind) {
      case 'primitive':
        return { tag: 'Primitive', value: shape.primitive }
      case 'composite':
        return { tag: 'Composite', value: { fields: shape.fields.map(field) } }
      case 'variant': {
        const variants = shape.variants.map(({ name, index, fields, docs = [] }) => ({
          name,
          index,
          docs,
          fields: fields.map(field),
        }))
        return { tag: 'Variant', value: { variants } }
      }
      case 'sequence':
        return { tag: 'Sequence', value: { type: id(shape.element()) } }
      case 'compact':
        return { tag: 'Compact', value: { type: id(shape.element()) } }
      case 'array':
        return { tag: 'Array', value: { len: shape.length, type: id(shape.element()) } }
      default:
        return { tag: 'Tuple', value: shape.elements.map((element) => id(element())) }
    }
  }
  function id(type: TypeDef): number {
    const known = ids.get(type)
    if (known !== undefined) return known
    const at = types.length
    ids.set(type, at)
    types.push({ id: at, path: [], params: [], def: { tag: 'Tuple', value: [] }, docs: [] })
    const params = (type.params ?? []).map((param) => ({ name: param.name, type: param.type && id(param.type()) }))
    types[at] = { id: at, path: type.path, params, def: definition(type.shape), docs: type.docs ?? [] }
    return at
  }
  return { types, id }
}

export const SystemCall = variant(
  { remark: struct({ remark: bytes }), transfer: struct({ dest: MultiAddress, value: compactU128 }) },
  { path: ['frame_system', 'pallet', 'Call'] },
)
export const RuntimeCall = variant({ System: SystemCall }, { path: ['small_runtime', 'RuntimeCall'] })
const SystemEvent = variant(
  {
    ExtrinsicSuccess: struct({ dispatchInfo: DispatchEventInfo }),
    ExtrinsicFailed: struct({ dispatchError: DispatchError, dispatchInfo: DispatchEventInfo }),
  },
  { path: ['frame_system', 'pallet', 'Event'] },
)
export const RuntimeEvent = variant({ System: SystemEvent }, { path: ['small_runtime', 'RuntimeEvent'] })
const SystemError = variant({ Filtered: unit }, { path: ['frame_system', 'pallet', 'Error'] })
const RuntimeError = variant({ System: SystemError }, { path: ['small_runtime', 'RuntimeError'] })

const CheckMortality = struct(
  { era: Era },
  { path: ['frame_system', 'extensions', 'check_mortality', 'CheckMortality'] },
)
const CheckNonce = struct({ nonce: compactU32 }, { path: ['frame_system', 'extensions', 'check_nonce', 'CheckNonce'] })
const ChargePayment = struct({ tip: compactU128 }, { path: ['pallet_transaction_payment', 'ChargeTransactionPayment'] })
const extra = struct({ mortality: CheckMortality, nonce: CheckNonce, payment: ChargePayment })
export const Extrinsic = extrinsicCodec({ call: RuntimeCall, extra })
export const Records = vec(eventRecord(RuntimeEvent))

/** The types that clients must read as we write them, by name. */
export const checked = {
  AccountInfo,
  Digest,
  DispatchError,
  DispatchResult,
  Era,
  Header,
  MultiAddress,
  MultiSignature,
  Records,
  RuntimeDispatchInfo,
  RuntimeVersion,
  TransactionValidity,
} as const

const version = {
  specName: 'small',
  implName: 'small',
  authoringVersion: 1,
  specVersion: 7,
  implVersion: 1,
  apis: [],
  transactionVersion: 2,
  stateVersion: 1,
}

const extensions = (id: (type: TypeDef) => number) => [
  { identifier: 'CheckSpecVersion', type: id(unit.type), additionalSigned: id(u32.type) },
  { identifier: 'CheckTxVersion', type: id(unit.type), additionalSigned: id(u32.type) },
  { identifier: 'CheckGenesis', type: id(unit.type), additionalSigned: id(H256.type) },
  { identifier: 'CheckMortality', type: id(CheckMortality.type), additionalSigned: id(H256.type) },
  { identifier: 'CheckNonce', type: id(CheckNonce.type), additionalSigned: id(unit.type) },
  { identifier: 'ChargeTransactionPayment', type: id(ChargePayment.type), additionalSigned: id(unit.type) },
]

const storageEntries = (id: (type: TypeDef) => number) => [
  {
    name: 'Account',
    modifier: 'Default' as const,
    type: {
      tag: 'Map',
      value: { hashers: ['Blake2_128Concat'], key: id(AccountId.type), value: id(AccountInfo.type) },
    } as const,
    fallback: new Uint8Array(80),
    docs: ['Accounts.'],
  },
  {
    name: 'Events',
    modifier: 'Optional' as const,
    type: { tag: 'Plain', value: id(Records.type) } as const,
    fallback: Uint8Array.of(0),
    docs: [],
  },
]

/** Version 16 of what version 15 says, with something of each kind that is new: deprecations, a view, an associated type. */
function v16Of({ types, pallets, extrinsic, apis, outerEnums, custom }: RuntimeMetadataV15): RuntimeMetadataV16 {
  const fine = { tag: 'NotDeprecated', value: undefined } as const
  const silent = { tag: 'DeprecatedWithoutNote', value: undefined } as const
  const noted = { tag: 'Deprecated', value: { note: 'use another', since: '2' } } as const
  const { signedExtensions, addressType, callType, signatureType } = extrinsic
  return {
    types,
    pallets: pallets.map((pallet) => ({
      ...pallet,
      storage: pallet.storage && {
        ...pallet.storage,
        entries: pallet.storage.entries.map((entry) => ({ ...entry, deprecationInfo: silent })),
      },
      calls: { type: pallet.calls!, deprecationInfo: [[0, noted] as const, [1, silent] as const] },
      events: { type: pallet.events!, deprecationInfo: [] },
      errors: undefined,
      constants: pallet.constants.map((item) => ({ ...item, deprecationInfo: noted })),
      associatedTypes: [{ name: 'AccountId', type: 0, docs: ['Accounts.'] }],
      viewFunctions: [
        {
          id: new Uint8Array(32).fill(3),
          name: 'of',
          inputs: [{ name: 'who', type: 0 }],
          output: 0,
          docs: [],
          deprecationInfo: fine,
        },
      ],
      deprecationInfo: fine,
    })),
    extrinsic: {
      versions: [4, 5],
      addressType,
      callType,
      signatureType,
      transactionExtensionsByVersion: [[0, signedExtensions.map((_, i) => i)]],
      transactionExtensions: signedExtensions.map(({ identifier, type, additionalSigned }) => ({
        identifier,
        type,
        implicit: additionalSigned,
      })),
    },
    apis: apis.map((api) => ({
      ...api,
      methods: api.methods.map((method) => ({ ...method, deprecationInfo: fine })),
      version: 5,
      deprecationInfo: { tag: 'Deprecated', value: { note: '', since: undefined } },
    })),
    outerEnums,
    custom,
  }
}

interface SmallMetadata {
  readonly v14: RuntimeMetadataV14
  readonly v15: RuntimeMetadataV15
  readonly v16: RuntimeMetadataV16
  readonly ids: Record<string, number>
}

/** All versions of the small runtime's metadata, and the ids of {@link checked}. */
export function smallMetadata(): SmallMetadata {
  const { types, id } = createRegistry()
  id(AccountId.type)
  const ids = Object.fromEntries(
    Object.entries(checked).map(([name, codec]) => [name, id((codec as Codec<never>).type)]),
  )
  const pallet = {
    name: 'System',
    storage: { prefix: 'System', entries: storageEntries(id) },
    calls: id(SystemCall.type),
    events: id(SystemEvent.type),
    constants: [
      { name: 'Version', type: id(RuntimeVersion.type), value: encode(RuntimeVersion, version), docs: ['Version.'] },
      { name: 'SS58Prefix', type: id(u8.type), value: Uint8Array.of(42), docs: [] },
    ],
    errors: id(SystemError.type),
    index: 0,
  }
  const signedExtensions = extensions(id)
  const runtime = id({ path: ['small_runtime', 'Runtime'], shape: { kind: 'composite', fields: [] } })
  const extrinsic = id(Extrinsic.type)
  const versionMethod = {
    name: 'version',
    inputs: [{ name: 'at', type: id(option(u128).type) }],
    output: id(RuntimeVersion.type),
    docs: [],
  }
  const v15 = {
    types,
    pallets: [{ ...pallet, docs: ['System.'] }],
    extrinsic: {
      version: 4,
      addressType: id(MultiAddress.type),
      callType: id(RuntimeCall.type),
      signatureType: id(MultiSignature.type),
      extraType: id(extra.type),
      signedExtensions,
    },
    type: runtime,
    apis: [{ name: 'Core', methods: [versionMethod], docs: ['Core.'] }],
    outerEnums: { callType: id(RuntimeCall.type), eventType: id(RuntimeEvent.type), errorType: id(RuntimeError.type) },
    custom: [['answer', { type: id(str.type), value: encode(str, '42') }]] as const,
  }
  return {
    v14: { types, pallets: [pallet], extrinsic: { type: extrinsic, version: 4, signedExtensions }, type: runtime },
    v15,
    v16: v16Of(v15),
    ids,
  }
}
