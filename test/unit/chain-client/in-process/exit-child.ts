/**
 * A process that starts two chains, uses them, and closes them but not their clients. leaves-nothing.test.ts checks
 * that it ends by itself, and reads the remains of the first chain. The first has only our own clients. The second has
 * those of three authors, which have timers of their own.
 */
import { createHook } from 'node:async_hooks'
import { startChain, type InProcessChain } from '#chain/in-process/start-chain.ts'
import { toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { transferSigner } from '../../../helpers/load.ts'

/** The first signature is verified at once, the others by threads where there are any. */
const TRANSFERS = 3

/** All timers and threads, also those that would not keep the process. */
const left = new Map<number, string>()
const KINDS = ['Timeout', 'WORKER']
createHook({
  init: (id, kind) => void (KINDS.includes(kind) && left.set(id, kind)),
  destroy: (id) => void left.delete(id),
}).enable()

async function useProviders({ node, providers, dev }: InProcessChain): Promise<void> {
  const provider = providers.polkadotJs()
  const unheard = (): void => undefined
  await provider.subscribe('chain_newHead', 'chain_subscribeNewHeads', [], unheard)
  const dedot = await providers.dedot().connect()
  await dedot.subscribe({ subscribe: 'chainHead_v1_follow', params: [true], unsubscribe: '' }, unheard)
  const papi = providers.papi()(unheard)
  papi.send({ jsonrpc: '2.0', id: '1', method: 'chainHead_v1_follow', params: [true] } as never)
  await dev.newBlock({ count: 3 })
  const [signer, sign] = [keypairFromSuri('//Alice'), transferSigner(node.genesisHash)]
  for (let nonce = 0; nonce < TRANSFERS; nonce++) {
    const transfer = sign({ signer, nonce, dest: signer.accountId, value: 1n })
    await provider.send('author_submitAndWatchExtrinsic', [toHex(transfer)])
  }
}

async function useLibraries({ providers, dev }: InProcessChain): Promise<void> {
  const [{ ApiPromise }, { DedotClient }, { createClient }] = await Promise.all([
    import('@polkadot/api'),
    import('dedot'),
    import('polkadot-api'),
  ])
  const api = await ApiPromise.create({ provider: providers.polkadotJs(), noInitWarn: true })
  await api.rpc.chain.subscribeNewHeads(() => undefined)
  const dedot = await DedotClient.new({ provider: providers.dedot() as never, cacheMetadata: false })
  await dedot.query['system']['number']()
  await createClient(providers.papi() as never).getFinalizedBlock()
  await dev.newBlock({ count: 3 })
}

const { basePath, threads } = JSON.parse(process.argv[2]!) as { readonly basePath: string; readonly threads: string }
const sealing = { kind: 'interval', blockTimeMs: 20 } as const
const chain = await startChain({ sealing, basePath, verifyThreads: { entry: new URL(threads), count: 1 } })
await useProviders(chain)
await chain.close()
// What was destroyed is told of a turn later.
await new Promise((resolve) => setImmediate(resolve))
process.stdout.write(JSON.stringify({ left: [...left.values()] }))

const another = await startChain({ sealing })
await useLibraries(another)
await another.close()
process.stdout.write('\nclosed\n')
