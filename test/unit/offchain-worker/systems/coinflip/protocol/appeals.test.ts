/** What a member says to the arbiter in each block, and what it learns there. */
import { describe, expect, test } from 'vitest'
import { demandFrom, demandUntil, type Evidence, type SignedCommitment } from '#types/domain/coinflip/coinflip.ts'
import { appealOf, factsOf, turnOf, type AppealOptions } from '#worker/systems/coinflip/protocol/appeals.ts'
import type { Held } from '#worker/systems/coinflip/protocol/terms.ts'
import { ARBITER, ArbiterBench } from '../../../../../helpers/coinflip/arbiter.ts'

const N = 5
const OPENED = 100
const FROM = demandFrom(OPENED, ARBITER)
const LAST = demandUntil(OPENED, ARBITER)
const ALL = [0, 1, 2, 3, 4]
const bench = (block = FROM): ArbiterBench => {
  const made = new ArbiterBench(N, OPENED)
  made.to(block)
  return made
}
const session = bench().attempt.session
/** The member whose turn is the first, the second and so on. */
const atTurn = (turn: number): number => ALL.find((rank) => turnOf(session, rank) === turn)!

/** What a member holds: words and numbers of these members. */
function holding(made: ArbiterBench, words: readonly number[], values: readonly number[] = []): Held {
  const signed = (rank: number): SignedCommitment => {
    const { body, signature } = made.word(rank)
    return { author: session.members[rank]!, body, signature }
  }
  return {
    words: ALL.map((rank) => (words.includes(rank) ? signed(rank) : undefined)),
    values: ALL.map((rank) => (values.includes(rank) ? made.values[rank] : undefined)),
    lies: [],
  }
}

const due = (made: ArbiterBench, self: number, held: Held, change: Partial<AppealOptions> = {}) =>
  appealOf({ attempt: made.attempt, self, held, hasNumber: false, agreedAt: undefined, ...change })

test('turns go round from the member that round and attempt name', () => {
  expect(ALL.map((rank) => turnOf(session, rank)).toSorted((a, b) => a - b)).toEqual(ALL)
  const next = { ...session, attempt: session.attempt + 1 }
  expect(ALL.map((rank) => turnOf(next, rank))).toEqual(ALL.map((rank) => (turnOf(session, rank) + 4) % N))
})

describe('a demand', () => {
  test.each([0, 1, 2, 3, 4])('of the member at turn %i waits for its turn, two blocks at most', (turn) => {
    const self = atTurn(turn)
    const from = FROM + Math.min(turn, 2)
    for (const block of [from - 1, from]) {
      const made = bench(block)
      const held = holding(made, [self, atTurn((turn + 1) % N)])
      const words = made.words(...[self, atTurn((turn + 1) % N)].toSorted((a, b) => a - b))
      expect(due(made, self, held)).toEqual(block < from ? undefined : { kind: 'demand', words })
    }
  })

  test('needs the own word, and time for the chain to take it', () => {
    const self = atTurn(0)
    const made = bench()
    expect(due(made, self, holding(made, [atTurn(1)]))).toBeUndefined()
    const late = bench(LAST - 1)
    expect(due(late, self, holding(late, ALL))).toMatchObject({ kind: 'demand' })
    const tooLate = bench(LAST)
    expect(due(tooLate, self, holding(tooLate, ALL))).toBeUndefined()
  })

  test('comes later from a member that has the number, and waits for votes', () => {
    const self = atTurn(0)
    for (const block of [OPENED + 7, OPENED + 8]) {
      const made = bench(block)
      const found = due(made, self, holding(made, ALL, ALL), { hasNumber: true })
      expect(found?.kind).toBe(block === OPENED + 8 ? 'demand' : undefined)
    }
  })

  test('is not made of an attempt that evidence spoilt', () => {
    const made = bench()
    made.spoil()
    expect(due(made, atTurn(0), holding(made, ALL))).toBeUndefined()
  })
})

describe('entries', () => {
  const demanded = (waited: number): ArbiterBench => {
    const made = bench()
    made.demand(made.member(0), made.words(0))
    made.to(FROM + waited)
    return made
  }

  test('all come at once from the member at turn 0; the others bring their own after a block, the rest after two', () => {
    const [first, other] = [1, 2].includes(atTurn(0)) ? [atTurn(0), 3] : [atTurn(0), 1]
    const of = (waited: number, self: number): readonly number[] => {
      const made = demanded(waited)
      const found = due(made, self, holding(made, ALL))
      return found?.kind === 'words' ? found.words.map(({ rank }) => rank) : []
    }
    expect(of(0, first)).toEqual([1, 2, 3, 4])
    expect([of(0, other), of(1, other), of(2, other)]).toEqual([[], [other], [1, 2, 3, 4]])
  })

  test('are no more brought by a member that holds two words of one: the attempt will begin again', () => {
    const made = demanded(2)
    const held = holding(made, ALL)
    const [first, second] = [held.words[4]!, { ...held.words[4]!, body: made.word(4, new Uint8Array(32)).body }]
    const lie: Evidence = { tag: 'Equivocation', value: { first, second } }
    expect(due(made, 1, { ...held, lies: [lie] })).toBeUndefined()
    const lesser: Evidence = {
      tag: 'BadReveal',
      value: { commitment: first, reveal: { ...first, receiver: first.author, value: new Uint8Array(32) } },
    }
    expect(due(made, 1, { ...held, lies: [lesser] })).toMatchObject({ kind: 'words' })
  })

  test('are numbers once all words stand, of those that are missing', () => {
    const made = demanded(0)
    made.putWords(made.member(1), made.words(1, 2, 3, 4))
    while (made.flip?.stage !== 'Reveal') made.next()
    made.putValues(made.member(2), made.opened(2))
    made.to(made.attempt.block + 2)
    expect(due(made, 3, holding(made, ALL, [1, 2, 3]))).toEqual({ kind: 'values', values: made.opened(1, 3) })
  })
})

describe('a member that was left out', () => {
  const agreed = (block: number): ArbiterBench => {
    const made = bench(OPENED + 2)
    made.agree()
    made.to(block)
    return made
  }
  const { auditFrom } = agreed(OPENED + 2).attempt

  test('asks the others for a block, and then the chain, until it is too late', () => {
    const found = (block: number) => {
      const made = agreed(block)
      return due(made, 0, holding(made, ALL), { agreedAt: OPENED + 2 })
    }
    expect([found(OPENED + 2), found(OPENED + 3)]).toEqual([undefined, { kind: 'demand', words: [] }])
    expect(found(auditFrom - 3)).toEqual({ kind: 'demand', words: [] })
    expect(found(auditFrom - 2)).toBeUndefined()
  })

  test('does not ask where it has the number, or where the chain was asked or knows it', () => {
    const made = agreed(OPENED + 3)
    const options = { agreedAt: OPENED + 2 }
    expect(due(made, 0, holding(made, ALL), { ...options, hasNumber: true })).toBeUndefined()
    const isPublic = { ...made.attempt, isPublic: true }
    expect(due(made, 0, holding(made, ALL), { ...options, attempt: isPublic })).toBeUndefined()
    made.demand(made.member(1))
    made.to(made.attempt.parameters.answerWindow + OPENED + 4)
    expect(made.flip).toBeUndefined()
    expect(due(made, 0, holding(made, ALL), options)).toBeUndefined()
  })
})

test('a member learns the words of a list, the row once it stands, and then the numbers', () => {
  const made = bench()
  expect(factsOf(made.attempt)).toEqual([])
  made.demand(made.member(0), made.words(0, 1, 2, 3))
  const row = holding(made, ALL).words
  expect(factsOf(made.attempt)).toEqual([{ kind: 'heard', words: row.slice(0, 4) }])
  made.putWords(made.member(4), made.words(4))
  expect(factsOf(made.attempt)).toEqual([{ kind: 'heard', words: row }])
  while (made.flip?.stage !== 'Reveal') made.next()
  made.putValues(made.member(2), made.opened(2))
  const values = ALL.map((rank) => (rank === 2 ? made.values[2] : undefined))
  expect(factsOf(made.attempt)).toEqual([
    { kind: 'listed', row },
    { kind: 'opened', values },
  ])
})
