/** An empty block with as much to do as there can be: it keeps to the budget of hooks, and the next blocks do the rest. */
import { describe, expect, it } from 'vitest'
import { decode } from '#types/scale/codec.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import { BLOCK_WEIGHTS, ConsumedWeight, HOOKS_REF_TIME, refTime } from '#chain/runtime/frame/weights.ts'
import {
  AttestationChain,
  attestorsOf,
  author,
  crowdOrders,
  expectSound,
  openChain,
  registration,
  type Signed,
} from '../../../helpers/attestation/chain.ts'
import { crowdOf } from '../../../helpers/attestation/at-limits.ts'
import { callOf, devGenesis, type TestChain } from '../../../helpers/runtime.ts'

/** The block's own steps: timestamp, slot, beacon. */
const OTHER_REF_TIME = 5_000_000_000n
/** Opening or closing a round of five attestors; silencing a worker. */
const ROUND_REF_TIME = 5n * refTime(0n, 8n, 10n)
const WORKER_REF_TIME = refTime(0n, 16n, 16n)
/** As long as the limit of silence is after block 0. */
const SILENT_AT = 61

const mandatory = (chain: TestChain): bigint =>
  decode(ConsumedWeight, chain.state.get(storagePrefix('System', 'BlockWeight'))!).mandatory.refTime

/** Builds a block, which must keep to the budget and one item. */
function buildWithin(chain: TestChain, itemRefTime: bigint): void {
  chain.build()
  expect(mandatory(chain)).toBeLessThan(BLOCK_WEIGHTS.baseBlock.refTime + HOOKS_REF_TIME + OTHER_REF_TIME + itemRefTime)
}

describe('an empty block', () => {
  it('in which 2,300 workers fall silent silences those that it has room for', () => {
    const chain = new AttestationChain(devGenesis, crowdOf(2_300, 'Active', 0))
    chain.build()
    chain.number = SILENT_AT - 1
    const left: number[] = []
    do {
      buildWithin(chain, WORKER_REF_TIME)
      left.push(chain.count('Workers', 'Silences'))
    } while (left.at(-1)! > 0 && left.length < 100)
    expect(left.at(-1)).toBe(0)
    expect(left.length).toBeGreaterThan(1)
    expect(left).toEqual(left.toSorted((a, b) => b - a))
    expect(chain.log.errors).toEqual([])
  })

  it('with a thousand rounds to open, or to close, opens and closes those that it has room for', () => {
    const cast = attestorsOf(20)
    const chain = openChain({
      attestors: 0,
      payers: 32,
      bonds: { roleBond: 0n, capacityBond: 0n },
      parameters: { hosterReward: 1_000n, attestorReward: 1_000n, maxWait: 200, maxRedraws: 0 },
    })
    for (const orders of crowdOrders(1_000)) chain.succeed(orders)
    for (const { keys } of cast)
      chain.succeed([
        author,
        callOf('Balances', 'transferKeepAlive', { dest: { tag: 'Id', value: keys.publicKey }, value: 10n ** 12n }),
      ])
    chain.succeed(...cast.map((who): Signed => [who.keys, registration(chain, who, ['Attestor'], { capacity: 5_000 })]))
    let opened = 0
    let closed = 0
    for (let blocks = 0; closed < 1_000 && blocks < 100; blocks++) {
      buildWithin(chain, ROUND_REF_TIME)
      opened += chain.all('Attestation.RoundOpened').length
      closed += chain.all('Attestation.RoundClosed').length
    }
    expect([opened, closed]).toEqual([1_000, 1_000])
    expect(chain.activeRounds()).toEqual([])
    expectSound(chain, cast)
  })

  it('with a thousand rounds that wait, and another lack of attestors in every block, tells those that it has room for', () => {
    const chain = openChain({
      attestors: 4,
      payers: 32,
      parameters: { hosterReward: 0n, attestorReward: 0n, maxWait: 500, maxRedraws: 0 },
    })
    for (const orders of crowdOrders(1_000)) chain.succeed(orders)
    const [first] = attestorsOf(1)
    const told: number[] = []
    for (let blocks = 0; blocks < 12; blocks++) {
      chain.succeed([first!.keys, callOf('Workers', blocks % 2 === 0 ? 'pause' : 'resume')])
      buildWithin(chain, ROUND_REF_TIME)
      told.push(chain.all('Attestation.AttestorsAwaited').length)
    }
    expect(Math.min(...told)).toBeGreaterThan(100)
    expect(Math.max(...told)).toBeLessThan(1_000)
    expect(chain.log.errors).toEqual([])
  })
})
