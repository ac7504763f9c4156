/**
 * The features that version 16 of metadata gives to the clients of three authors, against the real node: view
 * functions, signing, the digest.
 */
import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata'
import { ApiPromise, Keyring, WsProvider } from '@polkadot/api'
import type { ApiOptions } from '@polkadot/api/types'
import { DedotClient, LegacyClient, WsProvider as DedotProvider } from 'dedot'
import { createClient } from 'polkadot-api'
import { getPolkadotSigner, withMetadataHash } from 'polkadot-api/signer'
import { getWsProvider } from 'polkadot-api/ws'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { toHex, utf8 } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { startRpcServer, type RpcServer } from '#chain/rpc/server.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode } from '#chain/node/service.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'

const token = { decimals: 12, tokenSymbol: 'ASY' }
const logged: string[] = []
const log = (fields: unknown, message: string): number => logged.push(`${message} ${JSON.stringify(fields)}`)
const nodeLog = { debug: () => {}, info: () => {}, warn: log, error: log }

const bob = keypairFromSuri('//Bob')
const BOB = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'

let node: Node
let server: RpcServer
let digest: Uint8Array

beforeAll(async () => {
  const runtime = createRuntime({ log: nodeLog })
  digest = merkleizeMetadata(runtime.metadata(16)!, token).digest()
  node = await startNode({}, { runtime, log: nodeLog })
  server = await startRpcServer({ node, port: 0, log: { warn: log, error: log } })
})

afterAll(async () => {
  await server.close()
  await node.close()
  expect(logged).toEqual([])
})

const reducible = (keepAlive: boolean) => {
  const free = 1_000_000n * 10n ** 12n
  return keepAlive
    ? expect.toSatisfy((found: bigint) => found < free)
    : expect.toSatisfy((found: bigint) => found <= free)
}

describe('@polkadot/api', () => {
  let api: ApiPromise
  const open = async () => {
    const provider = new WsProvider(server.url, 100) as NonNullable<ApiOptions['provider']>
    api = await ApiPromise.create({ provider, noInitWarn: true })
  }
  beforeAll(open)
  afterAll(() => api.disconnect())

  it('reads metadata 16 and signs version 4 by it', () => {
    expect(api.runtimeMetadata.version).toBe(16)
    expect(api.extrinsicVersion).toBe(4)
  })

  it('signs with the digest of the metadata', async () => {
    const alice = new Keyring({ type: 'sr25519' }).addFromUri('//Alice')
    const remark = api.tx.system.remark('0x01')
    const inBlock = new Promise<string>((resolve, reject) => {
      remark
        .signAndSend(
          alice,
          { withSignedTransaction: true, mode: 1, metadataHash: toHex(digest) } as object,
          (result) => {
            if (result.status.isInBlock) resolve(result.events.map(({ event }) => event.method).at(-1)!)
          },
        )
        .catch(reject)
    })
    expect(await inBlock).toBe('ExtrinsicSuccess')
    const wrong = remark.signAndSend(alice, { mode: 1, metadataHash: `0x${'01'.repeat(32)}` } as object)
    await expect(wrong).rejects.toThrow('1010: Invalid Transaction: Transaction has a bad signature')
  })

  it('calls runtime APIs that it knows by metadata', async () => {
    const names = await api.call['genesisBuilder']['presetNames']()
    expect(names.toHuman()).toEqual(['development'])
  })
})

describe.each([
  ['dedot v2', (url: string) => DedotClient.new({ provider: new DedotProvider(url), cacheMetadata: false })],
  ['dedot legacy', (url: string) => LegacyClient.new({ provider: new DedotProvider(url), cacheMetadata: false })],
] as const)('%s', (_, connect) => {
  let client: Awaited<ReturnType<typeof connect>>
  beforeAll(async () => {
    client = await connect(server.url)
  })
  afterAll(() => client.disconnect())

  it('asks view functions', async () => {
    const balance = await client.view['balances']!['reducibleBalance']!(BOB, true)
    expect(balance).toEqual(reducible(true))
    expect(await client.view['workers']!['worker']!(BOB)).toBeUndefined()
    expect(await client.view['attestation']!['currentRounds']!()).toEqual([])
  })

  it('signs, with the digest of the metadata and without', async () => {
    const alice = new Keyring({ type: 'sr25519' }).addFromUri('//Alice')
    const remark = () => client.tx.system.remark('0x02')
    const plain = await remark().signAndSend(alice).untilBestChainBlockIncluded()
    expect(plain.dispatchError).toBeUndefined()
    const hashed = await remark()
      .signAndSend(alice, { metadataHash: toHex(digest) } as never)
      .untilBestChainBlockIncluded()
    expect(hashed.dispatchError).toBeUndefined()
  })
})

describe('polkadot-api', () => {
  const websocketClass = WebSocket as unknown as typeof globalThis.WebSocket
  let client: ReturnType<typeof createClient>
  beforeAll(() => {
    client = createClient(getWsProvider(server.url, { websocketClass }))
  })
  afterAll(() => client.destroy())

  it('asks view functions', async () => {
    const api = client.getUnsafeApi()
    const balance: unknown = await api.view['Balances']!['reducible_balance']!(BOB, false)
    expect(balance).toEqual(reducible(false))
  })

  it('signs with the digest of the metadata', async () => {
    const api = client.getUnsafeApi()
    const signer = withMetadataHash(
      token,
      getPolkadotSigner(bob.publicKey, 'Sr25519', (message) => bob.sign(message)),
    )
    const tx = api.tx['System']!['remark']!({ remark: utf8('papi') })
    const result = await tx.signAndSubmit(signer)
    expect(result.ok).toBe(true)
  })
})
