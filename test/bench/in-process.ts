/**
 * How soon a chain inside a test's process is ready.
 *
 * Owns: this measurement. Does not own: the start of the chain.
 */
import { startChain, type InProcessChain } from '#chain/in-process/start-chain.ts'
import { figure, repeated, timed, type Measurement } from './figure.ts'

const WARM_UP_STARTS = 3
const STARTS = 15
const MAX_START_MS = 10

async function startToFirstAnswer(): Promise<number> {
  let chain: InProcessChain | undefined
  const ms = await timed(async () => {
    chain = await startChain()
    await chain.providers.polkadotJs().send('system_health', [])
  })
  await chain!.close()
  return ms
}

/** From the call to the first answered request, in a process that has started one before. */
export const startInProcess: Measurement = {
  name: 'start-chain',
  async measure() {
    await repeated(WARM_UP_STARTS, startToFirstAnswer)
    const runs = await repeated(STARTS, startToFirstAnswer)
    return [figure('startChain to first answered RPC, warm', 'ms', runs, { aim: { is: '<=', than: MAX_START_MS } })]
  },
}
