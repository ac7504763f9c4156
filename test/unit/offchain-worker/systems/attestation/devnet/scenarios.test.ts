/** The stories of the attestation scenarios on a stage without processes: the order of events, and each ending. */
import { expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { attestationEvents, Order } from '#types/domain/attestation/attestation.ts'
import { RoundRecord, type VerdictName } from '#types/domain/attestation/round.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct, type Values } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { ChainEventRecord } from '#chain/api/chain-port.ts'
import { Onlooker } from '#worker/devnet/onlooker.ts'
import type { Ending, Place, Stage } from '#worker/devnet/scenario.ts'
import { castRound } from '#worker/systems/attestation/devnet/cast.ts'
import { SCENARIOS } from '#worker/systems/attestation/devnet/scenarios.ts'
import { eventCalled, fakeClient } from '../../../devnet/fakes.ts'
import { roundRecord } from '../../../../../helpers/attestation/round-record.ts'

const OPTIONS = { data: './docs', attestors: 4, readers: 0, blockTimeMs: 500 }
const FEED = new Uint8Array(32).fill(7)
const ZEROS = new Uint8Array(32)
const hoster = keypairFromSuri('//Hoster').accountId
const MAGIC = new Uint8Array(32).fill(9)

const record = roundRecord({
  order: 3,
  hoster,
  feed: FEED,
  phase: 'Closed',
  scheduledAt: 1,
  openedAt: 2,
  endsAt: 3,
  auditFrom: 3,
  drawn: 4,
  verdict: 'Pass',
  magic: MAGIC,
})
const order: Order = { requester: hoster, hoster, feed: FEED, remaining: 1, deposit: 0n, left: 0n }

type EventName = keyof typeof attestationEvents
const event = <K extends EventName>(name: K, values: Values<(typeof attestationEvents)[K]>): ChainEventRecord =>
  eventCalled('Attestation', name, encode(struct(attestationEvents[name]), values))
const scheduled = (round: number) => event('RoundScheduled', { round, order: 3, hoster, feed: FEED })
const agreed = (round: number) =>
  event('CoinflipAgreed', { round, attempt: 0, transcriptRoot: ZEROS, hiddenMagic: ZEROS })
const closed = (round: number, verdict: VerdictName) =>
  event('RoundClosed', { round, verdict, served: 1, unserved: 0, reason: 'Quorum' })
const paid = (round: number) => event('Paid', { round, who: hoster, amount: 5n * 10n ** 12n })

/** A stage on which `log` notes kills and requests. The order of round 0 stays while `isOpen`. */
function fakeStage() {
  const log: string[] = []
  const client = fakeClient()
  const state = { isOpen: false }
  const chain = {
    ...client,
    storage: async (_pallet: string, item: string, keys: readonly Uint8Array[]) => {
      if (item === 'Rounds') return encode(RoundRecord, { ...record, order: decode(u32, keys[0]!) < 9 ? 3 : 4 })
      return item === 'Orders' && state.isOpen ? encode(Order, order) : undefined
    },
    submit: async () => {
      log.push('request')
      return { kind: 'included', number: 1, block: ZEROS } as const
    },
  }
  const { signal } = new AbortController()
  const stage: Stage = {
    endpoint: 'ws://127.0.0.1:1',
    bootstrap: [],
    blockTimeMs: 500,
    slowness: 1,
    signal,
    chain,
    seen: new Onlooker(client, { clock: systemClock, onBlock: async () => undefined, signal }),
    nameOf: (account) => (toHex(account) === toHex(hoster) ? 'hoster' : 'another'),
    tell: () => undefined,
    told: async () => ({ kind: 'hosting', feed: toHex(FEED) }),
    lines: () => [],
    kill: async (name, how = 'SIGKILL') => {
      log.push(`${how} ${name}`)
      return how
    },
    restart: async () => undefined,
    client: async () => chain,
  }
  return { stage, log, state, block: client.block }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a round ends with its verdict, its number and what was paid', async () => {
  const { stage, block, log } = fakeStage()
  const play = SCENARIOS.round(OPTIONS).play(stage)
  await block(1, [scheduled(0)])
  await block(2, [agreed(0)])
  await block(3, [closed(0, 'Pass'), paid(0)])
  await block(4, [paid(1)])
  expect(await play).toEqual({
    isPassed: true,
    values: {
      round: 0,
      verdict: 'Pass',
      reason: 'Quorum',
      magic: MAGIC,
      paid: [{ who: 'hoster', amount: 5n * 10n ** 12n }],
    },
    summary: [],
  } satisfies Ending)
  expect(log).toEqual(['request'])
})

test('an inconclusive round is drawn again: the last one counts, and rounds of other orders do not', async () => {
  const { stage, block, state } = fakeStage()
  const play = SCENARIOS.round(OPTIONS).play(stage)
  state.isOpen = true
  await block(1, [scheduled(0)])
  await block(2, [closed(0, 'Inconclusive'), scheduled(1)])
  await settled()
  state.isOpen = false
  await block(3, [event('RoundScheduled', { round: 9, order: 4, hoster, feed: FEED }), closed(9, 'Pass')])
  await block(4, [closed(1, 'Fail')])
  expect(await play).toMatchObject({ isPassed: false, values: { round: 1, verdict: 'Fail', paid: [] } })
})

test('killed-attestor: the first attestor is killed when the members have agreed', async () => {
  const { stage, block, log } = fakeStage()
  const play = SCENARIOS['killed-attestor'](OPTIONS).play(stage)
  await block(1, [scheduled(0)])
  await settled()
  expect(log).toEqual(['request'])
  await block(2, [agreed(0)])
  await settled()
  expect(log).toEqual(['request', 'SIGKILL attestor-1'])
  await block(3, [closed(0, 'Pass')])
  expect(await play).toMatchObject({ isPassed: true })
})

test('killed-attestor: where they never agree it ends all the same', async () => {
  const { stage, block, log } = fakeStage()
  const play = SCENARIOS['killed-attestor'](OPTIONS).play(stage)
  await block(1, [scheduled(0)])
  await block(2, [closed(0, 'Inconclusive')])
  expect(await play).toMatchObject({ isPassed: false, values: { verdict: 'Inconclusive' } })
  expect(log).toEqual(['request'])
})

test('absent-attestor: the first attestor is killed before the round is asked for, and the coinflip can miss it', async () => {
  const { stage, block, log } = fakeStage()
  const { cast, play } = SCENARIOS['absent-attestor'](OPTIONS)
  expect(cast.genesis?.attestation).toMatchObject({ coinflipWindow: 24, roundLength: 36 })
  const playing = play(stage)
  await block(1, [scheduled(0)])
  await block(2, [closed(0, 'Pass')])
  expect(await playing).toMatchObject({ isPassed: true })
  expect(log).toEqual(['SIGKILL attestor-1', 'request'])
})

test('a request that the chain does not take ends the play, in words that a person can read', async () => {
  const { stage } = fakeStage()
  const refused = {
    kind: 'failed',
    number: 1,
    block: FEED,
    error: { pallet: 'Attestation', name: 'NotHosted' },
  } as const
  const chain = { ...fakeClient(), submit: async () => refused }
  await expect(SCENARIOS.round(OPTIONS).play({ ...stage, client: async () => chain })).rejects.toMatchObject({
    code: 'ROUND_REFUSED',
    message:
      "expected the round's request in a block, got kind failed, number 1, block 0x0707070707070707…, error pallet Attestation, name NotHosted",
  })
})

test('a verdict is overdue by blocks, not by the time that a slow machine takes for them', async () => {
  const { stage, block } = fakeStage()
  const play = SCENARIOS.round(OPTIONS).play(stage)
  play.catch(() => undefined)
  await block(1, [scheduled(0)])
  await block(241, [])
  await settled()
  await block(242, [])
  await expect(play).rejects.toMatchObject({
    code: 'ROUND_OVERDUE',
    message: 'expected a verdict within 240 blocks, got none',
  })
})

test('what the folder of the hoster may have goes to its command line, and --republish to its first start alone', () => {
  const argsOf = (options: object, isAgain = false): readonly string[] => {
    const [host] = castRound({ ...OPTIONS, ...options }).processes
    return host!.args({ endpoint: 'ws://it', bootstrap: [], folder: 'f', logLevel: 'warn', isAgain })
  }
  expect(argsOf({ 'max-size': '1GiB', 'max-files': 7 }).slice(-6)).toEqual([
    '--publish',
    './docs',
    '--max-size',
    '1GiB',
    '--max-files',
    '7',
  ])
  expect(argsOf({})).not.toContain('--republish')
  expect(argsOf({ republish: true }).at(-1)).toBe('--republish')
  expect(argsOf({ republish: true }, true)).not.toContain('--republish')
})

test('one liar or one lossy hoster is cast, and readers come after the hoster', () => {
  const place: Place = {
    endpoint: 'ws://it',
    bootstrap: ['127.0.0.1:1'],
    folder: 'f',
    logLevel: 'warn',
    isAgain: false,
  }
  const faults = (name: keyof typeof SCENARIOS) =>
    SCENARIOS[name](OPTIONS).cast.processes.flatMap((process) => {
      const args = process.args(place)
      const at = args.indexOf('--fault')
      return at === -1 ? [] : [`${process.name} ${args[at + 1]}`]
    })
  expect(faults('round')).toEqual([])
  expect(faults('lossy-hoster')).toEqual(['hoster lossy:0.3'])
  expect(faults('equivocator')).toEqual(['attestor-1 equivocate'])
  for (const lie of ['bad-reveal', 'bad-ping', 'forged-fraud'] as const)
    expect(faults(lie)).toEqual([`attestor-1 ${lie}`])
  const { processes, genesis } = castRound({ ...OPTIONS, readers: 2 })
  expect(processes.map(({ name, after }) => [name, after])).toEqual([
    ['hoster', undefined],
    ...[1, 2, 3, 4].map((n) => [`attestor-${n}`, undefined]),
    ['reader-1', 'hoster'],
    ['reader-2', 'hoster'],
  ])
  expect(genesis?.attestation).toMatchObject({ attestors: 4, coinflipWindow: 8, roundLength: 20 })
})
