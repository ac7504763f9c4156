/**
 * A chain with a committee, whose members say to pallet Committee what honest ones would.
 *
 * Owns: this cast, its calls and words, and the laws of the pallet's money and agendas. Does not own: the secrets of a ceremony
 * (../threshold/ceremony.ts).
 */
import { expect } from 'vitest'
import { toHex, u32le, u64le } from '#types/bytes.ts'
import { blsSign, combineBlsShares } from '#types/crypto/bls.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { DEFAULT_BOND_TERMS } from '#types/domain/bond.ts'
import { Committee, SigningRequest, SigningResult } from '#types/domain/committee/committee.ts'
import { DEFAULT_COMMITTEE_PARAMETERS, type CommitteeParameters } from '#types/domain/committee/parameters.ts'
import { keptOf, recipientsOf } from '#types/domain/threshold/ceremony.ts'
import { Ceremony, type ConfirmWord, type Dealing, type JoinWord } from '#types/domain/threshold/ceremony-types.ts'
import { passageOf } from '#types/domain/threshold/dealing.ts'
import { weightsAtZero } from '#types/domain/threshold/feldman.ts'
import { curveOf, scalarBytes } from '#types/domain/threshold/group.ts'
import { openingOf, sealShare } from '#types/domain/threshold/sealing.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { struct, type Fields } from '#types/scale/compound.ts'
import { bytes } from '#types/scale/primitives.ts'
import { storagePrefix, Twox64Concat } from '#types/scale/storage-key.ts'
import { ViewFunctionId, ViewFunctionResult, viewId } from '#types/scale/view-function.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import {
  actor,
  actorOf,
  AttestationChain,
  ENDOWED,
  outsider,
  PARAMETERS as ROUNDS,
  registration,
  root,
  type Signed,
} from '../attestation/chain.ts'
import { Table } from '../threshold/ceremony.ts'
import { callOf } from '../runtime.ts'

export const COMMITTEE = 0
export const owner = keypairFromSuri('//owner')
export const requester = keypairFromSuri('//wants a signature')
export const PARAMETERS: CommitteeParameters = {
  ...DEFAULT_COMMITTEE_PARAMETERS,
  joinWindow: 4,
  dealWindow: 4,
  settleWindow: 6,
  signingWindow: 12,
  initiatorTurn: 2,
  retention: 10,
}
const curve = curveOf('Bls12381')

/** Workers with the role, as many as there can be members, and more. */
export const responders = Array.from({ length: 26 }, (_, i) => actor(`responder${i}`))
export const accounts = (from: number, to: number): Uint8Array[] =>
  responders.slice(from, to).map(({ account }) => account)

/** A call of the pallet. */
export const committeeCall = (name: string, args: Readonly<Record<string, unknown>>): RuntimeCall =>
  callOf('Committee', name, args)
export const create = (members: readonly Uint8Array[], q: number, spare = 0, strict = false): RuntimeCall =>
  committeeCall('create', { members, q, spare, strict })
export const refresh = committeeCall('refresh', { committee: COMMITTEE })
export const reshare = (members: readonly Uint8Array[], q: number, spare = 0): RuntimeCall =>
  committeeCall('reshare', { committee: COMMITTEE, members, q, spare })
export const disband = committeeCall('disband', { committee: COMMITTEE })
export const request = (message: Uint8Array): RuntimeCall =>
  committeeCall('requestSignature', { committee: COMMITTEE, message })
export const submission = (id: bigint, signature: Uint8Array): RuntimeCall =>
  committeeCall('submitSignature', { request: id, signature })

/** Members' secrets in the ceremony under way. */
export class Members {
  readonly chain: CommitteeChain
  readonly table: Table

  constructor(chain: CommitteeChain, standing: ReadonlyMap<number, bigint>, seed: number) {
    this.chain = chain
    this.table = new Table(chain.ceremony().terms, seed, standing, chain.hashes[0])
  }

  /** A word of a member, with the ceremony that it is for. */
  word(name: string, id: number, args: Readonly<Record<string, unknown>>): Signed {
    const { account } = this.table.terms.members.find((member) => member.id === id)!
    const { committee, ceremony } = this.table.terms
    return [actorOf(account).keys, committeeCall(name, { committee, ceremony, ...args })]
  }
  join = (id: number, word: JoinWord = this.table.joinWordOf(id)): Signed => this.word('join', id, { word })
  deal = (id: number, dealing: Dealing = this.#current().dealingOf(id)): Signed => this.word('deal', id, { dealing })
  confirm = (id: number, word: ConfirmWord = this.#current().confirmWordOf(id)): Signed =>
    this.word('confirm', id, { word, makesKey: this.chain.ceremony().next.length === 0 })
  renounce = (id: number): Signed => this.word('renounce', id, {})
  dispute(id: number, dealer: number): Signed {
    const { ceremony, context, secrets } = this.#current()
    const { dealing } = ceremony.dealings.find((each) => each.dealer === dealer)!
    const recipient = recipientsOf(ceremony).find((each) => each.id === id)!
    const passage = passageOf(context, dealer, dealing, recipient)
    return this.word('dispute', id, { word: { dealer, ...openingOf(passage, secrets.get(id)!.recipientSecret) } })
  }

  /** A dealing in which one member's share is another number. */
  badDealing(dealer: number, to: number): Dealing {
    const { ceremony, context, secrets } = this.#current()
    const dealing = this.table.dealingOf(dealer)
    const recipients = recipientsOf(ceremony)
    const at = recipients.findIndex(({ id }) => id === to)
    const passage = passageOf(context, dealer, dealing, recipients[at]!)
    const sealed = dealing.sealed.with(at, sealShare(passage, secrets.get(dealer)!.dealerSecret, 123n))
    return { ...dealing, sealed }
  }

  #current(): Table {
    this.table.ceremony = this.chain.ceremony()
    return this.table
  }

  /** Blocks in which all of these members join. */
  joinAll(but: readonly number[] = []): void {
    this.chain.succeed(...this.#ids(this.table.terms.members, but).map((id) => this.join(id)))
  }
  dealAll(but: readonly number[] = []): void {
    const dealers = this.#current().ceremony.joins.filter(({ commitment }) => commitment)
    this.chain.succeed(...this.#ids(dealers, but).map((id) => this.deal(id)))
  }
  /** One block for each: a block has room for a few confirmations only. */
  confirmAll(but: readonly number[] = []): void {
    for (const id of this.#ids(keptOf(this.#current().ceremony), but)) this.chain.succeed(this.confirm(id))
  }
  #ids = (members: readonly { readonly id: number }[], but: readonly number[]): number[] =>
    members.map(({ id }) => id).filter((id) => !but.includes(id))

  /** The whole ceremony. Gives the shares of the new key. */
  play(): ReadonlyMap<number, bigint> {
    this.joinAll()
    this.dealAll()
    this.confirmAll()
    return this.table.shares
  }
}

/** A chain with eyes for the pallet. */
export class CommitteeChain extends AttestationChain {
  /** Shares of the standing key, where the members made one. */
  shares: ReadonlyMap<number, bigint> = new Map()

  committee(): Committee {
    return this.stored('Committee', 'Committees', Committee, [Twox64Concat, u32le(COMMITTEE)])!
  }
  openCeremony = (): Ceremony | undefined =>
    this.stored('Committee', 'Ceremonies', Ceremony, [Twox64Concat, u32le(COMMITTEE)])
  ceremony(): Ceremony {
    const found = this.openCeremony()
    if (!found) throw new Error('expected a ceremony under way, got none')
    return found
  }
  request = (id: bigint): SigningRequest | undefined =>
    this.stored('Committee', 'Requests', SigningRequest, [Twox64Concat, u64le(id)])
  result = (id: bigint): SigningResult | undefined =>
    this.stored('Committee', 'Results', SigningResult, [Twox64Concat, u64le(id)])

  members = (seed = 1): Members => new Members(this, this.shares, seed)

  /** Has the members play the ceremony under way to a key, and remembers their shares. */
  play(seed = 1): void {
    this.shares = this.members(seed).play()
    expect(this.openCeremony()).toBeUndefined()
  }

  /** The call would fail with that error of the pallet, and change nothing. */
  denies([signer, call]: Signed, error: string): void {
    this.refuses(signer, call, `Committee.${error}`)
  }

  /** A signature made of the shares of these members. */
  signature(ids: readonly number[], message: Uint8Array, shares = this.shares): Uint8Array {
    const parts = ids.map((id) => blsSign(scalarBytes(shares.get(id)!), message))
    return combineBlsShares(parts, weightsAtZero(curve, ids))
  }

  /** What a view function of the pallet answers. */
  ask<T>(name: string, fields: Fields, args: Readonly<Record<string, unknown>>, output: Codec<T>): T {
    const id = viewId('Committee', name, fields, output.type)
    const queryId = { prefix: id.slice(0, 16), suffix: id.slice(16) }
    const input = encode(struct(fields) as Codec<unknown>, args)
    const query = encode(struct({ queryId: ViewFunctionId, input: bytes }), { queryId, input })
    const answer = this.runtime.call(this.at, 'RuntimeViewFunction_execute_view_function', query)
    const result = decode(ViewFunctionResult, answer)
    if (!result.ok) throw new Error(`expected an answer of ${name}, got ${JSON.stringify(result.error)}`)
    return decode(output, result.value)
  }
}

interface Setting {
  readonly parameters?: Partial<CommitteeParameters>
  /** Registered responders. */
  readonly responders?: number
}

/** A chain with responders, an owner and a requester. */
export function openChain({ parameters = {}, responders: count = 6 }: Setting = {}): CommitteeChain {
  const cast = responders.slice(0, count)
  const chain = new CommitteeChain({
    balances: [root, owner, requester, outsider.keys, ...cast.map(({ keys }) => keys)].map(
      ({ publicKey }) => [publicKey, ENDOWED] as const,
    ),
    sudo: { key: root.publicKey },
    aura: { authorities: [root.publicKey] },
    attestation: ROUNDS,
    workers: DEFAULT_BOND_TERMS,
    committee: { ...PARAMETERS, ...parameters },
  })
  chain.succeed(...cast.map((who): Signed => [who.keys, registration(chain, who, ['Responder'])]))
  return chain
}

/** A chain whose first members have opened a ceremony for their first key. */
export function openCreated(n = 3, q = 2, spare = 0, strict = false): CommitteeChain {
  const chain = openChain()
  chain.succeed([owner, create(accounts(0, n), q, spare, strict)])
  return chain
}

const keys = (chain: CommitteeChain, item: string): string[] =>
  [...chain.state.entries(storagePrefix('Committee', item))].map(([key]) => toHex(key))

/**
 * What holds between any two blocks: no bug was logged; each open ceremony and request is in its agenda once; deposits and fees are
 * reserved.
 */
export function expectExact(chain: CommitteeChain): void {
  expect(chain.log.errors).toEqual([])
  expect(keys(chain, 'CeremoniesDue')).toHaveLength(keys(chain, 'Ceremonies').length)
  expect(keys(chain, 'RequestsDue')).toHaveLength(keys(chain, 'Requests').length)
  expect(keys(chain, 'ResultsPruned')).toHaveLength(keys(chain, 'Results').length)
  const { deposit, signatureFee } = PARAMETERS
  expect(chain.reserved(owner.publicKey)).toBe(deposit * BigInt(keys(chain, 'Committees').length))
  expect(chain.reserved(requester.publicKey)).toBe(signatureFee * BigInt(keys(chain, 'Requests').length))
}
