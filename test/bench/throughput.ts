/**
 * Signed transfers per second into blocks, against the verifier alone with the same threads and signatures.
 *
 * Owns: the load and both rates. Does not own: the node.
 * The benchmark signs before the clock runs.
 */
import { availableParallelism } from 'node:os'
import { fromHex, toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode } from '#chain/node/service.ts'
import { createThreadVerifier, type ThreadOptions } from '#chain/node/verifier.ts'
import type { VerifyJob } from '#chain/node/verify-batch.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { loadClient, transferSigner, type LoadClient } from '../helpers/load.ts'
import { figure, median, perSecond, timed, type Measurement } from './figure.ts'
import { startNodeProcess, stopNodeProcess } from './processes.ts'

const RUNS = 5
const TRANSFERS = 2400
/** Until the threads have started and V8 has compiled what is hot. */
const WARM_UP = 1200
const IN_FLIGHT = 1000
const MIN_RATIO = 0.85
const AMOUNT = 10n ** 9n

const signers = ['//Alice', '//Bob', '//Charlie', '//Dave', '//Eve', '//Ferdie'].map((suri) => keypairFromSuri(suri))
const threads: ThreadOptions = {
  entry: new URL('../../.build/verify-worker.js', import.meta.url),
  count: availableParallelism(),
}
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** The first batch is for warming up, the others are measured. */
type Batches = readonly (readonly Uint8Array[])[]

function signBatches(genesisHash: Uint8Array): Batches {
  const sign = transferSigner(genesisHash)
  let signed = 0
  const batch = (size: number): Uint8Array[] =>
    Array.from({ length: size }, () => {
      const signer = signers[signed % signers.length]!
      const nonce = Math.floor(signed++ / signers.length)
      return sign({ signer, nonce, dest: signers[signed % signers.length]!.accountId, value: AMOUNT })
    })
  return [WARM_UP, ...Array.from({ length: RUNS }, () => TRANSFERS)].map(batch)
}

/** Does `each` for all items, `IN_FLIGHT` at a time. */
async function pipelined<T>(items: readonly T[], each: (item: T) => Promise<unknown>): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length) await each(items[next++]!)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
}

function jobsOf(node: Node, batch: readonly Uint8Array[]): VerifyJob[] {
  const at = node.at(node.best().hash)
  return batch.map((wire) => {
    const extrinsic = node.runtime.decode(wire)
    const { proof, signer } = extrinsic.signature!
    return { signature: proof, message: node.runtime.signingPayload(at, extrinsic)!, account: signer }
  })
}

/** Transfers per second, of one batch after the other. */
async function verifierRates(batches: readonly (readonly VerifyJob[])[]): Promise<number[]> {
  const verifier = createThreadVerifier(threads, silent)
  const rates: number[] = []
  for (const jobs of batches) {
    const ms = await timed(() =>
      pipelined(jobs, async (job) => {
        if (!(await verifier.verify(job))) throw new Error('expected a good signature, got a bad one')
      }),
    )
    rates.push(perSecond(jobs.length, ms))
  }
  await verifier.close()
  return rates.slice(1)
}

/** Resolves when so many more transfers are in blocks. */
function included(node: Node, count: number): Promise<void> {
  let left = count
  return new Promise((resolve) => {
    const stop = node.onEvent((event) => {
      // The first extrinsic of each block is the time.
      if (event.kind === 'best') left -= event.block.body.length - 1
      if (left > 0) return
      stop()
      resolve()
    })
  })
}

async function nodeRates(node: Node, batches: Batches): Promise<number[]> {
  const rates: number[] = []
  for (const batch of batches) {
    const ms = await timed(async () => {
      const done = included(node, batch.length)
      await pipelined(batch, (wire) => node.submit(wire))
      await done
    })
    rates.push(perSecond(batch.length, ms))
  }
  return rates.slice(1)
}

/** Transfers of the signers in blocks so far: the sum of their nonces. */
async function transfersIn(client: LoadClient): Promise<number> {
  const nonces = signers.map(({ accountId }) =>
    client.call('state_call', 'AccountNonceApi_account_nonce', toHex(accountId)),
  )
  const values = (await Promise.all(nonces)).map((nonce) => Buffer.from(fromHex(nonce as string)).readUInt32LE())
  return values.reduce((sum, nonce) => sum + nonce, 0)
}

async function rpcRates(batches: Batches): Promise<number[]> {
  const node = await startNodeProcess()
  const client = await loadClient(node.url)
  const rates: number[] = []
  let sent = 0
  for (const batch of batches) {
    const texts = batch.map(toHex)
    sent += batch.length
    const ms = await timed(async () => {
      await pipelined(texts, (text) => client.call('author_submitExtrinsic', text))
      while ((await transfersIn(client)) < sent) await new Promise((resolve) => setTimeout(resolve, 2))
    })
    rates.push(perSecond(batch.length, ms))
  }
  client.close()
  await stopNodeProcess(node)
  return rates.slice(1)
}

/** See the module's header. */
export const throughput: Measurement = {
  name: 'throughput',
  async measure() {
    const node = await startNode({ verifyThreads: threads }, { runtime: createRuntime({ log: silent }) })
    const batches = signBatches(node.genesisHash)
    const verifier = await verifierRates(batches.map((batch) => jobsOf(node, batch)))
    const intoBlocks = await nodeRates(node, batches)
    await node.close()
    const reference = { name: 'verifier alone', value: median(verifier) }
    const aim = { is: '>=', than: MIN_RATIO, of: 'ratio' } as const
    return [
      figure('signed transfers into blocks', 'per s', intoBlocks, { aim, reference }),
      figure('same, sent by a client over WebSocket', 'per s', await rpcRates(batches), { reference }),
    ]
  },
}
