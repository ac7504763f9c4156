/**
 * The runtime's metadata as independent implementations read it: version 16, and the digest that CheckMetadataHash
 * compares.
 */
import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata'
import { decAnyMetadata, metadata as papiMetadata, unifyMetadata } from '@polkadot-api/substrate-bindings'
import { Metadata, TypeRegistry } from '@polkadot/types'
import { $Metadata } from 'dedot/codecs'
import { describe, expect, it } from 'vitest'
import { concatBytes, toHex, utf8 } from '#types/bytes.ts'
import { twox128 } from '#types/crypto/hash.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { RuntimeMetadataPrefixed, type RuntimeMetadata } from '#types/scale/metadata.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { metadataDigest } from '#chain/runtime/metadata-hash.ts'
import { smallMetadata } from '../unit/runtime-types/helpers/small-metadata.ts'
import { TestLog } from '../helpers/runtime.ts'

const runtime = createRuntime({ log: new TestLog() })
const token = { decimals: 12, tokenSymbol: 'ASY' }
const info = { ...token, specVersion: runtime.version.specVersion, specName: 'assay', base58Prefix: 42 }

function v16() {
  const { tag, value } = decode(RuntimeMetadataPrefixed, runtime.metadata(16)!)
  if (tag !== 'V16') throw new Error(`expected V16, got ${tag}`)
  return value
}

function v15() {
  const { tag, value } = decode(RuntimeMetadataPrefixed, runtime.metadata(15)!)
  if (tag !== 'V15') throw new Error(`expected V15, got ${tag}`)
  return value
}

describe('metadata version 16', () => {
  const bytes = runtime.metadata(16)!

  it('is read by dedot and written back to the same bytes', () => {
    const read = $Metadata.tryDecode(bytes)
    expect(read.version).toBe('V16')
    expect(toHex($Metadata.tryEncode(read))).toBe(toHex(bytes))
  })

  it('gives clients both versions of extrinsics, 4 first, and the extensions of version 0', () => {
    const { extrinsic } = unifyMetadata(decAnyMetadata(bytes))
    expect(extrinsic.version).toEqual([4, 5])
    expect(extrinsic.extensionsByVersion[0]?.map(({ identifier }) => identifier)).toEqual([
      'CheckNonZeroSender',
      'CheckSpecVersion',
      'CheckTxVersion',
      'CheckGenesis',
      'CheckMortality',
      'CheckNonce',
      'CheckWeight',
      'ChargeTransactionPayment',
      'CheckMetadataHash',
    ])
  })

  it('tells the versions of runtime APIs that the runtime version tells', () => {
    const told = v16().apis.map(({ version }) => version)
    expect(told).toEqual(runtime.version.apis.map(([, version]) => version))
  })

  it('has the pallets, constants and storage of version 15', () => {
    const names = (
      pallets: readonly { name: string; storage: { entries: readonly { name: string }[] } | undefined }[],
    ) => pallets.map(({ name, storage }) => [name, storage?.entries.map((entry) => entry.name)])
    expect(names(v16().pallets)).toEqual(names(v15().pallets))
  })

  it('has view functions under the ids that FRAME would give them', () => {
    const found = Object.fromEntries(
      v16().pallets.flatMap(({ name, viewFunctions }) =>
        viewFunctions.map((view) => [`${name}.${view.name}`, toHex(view.id)]),
      ),
    )
    const id = (pallet: string, signature: string) =>
      toHex(concatBytes(twox128(utf8(pallet)), twox128(utf8(signature))))
    expect(found).toMatchObject({
      'Workers.worker': id('Workers', 'worker(AccountId32) -> Option<WorkerRecord>'),
      'Workers.eligible': id('Workers', 'eligible(Role) -> Vec<AccountId32>'),
      'Balances.reducible_balance': id('Balances', 'reducible_balance(AccountId32,bool) -> u128'),
      'Attestation.current_rounds': id('Attestation', 'current_rounds() -> Vec<u32>'),
    })
    expect(new Set(Object.values(found)).size).toBe(Object.keys(found).length)
  })

  it('carries what the small runtime deprecates, in all readers', () => {
    const { v16: value } = smallMetadata()
    const metadata: RuntimeMetadata = { tag: 'V16', value }
    const encoded = encode(RuntimeMetadataPrefixed, metadata)
    expect(decode(RuntimeMetadataPrefixed, encoded)).toEqual(metadata)
    const read = decAnyMetadata(encoded)
    expect(toHex(papiMetadata.enc(read))).toBe(toHex(encoded))
    expect(new Metadata(new TypeRegistry(), toHex(encoded)).toHex()).toBe(toHex(encoded))
    expect(toHex($Metadata.tryEncode($Metadata.tryDecode(encoded)))).toBe(toHex(encoded))
  })
})

describe('the metadata digest', () => {
  it.each([15, 16])('is that of @polkadot-api/merkleize-metadata, from version %i', (version) => {
    const theirs = merkleizeMetadata(runtime.metadata(version)!, token).digest()
    expect(toHex(metadataDigest(v15(), info))).toBe(toHex(theirs))
  })

  it('is another for another token, name or version', () => {
    const theirs = merkleizeMetadata(runtime.metadata(15)!, { decimals: 10, tokenSymbol: 'DOT' }).digest()
    expect(toHex(metadataDigest(v15(), { ...info, decimals: 10, tokenSymbol: 'DOT' }))).toBe(toHex(theirs))
    const digests = [
      info,
      { ...info, specVersion: info.specVersion + 1 },
      { ...info, specName: 'other' },
      { ...info, base58Prefix: 0 },
    ]
    expect(new Set(digests.map((of) => toHex(metadataDigest(v15(), of)))).size).toBe(4)
  })

  it('is theirs for the small runtime too', () => {
    const { v15: value } = smallMetadata()
    const bytes = encode(RuntimeMetadataPrefixed, { tag: 'V15', value })
    const small = { ...token, specVersion: 7, specName: 'small', base58Prefix: 42 }
    expect(toHex(metadataDigest(value, small))).toBe(toHex(merkleizeMetadata(bytes, token).digest()))
  })

  it('refuses metadata that refers to a type that is not there', () => {
    const value = v15()
    const broken = { ...value, extrinsic: { ...value.extrinsic, callType: 100_000 } }
    expect(() => metadataDigest(broken, info)).toThrow('expected a type id below')
  })
})
