import { decAnyMetadata, metadata as papiMetadata } from '@polkadot-api/substrate-bindings'
import { Metadata, TypeRegistry } from '@polkadot/types'
import { describe, expect, it } from 'vitest'
import { blake2AsHex } from '@polkadot/util-crypto'
import { toHex } from '#types/bytes.ts'
import { RuntimeMetadataPrefixed } from '#types/scale/metadata.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import { AccountId } from '#types/scale/account.ts'
import { API_VERSIONS } from '#chain/runtime/api-shape.ts'
import { alice, bob, callOf, id, TestChain, UNIT } from '../../../helpers/runtime.ts'

const chain = new TestChain()

function registryOf(version: number) {
  const registry = new TypeRegistry()
  const metadata = new Metadata(registry, toHex(chain.runtime.metadata(version)!))
  registry.setMetadata(metadata)
  return { registry, metadata }
}

describe.each([14, 15, 16])('metadata version %i', (version) => {
  const bytes = chain.runtime.metadata(version)!

  it('decodes with @polkadot-api/substrate-bindings and encodes back to the same bytes', () => {
    const decoded = decAnyMetadata(bytes)
    expect(decoded.metadata.tag).toBe(`v${version}`)
    expect(toHex(papiMetadata.enc(decoded))).toBe(toHex(bytes))
  })

  it('decodes with @polkadot/types and encodes back to the same bytes', () => {
    expect(toHex(registryOf(version).metadata.toU8a())).toBe(toHex(bytes))
  })

  it('decodes with our own codec and encodes back to the same bytes', () => {
    expect(toHex(encode(RuntimeMetadataPrefixed, decode(RuntimeMetadataPrefixed, bytes)))).toBe(toHex(bytes))
  })

  it('gives id 0 to AccountId32, and each type its index as id', () => {
    const { value } = decode(RuntimeMetadataPrefixed, bytes)
    expect(value.types[0]!.path).toEqual(AccountId.type.path)
    expect(value.types.map((type) => type.id)).toEqual(value.types.map((_, index) => index))
  })

  it('has each named type once', () => {
    const { value } = decode(RuntimeMetadataPrefixed, bytes)
    const names = value.types
      .filter(({ path }) => path.length > 0)
      .map(({ path, params, def }) => JSON.stringify([path, params, def]))
    expect(new Set(names).size).toBe(names.length)
  })
})

it('has no other versions', () => {
  expect(chain.runtime.metadata(13)).toBeUndefined()
  expect(chain.runtime.metadata(17)).toBeUndefined()
  expect(chain.runtime.metadataVersions).toEqual([14, 15, 16])
})

it('names calls in snake_case, storage in PascalCase, with docs', () => {
  const { metadata } = registryOf(15)
  const balances = metadata.asLatest.pallets.find(({ name }) => name.toString() === 'Balances')!
  const calls = metadata.registry.lookup.getSiType(balances.calls.unwrap().type).def.asVariant.variants
  expect(calls.map(({ name, index }) => `${index.toString()} ${name.toString()}`)).toEqual([
    '0 transfer_allow_death',
    '2 force_transfer',
    '3 transfer_keep_alive',
    '4 transfer_all',
    '5 force_unreserve',
    '8 force_set_balance',
    '10 burn',
  ])
  expect(calls[0]!.docs[0]!.toString()).toContain('Transfer some liquid free balance')
  expect(calls[3]!.fields.map(({ name }) => name.unwrap().toString())).toEqual(['dest', 'keep_alive'])
  expect(balances.storage.unwrap().items.map(({ name }) => name.toString())).toContain('TotalIssuance')
})

/** Each named field of a type of ours or of FRAME, with the primitive behind its type. */
function namedFields() {
  const { registry } = registryOf(15)
  const behind = (type: { readonly toNumber: () => number }): string => {
    const { def } = registry.lookup.getSiType(type as never)
    if (def.isCompact) return behind(def.asCompact.type)
    const some = def.isVariant && def.asVariant.variants.find(({ name }) => name.toString() === 'Some')
    return some ? behind(some.fields[0]!.type) : def.isPrimitive ? def.asPrimitive.type : def.type
  }
  return registry.lookup.types.flatMap(({ type: { path, def } }) => {
    const variants = def.isVariant ? [...def.asVariant.variants] : []
    const places = variants.map(({ name, fields }): readonly [string, typeof fields] => [
      `${path.join('::')}.${name.toString()}`,
      fields,
    ])
    if (def.isComposite) places.push([path.join('::'), def.asComposite.fields])
    return places.flatMap(([place, fields]) =>
      [...fields].flatMap(({ name, type, typeName }) =>
        name.isNone
          ? []
          : [{ place, name: name.unwrap().toString(), of: behind(type), typeName: typeName.unwrapOr('').toString() }],
      ),
    )
  })
}

it('names the type of every amount, so that explorers tell amounts from other numbers', () => {
  const amounts = namedFields().filter(({ of }) => of === 'U128')
  expect(amounts.map(({ place, name }) => `${place}.${name}`)).toEqual(
    expect.arrayContaining([
      'pallet_balances::pallet::Event.Transfer.amount',
      'pallet_balances::pallet::Call.transfer_keep_alive.value',
      'pallet_attestation::pallet::Event.Paid.amount',
      'assay_primitives::round::Parameters.hoster_reward',
      'assay_primitives::Bond.held',
    ]),
  )
  const names = ['Balance', 'BalanceOf', 'Option<BalanceOf>']
  expect(amounts.filter(({ typeName }) => !names.includes(typeName))).toEqual([])
})

it('says the unit of every measurement in the name of its field', () => {
  const measured = namedFields().filter(({ name }) => /latency|throughput|loss|reputation|^(?:good|bad)/.test(name))
  expect(measured.map(({ name }) => name)).toContain('hoster_reputation_ppm')
  expect(measured.filter(({ name }) => !/_(?:us|bytes_per_second|ppm)$/.test(name))).toEqual([])
})

it('has no field of ours under a name that @polkadot/api renames', () => {
  const renamed = ['entries', 'hash', 'keys', 'new', 'registry', 'size']
  const ours = namedFields().filter(({ place }) => /^assay_|^pallet_(?:attestation|feeds|workers)/.test(place))
  expect(ours.map(({ name }) => name)).toContain('node_hash')
  expect(ours.filter(({ name }) => renamed.includes(name))).toEqual([])
})

it('speaks to users of explorers in its docs, without the words of the code', () => {
  const inner = /\bexit \d|\barbiter\b|\bwords?\b|\bgate\b|\bredraw|ProofOfPerformance|\.ts\b/i
  const { registry, metadata } = registryOf(15)
  const docs = metadata.asLatest.pallets.flatMap(({ name, calls, events, errors, storage, constants }) => {
    const enums = [calls, events, errors].flatMap((of) =>
      of.isSome ? [...registry.lookup.getSiType(of.unwrap().type).def.asVariant.variants] : [],
    )
    const items = storage.isSome ? [...storage.unwrap().items] : []
    return [...enums, ...items, ...constants].map(
      (item) => `${name.toString()}.${item.name.toString()}: ${item.docs.join(' ')}`,
    )
  })
  expect(docs.length).toBeGreaterThan(100)
  expect(docs.filter((text) => inner.test(text))).toEqual([])
  expect(docs.filter((text) => text.endsWith(': '))).toEqual([])
})

it('gives runtime APIs the ids that Substrate derives from their names', () => {
  const { value } = decode(RuntimeMetadataPrefixed, chain.runtime.metadata(15)!)
  const names = (value as { apis: readonly { name: string }[] }).apis.map(({ name }) => blake2AsHex(name, 64))
  expect(API_VERSIONS.map(([apiId]) => toHex(apiId))).toEqual(names)
})

it('lets @polkadot/types read a block: extrinsics, events and account', () => {
  const { registry } = registryOf(15)
  const wire = chain.sign(alice, callOf('Balances', 'transferKeepAlive', { dest: id(bob.publicKey), value: 5n * UNIT }))
  expect(chain.build([wire])).toEqual([{ kind: 'success' }])
  const extrinsic = registry.createType('Extrinsic', toHex(wire))
  expect(extrinsic.method.toHuman()).toMatchObject({ section: 'balances', method: 'transferKeepAlive' })
  expect(extrinsic.signer.toU8a(true).slice(-32)).toEqual(alice.publicKey)
  const events = registry.createType('Vec<EventRecord>', chain.state.get(storagePrefix('System', 'Events')))
  expect(events.toHuman()).toHaveLength(6)
  expect(events.map((record) => (record.toHuman() as { event: { method: string } }).event.method)).toEqual([
    'ExtrinsicSuccess',
    'Withdraw',
    'Transfer',
    'Deposit',
    'TransactionFeePaid',
    'ExtrinsicSuccess',
  ])
})
