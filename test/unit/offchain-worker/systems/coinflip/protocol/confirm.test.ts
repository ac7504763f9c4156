/**
 * CONFIRM: a member that knows the number shows it, its own word convicts a member that lies about it, and silence costs only time.
 */
import { beforeEach, describe, expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import {
  accusedBy,
  confirmationWord,
  convict,
  magic,
  pingOrder,
  pingTargets,
  sessionId,
  type Accusation,
  type CoinflipPayload,
  type Evidence,
} from '#types/domain/coinflip/coinflip.ts'
import {
  badPing,
  badReveal,
  equivocate,
  forgeFraud,
  silentFrom,
  strangePing,
  type Fault,
} from '#worker/systems/coinflip/protocol/adversaries.ts'
import { frameOf, signMessage, takeSeat, type Seat } from '#worker/systems/coinflip/protocol/messages.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Coinflip, CoinflipExit, CoinflipInput, CoinflipOutput } from '#worker/systems/coinflip/protocol/terms.ts'
import {
  intercepted,
  playCoinflip,
  recordCoinflip,
  type RecordedCoinflip,
} from '../../../../../helpers/coinflip/recorded.ts'

/** Whether each member has the number, by rank. */
const agreed = (net: RecordedCoinflip): boolean[] => net.play.exits.map((exit) => exit !== undefined)
const all = (count: number): boolean[] => Array.from({ length: count }, () => true)
const valuesOf = (net: RecordedCoinflip): Uint8Array[] => net.seats.map(({ value }) => value)
const numberOf = (net: RecordedCoinflip): Uint8Array => magic(sessionId(net.session), valuesOf(net))
const saidIn = (net: RecordedCoinflip, tag: string) => net.sent.filter(({ message }) => message.payload.tag === tag)

describe('pings and pongs', () => {
  test.each([1, 2, 4])('each of ten members pings %i others, drawn by the number, and all pong', (pings) => {
    const net = playCoinflip({ members: 10, seed: 31, pings })
    expect(agreed(net).every(Boolean)).toBe(true)
    const order = pingOrder(sessionId(net.session), 10, numberOf(net))
    for (const rank of net.seats.keys()) {
      const targets = pingTargets(order, rank, pings)
      expect(targets).toHaveLength(pings)
      const pinged = saidIn(net, 'Ping').filter(({ from }) => from === rank)
      expect(new Set(pinged.map(({ to }) => to))).toEqual(new Set(targets))
      const ponged = saidIn(net, 'Pong').filter(({ to }) => to === rank)
      expect(new Set(ponged.map(({ from }) => from))).toEqual(new Set(pinged.map(({ to }) => to)))
    }
  })

  test('among fewer members than pings each pings all others', () => {
    const net = playCoinflip({ members: 3, seed: 32 })
    expect(saidIn(net, 'Ping')).toHaveLength(6)
    expect(agreed(net)).toEqual(all(3))
  })

  test('carry words that only who knows the number can say, to one member alone', () => {
    const net = playCoinflip({ members: 4, seed: 33 })
    const sid = sessionId(net.session)
    const words = [...saidIn(net, 'Ping'), ...saidIn(net, 'Pong')].map(({ message: { payload, sender, receiver } }) => {
      if (payload.tag !== 'Ping' && payload.tag !== 'Pong') throw new Error('expected a ping or pong')
      const word = confirmationWord(payload.tag, sid, { from: sender, to: receiver! }, numberOf(net))
      expect(toHex(payload.value.word)).toBe(toHex(word))
      return toHex(payload.value.word)
    })
    expect(new Set(words).size).toBe(24)
  })

  test('need no more than one way forth and back: the phase is over long before its time', () => {
    const net = recordCoinflip({ members: 5, seed: 34, maxDelayMs: 20, resendMs: 1_000_000 })
    net.play.run(() => [...net.seats.keys()].some((rank) => net.play.phaseOf(rank) === 'Confirm'))
    const began = net.play.now
    net.play.run(() => net.play.exits.every((exit) => exit !== undefined))
    expect(net.play.now - began).toBeLessThan(100)
  })

  test('a ping that is faster than the last reveal is kept and answered, and nothing is said of the number before', () => {
    let isSlow = true
    const held: CoinflipInput[] = []
    const createMember = intercepted(0, (input, machine) => {
      if (!isSlow || machine.phase !== 'Reveal' || input.kind !== 'message' || held.length > 0)
        return machine.step(input)
      held.push(input)
      return []
    })
    const net = recordCoinflip({ members: 3, seed: 35, resendMs: 1_000_000, createMember })
    net.play.run(() => net.heard.some(({ to, tag }) => to === 0 && tag === 'Ping'))
    expect(net.play.phaseOf(0)).toBe('Reveal')
    expect(saidIn(net, 'Pong').some(({ from }) => from === 0)).toBe(false)
    isSlow = false
    for (const input of held) net.play.feed(0, input)
    net.play.run()
    expect(agreed(net)).toEqual(all(3))
    expect(new Set(saidIn(net, 'Pong').flatMap(({ from, to }) => (from === 0 ? [to] : [])))).toEqual(new Set([1, 2]))
  })

  test('that are lost are said again', () => {
    let lost = 0
    const createMember = intercepted(2, (input, machine) => {
      if (input.kind === 'message' && machine.phase === 'Confirm' && lost < 6 && ++lost) return []
      return machine.step(input)
    })
    const net = recordCoinflip({ members: 4, seed: 36, resendMs: 100, createMember })
    net.play.run(() => net.play.phaseOf(2) === 'Confirm')
    const began = net.play.now
    net.play.run(() => net.play.exits.every((exit) => exit !== undefined))
    expect(lost).toBe(6)
    expect(agreed(net)).toEqual(all(4))
    expect(net.play.now - began).toBeLessThan(1_000)
  })
})

describe('silence in CONFIRM', () => {
  test.each<[string, number[]]>([
    ['one', [2]],
    ['all but one', [0, 1, 2, 3]],
  ])('of %s costs the time of the phase and fails nobody', (_, silent) => {
    const faults = Object.fromEntries(silent.map((rank) => [rank, silentFrom('Confirm')]))
    const net = recordCoinflip({ members: 5, seed: 37, faults })
    net.play.run(() => net.play.phaseOf(4) === 'Confirm')
    const began = net.play.now
    net.play.run(() => net.play.exits[4] !== undefined)
    expect(net.play.now - began).toBeCloseTo(2_000, 6)
    net.play.run(() => false)
    expect(agreed(net)).toEqual(all(5))
  })

  test('a ping about another transcript is as good as silence: dropped by its name, nobody convicted', () => {
    const net = playCoinflip({ members: 5, seed: 38, faults: { 1: strangePing } })
    expect(agreed(net).every(Boolean)).toBe(true)
    const reasons = net.dropped.filter(({ from }) => from === 1).map(({ reason }) => reason)
    expect(reasons).toContain('wrong-transcript')
  })
})

/** The exits of all but the one dishonest member, all with the number. */
const exitsOf = (net: RecordedCoinflip, dishonest: number): CoinflipExit[] =>
  net.play.exits.flatMap((exit, rank) => {
    if (rank === dishonest) return []
    if (!exit) throw new Error(`expected member ${rank} to have the number`)
    return [exit]
  })

/** The lies that each other member holds. */
const liesOf = (net: RecordedCoinflip, dishonest: readonly number[]): (readonly Evidence[])[] =>
  [...net.session.members.keys()].flatMap((rank) => (dishonest.includes(rank) ? [] : [net.heldOf(rank)!.lies]))

/** Tells both a false fraud proof and wrong pings. */
const lieTwice: Fault = (outgoing, ...rest) =>
  forgeFraud('Commit')(outgoing, ...rest).flatMap((each) => badPing()(each, ...rest))

describe('a lie about the number or about others', () => {
  test.each<[string, string, Fault]>([
    ['a wrong ping', 'BadPing', badPing('Ping')],
    ['a wrong pong', 'BadPing', badPing('Pong')],
    ['a forged fraud proof in COMMIT', 'FalseFraud', forgeFraud('Commit')],
    ['a forged fraud proof in REVEAL', 'FalseFraud', forgeFraud('Reveal')],
    ['a forged fraud proof in CONFIRM', 'FalseFraud', forgeFraud('Confirm')],
  ])('%s is noted by all who hear it, and changes nothing of the number', (_, tag, fault) => {
    const net = playCoinflip({ members: 5, seed: 39, faults: { 3: fault }, maxDelayMs: 20 })
    for (const { magic } of exitsOf(net, 3)) expect(magic).toEqual(numberOf(net))
    const lies = liesOf(net, [3]).flat()
    expect(lies).toHaveLength(4)
    for (const lie of lies) {
      expect(lie.tag).toBe(tag)
      expect(convict(net.session, lie)).toEqual(net.session.members[3])
    }
  })

  test.each<[string, Fault]>([
    ['wrong pings', badPing()],
    ['fraud proofs, one with each ping', forgeFraud('Confirm')],
    ['a fraud proof, and then wrong pings', lieTwice],
  ])('of one member, %s, are told by each other one to all, once', (_, fault) => {
    const net = playCoinflip({ members: 5, seed: 39, faults: { 3: fault }, maxDelayMs: 20 })
    for (const lies of liesOf(net, [3])) expect(lies).toHaveLength(1)
    const told = [...saidIn(net, 'Fraud'), ...saidIn(net, 'RelayFraud')].filter(({ from }) => from !== 3)
    for (const rank of [0, 1, 2, 4]) {
      const receivers = told.filter(({ from }) => from === rank).map(({ to }) => to)
      expect(receivers).toEqual([0, 1, 2, 3, 4].filter((other) => other !== rank))
    }
  })

  test('costs no time: who was caught is waited for no longer', () => {
    const net = recordCoinflip({ members: 5, seed: 39, faults: { 3: badPing() }, maxDelayMs: 20, resendMs: 1_000_000 })
    net.play.run(() => [...net.seats.keys()].some((rank) => net.play.phaseOf(rank) === 'Confirm'))
    const began = net.play.now
    net.play.run(() => [0, 1, 2, 4].every((rank) => net.play.exits[rank] !== undefined))
    expect(net.play.now - began).toBeLessThan(200)
  })

  test('is held too where its author is absent', () => {
    const silent = silentFrom('Reveal')
    const fault: Fault = Object.assign(
      (...parameters: Parameters<Fault>) =>
        silent(...parameters).flatMap((each) => forgeFraud('Commit')(each, parameters[1], parameters[2])),
      { withholds: 'value' } as const,
    )
    const net = playCoinflip({ members: 5, seed: 39, faults: { 3: fault } })
    expect(net.arbiter.end).toMatchObject({ kind: 'restarted', absent: [3], convicted: [3] })
    for (const lies of liesOf(net, [3])) expect(lies.map(({ tag }) => tag)).toEqual(['FalseFraud'])
  })

  test('spoils nothing, beside one that does', () => {
    const net = playCoinflip({ members: 5, seed: 40, faults: { 2: forgeFraud('Join'), 3: equivocate } })
    expect(net.arbiter.end).toMatchObject({ kind: 'restarted', absent: [], convicted: [2, 3] })
    for (const lies of liesOf(net, [2, 3])) expect(lies.map(({ tag }) => tag)).toEqual(['FalseFraud', 'Equivocation'])
  })

  test('of a member that is convicted of another one adds nothing', () => {
    const both: Fault = (outgoing, ...rest) =>
      forgeFraud('Join')(outgoing, ...rest).flatMap((each) => badReveal(each, ...rest))
    const net = playCoinflip({ members: 5, seed: 40, faults: { 3: both } })
    for (const lies of liesOf(net, [3])) expect(lies.map(accusedBy)).toEqual([net.session.members[3]])
  })

  test('a fraud proof that is true convicts the liar, not the member that brings it', () => {
    const net = playCoinflip({ members: 5, seed: 40, faults: { 3: equivocate } })
    for (const lies of liesOf(net, [3]))
      expect(lies.map((lie) => [lie.tag, accusedBy(lie)])).toEqual([['Equivocation', net.session.members[3]]])
  })
})

describe('one member, word by word', () => {
  let net: RecordedCoinflip
  let member: Coinflip
  let peers: Seat[]

  const give = (seat: Seat, payload: CoinflipPayload, direct = true): readonly CoinflipOutput[] => {
    const message = signMessage(seat, payload, direct ? net.session.members[0] : undefined)
    return member.step({ kind: 'message', from: seat.self, frame: frameOf(message) })
  }
  const namesOf = (outputs: readonly CoinflipOutput[]): string[] =>
    outputs.map((output) => {
      if (output.kind === 'dropped') return output.reason
      return 'message' in output ? output.message.payload.tag : output.kind
    })
  const confirmation = (kind: 'Ping' | 'Pong', seat: Seat, number = numberOf(net)): CoinflipPayload => {
    const sid = sessionId(net.session)
    const ends = { from: seat.self, to: net.session.members[0]! }
    const done = net.play.exits[1]
    if (!done) throw new Error('expected a number')
    return {
      tag: kind,
      value: { transcriptRoot: done.transcriptRoot, word: confirmationWord(kind, sid, ends, number) },
    }
  }

  /** An accusation of member 3 that proves nothing: one commitment twice. */
  const falseAccusation = (): Accusation => {
    const commit = saidIn(net, 'Commit').find(({ from }) => from === 3)!.message
    if (commit.payload.tag !== 'Commit') throw new Error('expected a commitment')
    const first = { author: commit.sender, body: commit.payload.value, signature: commit.signature }
    return { tag: 'Equivocation', value: { first, second: first } }
  }
  /** The lies that a member holds whose time is over, and their authors. */
  const liesAtTheEnd = () => {
    const [output] = member.step({ kind: 'timeout', phase: 'Confirm' })
    if (output?.kind !== 'exit') throw new Error('expected a number')
    return member.held.lies.map((lie) => [lie.tag, accusedBy(lie)])
  }

  /** Member 0 as it is when it alone waits: all others have played to the end, and it was told nothing of CONFIRM. */
  beforeEach(() => {
    const createMember = intercepted(0, (input, machine) => {
      member = machine
      return machine.phase === 'Confirm' ? [] : machine.step(input)
    })
    net = recordCoinflip({ members: 4, seed: 41, createMember })
    peers = net.seats.map(({ self, sign }) => takeSeat(net.session, self, sign))
    net.play.run(() => [1, 2, 3].every((rank) => net.play.exits[rank] !== undefined))
    expect(member.phase).toBe('Confirm')
  })

  test('pongs to each right ping, again where it is asked again, and ends with the last', () => {
    const [, one, two, three] = peers as [Seat, Seat, Seat, Seat]
    expect(namesOf(give(one, confirmation('Ping', one)))).toEqual(['Pong'])
    expect(namesOf(give(one, confirmation('Ping', one)))).toEqual(['Pong'])
    for (const seat of [two, three]) give(seat, confirmation('Ping', seat))
    expect(namesOf(give(one, confirmation('Pong', one)))).toEqual([])
    expect(namesOf(give(one, confirmation('Pong', one)))).toEqual(['duplicate'])
    expect(namesOf(give(two, confirmation('Pong', two)))).toEqual([])
    expect(namesOf(give(three, confirmation('Pong', three)))).toEqual(['exit'])
    // A finished member still answers unfinished ones, and a lie to it is a lie.
    expect(namesOf(give(one, confirmation('Ping', one)))).toEqual(['Pong'])
    expect(namesOf(give(one, confirmation('Ping', one, new Uint8Array(32))))).toEqual(['Fraud'])
    expect(namesOf(give(one, confirmation('Pong', one)))).toEqual(['out-of-phase'])
  })

  test('is not done with all pongs before all that ping it have done so', () => {
    const [, one, two, three] = peers as [Seat, Seat, Seat, Seat]
    for (const seat of [one, two, three]) expect(namesOf(give(seat, confirmation('Pong', seat)))).toEqual([])
    for (const seat of [one, two]) expect(namesOf(give(seat, confirmation('Ping', seat)))).toEqual(['Pong'])
    expect(namesOf(give(three, confirmation('Ping', three)))).toEqual(['Pong', 'exit'])
  })

  test('asks again: pings who has not answered, greets who has answered and not pinged', () => {
    const [, one, two, three] = peers as [Seat, Seat, Seat, Seat]
    const asked = (): string[] =>
      member
        .step({ kind: 'tick' })
        .flatMap((output) =>
          output.kind === 'send' ? [`${output.message.payload.tag} ${net.play.rankOf(output.to)}`] : [],
        )
        .toSorted((a, b) => a.localeCompare(b))
    expect(asked()).toEqual(['Ping 1', 'Ping 2', 'Ping 3'])
    give(two, confirmation('Pong', two))
    give(three, confirmation('Ping', three))
    expect(asked()).toEqual(['Hello 2', 'Ping 1', 'Ping 3'])
    give(three, confirmation('Pong', three))
    give(one, confirmation('Ping', one))
    expect(asked()).toEqual(['Hello 2', 'Ping 1'])
  })

  test('takes the word of another for what it is: a lie of who says it', () => {
    const [, one, two] = peers as [Seat, Seat, Seat]
    expect(namesOf(give(one, confirmation('Ping', two)))).toEqual(['Fraud'])
    expect(liesAtTheEnd()).toEqual([['BadPing', one.self]])
  })

  test('tells of a member’s first lie, and drops the second, whoever brings it', () => {
    const [, one, two, three] = peers as [Seat, Seat, Seat, Seat]
    const wrong = confirmation('Pong', one, new Uint8Array(32))
    const [told] = give(one, wrong)
    if (told?.kind !== 'broadcast' || told.message.payload.tag !== 'Fraud') throw new Error('expected a fraud proof')
    const fraud = told.message.payload
    expect(namesOf(give(one, wrong))).toEqual(['duplicate'])
    expect(namesOf(give(one, confirmation('Ping', two)))).toEqual(['duplicate'])
    expect(namesOf(give(three, fraud, false))).toEqual(['duplicate'])
    expect(namesOf(give(one, { ...fraud, value: falseAccusation() }, false))).toEqual(['duplicate'])
    expect(liesAtTheEnd()).toEqual([['BadPing', one.self]])
  })

  test('answers the right ping of a liar as any other, and ends without its words', () => {
    const [, one, two, three] = peers as [Seat, Seat, Seat, Seat]
    for (const seat of [two, three]) {
      give(seat, confirmation('Ping', seat))
      give(seat, confirmation('Pong', seat))
    }
    expect(namesOf(give(one, confirmation('Ping', one)))).toEqual(['Pong'])
    expect(namesOf(give(one, confirmation('Pong', one, new Uint8Array(32))))).toEqual(['Fraud', 'exit'])
  })

  test('asks nothing more of a liar', () => {
    const one = peers[1]!
    const asked = (): number =>
      member.step({ kind: 'tick' }).filter((output) => output.kind === 'send' && net.play.rankOf(output.to) === 1)
        .length
    expect(asked()).toBe(1)
    give(one, confirmation('Ping', one, new Uint8Array(32)))
    expect(asked()).toBe(0)
  })

  test('hears no ping from who is not meant, none that is unsigned, and a wrong one that is badly signed convicts nobody', () => {
    const [, one, two] = peers as [Seat, Seat, Seat]
    const right = signMessage(one, confirmation('Ping', one), net.session.members[0])
    const unsigned = frameOf({ ...right, signature: new Uint8Array(64) })
    expect(namesOf(member.step({ kind: 'message', from: one.self, frame: unsigned }))).toEqual(['bad-signature'])
    expect(namesOf(give(one, confirmation('Ping', one), false))).toEqual(['wrong-receiver'])
    const message = signMessage(one, confirmation('Ping', two), net.session.members[0])
    const frame = frameOf({ ...message, signature: right.signature })
    expect(namesOf(member.step({ kind: 'message', from: one.self, frame }))).toEqual(['bad-signature'])
    expect(member.phase).toBe('Confirm')
  })

  test('ends with the number when its time is over', () => {
    const [exit] = member.step({ kind: 'timeout', phase: 'Confirm' })
    expect(exit).toMatchObject({ kind: 'exit', exit: { magic: numberOf(net) } })
  })

  test('believes a relayed fraud proof by its author’s signature alone', () => {
    const [, one, two] = peers as [Seat, Seat, Seat]
    const accusation = falseAccusation()
    const { signature } = signMessage(two, { tag: 'Fraud', value: accusation })
    const unsigned = { author: two.self, accusation, signature: new Uint8Array(64) }
    expect(namesOf(give(one, { tag: 'RelayFraud', value: unsigned }, false))).toEqual(['bad-signature'])
    const stranger = { ...unsigned, author: new Uint8Array(32) }
    expect(namesOf(give(one, { tag: 'RelayFraud', value: stranger }, false))).toEqual(['malformed'])
    const relayed = { tag: 'RelayFraud', value: { ...unsigned, signature } } as const
    expect(namesOf(give(one, relayed, false))).toEqual(['RelayFraud'])
    expect(namesOf(give(one, relayed, false))).toEqual(['duplicate'])
    expect(liesAtTheEnd()).toEqual([['FalseFraud', two.self]])
  })
})

test.each([0, 5, 1.5])('%d pings are refused', (pings) => {
  const net = recordCoinflip({ members: 3 })
  expect(() => createCoinflip({ ...net.seats[0]!, pings })).toThrow(/1 to 4 pings/)
})
