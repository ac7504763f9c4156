/** The reason for which a round did not pass names the attestors, and what each said of itself. */
import { expect, test } from 'vitest'
import { systemClock } from '#types/clock.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import { encode } from '#types/scale/codec.ts'
import { struct, type Values } from '#types/scale/compound.ts'
import type { ChainEventRecord } from '#chain/api/chain-port.ts'
import type { Told } from '#worker/devnet/child.ts'
import { createNameOf } from '#worker/devnet/genesis.ts'
import { Onlooker } from '#worker/devnet/onlooker.ts'
import type { Stage } from '#worker/devnet/scenario.ts'
import { castRound } from '#worker/systems/attestation/devnet/cast.ts'
import { whyNotPassed } from '#worker/systems/attestation/devnet/not-passed.ts'
import { eventCalled, fakeClient } from '../../../devnet/fakes.ts'

const ROUND = 3
const account = (n: number): Uint8Array => keypairFromSuri(`//Attestor//${n}`).accountId
type EventName = keyof typeof attestationEvents
const event = <K extends EventName>(name: K, values: Values<(typeof attestationEvents)[K]>): ChainEventRecord =>
  eventCalled('Attestation', name, encode(struct(attestationEvents[name]), values))

const opened = (members: number, round = ROUND) =>
  event('RoundOpened', {
    round,
    hoster: account(9),
    feed: new Uint8Array(32),
    openedAt: 1,
    endsAt: 9,
    members: Array.from({ length: members }, (_, i) => ({ account: account(i + 1), noiseKey: new Uint8Array(32) })),
  })
const agreed = event('CoinflipAgreed', {
  round: ROUND,
  attempt: 0,
  transcriptRoot: new Uint8Array(32),
  hiddenMagic: new Uint8Array(32),
})
const reported = (n: number, served: boolean) => event('ReportAccepted', { round: ROUND, attestor: account(n), served })
const dropped = (n: number) => event('CoinflipRestarted', { round: ROUND, attempt: 1, dropped: [account(n)] })

async function stageOf(events: readonly ChainEventRecord[], lines: Readonly<Record<string, readonly Told[]>> = {}) {
  const client = fakeClient()
  const { signal } = new AbortController()
  const seen = new Onlooker(client, { clock: systemClock, onBlock: async () => undefined, signal })
  await client.block(1, events)
  const nameOf = createNameOf(castRound({ data: '.', attestors: 5, readers: 0, blockTimeMs: 500 }))
  const stage = {
    seen,
    nameOf,
    told: lines,
    // A method that needs its object, as that of a live stage does.
    lines(name: string) {
      return this.told[name] ?? []
    },
  }
  return stage as unknown as Stage
}

test('a round that passed needs no reason', async () => {
  expect(whyNotPassed(await stageOf([opened(5), agreed]), ROUND, 'Pass')).toBeUndefined()
})

test('a round that never opened, and one whose attestors agreed on nothing', async () => {
  expect(whyNotPassed(await stageOf([opened(5, 2)]), ROUND, 'Inconclusive')).toBe(
    'round 3 waited in vain for enough attestors that are free',
  )
  expect(whyNotPassed(await stageOf([opened(5), dropped(2)]), ROUND, 'Inconclusive')).toBe(
    'round 3: the attestors agreed on no number, attestor-2 dropped out of the coinflip',
  )
})

test('those that found otherwise, and those without a report, in their own words', async () => {
  const lines = {
    'attestor-2': [
      { kind: 'audit-done', round: 2, why: 'of another round' },
      { kind: 'audit-done', round: ROUND, result: 'partial', why: 'not over within 900 ms' },
    ],
    'attestor-3': [{ kind: 'duty-ended', round: ROUND, why: 'our slot has passed' }],
    'attestor-4': [
      { kind: 'audit-done', round: ROUND, result: 'served', why: '' },
      { kind: 'duty-ended', round: ROUND, why: 'the round is closed' },
    ],
  }
  const stage = await stageOf([opened(5), agreed, dropped(5), reported(1, true), reported(2, false)], lines)
  expect(whyNotPassed(stage, ROUND, 'Inconclusive')).toBe(
    'round 3, inconclusive: 3 of 4 attestors make a verdict, 1 found that the hoster serves, ' +
      '1 that it does not (attestor-2: not over within 900 ms), 2 gave no report (attestor-3: our slot has passed; ' +
      'attestor-4: it audited, and its report came too late), attestor-5 dropped out of the coinflip',
  )
})

test('a hoster that does not serve, found by all', async () => {
  const lost = { kind: 'audit-done', round: ROUND, result: 'partial', why: '5 chunks lost' }
  const lines = Object.fromEntries([1, 2, 3].map((n) => [`attestor-${n}`, [lost]]))
  const stage = await stageOf([opened(3), agreed, ...[1, 2, 3].map((n) => reported(n, false))], lines)
  expect(whyNotPassed(stage, ROUND, 'Fail')).toBe(
    'round 3, fail: 2 of 3 attestors make a verdict, 0 found that the hoster serves, 3 that it does not ' +
      '(attestor-1: 5 chunks lost; attestor-2: 5 chunks lost; attestor-3: 5 chunks lost)',
  )
})
