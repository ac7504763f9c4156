/** Passing on parts of third members: who is asked, what is answered, and what a flood of questions gains. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { CoinflipPayload, Parts } from '#types/domain/coinflip/coinflip.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import { frameOf, signMessage, takeSeat, type Seat } from '#worker/systems/coinflip/protocol/messages.ts'
import type { Coinflip, CoinflipOutput } from '#worker/systems/coinflip/protocol/terms.ts'
import { recordCoinflip, type RecordedCoinflip } from '../../../../../helpers/coinflip/recorded.ts'

const TICKS = 12
const NOTHING: Parts = { words: 0n, rows: 0n, values: 0n }
let net: RecordedCoinflip
let member: Coinflip

const seatOf = (rank: number): Seat => takeSeat(net.session, net.seats[rank]!.self, net.seats[rank]!.sign)

/** Member 0 of a session of this size. */
function open(members: number): void {
  net = recordCoinflip({ members })
  member = createCoinflip(net.seats[0]!)
  member.step({ kind: 'start' })
}
beforeEach(() => open(6))

const give = (rank: number, payload: CoinflipPayload, receiver?: Uint8Array): readonly CoinflipOutput[] => {
  const frame = frameOf(signMessage(seatOf(rank), payload, receiver))
  return member.step({ kind: 'message', from: net.seats[rank]!.self, frame })
}
const ask = (rank: number, parts: Partial<Parts>): readonly CoinflipOutput[] =>
  give(rank, { tag: 'Ask', value: { ...NOTHING, ...parts } }, net.seats[0]!.self)

/** The commitments of these members, each said by its author. */
function hearCommitments(...ranks: readonly number[]): void {
  for (const rank of ranks) {
    const outputs = createCoinflip(net.seats[rank]!).step({ kind: 'start' })
    for (const output of outputs)
      if (output.kind === 'broadcast' && output.message.payload.tag === 'Commit')
        member.step({ kind: 'message', from: net.seats[rank]!.self, frame: frameOf(output.message) })
  }
}

const sentBy = (outputs: readonly CoinflipOutput[], tag: CoinflipPayload['tag']) =>
  outputs.flatMap((output) => (output.kind === 'send' && output.message.payload.tag === tag ? [output] : []))
const receivers = (outputs: readonly CoinflipOutput[], tag: CoinflipPayload['tag'] = 'Ask'): readonly number[] =>
  sentBy(outputs, tag).map(({ to }) => net.play.rankOf(to))
/** Bytes of parts that are passed on. */
const bytesOf = (outputs: readonly CoinflipOutput[]): number =>
  outputs.reduce((sum, output) => {
    const isPart = output.kind === 'send' && output.message.payload.tag.startsWith('Relay')
    return sum + (isPart ? frameOf(output.message).length : 0)
  }, 0)

describe('a member that lacks parts', () => {
  test('asks all others first, then three at a time in turn', () => {
    expect(receivers(member.step({ kind: 'timeout', phase: 'Join' }))).toEqual([1, 2, 3, 4, 5])
    expect(receivers(member.step({ kind: 'tick' }))).toEqual([1, 2, 3])
    expect(receivers(member.step({ kind: 'tick' }))).toEqual([4, 5, 1])
  })

  test('asks those that stay, and those that left only where nobody stays', () => {
    member.step({ kind: 'timeout', phase: 'Join' })
    for (const rank of [1, 2]) give(rank, { tag: 'Leave', value: NOTHING })
    expect(receivers(member.step({ kind: 'tick' }))).toEqual([3, 4, 5])
    for (const rank of [3, 4, 5]) give(rank, { tag: 'Leave', value: NOTHING })
    expect(receivers(member.step({ kind: 'tick' }))).toHaveLength(3)
  })

  test('tells all what it holds when it leaves', () => {
    hearCommitments(2, 3)
    const [said] = member.step({ kind: 'fact', fact: { kind: 'leaving' } })
    const value = { words: 0b1101n, rows: 0n, values: 0n }
    expect(said).toMatchObject({ kind: 'broadcast', message: { payload: { tag: 'Leave', value } } })
  })
})

describe('a question', () => {
  test('is answered with what is held, and later with what was not, each part once', () => {
    hearCommitments(2)
    expect(sentBy(ask(1, { words: 0b1101n }), 'RelayCommit')).toHaveLength(2)
    const before = member.held.words.filter((word) => word).length
    expect(before).toBe(2)
    const [frame] = createCoinflip(net.seats[3]!)
      .step({ kind: 'start' })
      .flatMap((output) =>
        output.kind === 'broadcast' && output.message.payload.tag === 'Commit' ? [frameOf(output.message)] : [],
      )
    const outputs = member.step({ kind: 'message', from: net.seats[3]!.self, frame: frame! })
    expect(receivers(outputs, 'RelayCommit')).toEqual([1])
    expect(sentBy(member.step({ kind: 'tick' }), 'RelayCommit')).toEqual([])
  })

  test('for a number gets none before the own gate, the own number not either', () => {
    hearCommitments(1, 2, 3, 4, 5)
    expect(sentBy(ask(1, { values: 0b111111n }), 'RelayReveal')).toEqual([])
  })

  /** Bytes that come back for each byte of questions, where a member asks for everything so often between two ticks. */
  const gain = (members: number, questions: number): number => {
    open(members)
    hearCommitments(...Array.from({ length: members - 1 }, (_, at) => at + 1))
    const all = (1n << BigInt(members)) - 1n
    const value = { words: all, rows: all, values: all }
    const question = frameOf(signMessage(seatOf(1), { tag: 'Ask', value }, net.seats[0]!.self)).length
    let came = 0
    for (let tick = 0; tick < TICKS; tick++) {
      for (let asked = 0; asked < questions; asked++) came += bytesOf(ask(1, value))
      came += bytesOf(member.step({ kind: 'tick' }))
    }
    expect(came).toBeGreaterThan(0)
    return came / (TICKS * questions * question)
  }

  test.each([
    [3, 6],
    [10, 12],
    [64, 55],
  ])('for everything in a session of %i brings less than %i bytes for each of its own', (members, most) => {
    expect(gain(members, 1)).toBeLessThan(most)
    // A flood brings no more than a patient asker has.
    expect(gain(members, 100)).toBeLessThan(most / 50)
  })
})
