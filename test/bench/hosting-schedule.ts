/**
 * The cost of scheduling on a chain that hosts much: contracts whose copies are challenged by their agenda.
 *
 * Owns: a state of ten thousand contracts with a copy each, whose challenges lie in the blocks of one interval; the time of the hooks
 * alone. Does not own: answers, which are extrinsics.
 */
import { u32le, u64le, utf8 } from '#types/bytes.ts'
import { sha256 } from '#types/crypto/sha256.ts'
import { Contract, Copy } from '#types/domain/hosting/contract.ts'
import { DEFAULT_HOSTING_PARAMETERS } from '#types/domain/hosting/market-parameters.ts'
import { Plan } from '#types/domain/hosting/plan.ts'
import { encode } from '#types/scale/codec.ts'
import { Identity, storageKey, storagePrefix, Twox64Concat } from '#types/scale/storage-key.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { memoryFeed } from '../helpers/hosting/memory-feed.ts'
import { TERMS } from '../helpers/hosting/market.ts'
import { processorMs } from '../helpers/processor-time.ts'
import { TestChain } from '../helpers/runtime.ts'
import { figure, median, type Measurement } from './figure.ts'

const COUNT = 10_000
const FIRST_DUE = 2
const RUNS = 30
const MAX_BLOCK_MS = 5
const TRUE = Uint8Array.of(1)

/** The state with so many contracts, an even part of whose copies is due in each block of an interval. */
function crowded(state: Trie): Trie {
  const { challengeInterval } = DEFAULT_HOSTING_PARAMETERS
  const { head } = memoryFeed(12)
  const tree = { length: head.length, roots: head.roots }
  const provider = { account: sha256(utf8('hoster')), noiseKey: sha256(utf8('noise key')) }
  const root = sha256(utf8('root'))
  const modulus = new Uint8Array(256).fill(255)
  const segment = { from: 0, to: 12, encoder: provider.account, modulus, leaves: 40n, root }
  const plan = { owner: provider.account, terms: TERMS, covered: 12, coveredBytes: 0n, contracts: COUNT }
  const item = (name: string, at: Uint8Array): Uint8Array =>
    storageKey(storagePrefix('Hosting', name), [[Twox64Concat, at]])
  const changes: [Uint8Array, Uint8Array][] = [[item('Plans', u32le(0)), encode(Plan, plan)]]
  for (let id = 0; id < COUNT; id++) {
    const due = FIRST_DUE + (id % challengeInterval)
    const contract: Contract = {
      plan: 0,
      feed: head.key,
      from: 0,
      to: 12,
      tree,
      mostBytes: 1_000n,
      state: 'Active',
      copies: [BigInt(id)],
      openedAt: 1,
      starvingSince: 0,
    }
    const copy: Copy = {
      contract: id,
      generation: 0,
      state: 'Live',
      hoster: provider,
      encoder: undefined,
      encodeBlocks: 0,
      encodesUntil: 0,
      modulus: undefined,
      segments: [segment],
      pending: undefined,
      challenge: undefined,
      tries: 0,
      due,
      passes: 1,
      misses: 0,
      committed: 0n,
      owed: 0n,
      replaces: undefined,
      isLeaving: false,
    }
    const block = u32le(due).toReversed()
    changes.push(
      [item('Contracts', u32le(id)), encode(Contract, contract)],
      [item('Copies', u64le(BigInt(id))), encode(Copy, copy)],
      [
        storageKey(storagePrefix('Hosting', 'CopiesDue'), [
          [Identity, block],
          [Identity, u64le(BigInt(id))],
        ]),
        TRUE,
      ],
    )
  }
  return state.apply(changes)
}

/** See the module's header. */
export const hostingSchedule: Measurement = {
  name: 'hosting-schedule',
  async measure() {
    const plain = new TestChain()
    const chain = new TestChain()
    chain.build()
    plain.build()
    chain.state = crowded(chain.state)
    const { state, number, hash } = chain
    const runs: number[] = []
    const empty: number[] = []
    for (let run = 0; run < RUNS; run++) {
      Object.assign(chain, { state, number, hash })
      // In the blocks of one window, copies are challenged and none is looked at again.
      for (let i = 0; i < DEFAULT_HOSTING_PARAMETERS.challengeWindow; i++) {
        const before = processorMs()
        const block = chain.open()
        runs.push(processorMs() - before)
        chain.adopt(block.finalize())
        const between = processorMs()
        plain.open()
        empty.push(processorMs() - between)
      }
    }
    const challenged = chain.records().filter(({ event }) => event.value.tag === 'StorageChallenged').length
    const expected = COUNT / DEFAULT_HOSTING_PARAMETERS.challengeInterval
    if (challenged !== expected) throw new Error(`expected ${expected} challenges in a block, got ${challenged}`)
    return [
      figure(
        `hooks of a block that challenges ${expected} of ${COUNT.toLocaleString('en')} hosted copies`,
        'ms',
        runs,
        {
          aim: { is: '<=', than: MAX_BLOCK_MS + median(empty) },
          reference: { name: 'those of a block without any', value: median(empty) },
        },
      ),
    ]
  },
}
