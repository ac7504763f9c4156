/**
 * Rounds on virtual time: the right verdicts for honest and dishonest workers, replay, and a violation of each
 * invariant.
 */
import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import { RoundRecord } from '#types/domain/attestation/round.ts'
import { encode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { storageKey, storagePrefix, Twox64Concat } from '#types/scale/storage-key.ts'
import { Trie } from '#chain/trie/trie.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { developmentGenesis } from '#chain/runtime/presets.ts'
import { silentLog } from '#types/log.ts'
import { chainFace } from '#worker/simulation/chain-face.ts'
import { GOOD_CONDITIONS, parseConditions } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { parametersFor, type AttestorConduct, type RoundOptions } from '#worker/systems/attestation/simulation/terms.ts'
import { runRounds } from '#worker/systems/attestation/simulation/play.ts'
import { RoundWatch } from '#worker/systems/attestation/simulation/invariants.ts'
import { worldOf } from '#worker/systems/attestation/simulation/run.ts'
import { roundRecord } from '../../../../../helpers/attestation/round-record.ts'

const ATTESTORS = 5
const HONEST = { lostShare: 0, silent: false, extraMs: 0 }
const among = (conduct: AttestorConduct, count: number): AttestorConduct[] =>
  Array.from({ length: ATTESTORS }, (_, number) => (number < count ? conduct : 'honest'))

const play = (options: Partial<RoundOptions> = {}, seed = 'round') =>
  runRounds({
    chance: chanceFrom(seed),
    conditions: GOOD_CONDITIONS,
    attestors: among('honest', 0),
    hosters: [HONEST],
    rounds: 1,
    blocks: 64,
    blockBytes: 32,
    blockMs: 6_000,
    parameters: parametersFor(ATTESTORS),
    untilMs: 7_200_000,
    ...options,
  })

const verdicts = async (options: Partial<RoundOptions>): Promise<string[]> => {
  const { closed, breaches } = await play(options)
  expect(breaches).toEqual([])
  return closed.map(({ verdict, served, unserved }) => `${verdict} ${served}/${unserved}`)
}

describe('rounds', () => {
  it('of honest workers pass, for several hosters and rounds', async () => {
    expect(await verdicts({ hosters: [HONEST, HONEST], rounds: 2 })).toEqual(
      Array.from({ length: 4 }, () => 'Pass 5/0'),
    )
  })

  it('are the same to the last block for the same seed, and others for another', async () => {
    const conditions = parseConditions({
      loss: 0.002,
      latencyMs: { exponential: [20, 60] },
      crashes: [{ peer: 3, atMs: 70_000, downMs: 9_000 }],
    })
    const [first, again, other] = [
      await play({ conditions }),
      await play({ conditions }),
      await play({ conditions }, 'other'),
    ]
    expect(again).toEqual(first)
    expect(toHex(other.transcript)).not.toBe(toHex(first.transcript))
  })

  it.each([
    ['lost a third', { ...HONEST, lostShare: 0.33 }],
    ['is silent', { ...HONEST, silent: true }],
    ['is too slow', { ...HONEST, extraMs: 60_000 }],
  ])('fail a hoster that %s', async (_name, hoster) => {
    expect(await verdicts({ hosters: [hoster] })).toEqual(['Fail 0/5'])
  })

  it('are not decided by a lazy minority; a majority decides them', async () => {
    expect(await verdicts({ attestors: among('lazy', 1) })).toEqual(['Pass 4/1'])
    expect(await verdicts({ attestors: among('lazy', 4) })).toEqual(['Fail 1/4'])
  })

  it('are not decided by a minority that colludes with the hoster; a majority decides them', async () => {
    const hosters = [{ ...HONEST, lostShare: 0.5 }]
    expect(await verdicts({ hosters, attestors: among('colluding', 1) })).toEqual(['Fail 1/4'])
    expect(await verdicts({ hosters, attestors: among('colluding', 4) })).toEqual(['Pass 4/1'])
  })

  it.each<AttestorConduct>(['bad-reveal', 'equivocate', 'bad-ping', 'silent-at-reveal'])(
    'go on without one who is %s in the coinflip',
    async (conduct) => {
      expect(await verdicts({ attestors: among(conduct, 1) })).toEqual(['Pass 4/0'])
    },
  )

  it('go on when attestors die and come back from their journal', async () => {
    const crashes = [
      { peer: 1, atMs: 45_000, downMs: 4_000 },
      { peer: 2, atMs: 130_000, downMs: 20_000 },
    ]
    const { closed, breaches } = await play({ conditions: parseConditions({ crashes }) })
    expect(breaches).toEqual([])
    expect(closed.at(-1)?.verdict).toBe('Pass')
  })

  it('that cannot end are told', async () => {
    const { breaches } = await play({ untilMs: 60_000 })
    expect(breaches.map(({ kind }) => kind)).toEqual(['overdue'])
  })
})

describe('what must hold after every block', () => {
  const face = chainFace()
  const genesis = Trie.empty().apply(createRuntime({ log: silentLog }).genesis(developmentGenesis()))
  const look = (state: Trie, number = 1, events: Parameters<RoundWatch['onBlock']>[0]['events'] = []) => {
    const told: string[] = []
    const port = (): never => {
      throw new Error('expected a look at the chain, got a use of it')
    }
    const world = { face, state, port, breach: (kind: string) => void told.push(kind) }
    new RoundWatch().onBlock({ number, hash: new Uint8Array(32), events }, world)
    return told
  }

  it('is that nobody is paid twice for a round', () => {
    const pay = (round: number) => ({
      pallet: 'Attestation',
      name: 'Paid',
      data: encode(struct(attestationEvents.Paid), { round, who: new Uint8Array(32), amount: 1n }),
      extrinsicIndex: undefined,
    })
    expect(look(genesis, 1, [pay(1), pay(2)])).toEqual([])
    expect(look(genesis, 1, [pay(1), pay(1)])).toEqual(['paid-twice'])
  })

  it('is that no round is older than its deadline', () => {
    const stateIn = (phase: RoundRecord['phase']): Trie =>
      genesis.apply([
        [storageKey(storagePrefix('Attestation', 'ActiveRounds'), [[Twox64Concat, encode(u32, 7)]]), encode(u32, 11)],
        [
          storageKey(storagePrefix('Attestation', 'Rounds'), [[Twox64Concat, encode(u32, 7)]]),
          encode(RoundRecord, { ...EMPTY_ROUND, openedAt: 10, endsAt: 50, phase }),
        ],
      ])
    expect(look(stateIn('Coinflip'), 12)).toEqual([])
    expect(look(stateIn('Coinflip'), 42)).toEqual([])
    expect(look(stateIn('Coinflip'), 43)).toEqual(['overdue'])
    expect(look(stateIn('Report'), 40)).toEqual([])
    expect(look(stateIn('Report'), 90)).toEqual(['overdue'])
  })
})

const EMPTY_ROUND = roundRecord({
  drawn: 0,
})

describe('the command line', () => {
  const args = {
    peers: 5,
    hosters: 1,
    sessions: 1,
    hoster: 'honest',
    lost: 0.3,
    dishonest: 0,
    strategy: 'lazy',
    seed: '1',
    json: false,
  }
  it.each([
    [{ peers: 2 }, /--peers: expected 3 to 64, got 2/],
    [
      { hoster: 'good' },
      /--hoster: expected one of honest, lossy, silent, slow, suspicious, audit-buyer, slot-buyer, got good/,
    ],
    [{ strategy: 'kind' }, /--strategy: expected one of lazy, colluding, leaking/],
    [{ lost: 2 }, /--lost: expected a share from 0 to 1, got 2/],
  ])('refuses %j', (change, message) => {
    expect(() => worldOf({ ...args, ...change }, GOOD_CONDITIONS)).toThrow(message)
  })
})
