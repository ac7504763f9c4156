/** Our types as @polkadot/api and @polkadot-api/substrate-bindings read and write them, by our own metadata. */
import { metadata as metadataOracle } from '@polkadot-api/substrate-bindings'
import { Keyring } from '@polkadot/api'
import { Metadata, TypeRegistry, type Struct } from '@polkadot/types'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, equalBytes, fromHex, toHex, utf8 } from '#types/bytes.ts'
import { verify } from '#types/crypto/signature.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import type { DispatchError } from '#types/scale/dispatch.ts'
import { Era, eraBirth, eraDeath, mortalEra } from '#types/scale/era.ts'
import { extrinsicHash, signingPayload } from '#types/scale/extrinsic.ts'
import { Header, headerHash } from '#types/scale/header.ts'
import { RuntimeMetadataPrefixed, type RuntimeMetadata } from '#types/scale/metadata.ts'
import { compactU128, compactU32 } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { checked, Extrinsic, RuntimeCall, smallMetadata } from '../unit/runtime-types/helpers/small-metadata.ts'

const { v14, v15, ids } = smallMetadata()
const versions: readonly RuntimeMetadata[] = [
  { tag: 'V14', value: v14 },
  { tag: 'V15', value: v15 },
]

function registryOf(metadata: RuntimeMetadata): TypeRegistry {
  const registry = new TypeRegistry()
  registry.setMetadata(new Metadata(registry, toHex(encode(RuntimeMetadataPrefixed, metadata))))
  return registry
}
const registry = registryOf(versions[1]!)

describe.each(versions)('metadata $tag', (metadata) => {
  const encoded = encode(RuntimeMetadataPrefixed, metadata)

  it('comes back as it was', () => {
    expect(decode(RuntimeMetadataPrefixed, encoded)).toEqual(metadata)
  })

  it('is read and written byte for byte by substrate-bindings', () => {
    const read = metadataOracle.dec(encoded)
    expect(read.metadata.tag).toBe(metadata.tag.toLowerCase())
    expect(toHex(metadataOracle.enc(read))).toBe(toHex(encoded))
  })

  it('is read and written byte for byte by @polkadot/types', () => {
    expect(new Metadata(new TypeRegistry(), toHex(encoded)).toHex()).toBe(toHex(encoded))
  })

  it('gives @polkadot/types the pallet', () => {
    const read = registryOf(metadata)
    const pallet = read.metadata.pallets[0]!
    expect(pallet.name.toString()).toBe('System')
    expect(read.findMetaCall(Uint8Array.of(0, 1)).method).toBe('transfer')
    expect(read.findMetaError(Uint8Array.of(0, 0)).name).toBe('Filtered')
  })
})

it('metadata of another magic or version is refused', () => {
  expect(() => decode(RuntimeMetadataPrefixed, fromHex('0x6d6574620f'))).toThrow('metadata magic')
  expect(() => decode(RuntimeMetadataPrefixed, fromHex('0x6d6574610d'))).toThrow('RuntimeMetadata, got 13')
})

describe('values, read and written by @polkadot/types with our metadata', () => {
  const id = (byte: number): Uint8Array => new Uint8Array(32).fill(byte)
  const weight = { refTime: 123_456_789n, proofSize: 64n }
  const dispatchInfo = { weight, class: 'Normal', paysFee: 'Yes' } as const
  const module: DispatchError = { tag: 'Module', value: { index: 0, error: Uint8Array.of(0, 0, 0, 0) } }
  const event = {
    tag: 'System',
    value: { tag: 'ExtrinsicFailed', value: { dispatchError: module, dispatchInfo } },
  } as const
  const samples: { [K in keyof typeof checked]: readonly unknown[] } = {
    AccountInfo: [
      {
        nonce: 1,
        consumers: 2,
        providers: 3,
        sufficients: 4,
        data: { free: 1n << 90n, reserved: 5n, frozen: 6n, flags: 7n },
      },
    ],
    Digest: [
      {
        logs: [
          { tag: 'PreRuntime', value: [utf8('aura'), id(1)] },
          { tag: 'Seal', value: [utf8('aura'), id(2)] },
          { tag: 'Consensus', value: [utf8('FRNK'), id(3)] },
          { tag: 'Other', value: id(4) },
          { tag: 'RuntimeEnvironmentUpdated', value: undefined },
        ],
      },
    ],
    DispatchError: [
      module,
      { tag: 'Token', value: 'Blocked' },
      { tag: 'RootNotAllowed', value: undefined },
      { tag: 'Trie', value: 'InvalidHash' },
    ],
    DispatchResult: [
      { ok: true, value: undefined },
      { ok: false, error: module },
    ],
    Era: ['immortal', { period: 64, phase: 42 }, { period: 65536, phase: 65520 }],
    Header: [
      {
        parentHash: id(1),
        number: 1 << 20,
        stateRoot: id(2),
        extrinsicsRoot: id(3),
        digest: [{ tag: 'PreRuntime', value: [utf8('aura'), id(1)] }],
      },
    ],
    MultiAddress: [
      { tag: 'Id', value: id(1) },
      { tag: 'Raw', value: id(2) },
      { tag: 'Address20', value: id(3).slice(12) },
    ],
    MultiSignature: [
      { tag: 'Ecdsa', value: new Uint8Array(65).fill(1) },
      { tag: 'Sr25519', value: new Uint8Array(64).fill(2) },
    ],
    Records: [
      [
        { phase: { tag: 'ApplyExtrinsic', value: 3 }, event, topics: [id(9)] },
        { phase: { tag: 'Finalization', value: undefined }, event, topics: [] },
      ],
    ],
    RuntimeDispatchInfo: [{ weight, class: 'Operational', partialFee: 10n ** 20n }],
    RuntimeVersion: [
      {
        specName: 'a',
        implName: 'b',
        authoringVersion: 1,
        specVersion: 2,
        implVersion: 3,
        apis: [[id(1).slice(24), 5]],
        transactionVersion: 4,
        stateVersion: 1,
      },
    ],
    TransactionValidity: [
      {
        ok: true,
        value: { priority: 1n, requires: [id(1)], provides: [id(2), id(3)], longevity: 64n, propagate: true },
      },
      { ok: false, error: { tag: 'Invalid', value: { tag: 'Custom', value: 9 } } },
    ],
  }

  it.each(Object.entries(samples).flatMap(([name, values]) => values.map((value) => [name, value] as const)))(
    '%s %#',
    (name, value) => {
      const codec = checked[name as keyof typeof checked] as unknown as Codec<unknown>
      const encoded = encode(codec, value)
      const read = registry.createType(registry.createLookupType(ids[name]!), encoded)
      expect(read.encodedLength).toBe(encoded.length)
      expect(toHex(read.toU8a())).toBe(toHex(encoded))
      expect(decode(codec, read.toU8a())).toEqual(value)
    },
  )

  it('name the same things', () => {
    const [records] = samples.Records
    const read = registry.createType(
      registry.createLookupType(ids['Records']!),
      encode(checked.Records, records as never),
    )
    expect(read.toHuman()).toMatchObject([
      { phase: { ApplyExtrinsic: '3' }, event: { section: 'system', method: 'ExtrinsicFailed' } },
      { phase: 'Finalization' },
    ])
  })
})

describe('headers', () => {
  const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

  it('hash as @polkadot/types hashes them', () => {
    const engine = fc.tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array({ maxLength: 70 }))
    const item = fc.oneof(
      fc.record({ tag: fc.constantFrom('PreRuntime' as const, 'Seal' as const, 'Consensus' as const), value: engine }),
      fc.record({ tag: fc.constant('Other' as const), value: fc.uint8Array() }),
    )
    const header = fc.record({
      parentHash: bytes32,
      number: fc.integer({ min: 0, max: 0xffff_ffff }),
      stateRoot: bytes32,
      extrinsicsRoot: bytes32,
      digest: fc.array(item, { maxLength: 4 }),
    })
    const plain = new TypeRegistry()
    fc.assert(
      fc.property(header, (value) => {
        const read = plain.createType('Header', encode(Header, value)) as unknown as Struct
        expect(read.get('number')?.toString()).toBe(String(value.number))
        expect(toHex(headerHash(value))).toBe(read.hash.toHex())
        expect(decode(Header, read.toU8a())).toEqual(value)
      }),
    )
  })
})

/** Whether two bytes are read as an era and written as they were. */
function survives(pair: Uint8Array): boolean {
  try {
    return equalBytes(encode(Era, decode(Era, pair)), pair)
  } catch {
    return false
  }
}

describe('eras', () => {
  it('are born, die and encode as in @polkadot/types', () => {
    const plain = new TypeRegistry()
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 70_000 }), fc.nat(1 << 30), fc.nat(100_000), (period, current, later) => {
        const era = mortalEra(period, current)
        const made = plain.createType('ExtrinsicEra', { current, period })
        expect(toHex(encode(Era, era))).toBe(made.toHex())
        const read = plain.createType('ExtrinsicEra', encode(Era, era))
        expect(eraBirth(era, current + later)).toBe(read.asMortalEra.birth(current + later))
        expect(eraDeath(era, current + later)).toBe(read.asMortalEra.death(current + later))
      }),
    )
  })

  it('are refused for every two bytes that are no era, and no others', () => {
    const wrong: number[] = []
    for (let code = 1; code < 65_536; code++) {
      const pair = Uint8Array.of(code & 0xff, code >> 8)
      if (pair[0] === 0) continue
      const period = 2 << (code & 15)
      const isEra = period >= 4 && (code >> 4) * Math.max(1, period >> 12) < period
      if (isEra !== survives(pair)) wrong.push(code)
    }
    expect(wrong).toEqual([])
  })
})

describe('extrinsics', () => {
  const genesis = new Uint8Array(32).fill(5)
  const birth = new Uint8Array(32).fill(6)
  const schemes = [
    ['sr25519', 'Sr25519'],
    ['ed25519', 'Ed25519'],
    ['ecdsa', 'Ecdsa'],
  ] as const

  it.each(schemes.flatMap(([scheme, tag]) => [10, 300].map((length) => [scheme, tag, length] as const)))(
    'signed by @polkadot/api with %s are read and verified (%s, %i bytes)',
    (scheme, tag, length) => {
      const pair = new Keyring({ type: scheme }).addFromUri('//Alice')
      const remark = new Uint8Array(length).fill(7)
      const call = registry.createType(
        'Call',
        encode(RuntimeCall, { tag: 'System', value: { tag: 'remark', value: { remark } } }),
      )
      const era = registry.createType('ExtrinsicEra', { current: 100, period: 64 })
      const theirs = registry.createType('Extrinsic', call).sign(pair, {
        blockHash: birth,
        era,
        genesisHash: genesis,
        nonce: 9,
        runtimeVersion: { specVersion: 7, transactionVersion: 2 },
        tip: 11,
      } as never)
      const wire = theirs.toU8a()
      const read = decode(Extrinsic, wire)
      expect(encode(Extrinsic, read)).toEqual(wire)
      expect(toHex(extrinsicHash(wire))).toBe(theirs.hash.toHex())

      const { address, signature, extra } = read.signature!
      const alice = keypairFromSuri('//Alice', scheme)
      expect(address).toEqual({ tag: 'Id', value: alice.accountId })
      expect(signature.tag).toBe(tag)
      expect(extra).toEqual({
        mortality: { era: { period: 64, phase: 36 } },
        nonce: { nonce: 9 },
        payment: { tip: 11n },
      })
      const explicit = concatBytes(encode(Era, extra.mortality.era), encode(compactU32, 9), encode(compactU128, 11n))
      const implicit = concatBytes(encode(u32, 7), encode(u32, 2), genesis, birth)
      const payload = signingPayload(encode(RuntimeCall, read.call), explicit, implicit)
      expect(verify(signature, payload, alice.accountId)).toBe(true)
      expect(verify(signature, payload.slice(1), alice.accountId)).toBe(false)
    },
  )

  it('of ours are read by @polkadot/types', () => {
    const dest = { tag: 'Id', value: new Uint8Array(32).fill(8) } as const
    const call = { tag: 'System', value: { tag: 'transfer', value: { dest, value: 1n << 80n } } } as const
    const bare = encode(Extrinsic, { version: 4, call })
    const read = registry.createType('Extrinsic', bare)
    expect([read.isSigned, read.method.method, toHex(read.toU8a())]).toEqual([false, 'transfer', toHex(bare)])
  })
})

describe('secret URIs', () => {
  const suris = [
    '//Alice',
    '//Alice//stash',
    '//Bob/soft',
    '//1',
    'bottom drive obey lake curtain smoke basket hold race lonely fit walk/2//3/four',
    `//${'long'.repeat(20)}`,
    '//ü',
    '//Alice///password',
  ]
  const cases = [
    ...suris.map((suri) => ['sr25519', suri] as const),
    ...suris
      .filter((suri) => !/[^/]\/[^/]/.test(suri))
      .flatMap((suri) => [['ed25519', suri] as const, ['ecdsa', suri] as const]),
  ]

  it.each(cases)('%s %s is the key that @polkadot/keyring derives', (scheme, suri) => {
    const theirs = new Keyring({ type: scheme }).createFromUri(suri)
    const ours = keypairFromSuri(suri, scheme)
    expect(toHex(ours.publicKey)).toBe(toHex(theirs.publicKey))
    expect(toHex(ours.accountId)).toBe(toHex(theirs.addressRaw))
    expect(theirs.verify(utf8('message'), ours.sign(utf8('message')), theirs.publicKey)).toBe(true)
  })
})
