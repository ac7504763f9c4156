/** Pallet Attestation: orders of several rounds, and the parameters of all of them. */
import { describe, expect, test } from 'vitest'
import { ABSENCE_WINDOW_BLOCKS } from '#types/domain/attestation/absence.ts'
import {
  MAX_ORDERS_PER_ACCOUNT,
  ORDER_FEE,
  ORDER_STORAGE_DEPOSIT,
  RETENTION_BLOCKS,
} from '#types/domain/attestation/order.ts'
import { NEWCOMER, rate } from '#types/domain/reputation.ts'
import { AttestationParameters, DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import {
  AttestationChain,
  author,
  crowdOrders,
  DEPOSIT,
  expectSound,
  feed,
  hoster,
  openChain,
  outsider,
  PARAMETERS,
  requestCall,
  requester,
  root,
  type Signed,
} from '../../../../../helpers/attestation/chain.ts'
import { agree, openRound, report, type Finding } from '../../../../../helpers/attestation/statements.ts'
import { callOf, devGenesis, id, TestChain, UNIT } from '../../../../../helpers/runtime.ts'

const schedule = (rounds: number) =>
  callOf('Attestation', 'scheduleRounds', { hoster: hoster.account, feed: feed.head.key, rounds })
const cancel = (order: number) => callOf('Attestation', 'cancelOrder', { order })
const served = (count: number): Finding[] => Array.from({ length: count }, () => 'served')

describe('an order', () => {
  test('of several rounds holds one after the other, and frees each round’s rest as it closes', () => {
    const chain = openChain({ parameters: { gap: 4 } })
    chain.succeed([requester, schedule(3)])
    expect(chain.forRounds(requester.publicKey)).toBe(3n * DEPOSIT + 2n * ORDER_FEE)
    const pauses: number[] = []
    for (const round of [0, 1, 2]) {
      expect(chain.activeRounds()).toEqual([round])
      expect(chain.order(0)).toMatchObject({ remaining: 3 - round, left: DEPOSIT })
      chain.until('the round is open', () => chain.round(round).phase === 'Open')
      const flip = agree(chain, round)
      chain.to(chain.round(round).endsAt)
      report(chain, round, flip, served(5))
      expect(chain.forRounds(requester.publicKey)).toBe(
        (DEPOSIT + ORDER_FEE) * BigInt(2 - round) - (round < 2 ? ORDER_FEE : 0n),
      )
      if (round < 2) pauses.push(chain.round(round + 1).scheduledAt - chain.number)
      chain.succeed(...flip.members.map((who): Signed => [who.keys, callOf('Workers', 'heartbeat')]))
    }
    expect(pauses.every((pause) => pause >= 0 && pause < 4)).toBe(true)
    expect([chain.order(0), chain.activeRounds()]).toEqual([undefined, []])
  })

  test('that is cancelled keeps its present round only', () => {
    const chain = openChain()
    chain.succeed([requester, schedule(5)])
    chain.refuses(author, cancel(0), 'Attestation.NotRequester')
    chain.refuses(requester, cancel(1), 'Attestation.UnknownOrder')
    chain.succeed([requester, cancel(0)])
    expect(chain.order(0)).toMatchObject({ remaining: 1, left: DEPOSIT })
    expect(chain.forRounds(requester.publicKey)).toBe(DEPOSIT)
    // Again, it changes nothing more.
    chain.succeed([requester, cancel(0)])
    expect(chain.forRounds(requester.publicKey)).toBe(DEPOSIT)
    chain.until('the round is open', () => chain.round(0).phase === 'Open')
    const flip = agree(chain, 0)
    chain.to(chain.round(0).endsAt)
    report(chain, 0, flip, served(5))
    expect([chain.activeRounds(), chain.order(0), chain.forRounds(requester.publicKey)]).toEqual([[], undefined, 0n])
  })

  test('is refused without rounds or too many, for an unknown feed, a non-hoster, and without the deposit', () => {
    const chain = openChain()
    chain.refuses(requester, schedule(0), 'Attestation.BadRoundCount')
    chain.refuses(requester, schedule(10_001), 'Attestation.BadRoundCount')
    chain.refuses(
      requester,
      callOf('Attestation', 'requestRound', { hoster: hoster.account, feed: hoster.account }),
      'Attestation.UnknownFeed',
    )
    chain.refuses(
      requester,
      callOf('Attestation', 'requestRound', { hoster: outsider.account, feed: feed.head.key }),
      'Attestation.NotHosting',
    )
    chain.succeed([requester, callOf('Balances', 'transferAll', { dest: id(outsider.account), keepAlive: true })])
    chain.succeed([
      outsider.keys,
      callOf('Balances', 'transferKeepAlive', { dest: id(requester.publicKey), value: UNIT }),
    ])
    chain.refuses(requester, requestCall, 'Balances.InsufficientBalance')
  })

  test.each<[string, ReturnType<typeof callOf>]>([
    ['stopped hosting', callOf('Feeds', 'stopHosting', { feed: feed.head.key })],
    ['left', callOf('Workers', 'unregister')],
    ['gave up its role', callOf('Workers', 'update', { roles: ['Attestor'], capacity: 1 })],
  ])('ends with the round under way where the hoster has %s, and blames it for no more than that', (_, call) => {
    const chain = openChain()
    chain.succeed([requester, schedule(3)])
    chain.until('the round is open', () => chain.round(0).phase === 'Open')
    chain.succeed([hoster.keys, call])
    chain.refuses(requester, requestCall, 'Attestation.NotHosting')
    const flip = agree(chain, 0)
    chain.to(chain.round(0).endsAt)
    report(chain, 0, flip, ['unserved', 'unserved', 'unserved', 'unserved', 'unserved'])
    expect(chain.round(0).verdict).toBe('Fail')
    expect(chain.reputation(hoster.account, 'Hoster')).toEqual(rate(NEWCOMER, 'failure'))
    expect([chain.activeRounds(), chain.order(0), chain.forRounds(requester.publicKey)]).toEqual([[], undefined, 0n])
    expectSound(chain, flip.members)
  })

  test('costs a fee for each paid round that is held, which is burned, redraws and cancelled rounds not', () => {
    const chain = openChain({ attestors: 4, parameters: { maxWait: 1 } })
    const issuance = chain.issuance()
    chain.succeed([requester, schedule(3)])
    expect(chain.issuance()).toBe(issuance - ORDER_FEE)
    chain.until('the round is drawn again', () => chain.activeRounds()[0] === 1)
    expect(chain.round(1).redraw).toBe(1)
    expect(chain.issuance()).toBe(issuance - ORDER_FEE)
    chain.until('the second paid round', () => chain.activeRounds()[0] === 2)
    expect(chain.issuance()).toBe(issuance - 2n * ORDER_FEE)
    chain.succeed([requester, cancel(0)])
    chain.until('the order is over', () => chain.order(0) === undefined)
    expect([chain.issuance(), chain.forRounds(requester.publicKey)]).toEqual([issuance - 2n * ORDER_FEE, 0n])
  })

  test('holds a deposit for storage, which returns when its closed rounds, votes and reports are removed', () => {
    const chain = openChain()
    const round = openRound(chain)
    const flip = agree(chain, round)
    chain.to(chain.round(round).endsAt)
    report(chain, round, flip, served(5))
    const { closedAt } = chain.round(round)
    expect([chain.order(0), chain.reserved(requester.publicKey)]).toEqual([undefined, ORDER_STORAGE_DEPOSIT])
    const left = () => ['Rounds', 'Reports', 'Votes', 'StorageDeposits'].map((item) => chain.count('Attestation', item))
    chain.to(closedAt + RETENTION_BLOCKS - 1)
    expect([left(), chain.reserved(requester.publicKey)]).toEqual([[1, 5, 0, 1], ORDER_STORAGE_DEPOSIT])
    chain.build()
    expect([left(), chain.reserved(requester.publicKey)]).toEqual([[0, 0, 0, 0], 0n])
    expect(['RoundsPruned', 'DepositsReturned'].map((item) => chain.count('Attestation', item))).toEqual([0, 0])
    expect(RETENTION_BLOCKS).toBeGreaterThan(ABSENCE_WINDOW_BLOCKS)
  })

  test('has one of the places of its account, which another order gets when it is over', () => {
    const chain = openChain({ attestors: 0, payers: 1, parameters: { maxWait: 1, maxRedraws: 0 } })
    const [payer] = crowdOrders(1)[0]!
    chain.succeed(...crowdOrders(MAX_ORDERS_PER_ACCOUNT))
    chain.refuses(payer, requestCall, 'Attestation.TooManyOwnOrders')
    chain.branch(() => chain.succeed([requester, requestCall]))
    chain.until('they are over', () => chain.activeRounds().length === 0)
    chain.succeed([payer, requestCall])
  })

  test('is refused when a thousand are open', () => {
    const chain = openChain({ attestors: 0, payers: 32, parameters: { hosterReward: 0n, attestorReward: 0n } })
    const orders = crowdOrders(1_000)
    chain.succeed(...orders.slice(0, 16))
    chain.succeed(...orders.slice(16))
    expect(chain.activeRounds()).toHaveLength(1_000)
    chain.refuses(outsider.keys, requestCall, 'Attestation.TooManyOrders')
  })

  test('has its turn among a thousand that wait for attestors: a block looks at those that it has room for, those first that waited longest', () => {
    const chain = openChain({
      attestors: 0,
      payers: 32,
      parameters: { hosterReward: 0n, attestorReward: 0n, maxWait: 5, maxRedraws: 0 },
    })
    const orders = crowdOrders(1_000)
    chain.succeed(...orders.slice(0, 16))
    const asked = chain.number
    chain.succeed(...orders.slice(16))
    const closed: number[][] = []
    for (let blocks = 12; blocks > 0; blocks--) {
      chain.build()
      closed.push(chain.all('Attestation.RoundClosed').map((event) => (event as { round: number }).round))
    }
    // Nobody waits less than maxWait, and a block has room to close some three hundred.
    expect(closed.slice(0, 4)).toEqual([[], [], [], []])
    expect(
      closed
        .slice(4)
        .flat()
        .toSorted((a, b) => a - b),
    ).toEqual(Array.from({ length: 1_000 }, (_, round) => round))
    expect(closed.filter((rounds) => rounds.length > 0).length).toBeGreaterThan(2)
    expect(closed.every((rounds) => rounds.length < 500)).toBe(true)
    expect(chain.round(0)).toMatchObject({ phase: 'Closed', verdict: 'Inconclusive', scheduledAt: asked })
    expectSound(chain, [])
  })

  test('a round under way keeps its deadlines, however many others wait for attestors', () => {
    // Each attestor takes two duties, so that two rounds are held and the others wait.
    const chain = openChain({ payers: 22, parameters: { maxWait: 100 } })
    const round = openRound(chain)
    chain.succeed(...crowdOrders(700))
    const { openedAt } = chain.round(round)
    const last = openedAt + PARAMETERS.coinflipWindow + PARAMETERS.answerWindow
    chain.to(last)
    expect(chain.round(round).phase).toBe('Coinflip')
    chain.build()
    expect(chain.round(round).phase).toBe('Closed')
  })

  test('waits by parameters as they are now, when root changes them', () => {
    const chain = openChain()
    const round = openRound(chain)
    chain.build()
    const { openedAt } = chain.round(round)
    const due = () => chain.roundsDue()
    const { answerWindow } = PARAMETERS
    expect(due()).toEqual([[openedAt + PARAMETERS.coinflipWindow + answerWindow + 1, round]])
    const set = (coinflipWindow: number): Signed => {
      const changes = { coinflipWindow, answerWindow: 2 }
      return [root, callOf('Sudo', 'sudo', { call: callOf('Attestation', 'setParameters', { changes }) })]
    }
    chain.succeed(set(8))
    expect(due()).toEqual([[openedAt + 11, round]])
    chain.succeed(set(1))
    expect([chain.round(round).phase, chain.number]).toEqual(['Coinflip', openedAt + 3])
    // The window is over already, so the round's turn is the next block.
    expect(due()).toEqual([[openedAt + 4, round]])
    chain.build()
    expect(chain.round(round).phase).toBe('Closed')
  })
})

describe('parameters', () => {
  const set = (changes: Partial<AttestationParameters>) => callOf('Attestation', 'setParameters', { changes })
  const senseless: readonly (readonly [string, Partial<AttestationParameters>])[] = [
    ['two attestors', { attestors: 2 }],
    ['more than a session takes', { attestors: 65, roundLength: 100 }],
    ['no time for the coinflip', { coinflipWindow: 0 }],
    ['no time to report', { reportWindow: 0 }],
    ['no gap', { gap: 0 }],
    ['no time to audit', { roundLength: 7 }],
    ['no challenge', { challenges: 0 }],
    ['more challenges than a receipt holds', { challenges: 129 }],
    ['a round longer than block hashes are kept', { roundLength: 3_981, reportWindow: 10 }],
    ['no time to object', { objectionWindow: 0 }],
    ['as much time to object as to answer', { objectionWindow: PARAMETERS.answerWindow }],
    ['a time to answer that no block number can express', { answerWindow: 0xffff_ffff }],
    ['an end that no block number can express', { roundLength: 0xffff_ffff }],
    ['a gap that no block number can express', { gap: 0xffff_ffff }],
    ['a wait without end', { maxWait: 0xffff_ffff }],
    ['redraws without end', { maxRedraws: 0xffff_ffff }],
  ]

  test('are set by root only', () => {
    const chain = openChain()
    chain.refuses(root, set({}), 'BadOrigin')
    chain.succeed([root, callOf('Sudo', 'sudo', { call: set({ attestors: 3 }) })])
    expect(chain.event('Sudo.Sudid')).toEqual({ sudoResult: { ok: true, value: undefined } })
    expect(chain.round(openRound(chain)).members).toHaveLength(3)
  })

  test('change one at a time, and the event says which', () => {
    const chain = openChain()
    const { roundLength } = PARAMETERS
    chain.succeed([root, callOf('Sudo', 'sudo', { call: set({ attestors: 3, roundLength }) })])
    expect(chain.event('Attestation.ParametersChanged')).toEqual({ changes: { attestors: 3 } })
    expect(chain.stored('Attestation', 'Parameters', AttestationParameters)).toEqual({ ...PARAMETERS, attestors: 3 })
    chain.succeed([root, callOf('Sudo', 'sudo', { call: set({ attestors: 3 }) })])
    expect(chain.all('Attestation.ParametersChanged')).toEqual([])
  })

  test.each(senseless)('with %s are refused, from root and in a chain spec', (_, change) => {
    const chain = openChain({ attestors: 0 })
    chain.succeed([root, callOf('Sudo', 'sudo', { call: set(change) })])
    expect(chain.event('Sudo.Sudid')).toMatchObject({ sudoResult: { ok: false, error: { tag: 'Module' } } })
    const genesis = { ...devGenesis, attestation: { ...PARAMETERS, ...change } }
    expect(() => new TestChain(genesis)).toThrowError(expect.objectContaining({ code: 'BAD_GENESIS' }))
  })

  test('are those of the text where a chain spec has none', () => {
    const chain = new AttestationChain(devGenesis)
    expect(DEFAULT_PARAMETERS).toMatchObject({ attestors: 10, roundLength: 60, coinflipWindow: 10, reportWindow: 10 })
    expect(chain.stored('Attestation', 'Parameters', AttestationParameters)).toEqual(DEFAULT_PARAMETERS)
  })

  test('at their limits make rounds that end', () => {
    const chain = openChain({
      attestors: 0,
      parameters: { roundLength: 3_980, reportWindow: 10, gap: 1_000_000, maxWait: 1, maxRedraws: 100 },
    })
    chain.succeed([requester, schedule(2)])
    chain.to(chain.number + 20)
    expect(chain.round(chain.activeRounds()[0]!).redraw).toBe(10)
    expectSound(chain, [])
  })
})
