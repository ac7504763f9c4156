/** Operational calls: room that others cannot fill, and junk refused by the pool before any fee. */
import { describe, expect, it } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import type { Validity } from '#chain/runtime/runtime-interface.ts'
import {
  demandCall,
  putValuesCall,
  putWordsCall,
  toDemands,
  valuesOf,
  wordsOf,
} from '../../../helpers/attestation/arbiter.ts'
import {
  openChain,
  outsider,
  PARAMETERS,
  root,
  type AttestationChain,
  type Signed,
} from '../../../helpers/attestation/chain.ts'
import {
  agree,
  equivocation,
  evidenceCall,
  flipOf,
  openRound,
  outcomeCall,
  reportable,
  reportCall,
  reportOf,
} from '../../../helpers/attestation/statements.ts'
import { callOf, type Keypair } from '../../../helpers/runtime.ts'

const validity = (chain: AttestationChain, signer: Keypair, call: RuntimeCall): Validity =>
  chain.runtime.validate(chain.at, chain.runtime.decode(chain.wires([[signer, call]])[0]!))
/** The name of the pallet's error by which the pool refuses; `ok` where it does not. */
const answer = (chain: AttestationChain, signer: Keypair, call: RuntimeCall): string => {
  const found = validity(chain, signer, call)
  if (found.ok) return 'ok'
  return found.error.reason === 'Custom' ? found.error.name : found.error.reason
}
const dispatchClass = (chain: AttestationChain): unknown =>
  (chain.event('System.ExtrinsicSuccess') as { dispatchInfo: { class: string } }).dispatchInfo.class

describe('the pool refuses', () => {
  it('votes of strangers, for other rounds and attempts, and second ones', () => {
    const chain = openChain()
    const round = openRound(chain)
    const flip = flipOf(chain, round)
    const { keys } = flip.members[0]!
    const ask = (signer: Keypair, id: number, attempt: number): string =>
      answer(chain, signer, outcomeCall(id, attempt, flip.agreed))
    expect(ask(keys, round, 0)).toBe('ok')
    expect(ask(outsider.keys, round, 0)).toBe('Attestation.NotMember')
    expect(ask(keys, round + 1, 0)).toBe('Attestation.UnknownRound')
    expect(ask(keys, round, 1)).toBe('Attestation.WrongAttempt')
    chain.succeed([keys, outcomeCall(round, 0, flip.agreed)])
    expect(dispatchClass(chain)).toBe('Operational')
    expect(ask(keys, round, 0)).toBe('Attestation.AlreadyVoted')
  })

  it('evidence that proves nothing, and what is known', () => {
    const chain = openChain()
    const round = openRound(chain)
    const flip = flipOf(chain, round)
    const good = evidenceCall(round, 0, equivocation(flip, round, 1))
    const forged = evidenceCall(round, 0, equivocation(flip, round, 1, { signer: outsider }))
    expect([answer(chain, outsider.keys, good), answer(chain, outsider.keys, forged)]).toEqual([
      'ok',
      'Attestation.BadEvidence',
    ])
    chain.succeed([outsider.keys, good])
    expect([dispatchClass(chain), answer(chain, outsider.keys, good)]).toEqual([
      'Operational',
      'Attestation.AlreadyConvicted',
    ])
  })

  it('demands, words and numbers that the arbiter would refuse', () => {
    const chain = openChain()
    const round = openRound(chain)
    const flip = flipOf(chain, round)
    const keys = flip.members[0]!.keys
    const demand = demandCall(round, 0, wordsOf(flip, round, 0))
    const others = putWordsCall(round, 0, wordsOf(flip, round, 1, 2, 3, 4))
    expect([answer(chain, keys, demand), answer(chain, keys, others)]).toEqual([
      'Attestation.TooEarlyToDemand',
      'Attestation.WrongPhase',
    ])
    toDemands(chain, round)
    expect(answer(chain, keys, demand)).toBe('ok')
    expect(answer(chain, outsider.keys, demand)).toBe('Attestation.NotMember')
    expect(answer(chain, keys, demandCall(round, 0, wordsOf(flip, round, 1)))).toBe('Attestation.NoOwnWord')
    expect(answer(chain, keys, demandCall(round, 1, wordsOf(flip, round, 0)))).toBe('Attestation.WrongAttempt')
    chain.succeed([keys, demand])
    expect([dispatchClass(chain), answer(chain, keys, demand)]).toEqual(['Operational', 'Attestation.AlreadyDemanded'])
    const forged = [{ ...wordsOf(flip, round, 1)[0]!, rank: 2 }]
    expect(answer(chain, outsider.keys, putWordsCall(round, 0, forged))).toBe('Attestation.BadWord')
    chain.succeed([outsider.keys, others])
    expect([dispatchClass(chain), answer(chain, outsider.keys, others)]).toEqual([
      'Operational',
      'Attestation.NothingNew',
    ])
    chain.to(chain.number + PARAMETERS.objectionWindow + 1)
    const values = putValuesCall(round, 0, valuesOf(flip, 0, 1))
    const wrong = putValuesCall(round, 0, [{ rank: 0, value: flip.values[1]! }])
    expect([answer(chain, outsider.keys, values), answer(chain, outsider.keys, wrong)]).toEqual([
      'ok',
      'Attestation.BadValue',
    ])
    chain.succeed([outsider.keys, values])
    expect([dispatchClass(chain), answer(chain, keys, values)]).toEqual(['Operational', 'Attestation.NothingNew'])
  })

  it('reports of strangers, early and second ones', () => {
    const chain = openChain()
    const early = openRound(chain)
    const flip = agree(chain, early)
    const { keys } = flip.members[0]!
    const call = (): RuntimeCall => reportCall(early, reportOf(chain, early, flip, 0))
    expect(answer(chain, keys, call())).toBe('Attestation.TooEarly')
    chain.to(chain.round(early).endsAt + 1)
    expect([answer(chain, keys, call()), answer(chain, outsider.keys, call())]).toEqual(['ok', 'Attestation.NotMember'])
    chain.succeed([keys, call()])
    expect([dispatchClass(chain), answer(chain, keys, call())]).toEqual(['Operational', 'Attestation.AlreadyReported'])
  })

  it('calls for root from an account, alone and in another’s sudo, with the number of a pallet’s own error', () => {
    const chain = openChain({ attestors: 0 })
    const set = callOf('System', 'setStorage', { items: [] })
    expect(answer(chain, root, set)).toBe('BadOrigin')
    expect(answer(chain, root, callOf('Sudo', 'sudo', { call: set }))).toBe('ok')
    expect(validity(chain, outsider.keys, callOf('Sudo', 'sudo', { call: set }))).toEqual({
      ok: false,
      error: { kind: 'invalid', reason: 'Custom', code: 0, name: 'Sudo.RequireSudo' },
    })
  })
})

describe('an operational call', () => {
  it('that others overtook on its way is in the block: it pays, and uses its nonce', () => {
    const chain = openChain()
    const round = openRound(chain)
    const good = evidenceCall(round, 0, equivocation(flipOf(chain, round), round, 1))
    const { nonce, data } = chain.account(outsider.account)
    const outcomes = chain.block([root, good], [outsider.keys, good])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['success', 'failed'])
    expect(chain.account(outsider.account).nonce).toBe(nonce + 1)
    expect(chain.account(outsider.account).data.free).toBeLessThan(data.free)
  })

  it('pays for what it used, far less than for the most that it declares', () => {
    const chain = openChain()
    const { round, flip } = reportable(chain)
    const call = reportCall(round, reportOf(chain, round, flip, 0))
    chain.succeed([flip.members[0]!.keys, call])
    const { actualFee } = chain.event('TransactionPayment.TransactionFeePaid') as { actualFee: bigint }
    const { dispatchInfo } = chain.event('System.ExtrinsicSuccess') as { dispatchInfo: { weight: { refTime: bigint } } }
    expect(actualFee).toBeLessThan(dispatchInfo.weight.refTime + 100_000n)
    expect(dispatchInfo.weight.refTime).toBeLessThan(10_000_000_000n)
  })

  it('has room in a block that normal ones have filled; in a batch it is normal', () => {
    const chain = openChain()
    const round = openRound(chain)
    const flip = flipOf(chain, round)
    const [voter, other] = flip.members
    const weight = { refTime: 1_490_000_000_000n, proofSize: 0n }
    const fill: Signed = [
      root,
      callOf('Sudo', 'sudoUncheckedWeight', { call: callOf('System', 'remark', { remark: utf8('') }), weight }),
    ]
    const vote = outcomeCall(round, 0, flip.agreed)
    const batch = callOf('Utility', 'batch', { calls: [vote] })
    const outcomes = chain.block(fill, [other!.keys, batch], [voter!.keys, vote])
    expect(outcomes).toEqual([
      { kind: 'success' },
      { kind: 'refused', error: { kind: 'invalid', reason: 'ExhaustsResources' } },
      { kind: 'success' },
    ])
  })
})
