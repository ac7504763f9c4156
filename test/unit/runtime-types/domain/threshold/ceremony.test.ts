/** Ceremonies on both curves: keys made, refreshed and handed on; lies named; silence blamed on nobody. */
import { describe, expect, test } from 'vitest'
import { fromHex, utf8 } from '#types/bytes.ts'
import { blsSign, checkBlsSignature, combineBlsShares } from '#types/crypto/bls.ts'
import type { CeremonyTerms, Dealing } from '#types/domain/threshold/ceremony-types.ts'
import { countedOf, deal, dispute, join, recipientsOf, renounce } from '#types/domain/threshold/ceremony.ts'
import { commitmentOf, passageOf } from '#types/domain/threshold/dealing.ts'
import { interpolate, isShareOf, weightsAtZero } from '#types/domain/threshold/feldman.ts'
import { CURVE_NAMES, curveOf, dhGroup, modulo, scalarBytes } from '#types/domain/threshold/group.ts'
import { sealShare } from '#types/domain/threshold/sealing.ts'
import {
  createShared,
  createTerms,
  member,
  Table,
  WINDOWS,
  type Shared,
} from '../../../../helpers/threshold/ceremony.ts'

/** That any q of these shares are shares of this key. */
function expectKey(curve: ReturnType<typeof curveOf>, { key, shares, q }: Shared): void {
  const points = key.map((point) => curve.parse(point))
  expect(points).toHaveLength(q)
  for (const [id, share] of shares) expect(isShareOf(curve, points, id, share)).toBe(true)
  for (const some of [[...shares].slice(0, q), [...shares].slice(-q)])
    expect(curve.base.multiply(interpolate(curve, new Map(some))).equals(points[0]!)).toBe(true)
}

const standingTerms = (curve: CeremonyTerms['curve'], standing: Shared, more: Partial<CeremonyTerms>): CeremonyTerms =>
  createTerms(curve, standing.shares.size, standing.q, {
    ceremony: 1,
    epoch: standing.epoch,
    qOld: standing.q,
    standing: standing.key,
    ...more,
  })

/** A dealing whose share for one member is another number, sealed as it should be. */
function withBadShare(dealing: Dealing, dealer: number, to: number, table: Table, share = 123n): Dealing {
  const recipients = recipientsOf(table.ceremony)
  const at = recipients.findIndex(({ id }) => id === to)
  const passage = passageOf(table.context, dealer, dealing, recipients[at]!)
  const sealed = dealing.sealed.slice()
  sealed[at] = sealShare(passage, table.secrets.get(dealer)!.dealerSecret, share)
  return { ...dealing, sealed }
}

describe.each(CURVE_NAMES)('%s', (name) => {
  const curve = curveOf(name)

  test('all honest: a key at once, whose shares are proven', () => {
    const table = new Table(createTerms(name, 4, 3), 1)
    expect(table.play()).toMatchObject({ kind: 'switched', kept: [1, 2, 3, 4], qualified: [1, 2, 3, 4], withheld: 0 })
    expect([table.block, table.faults, table.offences]).toEqual([1, [], []])
    expectKey(curve, table.shared())
  })

  test('a refresh keeps the key and makes old shares useless', () => {
    const old = createShared(name, 4, 3)
    const table = new Table(standingTerms(name, old, { kind: 'Refresh' }), 2, old.shares)
    expect(table.play().kind).toBe('switched')
    const fresh = table.shared()
    expectKey(curve, fresh)
    expect(fresh.key[0]).toEqual(old.key[0])
    expect(fresh.key[1]).not.toEqual(old.key[1])
    const mixed = new Map([...[...old.shares].slice(0, 2), ...[...fresh.shares].slice(2, 3)])
    expect(curve.base.multiply(interpolate(curve, mixed)).equals(curve.parse(old.key[0]!))).toBe(false)
  })

  test('a resharing hands the key to other members under another threshold', () => {
    const old = createShared(name, 3, 2)
    const members = [member(1, true, false), member(2), member(3), member(4, false, true), member(5, false, true)]
    const terms = standingTerms(name, old, { kind: 'Reshare', qNew: 3, members })
    const table = new Table(terms, 3, old.shares)
    // One of the three dealers is silent: the weights follow from the others.
    const end = table.play({ deal: (id, dealing) => (id === 3 ? undefined : dealing) })
    expect(end).toMatchObject({ kind: 'switched', kept: [2, 3, 4, 5], qualified: [1, 2], withheld: 1 })
    expectKey(curve, table.shared())
    expect(table.shared().key[0]).toEqual(old.key[0])
  })

  test('a dealer that sends a wrong share, or no number of the field, is named and left out', () => {
    for (const share of [123n, curve.order, 2n ** 256n - 1n]) {
      const table = new Table(createTerms(name, 4, 2), 4)
      table.play({ deal: (id, dealing, t) => (id === 2 ? withBadShare(dealing, 2, 3, t, share) : dealing) })
      expect(table.offences).toEqual([{ kind: 'BadShare', dealer: 2 }])
      expect(table.end).toMatchObject({ kind: 'switched', kept: [1, 2, 3, 4], qualified: [1, 3, 4] })
      expectKey(curve, table.shared())
    }
  })

  test('a false complaint names its author, and opens its own share only', () => {
    const table = new Table(createTerms(name, 3, 2), 5)
    table.play({ complainsFalsely: (id) => (id === 3 ? [1] : []) })
    expect(table.offences).toEqual([{ kind: 'FalseComplaint', recipient: 3 }])
    expect(table.end).toMatchObject({ kind: 'switched', qualified: [1, 2, 3] })
    expect(table.complain(3, 1)).toBe('AlreadyDisputed')
  })

  test('a wrong share about which its recipient is silent makes no key, and blames nobody', () => {
    const table = new Table(createTerms(name, 3, 2), 6)
    const end = table.play({
      deal: (id, dealing, t) => (id === 2 ? withBadShare(dealing, 2, 3, t) : dealing),
      isSilentAboutWrongShares: () => true,
    })
    expect(table.faults).toContain('BadPartial')
    expect(end).toEqual({ kind: 'aborted', reason: 'Unconfirmed', proven: [], silent: [3] })
  })

  test('a member that counts other dealings than the chain is refused, and the standing key stays', () => {
    const old = createShared(name, 3, 2)
    const table = new Table(standingTerms(name, old, { kind: 'Reshare' }), 7, old.shares)
    const end = table.play({
      confirm: (id, t) => t.confirmWordOf(id, id === 2 ? countedOf(t.ceremony).slice(0, 2) : undefined),
    })
    expect(table.faults).toEqual(['StaleQual'])
    expect(end).toMatchObject({ kind: 'aborted', reason: 'Unconfirmed', silent: [2] })
  })

  test('a commitment vector of 0, q - 1 or q + 1 points, or with the identity at its end, is refused', () => {
    const bad: readonly ((points: Dealing['points']) => readonly Uint8Array[])[] = [
      () => [],
      (points) => points.slice(0, -1),
      (points) => [...points, points[0]!],
      (points) => [...points.slice(0, -1), new Uint8Array(curve.pointBytes)],
      (points) => [...points.slice(0, -1), points[0]!.map(() => 255)],
    ]
    const faults = bad.map((spoil) => {
      const table = new Table(createTerms(name, 3, 2), 8)
      const spoilt = (dealing: Dealing): Dealing => ({ ...dealing, points: spoil(dealing.points) })
      table.play({
        join: (id, word, t) => {
          if (id !== 1) return word
          const { coefficients, dealerSecret } = t.secrets.get(1)!
          const points = coefficients.map((each) => curve.base.multiply(each).toBytes())
          const key = dhGroup().base.multiply(dealerSecret).toBytes()
          return { ...word, commitment: commitmentOf(t.context, 1, { points: spoil(points), key }) }
        },
        deal: (id, dealing) => (id === 1 ? spoilt(dealing) : dealing),
      })
      expect(table.end).toMatchObject({ kind: 'switched', qualified: [2, 3], withheld: 1 })
      return table.faults[0]
    })
    expect(faults).toEqual(['WrongLength', 'WrongLength', 'WrongLength', 'BadPoint', 'BadPoint'])
  })

  test('the last dealer cannot choose the key: its dealing must open what it committed to', () => {
    const table = new Table(createTerms(name, 3, 2), 9)
    table.play({
      deal: (id, dealing, t) => {
        if (id !== 3) return dealing
        // It cancels what the others dealt, so that its own number would be the key.
        const others = t.ceremony.dealings.map((each) => curve.parse(each.dealing.points[0]!))
        const sum = others.reduce((total, point) => total.add(point), curve.zero)
        const own = curve.base.multiply(77n).subtract(sum).toBytes()
        return { ...dealing, points: [own, dealing.points[1]!] }
      },
    })
    expect(table.faults).toEqual(['BadOpening'])
    expect(table.end).toMatchObject({ kind: 'switched', qualified: [1, 2], withheld: 1 })
  })

  test('a dealer that knows its opening beforehand still must know its constant coefficient', () => {
    const table = new Table(createTerms(name, 3, 2), 10)
    const stolen = new Table(createTerms(name, 3, 2), 11).secrets.get(1)!.coefficients[0]!
    const foreign = curve.base.multiply(stolen).toBytes()
    table.play({
      join: (id, word, t) => {
        if (id !== 3) return word
        const honest = dealtBy(t, 3)
        return { ...word, commitment: commitmentOf(t.context, 3, { ...honest, points: [foreign, honest.points[1]!] }) }
      },
      deal: (id, dealing) => (id === 3 ? { ...dealing, points: [foreign, dealing.points[1]!] } : dealing),
    })
    expect(table.faults).toEqual(['BadProof'])
  })

  test('polynomials whose last coefficients cancel make no key: fewer than q shares would give it', () => {
    const table = new Table(createTerms(name, 3, 2), 12)
    const [, last] = table.secrets.get(1)!.coefficients
    const mirror = table.secrets.get(2)!
    table.secrets.set(2, { ...mirror, coefficients: [mirror.coefficients[0]!, modulo(curve, -last!)] })
    const end = table.play({
      deal: (id, dealing) => (id === 3 ? undefined : dealing),
      confirm: () => ({ qualHash: new Uint8Array(32), proof: new Uint8Array(96) }),
    })
    expect(end).toEqual({ kind: 'aborted', reason: 'Degenerate', proven: [], silent: [] })
  })
})

/** The points and the key that a member deals. */
function dealtBy(table: Table, id: number): Pick<Dealing, 'points' | 'key'> {
  const { coefficients, dealerSecret } = table.secrets.get(id)!
  const curve = curveOf(table.terms.curve)
  return {
    points: coefficients.map((each) => curve.base.multiply(each).toBytes()),
    key: dhGroup().base.multiply(dealerSecret).toBytes(),
  }
}

describe('words out of turn, and silence', () => {
  const terms = (more: Partial<CeremonyTerms> = {}) => createTerms('Secp256k1', 4, 2, { spare: 1, ...more })

  test('a member speaks once in each phase, a stranger never', () => {
    const table = new Table(terms(), 1)
    const say = (id: number) => table.take(join(table.ceremony, table.frame, id, table.joinWordOf(1)))
    expect([say(9), say(1), say(1)]).toEqual(['NotMember', undefined, 'AlreadyJoined'])
    // The same key under another id: a dispute would open the shares of both.
    expect(say(2)).toBe('KeyReused')
    const early = { dealer: 1, key: new Uint8Array(32), proof: new Uint8Array(64) }
    expect(table.take(dispute(table.ceremony, table.frame, 1, early))).toBe('WrongPhase')
  })

  test('a dealing counts once, in its phase, from a member that joined', () => {
    const table = new Table(terms(), 2)
    table.play({
      join: (id, word) => (id === 4 ? undefined : word),
      deal: (id, dealing, t) => {
        if (id !== 1) return dealing
        expect(t.take(deal(t.ceremony, t.frame, 4, dealing))).toBe('NotJoined')
        expect(t.take(deal(t.ceremony, t.frame, 2, dealing))).toBe('BadOpening')
        expect(t.take(deal(t.ceremony, t.frame, 1, dealing))).toBeUndefined()
        return dealing
      },
    })
    expect(table.faults).toEqual(['NotJoined', 'BadOpening', 'AlreadyDealt'])
    expect(table.end).toMatchObject({ kind: 'switched', kept: [1, 2, 3] })
  })

  test('a dealer whose secret key is known from another dealing is refused', () => {
    const table = new Table(terms(), 3)
    const { dealerSecret } = table.secrets.get(1)!
    table.secrets.set(2, { ...table.secrets.get(2)!, dealerSecret })
    table.play()
    expect(table.faults).toEqual(['KeyReused'])
  })

  test('a resharing dealer must hand on its own standing share', () => {
    const old = createShared('Secp256k1', 3, 2)
    const table = new Table(standingTerms('Secp256k1', old, { kind: 'Reshare' }), 4, old.shares)
    const own = table.secrets.get(1)!
    table.secrets.set(1, { ...own, coefficients: [own.coefficients[0]! + 1n, own.coefficients[1]!] })
    expect(table.play()).toMatchObject({ kind: 'switched', qualified: [2, 3] })
    expect(table.faults).toEqual(['NotBound'])
  })

  test('too few that join, deal or confirm end it at a block, and the silent are told, not blamed', () => {
    const silentAt = (phase: 'join' | 'deal' | 'confirm', who: readonly number[], more?: Partial<CeremonyTerms>) => {
      const table = new Table(terms(more), 5)
      const isSilent = (id: number): boolean => who.includes(id)
      return table.play({
        join: (id, word) => (phase === 'join' && isSilent(id) ? undefined : word),
        deal: (id, dealing) => (phase === 'deal' && isSilent(id) ? undefined : dealing),
        confirm: (id, t) => (phase === 'confirm' && isSilent(id) ? undefined : t.confirmWordOf(id)),
      })
    }
    const aborted = { kind: 'aborted', proven: [] }
    expect(silentAt('join', [1, 2])).toEqual({ ...aborted, reason: 'TooFewMembers', silent: [1, 2] })
    expect(silentAt('join', [1])).toMatchObject({ kind: 'switched', kept: [2, 3, 4] })
    expect(silentAt('deal', [1, 2, 3])).toEqual({ ...aborted, reason: 'TooFewDealings', silent: [1, 2, 3] })
    expect(silentAt('deal', [1])).toMatchObject({ kind: 'switched', withheld: 1 })
    expect(silentAt('deal', [1], { strict: true })).toEqual({ ...aborted, reason: 'Withheld', silent: [1] })
    expect(silentAt('confirm', [4])).toEqual({ ...aborted, reason: 'Unconfirmed', silent: [4] })
  })

  test('a wrong share that is shown late ends the ceremony: members have confirmed without it', () => {
    const table = new Table(terms(), 6)
    table.play({
      deal: (id, dealing, t) => (id === 2 ? withBadShare(dealing, 2, 3, t) : dealing),
      isSilentAboutWrongShares: () => true,
      confirm: (id, t) => {
        t.block = t.ceremony.since + WINDOWS.settle / 2 + 1
        if (id === 1) t.complain(3, 2)
        return undefined
      },
    })
    expect(table.end).toEqual({ kind: 'aborted', reason: 'DisputedLate', proven: [2], silent: [] })
    expect(table.offences).toEqual([{ kind: 'BadShare', dealer: 2 }])
  })

  test('a member that lost its secrets leaves without fault, and the others go on', () => {
    const table = new Table(terms(), 7)
    table.play({
      confirm: (id, t) => {
        if (id !== 4) return t.confirmWordOf(id)
        expect(t.take(renounce(t.ceremony, t.frame, 1))).toBe('AlreadyConfirmed')
        t.take(renounce(t.ceremony, t.frame, 4))
        return undefined
      },
    })
    expect(table.end).toMatchObject({ kind: 'switched', kept: [1, 2, 3], qualified: [1, 2, 3, 4] })
    const two = new Table(terms(), 8)
    for (const id of [1, 2]) two.take(renounce(two.ceremony, two.frame, id))
    expect(two.play()).toMatchObject({ kind: 'aborted', reason: 'TooFewMembers' })
  })
})

test('any q partial signatures are the one signature of the key, and no q - 1 are', () => {
  const { key, shares, q } = createShared('Bls12381', 4, 3)
  const message = utf8('a message')
  const curve = curveOf('Bls12381')
  const signed = (ids: readonly number[]): Uint8Array =>
    combineBlsShares(
      ids.map((id) => blsSign(scalarBytes(shares.get(id)!), message)),
      weightsAtZero(curve, ids),
    )
  const whole = signed([1, 2, 3])
  expect(whole).toEqual(signed([4, 2, 1]))
  expect(checkBlsSignature(key[0]!, message, whole)).toBe(true)
  expect(checkBlsSignature(key[0]!, utf8('another'), whole)).toBe(false)
  expect(checkBlsSignature(key[0]!, message, signed([1, 2].slice(0, q - 1)))).toBe(false)
  for (const bytes of [new Uint8Array(96), fromHex(`0xc0${'00'.repeat(95)}`), whole.subarray(1), whole.map(() => 255)])
    expect(checkBlsSignature(key[0]!, message, bytes)).toBe(false)
  expect(() => combineBlsShares([new Uint8Array(96)], [1n])).toThrow(
    expect.objectContaining({ code: 'BAD_SIGNATURE_SHARE' }),
  )
})
