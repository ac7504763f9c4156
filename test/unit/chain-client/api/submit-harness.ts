/**
 * The submitter over a fake chain.
 *
 * Owns: the wiring, and the signer of fake extrinsics. Does not own: the chain's rules.
 */
import { encode } from '#types/scale/codec.ts'
import type { CallRequest } from '#chain/api/chain-port.ts'
import type { SubmitSource } from '#chain/api/chain-rpc.ts'
import { createWake, type Wake } from '#chain/api/waiting.ts'
import { createInclusion } from '#chain/api/inclusion.ts'
import { createJournal } from '#chain/api/journal.ts'
import { silentLog } from '#types/log.ts'
import { createNonces } from '#chain/api/nonce.ts'
import { memoryStore, type KeyValue } from '#chain/api/store.ts'
import { createSubmitter, type Submitter } from '#chain/api/submit.ts'
import { createFakeChain, FakeExtrinsic, type FakeChain } from './fake-chain.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'

/** Blocks for which a fake signature is valid. */
export const FAKE_ERA = 8

export const callFor = (name: string): CallRequest => ({ pallet: 'Fake', call: name, args: Uint8Array.of(1) })

export interface Harness {
  readonly clock: FakeClock
  readonly chain: FakeChain
  readonly wake: Wake
  readonly journal: KeyValue
  /** A new client on the same journal, as after a restart. */
  start(over?: { readonly rpc?: SubmitSource; readonly journal?: KeyValue; readonly session?: () => number }): Submitter
  /** Makes a block every second of fake time, after `before`. */
  produce(before?: () => void, lag?: number): void
}

export function createHarness(): Harness {
  const clock = createFakeClock()
  const chain = createFakeChain()
  const wake = createWake(clock)
  const journal = memoryStore().journal
  let salt = 0
  return {
    clock,
    chain,
    wake,
    journal,
    start: (over = {}) => {
      const rpc = over.rpc ?? chain
      return createSubmitter({
        rpc,
        journal: createJournal(over.journal ?? journal),
        inclusion: createInclusion(rpc),
        nonces: createNonces(),
        sign: async ({ call, args }, { nonce, birth }) => {
          const death = birth.number + FAKE_ERA
          return { wire: encode(FakeExtrinsic, { call, args, nonce, birth: birth.number, death, salt: salt++ }), death }
        },
        outcomeAt: async ({ block, number }) => ({ kind: 'included', block, number }),
        wake,
        session: over.session ?? (() => 1),
        clock,
        log: silentLog,
      })
    },
    produce(before = () => {}, lag = 0) {
      const tick = (): void => {
        before()
        chain.build(lag)
        wake.fire()
        clock.setTimer(1_000, tick)
      }
      clock.setTimer(1_000, tick)
    },
  }
}
