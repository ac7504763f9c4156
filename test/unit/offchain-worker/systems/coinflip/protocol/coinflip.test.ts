/** Every phase and exit of the coinflip's state machine, on virtual time. */
import { describe, expect, test } from 'vitest'
import { equalBytes, toHex } from '#types/bytes.ts'
import {
  CoinflipMessage,
  convict,
  hideMagic,
  magic,
  sessionId,
  transcriptRoot,
  type CoinflipPhaseName,
  type Evidence,
} from '#types/domain/coinflip/coinflip.ts'
import { decode } from '#types/scale/codec.ts'
import {
  badlySigned,
  badPing,
  badReveal,
  copyCommitment,
  equivocate,
  forgeEcho,
  partial,
  revealIf,
  selectiveReveal,
  silentFrom,
  type Fault,
} from '#worker/systems/coinflip/protocol/adversaries.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { CoinflipExit, CoinflipInput } from '#worker/systems/coinflip/protocol/terms.ts'
import { honest } from '#worker/systems/coinflip/simulation/conduct.ts'
import {
  earlyReveals,
  intercepted,
  playCoinflip,
  recordCoinflip,
  type RecordedCoinflip,
} from '../../../../../helpers/coinflip/recorded.ts'

const honestExits = ({ play }: RecordedCoinflip, dishonest: readonly number[]): (CoinflipExit | undefined)[] =>
  play.exits.filter((_, rank) => !dishonest.includes(rank))

/** Whether each member has the number, by rank. */
const agreed = (net: RecordedCoinflip): boolean[] => net.play.exits.map((exit) => exit !== undefined)
const all = (count: number): boolean[] => Array.from({ length: count }, () => true)
const liesHeld = (net: RecordedCoinflip, dishonest: readonly number[]): readonly (readonly Evidence[])[] =>
  [...net.session.members.keys()].filter((rank) => !dishonest.includes(rank)).map((rank) => net.heldOf(rank)!.lies)

describe('exit 1', () => {
  test.each([3, 4, 5, 7, 10])('%i honest members agree on number and transcript', (members) => {
    const net = playCoinflip({ members, seed: members })
    expect(agreed(net)).toEqual(all(members))
    expect(net.arbiter.end).toMatchObject({ kind: 'agreed', by: 'votes' })
    expect(net.arbiter.calls).toMatchObject({ demand: 0, words: 0, values: 0, evidence: 0 })
    const sid = sessionId(net.session)
    const values = net.seats.map(({ value }) => value)
    for (const [rank, exit] of net.play.exits.entries()) {
      if (!exit) throw new Error('expected a number')
      expect(toHex(exit.magic)).toBe(toHex(magic(sid, values)))
      expect(toHex(exit.value)).toBe(toHex(values[rank]!))
      expect(toHex(exit.transcriptRoot)).toBe(toHex(transcriptRoot(sid, exit.transcript)))
      expect(exit.transcript).toHaveLength(members)
      expect(equalBytes(hideMagic(exit.magic), exit.magic)).toBe(false)
    }
    expect(net.ended).toHaveLength(members)
  })

  test('on a network that loses a fifth of the frames and doubles a tenth', () => {
    const net = playCoinflip({ members: 5, loss: 200, duplication: 100, seed: 9 })
    expect(agreed(net)).toEqual(all(5))
    expect(net.dropped.some(({ reason }) => reason === 'duplicate')).toBe(true)
  })

  test('no member reveals before its gate: it has seen the rows of all', () => {
    const net = playCoinflip({ members: 6, seed: 4, maxDelayMs: 900 })
    for (const rank of net.seats.keys()) {
      const firstReveal = net.sent.find(({ from, message }) => from === rank && message.payload.tag === 'Reveal')!
      const echoedBefore = new Set(
        net.sent
          .filter(({ at, message }) => at <= firstReveal.at && message.payload.tag === 'Echo')
          .map(({ from }) => from),
      )
      expect(echoedBefore.size).toBe(6)
    }
  })

  test('a reveal that comes before the gate is kept, not lost, and answered only after it', () => {
    let isSlow = true
    const held: CoinflipInput[] = []
    const early: CoinflipInput[] = []
    const createMember = intercepted(0, (input, machine) => {
      const tag = input.kind === 'message' ? decode(CoinflipMessage, input.frame).payload.tag : undefined
      if (tag === 'Reveal') early.push(input)
      if (!isSlow || tag !== 'Echo') return machine.step(input)
      held.push(input)
      return []
    })
    const net = recordCoinflip({ members: 3, seed: 2, resendMs: 1_000_000, createMember })
    // Both others pass their gates with the row of member 0, which has not seen theirs.
    net.play.run(() => early.length === 2)
    expect(net.sent.some(({ from, message }) => from === 0 && message.payload.tag === 'Reveal')).toBe(false)
    isSlow = false
    for (const input of held) net.play.feed(0, input)
    net.play.run()
    expect(agreed(net)).toEqual(all(3))
  })
})

describe('silence is a fact of the arbiter', () => {
  test.each<[CoinflipPhaseName, boolean]>([
    ['Join', false],
    ['Commit', false],
    // Its commitment is known to all, so the others list it, and wait for its number.
    ['Echo', true],
    ['Reveal', true],
  ])('silent from %s on: absent, after the gate: %s', (phase, afterGate) => {
    const net = playCoinflip({ members: 5, seed: 11, faults: { 2: silentFrom(phase) } })
    expect(net.arbiter.end).toMatchObject({ kind: 'restarted', absent: [2], afterGate, convicted: [] })
    expect(honestExits(net, [2])).toEqual([undefined, undefined, undefined, undefined])
  })

  test('two silent ones are absent together', () => {
    const net = playCoinflip({ members: 5, seed: 12, faults: { 0: silentFrom('Echo'), 4: silentFrom('Echo') } })
    expect(net.arbiter.end).toMatchObject({ kind: 'restarted', absent: [0, 4] })
  })

  test('a member that is silent on the mesh and speaks to the arbiter is no absentee', () => {
    const onlyCommits: Fault = (outgoing) =>
      ['Hello', 'Commit'].includes(outgoing.message.payload.tag) ? [outgoing] : []
    const options = { members: 5, seed: 11, faults: { 2: onlyCommits }, conducts: { 2: honest } }
    const net = playCoinflip(options)
    const values = net.seats.map(({ value }) => value)
    const hiddenMagic = hideMagic(magic(sessionId(net.session), values))
    expect(net.arbiter.end).toMatchObject({ kind: 'agreed', by: 'numbers', agreement: { hiddenMagic } })
  })

  test('a member that echoes forged commitments convicts nobody, and tells its number after the list', () => {
    const net = playCoinflip({ members: 4, seed: 13, faults: { 1: forgeEcho } })
    expect(net.arbiter.isListed).toBe(true)
    expect(net.arbiter.end).toMatchObject({ kind: 'agreed', convicted: [] })
    expect(net.dropped.some(({ from, reason }) => from === 1 && reason === 'malformed')).toBe(true)
  })
})

describe('a member that speaks to some only frames nobody', () => {
  const toRankZeroOnly = (member: Uint8Array, { session }: { session: { members: readonly Uint8Array[] } }): boolean =>
    equalBytes(member, session.members[0]!)
  const allButRankZero: typeof toRankZeroOnly = (member, seat) => !toRankZeroOnly(member, seat)

  test.each<[string, Fault]>([
    ['greets one', partial(['Join'], toRankZeroOnly)],
    ['greets all but one', partial(['Join'], allButRankZero)],
    ['commits to one', partial(['Commit'], toRankZeroOnly)],
    ['commits to all but one', partial(['Join', 'Commit'], allButRankZero)],
    ['echoes to one', partial(['Echo'], toRankZeroOnly)],
    ['echoes to all but one', partial(['Echo'], allButRankZero)],
    ['reveals to one', partial(['Reveal'], toRankZeroOnly)],
    ['reveals to all but one', partial(['Reveal'], allButRankZero)],
  ])('%s: what it said reaches the rest', (_, fault) => {
    const net = playCoinflip({ members: 5, seed: 14, faults: { 3: fault }, resendMs: 1_000_000 })
    expect(honestExits(net, [3]).every((exit) => exit !== undefined)).toBe(true)
    expect(net.arbiter.calls.demand).toBe(0)
  })
})

describe('a member whose signatures are none frames nobody', () => {
  const toHalf = (member: Uint8Array, { session }: { session: { members: readonly Uint8Array[] } }): boolean =>
    session.members.findIndex((key) => equalBytes(key, member)) % 2 === 0
  const signsNothing = (...parameters: Parameters<typeof badlySigned>): RecordedCoinflip =>
    playCoinflip({ members: 5, seed: 24, faults: { 3: badlySigned(...parameters) } })

  test.each([
    ['greetings, which are for nobody else', ['Hello'] as const],
    ['numbers, which the hash proves', ['Reveal'] as const],
    ['right pings and pongs, which are for nobody else', ['Ping', 'Pong'] as const],
    ['rows that all have', ['Echo'] as const],
  ])('%s: the link’s word is enough', (_, tags) => {
    expect(agreed(signsNothing(tags))).toEqual(all(5))
  })

  test('numbers, told to some: the rest learn them from those, and the hash proves them', () => {
    const net = signsNothing(['Reveal'], toHalf)
    expect(net.sent.some(({ message: { payload } }) => payload.tag === 'RelayReveal')).toBe(true)
    expect(honestExits(net, [3]).every((exit) => exit !== undefined)).toBe(true)
  })

  test('rows, shown to some: the rest pass the gate of the arbiter', () => {
    const net = signsNothing(['Echo', 'RelayEcho'], toHalf)
    expect(net.sent.some(({ from, message: { payload } }) => from !== 3 && payload.tag === 'RelayEcho')).toBe(false)
    expect(net.arbiter.isListed).toBe(true)
    expect(honestExits(net, [3]).every((exit) => exit !== undefined)).toBe(true)
  })

  test('commitments: they are taken from the row in which they are signed', () => {
    const net = signsNothing(['Commit'])
    expect(net.dropped.some(({ from, reason }) => from === 3 && reason === 'bad-signature')).toBe(true)
    expect(agreed(net)).toEqual(all(5))
  })

  test.each([
    ['a number that opens nothing', badReveal, ['Reveal', 'RelayReveal'], 'restarted'],
    ['a wrong ping', badPing(), ['Ping'], 'agreed'],
  ] as const)('%s is then no evidence', (_, lie, tags, kind) => {
    const unsigned = badlySigned(tags)
    const fault: Fault = (outgoing, ...rest) => lie(outgoing, ...rest).flatMap((each) => unsigned(each, ...rest))
    const net = playCoinflip({ members: 5, seed: 25, faults: { 3: fault } })
    expect(net.arbiter.end).toMatchObject({ kind, convicted: [] })
    expect(net.dropped.some(({ from, reason }) => from === 3 && reason === 'bad-signature')).toBe(true)
  })
})

describe('a lie', () => {
  test.each<[string, Fault, object]>([
    ['Equivocation', equivocate, { kind: 'restarted', absent: [], convicted: [2] }],
    // Asked for the right number, its author passes it on.
    ['BadReveal', badReveal, { kind: 'agreed', convicted: [2] }],
  ])('%s convicts its author before every honest member', (tag, fault, end) => {
    const net = playCoinflip({ members: 5, seed: 15, faults: { 2: fault } })
    expect(net.arbiter.end).toMatchObject(end)
    for (const lies of liesHeld(net, [2])) {
      expect(lies.map((lie) => lie.tag)).toEqual([tag])
      expect(convict(net.session, lies[0]!)).toEqual(net.session.members[2])
    }
  })

  test('told to one member does not void the number that the others can pass on', () => {
    const onlyToZero: Fault = (outgoing, ...rest) =>
      outgoing.to && equalBytes(outgoing.to, rest[0].session.members[0]!) ? badReveal(outgoing, ...rest) : [outgoing]
    const net = playCoinflip({ members: 4, seed: 16, faults: { 3: onlyToZero }, maxDelayMs: 40 })
    expect(net.arbiter.end).toMatchObject({ kind: 'agreed', convicted: [3] })
    expect(honestExits(net, [3]).every((exit) => exit !== undefined)).toBe(true)
  })
})

describe('choosing what to say of a number', () => {
  test('to say it to some only chooses nothing: the rest learn it from them', () => {
    const net = playCoinflip({ members: 5, seed: 17, faults: { 1: selectiveReveal } })
    expect(honestExits(net, [1]).every((exit) => exit !== undefined)).toBe(true)
  })

  test('to wait for the others and then stay silent is to be absent after the gate; to speak is to be counted', () => {
    const pleases = (likes: boolean): Fault => revealIf(() => likes)
    const silent = playCoinflip({ members: 5, seed: 18, faults: { 1: pleases(false) } })
    expect(silent.arbiter.end).toMatchObject({ kind: 'restarted', absent: [1], afterGate: true })
    const told = playCoinflip({ members: 5, seed: 18, faults: { 1: pleases(true) } })
    expect(agreed(told)).toEqual(all(5))
  })

  test.each(['Concat', 'XorHash', 'Xor'] as const)(
    'to copy a commitment is to be convicted, also where %s would let the copied number cancel',
    (magicRule) => {
      const net = playCoinflip({ members: 4, seed: 19, faults: { 2: copyCommitment }, magicRule })
      for (const [lie] of liesHeld(net, [2])) {
        expect(lie?.tag).toBe('BadReveal')
        expect(convict(net.session, lie!)).toEqual(net.session.members[2])
      }
    },
  )

  test.each(['XorHash', 'Xor'] as const)('honest members agree on the number that %s makes', (magicRule) => {
    const net = playCoinflip({ members: 4, seed: 20, magicRule })
    const values = net.seats.map(({ value }) => value)
    for (const exit of net.play.exits)
      expect(exit).toMatchObject({ magic: magic(sessionId(net.session), values, magicRule) })
  })
})

describe('restart', () => {
  test.each<CoinflipPhaseName>(['Join', 'Commit', 'Echo', 'Reveal', 'Confirm'])(
    'a member killed in %s comes back with its number and finishes',
    (phase) => {
      const net = recordCoinflip({ members: 4, seed: 26, resendMs: 1_000_000 })
      net.play.run(() => net.play.phaseOf(1) === phase && net.play.now > 10)
      expect(net.play.phaseOf(1)).toBe(phase)
      const saidBefore = net.sent.length
      net.play.crash(1)
      net.play.start(1)
      net.play.run()
      expect(agreed(net)).toEqual(all(4))
      const said = (tag: string) => net.sent.filter(({ from, message }) => from === 1 && message.payload.tag === tag)
      expect(new Set(said('Commit').map(({ message }) => toHex(message.signature))).size).toBe(1)
      // The gate holds for the second life as for the first: the rows of all before the first word of its number.
      expect(earlyReveals(net, 1)).toBe(0)
      const saidAgain = net.sent.slice(saidBefore)
      expect(saidAgain.some(({ from, message }) => from === 1 && message.payload.tag === 'Reveal')).toBe(true)
      // It pings the same members, with the same words.
      const pings = new Set(said('Ping').map(({ to, message }) => `${to} ${toHex(message.signature)}`))
      expect(pings.size).toBe(3)
    },
  )

  test('a member killed after REVEAL is not waited for, and fails nobody', () => {
    const net = recordCoinflip({ members: 4, seed: 22 })
    net.play.run(() => net.play.phaseOf(1) === 'Confirm')
    net.play.crash(1)
    net.play.run()
    expect(honestExits(net, [1]).every((exit) => exit !== undefined)).toBe(true)
  })
})

test('a session without our own key is refused with a named error', () => {
  const net = recordCoinflip({ members: 3 })
  const stranger = new Uint8Array(32)
  expect(() => createCoinflip({ ...net.seats[0]!, self: stranger })).toThrow(/own Noise key among the members/)
  expect(() => createCoinflip({ ...net.seats[0]!, value: new Uint8Array(31) })).toThrow(/32 bytes/)
})
