/**
 * Extrinsics of version 5 as @polkadot/types writes them and as @polkadot-api/substrate-bindings distinguishes them.
 */
import { extrinsicFormat } from '@polkadot-api/substrate-bindings'
import { Metadata, TypeRegistry } from '@polkadot/types'
import { GeneralExtrinsic } from '@polkadot/types/extrinsic/v5'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { EXTENSIONS } from '#chain/runtime/extensions.ts'
import { callOf, TestChain } from '../helpers/runtime.ts'

const chain = new TestChain()
const remark = callOf('System', 'remark', { remark: utf8('hi') })

describe.each([15, 16])('by metadata of version %i', (version) => {
  const registry = new TypeRegistry()
  registry.setMetadata(
    new Metadata(registry, toHex(chain.runtime.metadata(version)!)),
    EXTENSIONS.map(({ identifier }) => identifier),
  )
  const method = registry.createType('Call', chain.runtime.decode(chain.bare(remark)).bytes.slice(1))

  it('a general transaction of @polkadot/types is ours, byte for byte', () => {
    const theirs = new GeneralExtrinsic(registry, {
      payload: { era: '0x00', nonce: 7, tip: 9, mode: 1, method },
      transactionExtensionVersion: 0,
    } as never)
    const ours = chain.general(remark, { nonce: 7, tip: 9n, metadataHash: 'Enabled' })
    expect(toHex(theirs.toU8a())).toBe(toHex(ours))
    expect(chain.runtime.decode(theirs.toU8a())).toMatchObject({ signature: undefined, isInherent: false })
  })

  it('a bare one of ours is read by @polkadot/types', () => {
    const read = registry.createType('Extrinsic', chain.bare(remark, 5))
    expect([read.isSigned, read.version & 0x7f, read.method.method]).toEqual([false, 5, 'remark'])
  })
})

it.each([
  ['bare', 4, chain.bare(remark, 4)],
  ['bare', 5, chain.bare(remark, 5)],
  ['general', 5, chain.general(remark)],
] as const)('substrate-bindings sees a %s extrinsic of version %i', (type, version, wire) => {
  expect(extrinsicFormat.dec(wire.slice(1, 2))).toEqual({ type, version })
})
