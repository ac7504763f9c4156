/**
 * No deviation earns a member of a round more than honesty, whatever the hoster does. Nor does one by fewer than a third together, of a
 * hoster that treats all alike in a draw. The rounds and their redraws run on the real pallets. The hoster treats each member in each
 * draw in the same way, whether the member is honest or not.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { attestorsOf, openChain, requestCall, requester, type AttestationChain } from '../helpers/attestation/chain.ts'
import {
  agree,
  askedOf,
  receiptFor,
  report,
  reportCall,
  reportOf,
  type Finding,
  type Flip,
} from '../helpers/attestation/statements.ts'
import { patiently } from '../helpers/patience.ts'

const REDRAWS = 2
/** By draw and member: what an honest audit of this hoster finds. */
type Hoster = readonly (readonly Finding[])[]
/**
 * What a member says instead of its finding. Nobody has a receipt that the hoster does not give, so nobody can say "served" after
 * less. `empty` adds a receipt of chunks that were not drawn, which the hoster gives to every reader.
 */
type Deviation = 'silent' | 'lazy' | 'no' | 'splitting' | 'empty' | 'yes'

const said = (deviation: Deviation, found: Finding, draw: number): Finding | undefined => {
  if (deviation === 'silent') return undefined
  if (deviation === 'lazy' || deviation === 'no') return 'unserved'
  if (deviation === 'splitting') return found === 'served' && draw === 0 ? 'partial' : found
  return found
}

/** Tries a report that the chain refuses: of a receipt for nothing, or of proofs without the receipt for them. */
function tryFalseReport(chain: AttestationChain, round: number, flip: Flip, rank: number, deviation: Deviation): void {
  const good = reportOf(chain, round, flip, rank)
  const others = [0, 1, 2, 3, 4, 5].filter((index) => !askedOf(flip, rank).includes(index)).slice(0, 1)
  const junk = receiptFor(chain, round, flip, rank, { chunks: others })
  const spoilt = deviation === 'empty' ? { ...good, receipts: [junk], proofs: [] } : { ...good, receipts: [] }
  const error = deviation === 'empty' ? 'Attestation.EmptyReceipt' : 'Attestation.BadProof'
  chain.refuses(flip.members[rank]!.keys, reportCall(round, spoilt), error)
}

/** Plays a paid round to its end. Returns what each attestor earned, by the place of its rank. */
function incomes(chain: AttestationChain, hoster: Hoster, deviations: ReadonlyMap<number, readonly Deviation[]>) {
  const earned = new Map<string, bigint>()
  const note = (): void => {
    for (const { who, amount } of chain.all('Attestation.Paid') as { who: Uint8Array; amount: bigint }[])
      earned.set(toHex(who), (earned.get(toHex(who)) ?? 0n) + amount)
  }
  chain.succeed([requester, requestCall])
  let members: readonly Uint8Array[] = []
  for (let draw = 0; chain.activeRounds().length > 0; draw++) {
    const round = chain.activeRounds()[0]!
    // A redraw waits for its attestors where lies cost one too much reputation, and closes in the end. Nobody is paid then.
    while (chain.round(round).phase === 'Scheduled') chain.build()
    if (chain.round(round).phase === 'Closed') continue
    const flip = agree(chain, round)
    members = flip.members.map(({ account }) => account)
    chain.to(chain.round(round).endsAt)
    const findings = hoster[draw]!.slice(0, members.length).map((found, rank) => {
      const deviation = deviations.get(rank)?.[draw]
      if (!deviation) return found
      if (found !== 'served' && (deviation === 'empty' || deviation === 'yes'))
        tryFalseReport(chain, round, flip, rank, deviation)
      return said(deviation, found, draw)
    })
    report(chain, round, flip, findings)
    while (chain.round(round).phase !== 'Closed') chain.build()
    note()
  }
  expect(chain.log.errors).toEqual([])
  return members.map((account) => earned.get(toHex(account)) ?? 0n)
}

const finding = fc.constantFrom<Finding[]>('served', 'served', 'partial', 'unserved')
const MOST_MEMBERS = 10
const drawsOf = (draw: fc.Arbitrary<Finding[]>): fc.Arbitrary<Hoster> =>
  fc.array(draw, { minLength: REDRAWS + 1, maxLength: REDRAWS + 1 })
const alike = finding.map((each) => Array.from({ length: MOST_MEMBERS }, () => each))
const anyDraw = fc.array(finding, { minLength: MOST_MEMBERS, maxLength: MOST_MEMBERS })
const deviation = fc.constantFrom<Deviation[]>('silent', 'lazy', 'no', 'splitting', 'empty', 'yes')
const plan = fc.array(deviation, { minLength: REDRAWS + 1, maxLength: REDRAWS + 1 })
const plans = fc.array(plan, { minLength: 3, maxLength: 3 })
const sizes = fc.constantFrom(4, 5, 7, 10)

/** A hoster that serves the first members and not the others. */
const split = (served: number, unserved: number): Finding[] => [
  ...Array.from({ length: served }, () => 'served' as const),
  ...Array.from({ length: unserved }, () => 'unserved' as const),
]
const each = <T>(draw: T): T[] => Array.from({ length: REDRAWS + 1 }, () => draw)

/** Plays a paid round with these members dishonest, from one rank on, and without. None may earn more by it. */
function expectNoGain(attestors: number, hoster: Hoster, plan: readonly (readonly Deviation[])[], first: number): void {
  const deviations = new Map(plan.map((deviation, at) => [(first + at) % attestors, deviation]))
  const parameters = { attestors, maxRedraws: REDRAWS, roundLength: 3 + 2 * attestors }
  const chain = openChain({ attestors: attestorsOf(attestors).length, parameters })
  const honest = chain.branch(() => incomes(chain, hoster, new Map()))
  const dishonest = incomes(chain, hoster, deviations)
  for (const rank of deviations.keys()) expect(dishonest[rank]! <= honest[rank]!, `rank ${rank}`).toBe(true)
}

it(
  'pays no member more for a deviation than for honesty, whatever the hoster does',
  () => {
    fc.assert(
      fc.property(sizes, drawsOf(fc.oneof(alike, anyDraw)), plan, fc.nat(9), (attestors, hoster, deviation, first) =>
        expectNoGain(attestors, hoster, [deviation], first),
      ),
      {
        numRuns: 20,
        examples: [
          // A served member that says "no" turns an inconclusive round into a "fail".
          [10, each(split(4, 6)), each<Deviation>('no'), 0],
          [10, each(split(7, 3)), each<Deviation>('no'), 0],
          // A silent member turns a "fail" into a redraw, in which the hoster serves.
          [4, [split(1, 3), split(4, 0), split(4, 0)], each<Deviation>('silent'), 3],
        ],
      },
    )
  },
  patiently(120_000),
)

it(
  'pays fewer than a third of the members no more together, of a hoster that treats all alike',
  () => {
    fc.assert(
      fc.property(sizes, drawsOf(alike), plans, fc.nat(9), (attestors, hoster, plan, first) =>
        expectNoGain(attestors, hoster, plan.slice(0, Math.ceil(attestors / 3) - 1), first),
      ),
      { numRuns: 15 },
    )
  },
  patiently(120_000),
)
