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
import {
  earlyReveals,
  intercepted,
  playCoinflip,
  recordCoinflip,
  type RecordedCoinflip,
} from '../../../../../helpers/coinflip/recorded.ts'

const honestExits = ({ play }: RecordedCoinflip, dishonest: readonly number[]): (CoinflipExit | undefined)[] =>
  play.exits.filter((_, rank) => !dishonest.includes(rank))

const kinds = (net: RecordedCoinflip): (string | undefined)[] => net.play.exits.map((exit) => exit?.kind)

describe('exit 1', () => {
  test.each([3, 4, 5, 7, 10])('%i honest members agree on number and transcript', (members) => {
    const net = playCoinflip({ members, seed: members })
    expect(kinds(net)).toEqual(Array.from({ length: members }, () => 'success'))
    const sid = sessionId(net.session)
    const values = net.seats.map(({ value }) => value)
    for (const [rank, exit] of net.play.exits.entries()) {
      if (exit?.kind !== 'success') throw new Error('expected success')
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
    expect(kinds(net)).toEqual(Array.from({ length: 5 }, () => 'success'))
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
    expect(kinds(net)).toEqual(['success', 'success', 'success'])
  })
})

describe('exit 2 names the silent one and the phase', () => {
  test.each<CoinflipPhaseName>(['Join', 'Commit', 'Echo', 'Reveal'])('silent from %s on', (phase) => {
    const net = playCoinflip({ members: 5, seed: 11, faults: { 2: silentFrom(phase) } })
    for (const exit of honestExits(net, [2])) {
      expect(exit).toEqual({ kind: 'offline', phase, absent: [net.session.members[2]], lies: [] })
    }
  })

  test('two silent ones are named together', () => {
    const net = playCoinflip({ members: 5, seed: 12, faults: { 0: silentFrom('Echo'), 4: silentFrom('Echo') } })
    const absent = [net.session.members[0], net.session.members[4]]
    for (const exit of honestExits(net, [0, 4]))
      expect(exit).toEqual({ kind: 'offline', phase: 'Echo', absent, lies: [] })
  })

  test('who echoes forged commitments is missing in ECHO, and nobody is convicted', () => {
    const net = playCoinflip({ members: 4, seed: 13, faults: { 1: forgeEcho } })
    for (const exit of honestExits(net, [1])) {
      expect(exit).toEqual({ kind: 'offline', phase: 'Echo', absent: [net.session.members[1]], lies: [] })
    }
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
    expect(new Set(honestExits(net, [3]).map((exit) => exit?.kind))).toEqual(new Set(['success']))
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
    expect(kinds(signsNothing(tags))).toEqual(Array.from({ length: 5 }, () => 'success'))
  })

  test('numbers, told to some: the rest learn them from those, and the hash proves them', () => {
    const net = signsNothing(['Reveal'], toHalf)
    expect(net.sent.some(({ message: { payload } }) => payload.tag === 'RelayReveal')).toBe(true)
    expect(honestExits(net, [3]).map((exit) => exit?.kind)).toEqual(['success', 'success', 'success', 'success'])
  })

  test('rows, shown to some: who passed the gate with one and who could not name the same member', () => {
    const net = signsNothing(['Echo', 'RelayEcho'], toHalf)
    const absent = [net.session.members[3]]
    expect(net.sent.some(({ message: { payload } }) => payload.tag === 'Reveal')).toBe(true)
    for (const exit of honestExits(net, [3])) expect(exit).toEqual({ kind: 'offline', phase: 'Echo', absent, lies: [] })
    expect(net.sent.some(({ from, message: { payload } }) => from !== 3 && payload.tag === 'RelayEcho')).toBe(false)
  })

  test('commitments: they are taken from the row in which they are signed', () => {
    const net = signsNothing(['Commit'])
    expect(net.dropped.some(({ from, reason }) => from === 3 && reason === 'bad-signature')).toBe(true)
    expect(kinds(net)).toEqual(Array.from({ length: 5 }, () => 'success'))
  })

  test.each([
    ['a number that opens nothing', badReveal, ['Reveal', 'RelayReveal'], 'offline'],
    ['a wrong ping', badPing(), ['Ping'], 'success'],
  ] as const)('%s is then no evidence', (_, lie, tags, kind) => {
    const unsigned = badlySigned(tags)
    const fault: Fault = (outgoing, ...rest) => lie(outgoing, ...rest).flatMap((each) => unsigned(each, ...rest))
    const net = playCoinflip({ members: 5, seed: 25, faults: { 3: fault } })
    expect(new Set(honestExits(net, [3]).map((exit) => exit?.kind))).toEqual(new Set([kind]))
    expect(net.dropped.some(({ from, reason }) => from === 3 && reason === 'bad-signature')).toBe(true)
  })
})

describe('exit 3', () => {
  test.each<[string, Fault]>([
    ['Equivocation', equivocate],
    ['BadReveal', badReveal],
  ])('%s convicts its author before every honest member', (tag, fault) => {
    const net = playCoinflip({ members: 5, seed: 15, faults: { 2: fault } })
    const exits = honestExits(net, [2])
    expect(exits.map((exit) => exit?.kind)).toEqual(['malicious', 'malicious', 'malicious', 'malicious'])
    for (const exit of exits) {
      if (exit?.kind !== 'malicious') throw new Error('expected malicious')
      expect(exit.evidence.tag).toBe(tag)
      expect(convict(net.session, exit.evidence)).toEqual(net.session.members[2])
      expect(exit.offender).toEqual(net.session.members[2])
    }
  })

  test('whoever was told the truth hears of the lie from the one who was not', () => {
    const onlyToZero: Fault = (outgoing, ...rest) =>
      outgoing.to && equalBytes(outgoing.to, rest[0].session.members[0]!) ? badReveal(outgoing, ...rest) : [outgoing]
    const net = playCoinflip({ members: 4, seed: 16, faults: { 3: onlyToZero }, maxDelayMs: 40 })
    const exit = net.play.exits[0]
    if (exit?.kind !== 'malicious') throw new Error('expected malicious')
    expect(convict(net.session, exit.evidence)).toEqual(net.session.members[3])
    // The others had all they need; whether evidence or the last reveal came first is the network's choice.
    for (const other of [net.play.exits[1], net.play.exits[2]]) expect(['success', 'malicious']).toContain(other?.kind)
  })
})

describe('choosing what to say of a number', () => {
  test('to say it to some only chooses nothing: the rest learn it from them', () => {
    const net = playCoinflip({ members: 5, seed: 17, faults: { 1: selectiveReveal } })
    expect(honestExits(net, [1]).map((exit) => exit?.kind)).toEqual(['success', 'success', 'success', 'success'])
  })

  test('to wait for the others and then stay silent is to be named in REVEAL; to speak is to be counted', () => {
    const pleases = (likes: boolean): Fault => revealIf(() => likes)
    const silent = playCoinflip({ members: 5, seed: 18, faults: { 1: pleases(false) } })
    const absent = [silent.session.members[1]]
    for (const exit of honestExits(silent, [1]))
      expect(exit).toEqual({ kind: 'offline', phase: 'Reveal', absent, lies: [] })
    const told = playCoinflip({ members: 5, seed: 18, faults: { 1: pleases(true) } })
    expect(new Set(kinds(told))).toEqual(new Set(['success']))
  })

  test.each(['Concat', 'XorHash', 'Xor'] as const)(
    'to copy a commitment is to be convicted, also where %s would let the copied number cancel',
    (magicRule) => {
      const net = playCoinflip({ members: 4, seed: 19, faults: { 2: copyCommitment }, magicRule })
      const evidence = honestExits(net, [2]).map((exit) => (exit?.kind === 'malicious' ? exit.evidence : undefined))
      for (const each of evidence) {
        expect(each?.tag).toBe('BadReveal')
        expect(convict(net.session, each!)).toEqual(net.session.members[2])
      }
    },
  )

  test.each(['XorHash', 'Xor'] as const)('honest members agree on the number that %s makes', (magicRule) => {
    const net = playCoinflip({ members: 4, seed: 20, magicRule })
    const values = net.seats.map(({ value }) => value)
    for (const exit of net.play.exits)
      expect(exit).toMatchObject({ kind: 'success', magic: magic(sessionId(net.session), values, magicRule) })
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
      expect(kinds(net)).toEqual(['success', 'success', 'success', 'success'])
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
    expect(honestExits(net, [1]).map((exit) => exit?.kind)).toEqual(['success', 'success', 'success'])
  })
})

test('a session without our own key is refused with a named error', () => {
  const net = recordCoinflip({ members: 3 })
  const stranger = new Uint8Array(32)
  expect(() => createCoinflip({ ...net.seats[0]!, self: stranger })).toThrow(/own Noise key among the members/)
  expect(() => createCoinflip({ ...net.seats[0]!, value: new Uint8Array(31) })).toThrow(/32 bytes/)
})
