/** Pallet Workers: every call and refusal, which workers a draw may select, and how a reputation moves. */
import { describe, expect, test } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { NEWCOMER, ONE, rate, score, SELECTION_FLOOR, type Deed } from '#types/domain/reputation.ts'
import { possessionMessage } from '#types/domain/worker.ts'
import { feedsPallet } from '#chain/runtime/pallets/feeds.ts'
import { balancesPallet } from '#chain/runtime/pallets/balances/pallet.ts'
import { workersPallet } from '#chain/runtime/pallets/workers/pallet.ts'
import {
  actor,
  attestorsOf,
  openChain,
  outsider,
  registration,
  requestCall,
  requester,
} from '../../../../../helpers/attestation/chain.ts'
import {
  agree,
  equivocation,
  evidenceCall,
  flipOf,
  membersOf,
  openRound,
  report,
  reportable,
} from '../../../../../helpers/attestation/statements.ts'
import { account, callOf, palletRuntime } from '../../../../../helpers/runtime.ts'

const call = (name: string, args: Readonly<Record<string, unknown>> = {}) => callOf('Workers', name, args)
const worker = actor('attestor0')

describe('register', () => {
  test('makes a worker, once its Noise key has signed for the account on this chain', () => {
    const chain = openChain({ attestors: 0 })
    const name = 'Zoë 東京'
    chain.succeed([outsider.keys, registration(chain, outsider, ['Hoster', 'Attestor'], { name })])
    expect(chain.worker(outsider.account)).toEqual({
      name,
      noiseKey: outsider.noise.publicKey,
      roles: ['Hoster', 'Attestor'],
      capacity: 2,
      duties: 0,
      status: 'Active',
      registeredAt: chain.number,
      lastSeen: chain.number,
    })
    const { publicKey: noiseKey } = outsider.noise
    expect(chain.event('Workers.Registered')).toEqual({ account: outsider.account, noiseKey, name })
  })

  test('refuses whoever is registered, a taken key, no role, a role twice, no capacity', () => {
    const chain = openChain({ attestors: 1 })
    const refuses = (change: Readonly<Record<string, unknown>>, error: string): void =>
      chain.refuses(outsider.keys, registration(chain, outsider, ['Attestor'], change), `Workers.${error}`)
    chain.refuses(worker.keys, registration(chain, worker, ['Attestor']), 'Workers.AlreadyRegistered')
    refuses({ noiseKey: worker.noise.publicKey }, 'NoiseKeyTaken')
    refuses({ roles: [] }, 'BadRoles')
    refuses({ roles: ['Attestor', 'Attestor'] }, 'BadRoles')
    refuses({ capacity: 0 }, 'ZeroCapacity')
  })

  test.each([
    ['too long', 'ä'.repeat(17)],
    ['that controls a terminal', 'a\u001b[2J'],
    ['of two lines', 'a\nb'],
    ['that turns the text after it', 'a\u202eb'],
    ['with space at its end', 'a '],
  ])('refuses a name %s, at registration and later', (_, name) => {
    const chain = openChain({ attestors: 1 })
    chain.refuses(outsider.keys, registration(chain, outsider, ['Attestor'], { name }), 'Workers.BadName')
    chain.refuses(worker.keys, call('setName', { name }), 'Workers.BadName')
  })

  test('takes a name that another worker has, and another one later', () => {
    const chain = openChain({ attestors: 2 })
    const names = ['same', 'x'.repeat(32), ''] as const
    for (const name of names) {
      for (const who of attestorsOf(2)) chain.succeed([who.keys, call('setName', { name })])
      expect(chain.event('Workers.NameChanged')).toEqual({ account: attestorsOf(2)[1]!.account, name })
      expect(attestorsOf(2).map(({ account }) => chain.worker(account)?.name)).toEqual([name, name])
    }
    chain.refuses(outsider.keys, call('setName', { name: 'x' }), 'Workers.NotRegistered')
  })

  test('refuses a proof of possession for another chain, account or key, or by another key', () => {
    const chain = openChain({ attestors: 1 })
    const { publicKey, sign } = outsider.noise
    const genesis = chain.hashes[0]!
    const stranger = actor('stranger').noise
    for (const possession of [
      sign(possessionMessage(blake2b256(utf8('another chain')), outsider.account, publicKey)),
      sign(possessionMessage(genesis, worker.account, publicKey)),
      sign(possessionMessage(genesis, outsider.account, stranger.publicKey)),
      stranger.sign(possessionMessage(genesis, outsider.account, publicKey)),
      new Uint8Array(64),
    ])
      chain.refuses(outsider.keys, registration(chain, outsider, ['Attestor'], { possession }), 'Workers.BadPossession')
  })

  test('a copied registration makes nobody else a worker', () => {
    const chain = openChain({ attestors: 0 })
    const copied = registration(chain, outsider, ['Attestor'])
    chain.refuses(requester, copied, 'Workers.BadPossession')
    chain.succeed([outsider.keys, copied])
  })
})

describe('a worker', () => {
  test('changes roles and capacity, and nothing else by that', () => {
    const chain = openChain({ attestors: 1 })
    const before = chain.worker(worker.account)!
    chain.succeed([worker.keys, call('update', { roles: ['Hoster'], capacity: 7 })])
    expect(chain.worker(worker.account)).toEqual({ ...before, roles: ['Hoster'], capacity: 7 })
    chain.refuses(worker.keys, call('update', { roles: [], capacity: 7 }), 'Workers.BadRoles')
    chain.refuses(worker.keys, call('update', { roles: ['Hoster', 'Hoster'], capacity: 7 }), 'Workers.BadRoles')
    chain.refuses(worker.keys, call('update', { roles: ['Hoster'], capacity: 0 }), 'Workers.ZeroCapacity')
  })

  test('pauses and resumes, each only from the other; resuming is a sign of life', () => {
    const chain = openChain({ attestors: 1 })
    chain.refuses(worker.keys, call('resume'), 'Workers.NotPaused')
    chain.succeed([worker.keys, call('pause')])
    expect(chain.worker(worker.account)).toMatchObject({ status: 'Paused' })
    chain.refuses(worker.keys, call('pause'), 'Workers.AlreadyPaused')
    chain.build()
    chain.succeed([worker.keys, call('resume')])
    expect(chain.worker(worker.account)).toMatchObject({ status: 'Active', lastSeen: chain.number })
  })

  test('tells that it lives', () => {
    const chain = openChain({ attestors: 1 })
    const before = chain.worker(worker.account)!
    chain.to(chain.number + 3)
    chain.succeed([worker.keys, call('heartbeat')])
    expect(chain.worker(worker.account)).toEqual({ ...before, lastSeen: chain.number })
  })

  test('leaves and frees its Noise key; another account then may have it', () => {
    const chain = openChain({ attestors: 1 })
    chain.succeed([worker.keys, call('unregister')])
    expect(chain.worker(worker.account)).toBeUndefined()
    expect(chain.event('Workers.Unregistered')).toEqual({ account: worker.account })
    const heir = { ...outsider, noise: worker.noise }
    chain.succeed([outsider.keys, registration(chain, heir, ['Attestor'])])
    chain.refuses(worker.keys, registration(chain, worker, ['Attestor']), 'Workers.NoiseKeyTaken')
  })

  test('does not leave while a round needs it, paused or not, and does when the round is over', () => {
    const chain = openChain()
    const round = openRound(chain)
    const [member] = membersOf(chain, round)
    chain.refuses(member!.keys, call('unregister'), 'Workers.HasDuties')
    chain.succeed([member!.keys, call('pause')])
    chain.refuses(member!.keys, call('unregister'), 'Workers.HasDuties')
    agree(chain, round)
    chain.until('the round is closed', () => chain.round(round).phase === 'Closed')
    expect(chain.worker(member!.account)).toMatchObject({ duties: 0 })
    chain.succeed([member!.keys, call('unregister')])
  })

  test.each(['update', 'pause', 'resume', 'unregister', 'heartbeat'])('must be registered to %s', (name) => {
    const chain = openChain({ attestors: 0 })
    const args = name === 'update' ? { roles: ['Hoster'], capacity: 1 } : {}
    chain.refuses(outsider.keys, call(name, args), 'Workers.NotRegistered')
  })

  test('that left and came back has the reputation that it had', () => {
    const chain = openChain()
    const { round, flip } = reportable(chain)
    report(chain, round, flip, [undefined, 'served', 'served', 'served', 'served'])
    chain.until('the order is over', () => chain.activeRounds().length === 0)
    const silent = flip.members[0]!
    chain.succeed([requester, callOf('Attestation', 'reportAbsent', { round, attestor: silent.account })])
    const failed = rate(NEWCOMER, 'failure')
    expect(chain.reputation(silent.account, 'Attestor')).toEqual(failed)
    chain.succeed([silent.keys, call('unregister')])
    chain.succeed([silent.keys, registration(chain, silent, ['Attestor'])])
    expect(chain.reputation(silent.account, 'Attestor')).toEqual(failed)
  })
})

/** Workers alone, as other pallets see it. */
function alone() {
  const runtime = palletRuntime((builder, system) => {
    const workers = builder.add(10, workersPallet, { system, balances: builder.add(4, balancesPallet, { system }) })
    builder.add(11, feedsPallet, { workers })
    return workers
  })
  return { ...runtime, workers: runtime.pallets }
}

describe('who may be given a duty', () => {
  /** A chain with one attestor, and the workers that its rounds may draw: requests need only that one. */
  const eligible = (prepare: (chain: ReturnType<typeof openChain>) => void, wait = 0): boolean => {
    const chain = openChain({ attestors: 3, parameters: { attestors: 3, maxWait: 90 } })
    prepare(chain)
    chain.to(chain.number + wait)
    chain.succeed([requester, requestCall])
    const { round } = chain.event('Attestation.RoundScheduled') as { round: number }
    chain.to(chain.number + 2)
    return chain.round(round).phase === 'Open'
  }

  test('an attestor that is active, alive, free and in repute', () => {
    expect(eligible(() => undefined)).toBe(true)
  })

  test.each<[string, (chain: ReturnType<typeof openChain>) => void]>([
    ['paused', (chain) => chain.succeed([worker.keys, call('pause')])],
    ['without the role', (chain) => chain.succeed([worker.keys, call('update', { roles: ['Hoster'], capacity: 2 })])],
    ['gone', (chain) => chain.succeed([worker.keys, call('unregister')])],
  ])('not one that is %s', (_, prepare) => {
    expect(eligible(prepare)).toBe(false)
  })

  test('not one that was silent too long; a heartbeat makes up for it', () => {
    const alive = (chain: ReturnType<typeof openChain>): void => {
      chain.to(chain.number + 58)
      chain.succeed([actor('attestor1').keys, call('heartbeat')], [actor('attestor2').keys, call('heartbeat')])
    }
    expect(eligible(alive)).toBe(false)
    expect(
      eligible((chain) => {
        alive(chain)
        chain.succeed([worker.keys, call('heartbeat')])
      }),
    ).toBe(true)
  })

  test('the limit of silence is the last block that counts as alive', () => {
    // Registered in block 1, drawn in block 5 and as many as are waited for.
    expect(eligible(() => undefined, 56)).toBe(true)
    expect(eligible(() => undefined, 57)).toBe(false)
  })

  test('not one whose capacity is used up', () => {
    const busy = (chain: ReturnType<typeof openChain>): void => {
      chain.succeed([worker.keys, call('update', { roles: ['Attestor'], capacity: 1 })])
      openRound(chain)
      expect(chain.worker(worker.account)).toMatchObject({ duties: 1 })
    }
    expect(eligible(busy)).toBe(false)
    expect(eligible((chain) => void openRound(chain))).toBe(true)
  })

  test('not one that was convicted: it is below the floor of reputation', () => {
    const chain = openChain({ attestors: 4, parameters: { attestors: 4, maxRedraws: 0 } })
    const round = openRound(chain)
    const flip = flipOf(chain, round)
    chain.succeed([outsider.keys, evidenceCall(round, 0, equivocation(flip, round, 0))])
    expect(score(chain.reputation(flip.members[0]!.account, 'Attestor'))).toBeLessThan(SELECTION_FLOOR)
    chain.until('the order is over', () => chain.activeRounds().length === 0)
    chain.succeed([requester, requestCall])
    const next = chain.activeRounds()[0]!
    chain.to(chain.number + 3)
    expect(chain.round(next).phase).toBe('Scheduled')
  })
})

describe('reputation', () => {
  const after = (...deeds: readonly Deed[]) => deeds.reduce(rate, NEWCOMER)

  test('is low for a newcomer, and one deed moves it by the beta rule', () => {
    expect(score(NEWCOMER)).toBe(300_000)
    expect(after('success')).toEqual({ goodPpm: 2_425_000, badPpm: 3_325_000 })
    expect(after('failure')).toEqual({ goodPpm: 1_425_000, badPpm: 4_325_000 })
    expect(after('malice')).toEqual({ goodPpm: 1_425_000, badPpm: 8_325_000 })
    expect(score(after('success'))).toBe(421_739)
  })

  test('never leaves its bounds, however often', () => {
    for (const deed of ['success', 'failure', 'malice'] as const) {
      const worn = after(...Array.from({ length: 1_000 }, () => deed))
      expect(Math.max(worn.goodPpm, worn.badPpm)).toBeLessThanOrEqual(100 * ONE)
      expect(score(worn)).toBeGreaterThanOrEqual(0)
      expect(score(worn)).toBeLessThanOrEqual(ONE)
    }
    expect(score({ goodPpm: 0, badPpm: 0 })).toBe(0)
  })

  test('is kept by role, told by an event, and kept for who is not registered', () => {
    const { run, workers, events } = alone()
    const someone = account('someone')
    run(() => workers.rate(someone, 'Hoster', 'success'))
    expect(run(() => workers.reputation(someone, 'Hoster'))).toBe(421_739)
    expect(run(() => workers.reputation(someone, 'Attestor'))).toBe(300_000)
    expect(events().map(({ value }) => value)).toEqual([
      { tag: 'ReputationChanged', value: { account: someone, role: 'Hoster', reputationPpm: 421_739 } },
    ])
  })
})

test('duties are counted for nobody who is not registered', () => {
  const { run, workers } = alone()
  run(() => workers.addDuties(account('nobody'), 1))
  expect(run(() => workers.find(account('nobody')))).toBeUndefined()
})
