/** The arbiter's rules: each refusal, each window at its last block, and what follows. */
import { describe, expect, test } from 'vitest'
import { decode, encode } from '#types/scale/codec.ts'
import {
  Arbitration,
  hideMagic,
  magic,
  nextTurn,
  sessionId,
  startOfBlock,
  VIEW_LAG_BLOCKS,
} from '#types/domain/coinflip/coinflip.ts'
import { ARBITER, ArbiterBench, memberAccount, STRANGER } from '../../../../helpers/coinflip/arbiter.ts'

const { coinflipWindow: C, answerWindow: A, objectionWindow: O, demandDeposit } = ARBITER
const N = 4
const OPENED = 100
/** The first and the last block of demands. */
const FIRST = OPENED + 7
const LAST = OPENED + C + A
const NOTHING = { kind: 'nothing' }
const ALL = [0, 1, 2, 3]

const bench = (block = FIRST): ArbiterBench => {
  const made = new ArbiterBench(N, OPENED)
  made.to(block)
  return made
}
/** An attempt that member 0 brought before the arbiter in the first block of demands. */
const demanded = (...ranks: readonly number[]): ArbiterBench => {
  const made = bench()
  expect(made.demand(made.member(0), made.words(0, ...ranks))).toBeUndefined()
  return made
}
/** One whose numbers are asked for since the block at hand. */
const revealing = (): ArbiterBench => {
  const made = demanded(1, 2, 3)
  expect(made.to(FIRST + O + 1)).toMatchObject({ kind: 'reveal' })
  return made
}

/** What a demand costs by itself, and what a call earns with each word or number that it brings, and with the last one. */
const DEMAND = 919_000_000n + BigInt(N) * 12_800_000n
const CALL = 738_600_000n + BigInt(N) * 38_600_000n
const [WORD, VALUE, LAST_ONE] = [238_000_000n, 5_000_000n, 312_000_000n]

describe('a demand', () => {
  test('is taken from two thirds of the window to its end and the time to answer, from members with their own word', () => {
    for (const block of [FIRST, LAST]) {
      const made = bench(block)
      expect(made.demand(made.member(2), made.words(1, 2))).toBeUndefined()
      expect(made.flip).toEqual({
        stage: 'Commit',
        since: block,
        until: block + A,
        lastListed: block,
        demander: memberAccount(2),
        held: demandDeposit,
        spent: DEMAND + 2n * 262_900_000n,
        listed: made.words(1, 2),
        opened: [],
      })
    }
  })

  test.each([
    ['NotMember', (made: ArbiterBench) => made.demand(STRANGER, made.words(0))],
    ['NoOwnWord', (made: ArbiterBench) => made.demand(made.member(0), made.words(1, 2, 3))],
    ['BadWord', (made: ArbiterBench) => made.demand(made.member(0), [made.word(0), { ...made.word(1), rank: 2 }])],
    ['BadWord', (made: ArbiterBench) => made.demand(made.member(0), [made.word(0), { ...made.word(1), rank: N }])],
  ] as const)('is refused: %s', (fault, act) => {
    const made = bench()
    expect(act(made)).toBe(fault)
    expect(made.flip).toBeUndefined()
  })

  test('is refused early, late, twice, and of a spoilt attempt', () => {
    const early = bench(FIRST - 1)
    expect(early.demand(early.member(0), early.words(0))).toBe('TooEarlyToDemand')
    const late = bench(LAST + 1)
    expect(late.demand(late.member(0), late.words(0))).toBe('TooLateToDemand')
    const twice = demanded()
    expect(twice.demand(twice.member(1), twice.words(1))).toBe('AlreadyDemanded')
    const spoilt = bench()
    spoilt.spoil()
    expect(spoilt.demand(spoilt.member(0), spoilt.words(0))).toBe('Spoilt')
  })
})

describe('the list', () => {
  test('keeps the first word of each, in the order of ranks, by whomever it is put', () => {
    const made = demanded()
    const other = made.word(3, new Uint8Array(32))
    // Two of the three that are missing, and then the last one.
    const part = (CALL * 4n) / 9n + 2n * WORD
    expect(made.putWords(STRANGER, [other, made.word(1)])).toBe(part)
    expect(made.putWords(made.member(3), made.words(3, 1, 2))).toBe(CALL + LAST_ONE + WORD)
    expect(made.flip?.listed).toEqual([...made.words(0, 1, 2), other])
    const paid = part + CALL + LAST_ONE + WORD
    expect(made.flip).toMatchObject({ held: demandDeposit - paid, spent: DEMAND + 262_900_000n + paid })
    expect(decode(Arbitration, encode(Arbitration, made.attempt.state))).toEqual(made.attempt.state)
  })

  test('pays nobody for its own word, nor the demander, nor more than the deposit', () => {
    const made = demanded()
    expect(made.putWords(made.member(1), made.words(1))).toBe(0n)
    expect(made.putWords(made.member(0), made.words(2))).toBe(0n)
    expect(made.flip?.held).toBe(demandDeposit)
    const poor = new ArbiterBench(N, OPENED, { ...ARBITER, demandDeposit: 7n })
    poor.to(FIRST)
    poor.demand(poor.member(0), poor.words(0))
    expect(poor.putWords(STRANGER, poor.words(1, 2))).toBe(7n)
    expect(poor.putWords(STRANGER, poor.words(3))).toBe(0n)
    expect(poor.flip?.held).toBe(0n)
  })

  test('refuses what is no word of a member, all of the call with it, and what is known', () => {
    const made = demanded()
    const { state } = made.attempt
    expect(made.putWords(STRANGER, [made.word(1), { ...made.word(2), signature: new Uint8Array(64) }])).toBe('BadWord')
    expect(made.putWords(STRANGER, [{ ...made.word(1), rank: N }])).toBe('BadWord')
    expect(made.putWords(STRANGER, made.words(0))).toBe('NothingNew')
    expect(made.putWords(STRANGER, [])).toBe('NothingNew')
    expect(made.attempt.state).toBe(state)
    made.spoil()
    expect(made.putWords(STRANGER, made.words(1))).toBe('Spoilt')
    const none = bench()
    expect(none.putWords(STRANGER, none.words(1))).toBe('WrongPhase')
    const after = revealing()
    expect(after.putWords(STRANGER, after.words(1))).toBe('WrongPhase')
  })

  test('takes a word in the last block of its window; who is missing then is absent before the gate', () => {
    const met = demanded(1, 2)
    expect(met.to(FIRST + A)).toEqual(NOTHING)
    expect(met.putWords(met.member(3), met.words(3))).toBe(0n)
    expect(met.to(FIRST + A + O)).toEqual(NOTHING)
    expect(met.next()).toMatchObject({ kind: 'reveal' })
    expect(met.flip).toMatchObject({ stage: 'Reveal', since: FIRST + A + O + 1, until: FIRST + A + O + A })
    const missed = demanded(2)
    expect(missed.to(FIRST + A)).toEqual(NOTHING)
    expect(missed.next()).toEqual({ kind: 'restart', absent: [1, 3], afterGate: false })
  })

  test('takes no word after its window, even where nobody looked at it in time', () => {
    const made = demanded(1, 2)
    made.attempt = { ...made.attempt, block: FIRST + A + 1 }
    expect(made.putWords(made.member(3), made.words(3))).toBe('WrongPhase')
  })

  test('that is complete stands for the time to object after its last word', () => {
    const made = demanded(1, 2)
    made.to(FIRST + 3)
    made.putWords(made.member(3), made.words(3))
    expect(nextTurn(made.attempt)).toBe(FIRST + 3 + O + 1)
    expect(made.to(FIRST + 3 + O)).toEqual(NOTHING)
    expect(made.next()).toMatchObject({ kind: 'reveal' })
  })
})

describe('numbers', () => {
  test('of all make the agreement with the next block', () => {
    const made = revealing()
    expect(made.putValues(made.member(0), made.opened(0, 1))).toBe(0n)
    expect(made.putValues(STRANGER, made.opened(1, 2, 3))).toBe(CALL + LAST_ONE + 2n * VALUE)
    expect(nextTurn(made.attempt)).toBe(made.attempt.block + 1)
    expect(made.next()).toEqual({ kind: 'agreed', magic: made.number, agreement: made.agreed })
  })

  test('become one by the rule of the session', () => {
    const made = revealing()
    made.putValues(made.member(0), made.opened(...ALL))
    // Nothing but the last step asks for the rule here, because the words and numbers are in.
    const session = { ...made.attempt.session, magicRule: 'Xor' as const }
    made.attempt = { ...made.attempt, session }
    const number = magic(sessionId(session), made.values, 'Xor')
    expect(made.next()).toMatchObject({ kind: 'agreed', magic: number, agreement: { hiddenMagic: hideMagic(number) } })
  })

  test('are taken in the last block of their window; who is missing then is absent after the gate', () => {
    const last = FIRST + O + A
    const met = revealing()
    met.putValues(met.member(0), met.opened(0, 1, 2))
    expect(met.to(last)).toEqual(NOTHING)
    expect(met.putValues(met.member(3), met.opened(3))).toBe(0n)
    expect(met.next()).toMatchObject({ kind: 'agreed' })
    const missed = revealing()
    missed.putValues(missed.member(0), missed.opened(0, 2))
    expect(missed.to(last)).toEqual(NOTHING)
    expect(missed.next()).toEqual({ kind: 'restart', absent: [1, 3], afterGate: true })
  })

  test('are refused where one opens no commitment, is known, or comes before the list stands', () => {
    const made = revealing()
    const wrong = [...made.opened(0), { rank: 1, value: made.values[0]! }]
    expect(made.putValues(made.member(0), wrong)).toBe('BadValue')
    expect(made.putValues(made.member(0), [{ rank: N, value: made.values[0]! }])).toBe('BadValue')
    expect(made.flip?.opened).toEqual([])
    made.putValues(made.member(0), made.opened(0))
    expect(made.putValues(STRANGER, made.opened(0))).toBe('NothingNew')
    const early = demanded(1, 2, 3)
    expect(early.putValues(early.member(0), early.opened(0))).toBe('WrongPhase')
    const none = bench()
    expect(none.putValues(none.member(0), none.opened(0))).toBe('WrongPhase')
  })
})

describe('an equivocation', () => {
  test('spoils an attempt before its gate: the windows stand still, and it begins again after the time to object', () => {
    for (const made of [bench(), demanded(), demanded(1, 2, 3)]) {
      made.spoil()
      expect(nextTurn(made.attempt)).toBe(FIRST + O + 1)
      expect(made.to(FIRST + O)).toEqual(NOTHING)
      expect(made.next()).toEqual({ kind: 'restart', absent: [], afterGate: false })
    }
  })

  test('in the last block of the objections comes in time, for the demand too', () => {
    const made = demanded(1, 2, 3)
    made.to(FIRST + O)
    made.spoil()
    expect(made.to(FIRST + 2 * O)).toEqual(NOTHING)
    expect(made.next()).toMatchObject({ kind: 'restart' })
    const idle = bench(LAST)
    idle.spoil()
    expect(idle.to(LAST + O)).toEqual(NOTHING)
    expect(idle.next()).toMatchObject({ kind: 'restart', absent: [] })
  })

  test('in the last block of the list leaves nobody absent', () => {
    const made = demanded()
    made.to(FIRST + A)
    made.spoil()
    expect(made.to(FIRST + A + O)).toEqual(NOTHING)
    expect(made.next()).toEqual({ kind: 'restart', absent: [], afterGate: false })
  })

  test('and a majority that agrees in the grace: the number stands', () => {
    const made = demanded()
    made.spoil()
    made.to(FIRST + O)
    made.agree()
    expect(made.to(FIRST + O + A)).toEqual(NOTHING)
    expect(nextTurn(made.attempt)).toBeUndefined()
  })

  test('a second one, one after the gate and one after the agreement change nothing, and no other lie ever does', () => {
    const spoilt = bench()
    spoilt.spoil()
    spoilt.to(FIRST + 2)
    spoilt.spoil()
    expect(spoilt.attempt.state.spoiltAt).toBe(FIRST)
    const agreed = bench()
    agreed.agree()
    for (const made of [revealing(), agreed]) {
      made.spoil()
      expect(made.attempt.state.spoiltAt).toBeUndefined()
    }
    for (const tag of ['BadReveal', 'BadPing', 'FalseFraud'] as const) {
      const made = bench()
      made.spoil(tag)
      expect(made.attempt.state.spoiltAt).toBeUndefined()
    }
  })
})

describe('the number of an agreement', () => {
  const agreedAt = (block: number): ArbiterBench => {
    const made = bench(block)
    made.agree()
    return made
  }

  test('gives audits their planned start where members agree early, and the time to ask where they agree late', () => {
    expect(agreedAt(OPENED + C - O - VIEW_LAG_BLOCKS).attempt.auditFrom).toBe(OPENED + C)
    expect(agreedAt(LAST).attempt.auditFrom).toBe(LAST + O + VIEW_LAG_BLOCKS)
  })

  test('is asked for once, without words, until the others could begin their audits; the demand puts these off', () => {
    const late = agreedAt(LAST)
    expect(late.to(LAST + O)).toEqual(NOTHING)
    expect(late.demand(late.member(0), late.words(0))).toBe('BadWord')
    expect(late.demand(STRANGER)).toBe('NotMember')
    expect(late.demand(late.member(0))).toBeUndefined()
    expect(late.flip).toMatchObject({ stage: 'Number', until: LAST + O + A, spent: DEMAND })
    expect(late.attempt.auditFrom).toBe(LAST + O + A + 1 + VIEW_LAG_BLOCKS)
    expect(late.demand(late.member(1))).toBe('AlreadyDemanded')
    const over = agreedAt(LAST)
    over.to(LAST + O + 1)
    expect(over.demand(over.member(0))).toBe('TooLateToDemand')
  })

  test('becomes public where all of it is told', () => {
    const made = agreedAt(FIRST)
    made.demand(made.member(3))
    expect(made.putValues(STRANGER, made.opened(0, 1))).toBe(CALL / 4n + 2n * VALUE)
    expect(made.putValues(made.member(2), made.opened(2, 3))).toBe(CALL + LAST_ONE + VALUE)
    const { state } = made.attempt
    expect(made.next()).toEqual({
      kind: 'public',
      magic: made.number,
      state: { ...state, flip: undefined, numberAsked: true },
    })
    expect(made.demand(made.member(3))).toBe('AlreadyDemanded')
  })

  test('that nobody answers, or that its own commitments do not give, closes the demand, and nobody is absent', () => {
    const silent = agreedAt(FIRST)
    silent.demand(silent.member(0))
    silent.putValues(silent.member(0), silent.opened(0))
    expect(silent.to(FIRST + A)).toEqual(NOTHING)
    expect(silent.next()).toMatchObject({ kind: 'unanswered', state: { flip: undefined, numberAsked: true } })
    const forged = bench()
    forged.agree({ transcript: forged.transcript, hiddenMagic: new Uint8Array(32) })
    forged.demand(forged.member(0))
    forged.putValues(forged.member(0), forged.opened(...ALL))
    expect(forged.next()).toMatchObject({ kind: 'unanswered' })
  })

  test('that the chain found is known to all: nobody asks for it', () => {
    const made = revealing()
    made.putValues(made.member(0), made.opened(...ALL))
    made.next()
    expect(made.demand(made.member(1))).toBe('AlreadyDemanded')
  })
})

test('an attempt without a demand is over after the last block of demands', () => {
  const made = bench(LAST)
  expect(nextTurn(made.attempt)).toBe(LAST + 1)
  expect(startOfBlock(made.attempt)).toEqual(NOTHING)
  expect(made.next()).toEqual({ kind: 'over' })
})

test('an attempt that goes on for as long as it can agrees in the block that the bound names', () => {
  const made = bench(LAST)
  made.demand(made.member(0), made.words(0))
  made.to(LAST + A)
  made.putWords(STRANGER, made.words(1, 2, 3))
  made.to(LAST + A + O + 1)
  made.to(LAST + A + O + A)
  made.putValues(STRANGER, made.opened(...ALL))
  expect(made.next()).toMatchObject({ kind: 'agreed' })
  expect(made.attempt.block).toBe(OPENED + C + 3 * A + O + 1)
})
