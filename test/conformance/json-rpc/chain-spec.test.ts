/**
 * chainSpec_v1_*, sync_state_genSyncSpec and rpc_methods.
 */
import { expect, it } from 'vitest'
import { fromHex, toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { Trie } from '#chain/trie/trie.ts'
import { realRpc } from './real-rpc.ts'

it('tells the name, the genesis hash and the properties', async () => {
  const rpc = await realRpc()
  expect(await rpc.result('chainSpec_v1_chainName')).toBe('Assay Development')
  expect(await rpc.result('chainSpec_v1_genesisHash')).toBe(await rpc.result('chain_getBlockHash', 0))
  expect(await rpc.result('chainSpec_v1_properties')).toEqual({ ss58Format: 42, tokenDecimals: 12, tokenSymbol: 'ASY' })
  expect(await rpc.error('chainSpec_v1_chainName', 1)).toMatchObject({ code: -32602 })
})

it('gives a chain spec from which the genesis can be made again, and the finalized header', async () => {
  const rpc = await realRpc()
  const final = await rpc.seal({ finalize: true })
  const spec = await rpc.result<{
    genesis: { raw: { top: Record<string, string>; childrenDefault: unknown } }
    lightSyncState: { finalizedBlockHeader: string }
  }>('sync_state_genSyncSpec', true)
  expect(spec).toMatchObject({ name: 'Assay Development', id: 'assay_dev', chainType: 'Development', bootNodes: [] })
  const { top, childrenDefault } = spec.genesis.raw
  const state = Trie.empty().apply(Object.entries(top).map(([key, value]) => [fromHex(key), fromHex(value)] as const))
  expect(toHex(state.root())).toBe(toHex(rpc.node.block(rpc.node.genesisHash)!.header.stateRoot))
  expect(childrenDefault).toEqual({})
  expect(toHex(blake2b256(fromHex(spec.lightSyncState.finalizedBlockHeader)))).toBe(toHex(final.hash))
  expect(await rpc.error('sync_state_genSyncSpec')).toMatchObject({ code: -32602 })
})

it('lists every modern method, and nothing that is not served', async () => {
  const rpc = await realRpc()
  const { methods } = await rpc.result<{ methods: string[] }>('rpc_methods')
  const names = {
    chainHead: 'body call continue follow header stopOperation storage unfollow unpin',
    chainSpec: 'chainName genesisHash properties',
    transaction: 'broadcast stop',
    transactionWatch: 'submitAndWatch unwatch',
    archive:
      'body call finalizedHeight genesisHash hashByHeight header stopStorage stopStorageDiff storage storageDiff ' +
      'storageDiff_stopStorageDiff',
  }
  for (const [group, list] of Object.entries(names)) {
    const expected = list.split(' ').map((name) => `${group}_v1_${name}`)
    expect(methods.filter((name) => name.startsWith(`${group}_v1_`))).toEqual(expected)
  }
  expect(methods).toContain('sync_state_genSyncSpec')
  for (const name of methods)
    expect(await rpc.call(name, ...Array<number>(20).fill(1)), name).toMatchObject({ error: { code: -32602 } })
})
