/**
 * A chain in this process: it starts fast, libraries of three authors use it without a socket, and it leaves no trace.
 */
import { ApiPromise, Keyring } from '@polkadot/api'
import { DedotClient, LegacyClient, type JsonRpcProvider as DedotJsonRpcProvider } from 'dedot'
import { createClient } from 'polkadot-api'
import { getPolkadotSigner } from 'polkadot-api/signer'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { startChain, type StartChainOptions } from '#chain/in-process/start-chain.ts'
import { processorMs } from '../helpers/processor-time.ts'

const UNIT = 10n ** 12n
const RUNS = 15
/** The aim is 50 ms on a machine that does nothing else. */
const MAX_START_MS = 250
const FERDIE = '5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL'

async function chain(options?: StartChainOptions) {
  const started = await startChain(options)
  onTestFinished(() => started.close())
  return started
}

const alice = keypairFromSuri('//Alice')

describe('startChain', () => {
  it('is there in milliseconds', async () => {
    const times: number[] = []
    for (let i = 0; i < RUNS; i++) {
      const began = processorMs()
      const started = await startChain()
      times.push(processorMs() - began)
      await started.close()
    }
    expect(times.sort((a, b) => a - b)[RUNS >> 1]).toBeLessThan(MAX_START_MS)
  })

  it('makes the same blocks for the same requests under a seed', async () => {
    const run = async (seed: number): Promise<string> => {
      const { dev } = await chain({ sealing: { kind: 'manual' }, clock: 'virtual', seed })
      await dev.newBlock({ count: 3 })
      await dev.setBalance(FERDIE, 7n)
      await dev.timeTravel('2031-01-01')
      return dev.newBlock()
    }
    expect(await run(1)).toBe(await run(1))
    expect(await run(2)).not.toBe(await run(1))
  })

  it('serves @polkadot/api', async () => {
    const { providers } = await chain()
    const provider = providers.polkadotJs()
    const api = await ApiPromise.create({ provider, noInitWarn: true })
    const signer = new Keyring({ type: 'sr25519' }).addFromUri('//Alice')
    const seen: string[] = []
    const transfer = api.tx['balances']['transferKeepAlive'](FERDIE, UNIT)
    await new Promise<void>((resolve, reject) => {
      transfer
        .signAndSend(signer, ({ status }) => {
          seen.push(status.type)
          if (status.isFinalized) resolve()
        })
        .catch(reject)
    })
    expect(seen).toEqual(expect.arrayContaining(['InBlock', 'Finalized']))
    await api.disconnect()
  })

  it('serves polkadot-api', async () => {
    const { providers } = await chain()
    const client = createClient(providers.papi() as never)
    const api = client.getUnsafeApi()
    const signer = getPolkadotSigner(alice.publicKey, 'Sr25519', (message) => alice.sign(message))
    const tx = api.tx['Balances']!['transfer_keep_alive']!({ dest: { type: 'Id', value: FERDIE }, value: UNIT })
    const sent = await tx.signAndSubmit(signer)
    expect(sent.ok).toBe(true)
    client.destroy()
  })

  it.each([
    ['dedot', DedotClient],
    ['dedot on legacy methods', LegacyClient],
  ])('serves %s', async (_, Client) => {
    const { providers } = await chain()
    const provider = providers.dedot() as unknown as DedotJsonRpcProvider
    const client = await Client.new({ provider, cacheMetadata: false })
    const signer = new Keyring({ type: 'sr25519' }).addFromUri('//Alice')
    const sent = await client.tx['balances']['transferKeepAlive'](FERDIE, UNIT).signAndSend(signer).untilFinalized()
    expect(sent.dispatchError).toBeUndefined()
    await client.disconnect()
  })

  it('tells what is refused, and refuses everything once it is closed', async () => {
    const started = await chain()
    await expect(started.dev.setHead(99)).rejects.toMatchObject({ rpcCode: -32602 })
    const provider = started.providers.polkadotJs()
    expect(await provider.send('chain_getBlockHash', [0])).toBe(toHex(started.node.genesisHash))
    await started.close()
    await expect(provider.send('chain_getBlockHash', [0])).rejects.toMatchObject({ code: 'CLIENT_CLOSED' })
    await expect(started.dev.newBlock()).rejects.toMatchObject({ code: 'CLIENT_CLOSED' })
  })
})
