/**
 * Anvil, the dev node of Ethereum's developers, as a contestant: a figure from another ecosystem.
 *
 * Owns: finding and starting it, signing native transfers for it, and what "in a block" means there. Does not own: the
 * contest.
 * It is not among the dependencies, because each platform has a binary of its own. `ASSAY_ANVIL` names the binary,
 * wherever npm has put it:
 *
 *   npm install --prefix /tmp/anvil @foundry-rs/anvil@1.7.1
 *   ASSAY_ANVIL=/tmp/anvil/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil npm run bench -- peers
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { parseGwei } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { loadClient } from '../helpers/load.ts'
import type { Contestant, Running } from './peers.ts'

/** Anvil endows the first ten accounts of this phrase: public on purpose. */
const DEV_PHRASE = 'test test test test test test test test test test test junk'
const ACCOUNTS = 10
const CHAIN_ID = 31_337
const TRANSFER_GAS = 21_000n

const PLATFORM = `@foundry-rs/anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`

/** `ASSAY_ANVIL`, or where it is installed beside this. @throws Error that says how to install it. */
function binary(): string {
  const named = process.env['ASSAY_ANVIL']
  if (named !== undefined) return named
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${PLATFORM}/package.json`)), 'bin', 'anvil')
  } catch (error) {
    throw new Error(
      'expected ASSAY_ANVIL to name the binary of Anvil, got nothing: `npm install --prefix /tmp/anvil @foundry-rs/anvil@1.7.1` ' +
        `brings it to /tmp/anvil/node_modules/${PLATFORM}/bin/anvil`,
      { cause: error },
    )
  }
}

/** The port it chose, as it prints it. */
function listeningPort(output: Readable): Promise<number> {
  let text = ''
  return new Promise((resolve, reject) => {
    // Read to the end: a broken pipe would stop it.
    output.on('data', (part: Buffer) => {
      text += part.toString()
      const found = /Listening on [^:]+:(\d+)/.exec(text)
      if (found) resolve(Number(found[1]))
    })
    output.once('end', () => reject(new Error(`expected Anvil to listen, got: ${text}`)))
  })
}

async function start(): Promise<Running> {
  const child = spawn(binary(), ['--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const client = await loadClient(`ws://127.0.0.1:${await listeningPort(child.stdout)}`)
  await client.call('eth_blockNumber')
  const receipt = (hash: unknown): Promise<unknown> => client.call('eth_getTransactionReceipt', hash)
  const accounts = Array.from({ length: ACCOUNTS }, (_, addressIndex) =>
    mnemonicToAccount(DEV_PHRASE, { addressIndex }),
  )
  let counted = -1
  return {
    pid: child.pid!,
    submit: (raw) => client.call('eth_sendRawTransaction', raw),
    async submitAndWait(raw) {
      const hash = await client.call('eth_sendRawTransaction', raw)
      while ((await receipt(hash)) === null);
    },
    async included() {
      const nonces = accounts.map(({ address }) => client.call('eth_getTransactionCount', address, 'latest'))
      const count = (await Promise.all(nonces)).reduce<number>((sum, nonce) => sum + Number(nonce), 0)
      // It mines on arrivals, a thousand at most each time: what a burst leaves over waits until it is asked for.
      if (count === counted) await client.call('evm_mine')
      counted = count
      return count
    },
    async stop() {
      client.close()
      child.kill()
      await once(child, 'exit')
    },
  }
}

/** See the module's header. */
export const anvil: Contestant = {
  name: 'Anvil',
  start,
  async sign(count) {
    const accounts = Array.from({ length: ACCOUNTS }, (_, addressIndex) =>
      mnemonicToAccount(DEV_PHRASE, { addressIndex }),
    )
    const signed: string[] = []
    for (let i = 0; i < count; i++) {
      const transfer = {
        type: 'eip1559',
        chainId: CHAIN_ID,
        nonce: Math.floor(i / ACCOUNTS),
        to: accounts[(i + 1) % ACCOUNTS]!.address,
        value: 1n,
        gas: TRANSFER_GAS,
        maxFeePerGas: parseGwei('100'),
        maxPriorityFeePerGas: 1n,
      } as const
      signed.push(await accounts[i % ACCOUNTS]!.signTransaction(transfer))
    }
    return signed
  },
}
