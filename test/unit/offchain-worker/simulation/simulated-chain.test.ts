/** The simulated chain: calls when a block is full, each duty only once, and promises between events. */
import { describe, expect, it } from 'vitest'
import type { SubmitOutcome } from '#chain/api/chain-port.ts'
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import { bytes } from '#types/scale/primitives.ts'
import { encode } from '#types/scale/codec.ts'
import { createScheduler } from '#worker/simulation/scheduler.ts'
import { settleAll } from '#worker/simulation/settle.ts'
import { SimulatedChain } from '#worker/simulation/simulated-chain.ts'

const BLOCK_MS = 6_000
/** Of a block's 3.75 MiB of ordinary extrinsics, more than a third. */
const LARGE_BYTES = 1_500_000
const account = blake2b256(utf8('somebody'))

const world = () => {
  const scheduler = createScheduler()
  const genesis = {
    balances: [[account, 10n ** 24n]],
    sudo: { key: account },
    aura: { authorities: [account] },
    attestation: DEFAULT_PARAMETERS,
  }
  const chain = new SimulatedChain(
    { genesis, blockMs: BLOCK_MS, onBlock: () => undefined },
    { scheduler, latencyMs: () => 1 },
  )
  chain.start()
  return { scheduler, chain }
}

const remark = (size: number) => ({ pallet: 'System', call: 'remark', args: encode(bytes, new Uint8Array(size)) })

describe('a simulated chain', () => {
  it('leaves what finds no room to the next block, and calls that never fit to nobody', async () => {
    const { scheduler, chain } = world()
    const port = chain.portOf(account)
    const outcomes: SubmitOutcome[] = []
    for (let number = 0; number < 5; number++)
      void port.submit(`duty/${number}`, remark(LARGE_BYTES)).then((outcome) => outcomes.push(outcome))
    void port.submit('never', remark(4 * LARGE_BYTES)).then((outcome) => outcomes.push(outcome))
    void port.submit('small', remark(1)).then((outcome) => outcomes.push(outcome))
    await settleAll(() => scheduler.step(6 * BLOCK_MS))
    expect(outcomes.map((outcome) => (outcome.kind === 'included' ? outcome.number : outcome.kind))).toEqual([
      1,
      1,
      2,
      2,
      3,
      'refused',
      4,
    ])
  })

  it('takes a duty once', async () => {
    const { scheduler, chain } = world()
    const port = chain.portOf(account)
    const first = port.submit('duty', remark(1))
    await settleAll(() => scheduler.step(2 * BLOCK_MS))
    expect(await port.submit('duty', remark(1))).toBe(await first)
  })
})

describe('between two events', () => {
  it('promises settle to their end, however many hang on one another', async () => {
    const scheduler = createScheduler()
    const seen: string[] = []
    const deep = async (depth: number): Promise<void> => (depth === 0 ? undefined : deep(depth - 1))
    for (const name of ['first', 'second']) {
      scheduler.post(1, () => {
        seen.push(`${name} happens`)
        void deep(1_000).then(() => seen.push(`${name} has settled`))
      })
    }
    await settleAll(() => scheduler.step())
    expect(seen).toEqual(['first happens', 'first has settled', 'second happens', 'second has settled'])
  })
})
