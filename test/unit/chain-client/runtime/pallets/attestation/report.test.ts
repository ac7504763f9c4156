/** Pallet Attestation: which reports it accepts, when, and its errors for the others. */
import { describe, expect, test } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { auditKeyMessage, type Report } from '#types/domain/attestation/report.ts'
import {
  expectSound,
  hoster,
  openChain,
  outsider,
  PARAMETERS,
  requestCall,
  requester,
} from '../../../../../helpers/attestation/chain.ts'
import {
  agree,
  askedOf,
  openRound,
  proofOf,
  receiptFor,
  report,
  reportable,
  reportCall,
  reportOf,
  slotOf,
  type Flip,
} from '../../../../../helpers/attestation/statements.ts'
import { identityOf } from '#worker/simulation/identities.ts'

type Chain = ReturnType<typeof openChain>
const nothing = blake2b256(utf8('nothing'))
const RANK = 1

function due() {
  const chain = openChain({ parameters: { maxRedraws: 0 } })
  const { round, flip } = reportable(chain)
  const member = flip.members[RANK]!
  const refuses = (change: Partial<Report>, error: string): void =>
    chain.refuses(
      member.keys,
      reportCall(round, { ...reportOf(chain, round, flip, RANK), ...change }),
      `Attestation.${error}`,
    )
  return { chain, round, flip, member, refuses }
}

describe('a report is taken', () => {
  test('after END, not in it', () => {
    const chain = openChain()
    const round = openRound(chain)
    const flip = agree(chain, round)
    const { keys } = flip.members[RANK]!
    const { endsAt } = chain.round(round)
    chain.to(endsAt - 1)
    const call = reportCall(round, reportOf(chain, round, flip, RANK))
    chain.refuses(keys, call, 'Attestation.TooEarly')
    chain.build()
    chain.succeed([keys, call])
  })

  test('in the first and in the last block of the window', () => {
    const { chain, round, flip } = due()
    const { endsAt } = chain.round(round)
    report(chain, round, flip, ['served'])
    expect(chain.number).toBe(endsAt + 1)
    chain.to(endsAt + PARAMETERS.reportWindow - 1)
    report(chain, round, flip, [undefined, 'served'])
    expect(chain.number).toBe(endsAt + PARAMETERS.reportWindow)
    expect(chain.event('Attestation.ReportAccepted')).toEqual({
      round,
      attestor: flip.members[1]!.account,
      served: true,
    })
    const late = reportCall(round, reportOf(chain, round, flip, 2))
    chain.refuses(flip.members[2]!.keys, late, 'Attestation.TooLate')
    expectSound(chain, flip.members)
  })

  test('not before the round is agreed on, not twice, not from others, not for another round', () => {
    const chain = openChain()
    const round = openRound(chain)
    const flip = ((): Flip => {
      const ahead = chain.branch(() => agree(chain, round))
      const unagreed = reportCall(round, reportOf(chain, round, ahead, RANK, 'unserved'))
      chain.refuses(ahead.members[RANK]!.keys, unagreed, 'Attestation.NoAgreement')
      return agree(chain, round)
    })()
    chain.to(chain.round(round).endsAt)
    const call = reportCall(round, reportOf(chain, round, flip, RANK))
    chain.refuses(outsider.keys, call, 'Attestation.NotMember')
    chain.refuses(hoster.keys, call, 'Attestation.NotMember')
    chain.refuses(flip.members[0]!.keys, call, 'Attestation.WrongAuditKey')
    chain.succeed([flip.members[RANK]!.keys, call])
    chain.refuses(flip.members[RANK]!.keys, call, 'Attestation.AlreadyReported')
    chain.refuses(
      flip.members[RANK]!.keys,
      reportCall(round + 1, reportOf(chain, round, flip, RANK)),
      'Attestation.UnknownRound',
    )
    // The pallet keeps the parts that pay and queries need.
    expect(chain.count('Attestation', 'Reports')).toBe(1)
  })

  test('of a round that has not been drawn from nobody', () => {
    const { chain, round, flip } = due()
    chain.succeed([requester, requestCall])
    chain.refuses(
      flip.members[0]!.keys,
      reportCall(round + 1, reportOf(chain, round, flip, 0)),
      'Attestation.NotMember',
    )
  })
})

describe('a report is refused', () => {
  test('with another number, another’s salt, or audit keys that were not committed to or are not owned', () => {
    const { flip, member, refuses } = due()
    refuses({ magic: nothing }, 'WrongMagic')
    refuses({ salt: flip.secrets[0]!.salt }, 'WrongAuditKey')
    refuses(flip.secrets[0]!, 'WrongAuditKey')
    const stranger = identityOf('stranger')
    const message = auditKeyMessage(flip.sid, member.noise.publicKey)
    const keys = flip.secrets[RANK]!.auditKeys
    const swapped = { auditKeys: keys.with(0, stranger.publicKey), auditSignatures: [stranger.sign(message)] }
    refuses(swapped, 'WrongAuditKey')
    refuses({ auditSignatures: [stranger.sign(message)] }, 'WrongAuditKey')
    const own = flip.auditKeys[RANK]!
    const sound = own.sign(message)
    refuses({ auditSignatures: [sound, sound] }, 'WrongAuditKey')
    refuses({ auditKeys: keys.with(1, own.publicKey) }, 'WrongAuditKey')
    refuses({ auditKeys: keys.toReversed() }, 'WrongAuditKey')
    refuses({ auditSignatures: [own.sign(auditKeyMessage(flip.sid, outsider.noise.publicKey))] }, 'WrongAuditKey')
    refuses({ auditSignatures: [own.sign(auditKeyMessage(nothing, member.noise.publicKey))] }, 'WrongAuditKey')
    // Nobody may hand in receipts for keys under which it did not come.
    refuses({ auditSignatures: [] }, 'BadReceipt')
  })

  type Spoil = (chain: Chain, round: number, flip: Flip) => ReturnType<typeof receiptFor>
  test.each<[string, string, Spoil]>([
    ['by another than the hoster', 'BadReceipt', (c, r, f) => receiptFor(c, r, f, RANK, {}, outsider.noise)],
    ['by the attestor itself', 'BadReceipt', (c, r, f) => receiptFor(c, r, f, RANK, {}, f.auditKeys[RANK])],
    ['for another feed', 'BadReceipt', (c, r, f) => receiptFor(c, r, f, RANK, { feed: nothing })],
    ['for another peer', 'BadReceipt', (c, r, f) => receiptFor(c, r, f, RANK, { peer: f.auditKeys[0]!.publicKey })],
    ['of another’s audit', 'BadReceipt', (c, r, f) => receiptFor(c, r, f, 0)],
    [
      'with a block that is none of this chain',
      'BadReceipt',
      (c, r, f) => receiptFor(c, r, f, RANK, { blockHash: nothing }),
    ],
    ['with a block to come', 'BadReceipt', (c, r, f) => receiptFor(c, r, f, RANK, { blockNumber: c.number + 5 })],
    ['from long before the slot', 'OutsideSlot', (c, r, f) => receiptFor(c, r, f, RANK, { blockNumber: 1 })],
    [
      'from just before the slot',
      'OutsideSlot',
      (c, r, f) =>
        receiptFor(c, r, f, RANK, { blockNumber: slotOf(c, r, f, RANK).from - PARAMETERS.slotTolerance - 1 }),
    ],
    [
      'from just after the slot',
      'OutsideSlot',
      (c, r, f) => receiptFor(c, r, f, RANK, { blockNumber: slotOf(c, r, f, RANK).to + PARAMETERS.slotTolerance + 1 }),
    ],
  ])('with a receipt %s', (_, error, spoil) => {
    const { chain, round, flip, refuses } = due()
    // A block after the slot must exist for the chain to tell the two faults apart.
    chain.build()
    chain.build()
    chain.build()
    refuses({ receipts: [spoil(chain, round, flip)] }, error)
    // A sound one beside it does not heal it.
    refuses({ receipts: [receiptFor(chain, round, flip, RANK), spoil(chain, round, flip)] }, error)
  })

  test('with a changed receipt, whatever is changed', () => {
    const { chain, round, flip, refuses } = due()
    const sound = receiptFor(chain, round, flip, RANK)
    const [first, ...rest] = sound.receipt.chunks
    for (const change of [
      { nonce: nothing },
      { possession: nothing },
      { chunks: rest },
      { chunks: [first! + 1_000, ...rest] },
      { leaves: nothing },
    ])
      refuses({ receipts: [{ ...sound, receipt: { ...sound.receipt, ...change } }] }, 'BadReceipt')
  })

  test('with a proof that proves nothing, of what was not received, or made to overflow', () => {
    const { flip, refuses } = due()
    const [index, ...others] = askedOf(flip, RANK)
    const sound = proofOf(index!)
    const rest = others.map(proofOf)
    const strange = [0, 1, 2, 3].find((candidate) => candidate !== index && !others.includes(candidate))!
    for (const proof of [
      proofOf(strange),
      { ...sound, leaf: nothing },
      { ...sound, bytes: sound.bytes + 1 },
      { ...sound, index: others[0]! },
      { ...sound, siblings: sound.siblings.slice(1) },
      { ...sound, siblings: [...sound.siblings, sound.siblings[0]!] },
      { ...sound, siblings: sound.siblings.map((node) => ({ ...node, bytes: 2n ** 64n - 1n })) },
      { ...sound, index: 0xffff_ffff },
    ])
      refuses({ proofs: [proof, ...rest] }, 'BadProof')
  })
})

test('a report says served only with a proof of every chunk that was asked for', () => {
  const { chain, round, flip } = due()
  report(chain, round, flip, ['served', 'partial', 'unserved'])
  expect((chain.all('Attestation.ReportAccepted') as { served: boolean }[]).map(({ served }) => served)).toEqual([
    true,
    false,
    false,
  ])
  const twice = reportOf(chain, round, flip, 3)
  const same = {
    ...twice,
    receipts: [...twice.receipts, ...twice.receipts],
    proofs: [...twice.proofs, ...twice.proofs],
  }
  chain.succeed([flip.members[3]!.keys, reportCall(round, same)])
  expect(chain.event('Attestation.ReportAccepted')).toMatchObject({ served: true })
  const few = reportOf(chain, round, flip, 4)
  const repeated = { ...few, proofs: few.proofs.map(() => few.proofs[0]!) }
  chain.succeed([flip.members[4]!.keys, reportCall(round, repeated)])
  expect(chain.event('Attestation.ReportAccepted')).toMatchObject({ served: false })
})

test('a receipt of one round is none for the next: its audit keys belong to the first', () => {
  const chain = openChain()
  const first = reportable(chain)
  const receipt = receiptFor(chain, first.round, first.flip, 0)
  report(chain, first.round, first.flip, ['served', 'served', 'served', 'served', 'served'])
  const second = reportable(chain)
  const rank = second.flip.members.findIndex((who) => toHex(who.account) === toHex(first.flip.members[0]!.account))
  const stale = { ...reportOf(chain, second.round, second.flip, rank), receipts: [receipt] }
  chain.refuses(second.flip.members[rank]!.keys, reportCall(second.round, stale), 'Attestation.BadReceipt')
})
