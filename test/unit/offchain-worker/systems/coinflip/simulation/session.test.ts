/** Coinflips on virtual time: the result of each strategy, replay, the two ways of signing, and a violation of each invariant. */
import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { CoinflipMessage, type Commitment } from '#types/domain/coinflip/coinflip.ts'
import { decode } from '#types/scale/codec.ts'
import {
  badPing,
  badReveal,
  equivocate,
  forgeFraud,
  type Fault,
} from '#worker/systems/coinflip/protocol/adversaries.ts'
import { createFaultyCoinflip } from '#worker/systems/coinflip/protocol/faulty-member.ts'
import { frameOf, signMessage, takeSeat } from '#worker/systems/coinflip/protocol/messages.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Coinflip, CoinflipOptions, CoinflipOutput, Held } from '#worker/systems/coinflip/protocol/terms.ts'
import { runCoinflipSession } from '#worker/systems/coinflip/simulation/session.ts'
import type { CoinflipSessionOptions } from '#worker/systems/coinflip/simulation/terms.ts'
import { runCoinflipSeries } from '#worker/systems/coinflip/simulation/series.ts'
import { GOOD_CONDITIONS, parseConditions } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { strategy } from '#worker/systems/coinflip/simulation/strategies.ts'
import type { FaultName } from '#worker/systems/coinflip/protocol/faults.ts'

const play = (seed: string, options: Partial<CoinflipSessionOptions> = {}) =>
  runCoinflipSession({
    chance: chanceFrom(seed),
    peers: 4,
    conditions: GOOD_CONDITIONS,
    dishonest: new Map(),
    ...options,
  })

const withOne = (name: FaultName, seed = name) =>
  play(seed, { dishonest: new Map([[1, strategy(name, chanceFrom(seed).streams('s').at(0))]]) })

const ROUGH = parseConditions({
  latencyMs: { exponential: [5, 50] },
  loss: 0.05,
  duplication: 0.05,
  reordering: { share: 0.1, extraMs: 300 },
  crashes: [{ share: 0.3, atMs: { uniform: [0, 2_000] }, downMs: { uniform: [50, 1_500] } }],
  clock: { offsetMs: 300, drift: { uniform: [-0.02, 0.02] } },
})

describe('a session', () => {
  it.each<[FaultName, object]>([
    ['silent-at-join', { kind: 'restarted', absent: [1], afterGate: false }],
    ['silent-at-commit', { kind: 'restarted', absent: [1], afterGate: false }],
    ['silent-at-echo', { kind: 'restarted', absent: [1], afterGate: true }],
    ['silent-at-reveal', { kind: 'restarted', absent: [1], afterGate: true }],
    ['silent-at-confirm', { kind: 'agreed', convicted: [] }],
    ['equivocate', { kind: 'restarted', absent: [], convicted: [1] }],
    // Asked for its right number, the liar passes it on.
    ['bad-reveal', { kind: 'agreed', convicted: [1] }],
    ['selective-reveal', { kind: 'agreed', convicted: [] }],
    ['copied-commitment', { kind: 'restarted', convicted: [1] }],
    ['bad-ping', { kind: 'agreed', convicted: [1] }],
    ['bad-pong', { kind: 'agreed', convicted: [1] }],
    ['strange-ping', { kind: 'agreed', convicted: [] }],
    ['forged-fraud', { kind: 'agreed', convicted: [1] }],
  ])('with one that is %s ends in %j', (name, expected) => {
    const { exits, breaches, end } = withOne(name)
    expect(breaches).toEqual([])
    expect(end).toMatchObject(expected)
    const has = end?.kind === 'agreed'
    expect(exits.map((exit) => exit !== undefined)).toEqual([has, false, has, has])
  })

  it('ends alike when members crash and come back in a rough network', () => {
    const results = ['a', 'b', 'c'].map((seed) => play(seed, { conditions: ROUGH, peers: 5 }))
    for (const { exits, breaches } of results) {
      expect(breaches).toEqual([])
      expect(exits.every((exit) => exit !== undefined)).toBe(true)
    }
    expect(results.reduce((sum, { frames }) => sum + frames.lost, 0)).toBeGreaterThan(0)
  })

  it('is the same to the byte for the same seed, and another for another', () => {
    const [first, again, other] = ['a', 'a', 'b'].map((seed) => play(seed, { conditions: ROUGH }))
    expect(toHex(again!.transcript)).toBe(toHex(first!.transcript))
    expect(again).toEqual(first)
    expect(toHex(other!.transcript)).not.toBe(toHex(first!.transcript))
  })

  it.each<FaultName | 'honest'>(['honest', 'equivocate', 'bad-ping', 'forged-echo', 'forged-fraud'])(
    'has the same messages at the same times and the same exits under ed25519 and simulated signatures: %s',
    (name) => {
      const run = (signing: 'ed25519' | 'simulated') => {
        const sent: string[] = []
        const dishonest =
          name === 'honest' ? new Map() : new Map([[2, strategy(name, chanceFrom('x').streams('s').at(0))]])
        const { exits, dropped, events, virtualMs } = play('same', {
          signing,
          dishonest,
          conditions: ROUGH,
          observer: {
            sent: (from, to, message, atMs) =>
              void sent.push(`${atMs} ${from} ${to} ${message.payload.tag} ${frameOf(message).length}`),
          },
        })
        const ends = exits.map((exit) => exit && toHex(exit.magic))
        return { sent, ends, dropped, events, virtualMs }
      }
      const real = run('ed25519')
      expect(run('simulated')).toEqual(real)
      expect(real.sent.length).toBeGreaterThan(20)
    },
  )

  it('shares what members read only because the bytes say the same', () => {
    let frames = 0
    play('bytes', {
      observer: {
        sent(_from, _to, message) {
          frames++
          expect(decode(CoinflipMessage, frameOf(message))).toEqual(message)
        },
      },
    })
    expect(frames).toBeGreaterThan(50)
  })
})

interface Change {
  (output: CoinflipOutput, options: CoinflipOptions): readonly CoinflipOutput[]
  readonly held?: (held: Held, options: CoinflipOptions) => Held
}
const unchanged = (output: CoinflipOutput): readonly CoinflipOutput[] => [output]

/** An honest member whose outputs are changed: the defect that an invariant is there to find. */
const broken =
  (at: number, change: Change) =>
  (options: CoinflipOptions): Coinflip => {
    const member = createCoinflip(options)
    if (options.session.members[at] !== options.self) return member
    return {
      get phase() {
        return member.phase
      },
      get held() {
        return change.held ? change.held(member.held, options) : member.held
      },
      step: (input) => member.step(input).flatMap((output) => change(output, options)),
    }
  }

const kinds = (options: Partial<CoinflipSessionOptions>): string[] => [
  ...new Set(play('broken', options).breaches.map(({ kind }) => kind)),
]

describe('a broken member is found', () => {
  it('that says its number before the gate', () => {
    const early = broken(0, (output, { session, self, sign, reading, value }) => {
      if (output.kind !== 'timer' || output.phase !== 'Join') return [output]
      const to = session.members[1]!
      const message = signMessage(takeSeat(session, self, sign, reading), { tag: 'Reveal', value }, to)
      return [output, { kind: 'send', to, message }]
    })
    expect(kinds({ createMember: early })).toEqual(['early-reveal'])
  })

  it('that commits twice, and whom others convict of it: it does not turn itself in', () => {
    const twice = (options: CoinflipOptions) =>
      options.session.members[0] === options.self ? createFaultyCoinflip(options, equivocate) : createCoinflip(options)
    expect(kinds({ createMember: twice }).sort()).toEqual([
      'honest-charged',
      'honest-convicted',
      'lie-unpunished',
      'second-commitment',
    ])
  })

  it('that arrives at another number', () => {
    const createMember = broken(2, (output) =>
      output.kind === 'exit' ? [{ kind: 'exit', exit: { ...output.exit, magic: new Uint8Array(32) } }] : [output],
    )
    expect(kinds({ createMember })).toEqual(['numbers-differ'])
  })

  it.each<[string, Fault, Fault?]>([
    ['a bad reveal', badReveal],
    ['two commitments', equivocate],
    ['a bad ping', badPing()],
    ['a bad pong', badPing('Pong')],
    ['a false fraud proof', forgeFraud()],
    ['a false fraud proof before two commitments', forgeFraud('Join'), equivocate],
    ['a false fraud proof before a bad reveal', forgeFraud('Join'), badReveal],
  ])('that forgets %s', (_name, fault, other) => {
    const forgetful = Object.assign(unchanged.bind(undefined), { held: (held: Held) => ({ ...held, lies: [] }) })
    const dishonest = new Map([[3, fault], ...(other ? [[2, other] as const] : [])])
    expect(kinds({ dishonest })).toEqual([])
    expect(kinds({ createMember: broken(0, forgetful), dishonest })).toEqual(['lie-unpunished'])
  })

  const provesNothing = (author: Uint8Array, body: Commitment) => {
    const first = { author, body, signature: new Uint8Array(64) }
    return { tag: 'Equivocation', value: { first, second: first } } as const
  }

  it('that holds as a lie what proves nothing', () => {
    const body: Commitment = { commitment: new Uint8Array(32), auditKeyHash: new Uint8Array(32) }
    const held = (real: Held, { session }: CoinflipOptions): Held => ({
      ...real,
      lies: [provesNothing(session.members[0]!, body)],
    })
    const createMember = broken(1, Object.assign(unchanged.bind(undefined), { held }))
    expect(kinds({ createMember })).toEqual(['false-evidence', 'honest-convicted'])
  })

  it('that ends twice, or never', () => {
    const twice = broken(1, (output) => (output.kind === 'exit' ? [output, output] : [output]))
    expect(kinds({ createMember: twice })).toEqual(['second-exit'])
    // The arbiter ends the attempt by the votes of the rest; a member alone cannot hold it up.
    const never = broken(1, (output) => (output.kind === 'exit' ? [] : [output]))
    expect(kinds({ createMember: never })).toEqual([])
  })
})

describe('a series', () => {
  const series = { seed: 'series', strategy: 'mixed', conditions: GOOD_CONDITIONS, first: 0, sessions: 40 } as const

  it('keeps every invariant with up to n-1 dishonest members, and replays one of its sessions alone', () => {
    const options = { ...series, peers: [3, 7], dishonest: [1, 6] } as const
    const tally = runCoinflipSeries(options)
    expect(tally.broken).toEqual([])
    expect(Object.values(tally.endings).reduce((sum, count) => sum + count, 0)).toBe(40)
    const [one, again] = [17, 17].map((first) => runCoinflipSeries({ ...options, first, sessions: 1 }))
    expect(again).toEqual(one)
  })

  it.each<FaultName>(['bad-ping', 'bad-pong', 'forged-fraud', 'forged-fraud-late'])(
    'keeps its number in every session, at every honest member, where one is %s',
    (name) => {
      const options = { ...series, strategy: name, peers: [3, 8], dishonest: [1, 1], sessions: 100 } as const
      const { broken, endings } = runCoinflipSeries(options)
      expect(broken).toEqual([])
      expect(Object.entries(endings).filter(([ending]) => !ending.startsWith('agreed'))).toEqual([])
    },
  )

  it('tells which session broke', () => {
    const createMember = broken(0, (output) => (output.kind === 'exit' ? [output, output] : [output]))
    const { broken: found } = runCoinflipSeries({
      ...series,
      peers: [3, 3],
      dishonest: [0, 0],
      sessions: 2,
      createMember,
    })
    expect(found.map(({ session }) => session)).toEqual([0, 1])
  })

  it.each([
    [{ peers: [2, 4] }, /3 to 64 peers/],
    [{ peers: [3, 65] }, /3 to 64 peers/],
    [{ peers: [3, 3], dishonest: [3, 3] }, /at least one honest/],
    [{ sessions: 0 }, /1 session or more/],
  ] as const)('refuses %j', (change, message) => {
    expect(() => runCoinflipSeries({ ...series, peers: [3, 3], dishonest: [0, 0], ...change })).toThrow(message)
  })
})
