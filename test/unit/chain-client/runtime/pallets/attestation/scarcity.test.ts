/** Attacks on what is scarce, seats and redraws, on the real pallets: what they get, and what they cost. */
import { describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { NEWCOMER, PROVEN, rate, Reputation, score } from '#types/domain/reputation.ts'
import { Role } from '#types/domain/worker.ts'
import { encode } from '#types/scale/codec.ts'
import { Blake2_128Concat, storageKey, storagePrefix, Twox64Concat } from '#types/scale/storage-key.ts'
import {
  actor,
  attestorsOf,
  expectSound,
  openChain,
  outsider,
  registration,
  requestCall,
  requester,
  root,
  type Actor,
  type AttestationChain,
  type Signed,
} from '../../../../../helpers/attestation/chain.ts'
import {
  equivocation,
  evidenceCall,
  flipOf,
  openRound,
  report,
  reportable,
} from '../../../../../helpers/attestation/statements.ts'
import { callOf, id, UNIT } from '../../../../../helpers/runtime.ts'

const HONEST = 20
const SYBILS = 6
/** Honest attestors take two duties at a time, so that so many rounds of five would fill them all. */
const DECOYS = 12
const SYBIL_CAPACITY = 20

/** Root gives workers a reputation; the heartbeat after it has the draw see it. */
function prove(chain: AttestationChain, workers: readonly Actor[]): void {
  const good: Reputation = { goodPpm: 15_000_000, badPpm: 1_000_000 }
  expect(score(good)).toBeGreaterThan(PROVEN)
  const items = workers.map(({ account }) => [
    storageKey(storagePrefix('Workers', 'Reputations'), [
      [Blake2_128Concat, account],
      [Twox64Concat, encode(Role, 'Attestor')],
    ]),
    encode(Reputation, good),
  ])
  chain.succeed([root, callOf('Sudo', 'sudo', { call: callOf('System', 'setStorage', { items }) })])
  chain.succeed(...workers.map(({ keys }): Signed => [keys, callOf('Workers', 'heartbeat')]))
}

/** Six sybils join honest attestors, and decoy rounds fill these. Then somebody pays for a round. */
function attacked({ isYoung }: { readonly isYoung: boolean }) {
  const chain = openChain({ attestors: HONEST, parameters: { maxRedraws: 0, maxWait: 90 } })
  if (!isYoung) prove(chain, attestorsOf(HONEST))
  const sybils = Array.from({ length: SYBILS }, (_, i) => actor(`sybil${i}`))
  const fund = (who: Actor) => callOf('Balances', 'transferKeepAlive', { dest: id(who.account), value: 100n * UNIT })
  chain.succeed(...sybils.map((who): Signed => [requester, fund(who)]))
  const greedy = { capacity: 2 ** 32 - 1 }
  chain.refuses(sybils[0]!.keys, registration(chain, sybils[0]!, ['Attestor'], greedy), 'Workers.CannotBond')
  chain.succeed(
    ...sybils.map((who): Signed => [who.keys, registration(chain, who, ['Attestor'], { capacity: SYBIL_CAPACITY })]),
  )
  const bonded = sybils.reduce((sum, { account }) => sum + chain.reserved(account), 0n)
  chain.succeed(...Array.from({ length: DECOYS }, (): Signed => [requester, requestCall]))
  chain.succeed([requester, requestCall])
  const { round: target } = chain.event('Attestation.RoundScheduled') as { round: number }
  chain.build()
  chain.build()
  const names = new Set(sybils.map(({ account }) => toHex(account)))
  const sybilsOf = (round: number): number =>
    chain.round(round).members.filter(({ account }) => names.has(toHex(account))).length
  const opened = chain.activeRounds().filter((round) => chain.round(round).phase !== 'Scheduled')
  return { chain, bonded, target, seats: opened.map(sybilsOf) }
}

describe('six sybils of 26 workers that fill the honest ones with decoy rounds', () => {
  test('wait like everybody else, and have one of five seats at most', () => {
    const { chain, bonded, target, seats } = attacked({ isYoung: false })
    expect(chain.round(target).phase).toBe('Scheduled')
    expect(seats.length).toBeGreaterThan(1)
    expect(Math.max(...seats)).toBeLessThanOrEqual(1)
    expect(bonded).toBe(486n * UNIT)
    expectSound(chain, [])
  })

  test('on a chain of newcomers get their part of the weight', () => {
    const CHAINS = 20
    const all = Array.from({ length: CHAINS }, () => {
      const { chain, target, seats } = attacked({ isYoung: true })
      expect(chain.round(target).phase).toBe('Scheduled')
      return seats
    }).flat()
    const share = all.reduce((sum, count) => sum + count, 0) / (5 * all.length)
    // Six of at most 26 that are free, and of 18 at least, since a draw waits where more than a third is busy.
    expect(share).toBeLessThan(6 / 18)
  })
})

describe('colluders that buy redraws by convicting themselves', () => {
  test('lose a seat’s bond for each, more than all others together, who pay nothing for the proof', () => {
    const chain = openChain({ attestors: 12, parameters: { maxRedraws: 3 } })
    let burned = 0n
    for (let redraw = 0; redraw < 2; redraw++) {
      const round = redraw === 0 ? openRound(chain) : chain.activeRounds()[0]!
      chain.until('the round is open', () => chain.round(round).phase === 'Coinflip')
      // Two of five: the chain goes on with four, and gives the round up with three.
      for (let conviction = 0; conviction < 2; conviction++) {
        const flip = flipOf(chain, round)
        const [liar, ...others] = flip.members
        const wealth = (): bigint[] => [liar!, outsider, ...others].map(({ account }) => chain.wealth(account))
        const [before, issued, bonded] = [wealth(), chain.issuance(), chain.reserved(liar!.account)]
        chain.succeed([outsider.keys, evidenceCall(round, flip.attempt, equivocation(flip, round, 0))])
        const losses = wealth().map((after, i) => before[i]! - after)
        expect(losses).toEqual([4n * UNIT, ...losses.slice(1).map(() => 0n)])
        expect(chain.reserved(liar!.account)).toBe(bonded - 4n * UNIT)
        expect(issued - chain.issuance()).toBe(4n * UNIT)
        chain.until('the coinflip begins again or is given up', () => chain.round(round).attempt > flip.attempt)
        burned += 4n * UNIT
      }
      expect(chain.round(round)).toMatchObject({ phase: 'Closed', verdict: 'Inconclusive' })
      chain.until('the round is drawn again', () => chain.activeRounds().length > 0)
    }
    expect(burned).toBe(16n * UNIT)
    expectSound(chain, [])
  })
})

describe('a name', () => {
  test('that was lost stays lost under a new account with the same Noise key', () => {
    const chain = openChain({ attestors: 5, parameters: { maxRedraws: 0 } })
    const round = openRound(chain)
    const flip = flipOf(chain, round)
    const liar = flip.members[0]!
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 0))])
    const lost = chain.reputation(liar.account, 'Attestor')
    chain.until('the order is over', () => chain.activeRounds().length === 0)
    chain.succeed([liar.keys, callOf('Workers', 'unregister')])
    chain.succeed([outsider.keys, registration(chain, { ...outsider, noise: liar.noise }, ['Attestor'])])
    expect(chain.reputation(outsider.account, 'Attestor')).toEqual(lost)
    expectSound(chain, [])
  })

  test('that was lost stays lost for the account under another Noise key', () => {
    const chain = openChain({ attestors: 5, parameters: { maxRedraws: 0 } })
    const round = openRound(chain)
    const flip = flipOf(chain, round)
    const liar = flip.members[0]!
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 0))])
    chain.until('the order is over', () => chain.activeRounds().length === 0)
    const lost = chain.reputation(liar.account, 'Attestor')
    chain.succeed([liar.keys, callOf('Workers', 'unregister')])
    const fresh = { ...liar, noise: actor('fresh').noise }
    chain.succeed([liar.keys, registration(chain, fresh, ['Attestor'])])
    expect(chain.reputation(liar.account, 'Attestor')).toEqual(lost)
    // Whoever has the fresh key later has the name as well.
    chain.succeed([liar.keys, callOf('Workers', 'unregister')])
    chain.succeed([outsider.keys, registration(chain, { ...outsider, noise: fresh.noise }, ['Attestor'])])
    expect(chain.reputation(outsider.account, 'Attestor')).toEqual(lost)
  })

  test('suffers by a deed that is told only when another account has the Noise key', () => {
    const chain = openChain()
    const { round, flip } = reportable(chain)
    report(chain, round, flip, [undefined, 'served', 'served', 'served', 'served'])
    chain.until('the order is over', () => chain.activeRounds().length === 0)
    const silent = flip.members[0]!
    chain.succeed([silent.keys, callOf('Workers', 'unregister')])
    chain.succeed([outsider.keys, registration(chain, { ...outsider, noise: silent.noise }, ['Attestor'])])
    chain.succeed([requester, callOf('Attestation', 'reportAbsent', { round, attestor: silent.account })])
    for (const { account } of [silent, outsider])
      expect(chain.reputation(account, 'Attestor')).toEqual(rate(NEWCOMER, 'failure'))
    expectSound(chain, [])
  })
})
