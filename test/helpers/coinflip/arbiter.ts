/**
 * An attempt of a coinflip before its arbiter, without a chain: blocks and calls in plain steps, honest words and numbers.
 *
 * Owns: the attempt's state and its members' secrets. Does not own: the rules of the arbiter.
 */
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import {
  auditStart,
  commitTo,
  demand,
  hideMagic,
  magic,
  NO_ARBITRATION,
  putValues,
  putWords,
  sessionId,
  sortMembers,
  spoil,
  startOfBlock,
  type AgreedFlip,
  type ArbiterFault,
  type ArbiterParameters,
  type ArbitratedAttempt,
  type Commitment,
  type Evidence,
  type IsSigned,
  type ListedWord,
  type OpenedValue,
  type Sender,
  type Turn,
} from '#types/domain/coinflip/coinflip.ts'

export const ARBITER: ArbiterParameters = {
  coinflipWindow: 10,
  answerWindow: 8,
  objectionWindow: 4,
  demandDeposit: 10n ** 11n,
}

/** In place of ed25519: a signature is the hash of its author and the signed commitment. */
const sealOf = (author: Uint8Array, commitment: Uint8Array): Uint8Array => {
  const half = blake2b256Of(author, commitment)
  return Uint8Array.from([...half, ...half])
}
export const isSealed: IsSigned = ({ sender, payload, signature }) =>
  payload.tag === 'Commit' && String(sealOf(sender, payload.value.commitment)) === String(signature)

export const memberAccount = (rank: number): Uint8Array => blake2b256Of(utf8('account'), u32le(rank))
export const STRANGER: Sender = { account: blake2b256(utf8('stranger')), rank: undefined }

const commitmentTo = (sid: Uint8Array, key: Uint8Array, value: Uint8Array): Commitment => ({
  commitment: commitTo(sid, key, value),
  auditKeyHash: blake2b256(key),
})

/** @see the module's header */
export class ArbiterBench {
  attempt: ArbitratedAttempt
  readonly values: readonly Uint8Array[]
  readonly transcript: readonly Commitment[]
  readonly number: Uint8Array

  constructor(members: number, openedAt = 100, parameters: ArbiterParameters = ARBITER) {
    const keys = sortMembers(Array.from({ length: members }, (_, at) => blake2b256Of(utf8('key'), u32le(at))))
    const session = { genesisHash: blake2b256(utf8('genesis')), round: 3, attempt: 1, members: keys }
    const sid = sessionId(session)
    this.values = keys.map((key) => blake2b256Of(utf8('x'), key))
    this.transcript = keys.map((key, rank) => commitmentTo(sid, key, this.values[rank]!))
    this.number = magic(sid, this.values)
    this.attempt = {
      session,
      state: NO_ARBITRATION,
      block: openedAt,
      congestion: 0,
      openedAt,
      agreement: undefined,
      isPublic: false,
      auditFrom: openedAt + parameters.coinflipWindow,
      parameters,
    }
  }

  get flip() {
    return this.attempt.state.flip
  }

  /** The result of an honest session. */
  get agreed(): AgreedFlip {
    return { transcript: this.transcript, hiddenMagic: hideMagic(this.number) }
  }

  member = (rank: number): Sender => ({ account: memberAccount(rank), rank })

  /** The word of a member for its number, or for another. */
  word(rank: number, value = this.values[rank]!): ListedWord {
    const { session } = this.attempt
    const body = commitmentTo(sessionId(session), session.members[rank]!, value)
    return { rank, body, signature: sealOf(session.members[rank]!, body.commitment) }
  }

  words = (...ranks: readonly number[]): ListedWord[] => ranks.map((rank) => this.word(rank))
  opened = (...ranks: readonly number[]): OpenedValue[] => ranks.map((rank) => ({ rank, value: this.values[rank]! }))

  /** Begins blocks up to this one. Returns what the last one began with. Earlier ones must begin with nothing. */
  to(block: number): Turn {
    let turn: Turn = { kind: 'nothing' }
    while (this.attempt.block < block) {
      if (turn.kind !== 'nothing') throw new Error(`block ${this.attempt.block} begins with ${turn.kind}`)
      turn = this.next()
    }
    return turn
  }

  /** Begins the next block. */
  next(): Turn {
    this.attempt = { ...this.attempt, block: this.attempt.block + 1 }
    const turn = startOfBlock(this.attempt)
    if ('state' in turn) this.attempt = { ...this.attempt, state: turn.state }
    if (turn.kind === 'public') this.attempt = { ...this.attempt, isPublic: true }
    if (turn.kind === 'agreed') this.agree(turn.agreement, true)
    return turn
  }

  /** The block at hand had no room for everybody's entry. */
  congest(): void {
    this.attempt = { ...this.attempt, congestion: this.attempt.congestion + 1 }
  }

  /** A majority agrees, or the arbiter finds the number. */
  agree(agreement: AgreedFlip = this.agreed, isPublic = false): void {
    const { block, auditFrom, parameters } = this.attempt
    const from = auditStart(auditFrom, block, parameters)
    this.attempt = { ...this.attempt, agreement, isPublic, auditFrom: from, state: NO_ARBITRATION }
  }

  demand(by: Sender, words: readonly ListedWord[] = []): ArbiterFault | undefined {
    const found = demand(this.attempt, by, words, isSealed)
    if (!found.ok) return found.fault
    this.attempt = { ...this.attempt, state: found.state, auditFrom: found.auditFrom }
    return undefined
  }

  /** The reward, or the fault. */
  putWords(by: Sender, words: readonly ListedWord[]): ArbiterFault | bigint {
    return this.#enter(putWords(this.attempt, by, words, isSealed))
  }

  putValues(by: Sender, values: readonly OpenedValue[]): ArbiterFault | bigint {
    return this.#enter(putValues(this.attempt, by, values))
  }

  #enter(found: ReturnType<typeof putValues>): ArbiterFault | bigint {
    if (!found.ok) return found.fault
    this.attempt = { ...this.attempt, state: found.state }
    return found.reward
  }

  spoil(tag: Evidence['tag'] = 'Equivocation'): void {
    this.attempt = { ...this.attempt, state: spoil(this.attempt, { tag }) }
  }
}
