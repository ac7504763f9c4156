/** A block that somebody finalizes at once: @polkadot/api still tells that the transaction is in a block. */
import { ApiPromise, Keyring } from '@polkadot/api'
import { expect, it, onTestFinished } from 'vitest'
import { startChain } from '#chain/in-process/start-chain.ts'

const TRANSFERS = 4

it.each(['engine_createBlock', 'engine_finalizeBlock'] as const)('%s loses no InBlock', async (how) => {
  const chain = await startChain({ sealing: { kind: 'manual' } })
  onTestFinished(() => chain.close())
  const api = await ApiPromise.create({ provider: chain.providers.polkadotJs(), noInitWarn: true })
  onTestFinished(() => api.disconnect())
  const alice = new Keyring({ type: 'sr25519' }).addFromUri('//Alice')
  for (let nonce = 0; nonce < TRANSFERS; nonce++) {
    const seen: string[] = []
    const transfer = api.tx['balances']['transferKeepAlive'](alice.address, 1)
    const ended = new Promise<void>((resolve, reject) => {
      const heard = ({
        status,
      }: {
        readonly status: { readonly type: string; readonly isFinalized: boolean }
      }): void => {
        seen.push(status.type)
        if (status.isFinalized) resolve()
      }
      transfer.signAndSend(alice, { nonce }, heard).then(async () => {
        const block = await chain.node.seal({ finalize: how === 'engine_createBlock' })
        await chain.node.finalize(block.hash)
      }, reject)
    })
    await ended
    expect(seen).toEqual(['Ready', 'InBlock', 'Finalized'])
  }
})
