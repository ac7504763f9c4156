/** Pallet Hosting: complaints about encodings. */
import { describe, expect, test } from 'vitest'
import { DEFAULT_BOND_TERMS } from '#types/domain/bond.ts'
import { blockNode, leafNode, siblingsOf } from '#types/domain/hosting/copy/tree.ts'
import { NEWCOMER, rate } from '#types/domain/reputation.ts'
import { COMPLAINT_DEPOSIT } from '#chain/runtime/pallets/hosting/complaints.ts'
import { actorOf, outsider } from '../../../../../helpers/attestation/chain.ts'
import {
  donate,
  expectExact,
  GIFT,
  hosting,
  openPlanned,
  otherDonor,
  withdraw,
  type Market,
} from '../../../../../helpers/hosting/market.ts'
import { callOf, id } from '../../../../../helpers/runtime.ts'

/** More than any modulus. */
const JUNK = 0xff

/** A complaint about the first leaf of a block. */
function complaint(market: Market, index: number, segment = 0, copy = 0n) {
  const { segments, pending } = market.copy(copy)
  const made = market.made(copy, segments[segment] ?? pending!)
  const block = made.blocks[index]!
  const bytes = made.encoded.get(block.index)!
  const leaves = Array.from({ length: block.leaves }, (_, j) => bytes.subarray(j * 128, (j + 1) * 128))
  const nodes = made.blocks.map((each) => blockNode(each, each.top))
  const { start, leaves: count } = block
  const place = { index: block.index, start, leaves: count, siblings: siblingsOf(nodes, [index]) }
  const value = { place, at: 0, leaf: leaves[0]!, siblings: siblingsOf(leaves.map(leafNode), [0]) }
  return hosting('complain', { ...market.named(copy), segment, complaint: { tag: 'Leaf', value } })
}

/** A copy whose block 3 is junk, told by its encoder, and confirmed by its hoster unless `isPending`. */
function spoilt(isPending: boolean): Market {
  const market = openPlanned({}, { encoders: 6, hosters: 4 })
  market.toState(0n, 'Assigned')
  market.succeed(market.acceptance(0n))
  const end = market.encode(0n, undefined, (bytes, index) => (index === 3 ? bytes.slice().fill(JUNK) : bytes))
  market.succeed(market.commitment(0n, end))
  if (!isPending) market.succeed(market.confirmation(0n))
  return market
}

describe('a complaint', () => {
  test.each([true, false])('that proves junk convicts the encoder (before the hoster confirms: %s)', (isPending) => {
    const market = spoilt(isPending)
    const encoder = isPending ? market.copy(0n).encoder!.account : market.copy(0n).segments[0]!.encoder
    const { total } = market.pool()
    const bond = market.bond(encoder).held
    const before = market.account(outsider.account).data.free
    market.succeed([outsider.keys, complaint(market, 3)])
    expect(market.event('Hosting.CopyFailed')).toMatchObject({ fault: 'BadEncoding', blamed: encoder })
    expect(market.reputation(encoder, 'Encoder')).toEqual(rate(NEWCOMER, 'malice'))
    expect(bond - market.bond(encoder).held).toBe(DEFAULT_BOND_TERMS.capacityBond)
    expect(market.pool().total - total).toBe(DEFAULT_BOND_TERMS.capacityBond)
    // The proof costs no fee.
    expect(market.account(outsider.account).data.free).toBe(before)
    expect(market.copy(0n)).toMatchObject({ state: 'Vacant', generation: 1, committed: 0n })
    expectExact(market)
  })

  test('takes the bond for the hosting of the feed, and not for an encoder that gave much just before', async () => {
    const market = openPlanned({}, { encoders: 6, hosters: 4 })
    market.live(0n)
    await market.pass(0n)
    const gift = 100n * GIFT
    market.succeed([market.hosterOf(0n), hosting('leaveCopy', market.named(0n))])
    market.toState(1n, 'Assigned')
    market.succeed(market.acceptance(1n))
    const end = market.encode(1n, undefined, (bytes, index) => (index === 3 ? bytes.slice().fill(JUNK) : bytes))
    market.succeed(market.commitment(1n, end))
    market.succeed([otherDonor, donate(gift)])
    market.succeed([outsider.keys, complaint(market, 3, 0, 1n)])
    expect(market.event('Hosting.CopyFailed')).toMatchObject({ fault: 'BadEncoding' })
    market.refuses(otherDonor, withdraw(gift + 1n), 'Hosting.CannotWithdraw')
    market.succeed([otherDonor, withdraw(gift - 2n)])
    expectExact(market)
  })

  test('about a good encoding, or without proof, costs a deposit', () => {
    const market = spoilt(false)
    const good = complaint(market, 2)
    const issuance = market.issuance()
    market.succeed([outsider.keys, good])
    expect(market.event('Hosting.ComplaintRefuted')).toMatchObject({ copy: 0n, complainer: outsider.account })
    expect(market.issuance()).toBe(issuance - COMPLAINT_DEPOSIT)
    expect(market.copy(0n).state).toBe('Live')
    const other = { ...good, args: { ...good.args, complaint: complaint(market, 4).args['complaint'] } }
    market.succeed([outsider.keys, other])
    expect(market.issuance()).toBe(issuance - 2n * COMPLAINT_DEPOSIT)
    expectExact(market)
  })

  test('is refused of another generation, segment or copy, and without the deposit', () => {
    const market = spoilt(false)
    const call = complaint(market, 3)
    const change = (args: object) => ({ ...call, args: { ...call.args, ...args } })
    market.refuses(outsider.keys, change({ generation: 1 }), 'Hosting.WrongGeneration')
    market.refuses(outsider.keys, change({ segment: 1 }), 'Hosting.UnknownSegment')
    market.refuses(outsider.keys, change({ copy: 3n }), 'Hosting.UnknownCopy')
    const { keys } = actorOf(market.copy(0n).hoster!.account)
    const { free } = market.account(outsider.account).data
    const rest = COMPLAINT_DEPOSIT / 2n
    const dest = id(keys.publicKey)
    market.succeed([outsider.keys, callOf('Balances', 'transferKeepAlive', { dest, value: free - rest })])
    market.refuses(outsider.keys, call, 'Hosting.CannotComplain')
  })
})
