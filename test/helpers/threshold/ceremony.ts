/**
 * A ceremony played in memory: members with secrets, the rules of the chain, and what the members make of it.
 *
 * Owns: honest members, and a place for each word where a test may change it. Does not own: the rules.
 */
import { u32le } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import {
  confirm,
  countedOf,
  deal,
  dispute,
  join,
  openCeremony,
  passBlock,
  recipientsOf,
} from '#types/domain/threshold/ceremony.ts'
import type {
  Ceremony,
  CeremonyEnd,
  CeremonyFault,
  CeremonyOffence,
  CeremonyStep,
  CeremonyTerms,
  ConfirmWord,
  Dealing,
  JoinWord,
} from '#types/domain/threshold/ceremony-types.ts'
import {
  contextOf,
  dealingOf,
  joinWord,
  passageOf,
  isOwed,
  type CeremonySecrets,
} from '#types/domain/threshold/dealing.ts'
import type { CurveName } from '#types/domain/threshold/group.ts'
import { nextKey, nextShare, proveShare, qualHashOf } from '#types/domain/threshold/next-key.ts'
import { openingOf, openShare } from '#types/domain/threshold/sealing.ts'
import { ceremonySecrets } from '#worker/systems/threshold/protocol/ceremony-secrets.ts'

export const GENESIS = new Uint8Array(32).fill(7)
export const WINDOWS = { join: 20, deal: 20, settle: 40 } as const

/** A key and its shares by id. */
export interface Shared {
  readonly key: readonly Uint8Array[]
  readonly shares: ReadonlyMap<number, bigint>
  readonly epoch: number
  readonly q: number
}

/** Terms of a ceremony among members 1 to n, all of which deal and receive. */
export const createTerms = (
  curve: CurveName,
  n: number,
  q: number,
  more: Partial<CeremonyTerms> = {},
): CeremonyTerms => ({
  committee: 0,
  ceremony: 0,
  curve,
  kind: 'Create',
  epoch: 0,
  qOld: 0,
  qNew: q,
  spare: 0,
  strict: false,
  members: Array.from({ length: n }, (_, i) => member(i + 1)),
  standing: [],
  ...more,
})

export const member = (id: number, deals = true, receives = true): CeremonyTerms['members'][number] => ({
  id,
  account: blake2b256Of(u32le(id)),
  deals,
  receives,
})

/** Where a test makes members lie or be silent: `undefined` instead of a word says nothing. */
export interface Script {
  readonly join?: (id: number, word: JoinWord, table: Table) => JoinWord | undefined
  readonly deal?: (id: number, dealing: Dealing, table: Table) => Dealing | undefined
  /** Dealers of which a member complains, though it found nothing wrong. */
  readonly complainsFalsely?: (id: number) => readonly number[]
  readonly isSilentAboutWrongShares?: (id: number) => boolean
  readonly confirm?: (id: number, table: Table) => ConfirmWord | undefined
}

/** A ceremony under way, with the secrets of all members. */
export class Table {
  readonly terms: CeremonyTerms
  readonly context: Uint8Array
  readonly secrets: Map<number, CeremonySecrets>
  readonly standing: ReadonlyMap<number, bigint>
  readonly faults: CeremonyFault[] = []
  readonly offences: CeremonyOffence[] = []
  readonly shares = new Map<number, bigint>()
  ceremony: Ceremony
  end: CeremonyEnd | undefined
  block = 1

  constructor(
    terms: CeremonyTerms,
    seed: number,
    standing: ReadonlyMap<number, bigint> = new Map(),
    genesis: Uint8Array = GENESIS,
  ) {
    this.terms = terms
    this.context = contextOf(genesis, terms)
    this.standing = standing
    this.secrets = new Map(
      terms.members.map(({ id }) => {
        const own = blake2b256Of(u32le(seed), u32le(id), u32le(terms.ceremony))
        return [id, ceremonySecrets(own, terms, this.context, standing.get(id))]
      }),
    )
    this.ceremony = openCeremony(terms, this.frame)
  }

  get frame() {
    return { context: this.context, windows: WINDOWS, block: this.block }
  }

  /** Takes what the rules say. Gives the fault of a refused word. */
  take(step: CeremonyStep): CeremonyFault | undefined {
    if (step.kind === 'refused') {
      this.faults.push(step.fault)
      return step.fault
    }
    if (step.offence) this.offences.push(step.offence)
    if (step.kind === 'ends') this.end = step.end
    else this.ceremony = step.ceremony
    return undefined
  }

  /** Blocks pass until the phase is over. */
  passPhase(): void {
    const { phase } = this.ceremony
    while (this.end === undefined && this.ceremony.phase === phase) {
      this.block++
      this.take(passBlock(this.ceremony, this.frame))
    }
  }

  joinWordOf(id: number): JoinWord {
    const own = this.terms.members.find((each) => each.id === id)!
    return joinWord(this.terms, this.context, own, this.secrets.get(id)!)
  }

  dealingOf(id: number): Dealing {
    return dealingOf(this.terms, this.context, id, recipientsOf(this.ceremony), this.secrets.get(id)!)
  }

  /** What a dealer sent to a member, opened, and whether it is what it owes. */
  received(dealer: number, id: number): { readonly share: bigint; readonly isRight: boolean } {
    const recipients = recipientsOf(this.ceremony)
    const at = recipients.findIndex((recipient) => recipient.id === id)
    const { dealing } = this.ceremony.dealings.find((each) => each.dealer === dealer)!
    const passage = passageOf(this.context, dealer, dealing, recipients[at]!)
    const share = openShare(passage, this.secrets.get(id)!.recipientSecret, dealing.sealed[at]!)
    return { share, isRight: isOwed(this.terms, dealing, id, share) }
  }

  complain(id: number, dealer: number): CeremonyFault | undefined {
    const { dealing } = this.ceremony.dealings.find((each) => each.dealer === dealer)!
    const recipient = recipientsOf(this.ceremony).find((each) => each.id === id)!
    const passage = passageOf(this.context, dealer, dealing, recipient)
    const word = { dealer, ...openingOf(passage, this.secrets.get(id)!.recipientSecret) }
    return this.take(dispute(this.ceremony, this.frame, id, word))
  }

  /** A member's word of confirmation over the dealings that count, or over these. */
  confirmWordOf(id: number, counted = countedOf(this.ceremony)): ConfirmWord {
    const owed = counted.map(({ dealer }) => this.received(dealer, id).share)
    const share = nextShare(this.terms, counted, owed, this.standing.get(id))
    this.shares.set(id, share)
    const key = nextKey(this.terms, counted)!
    const qualified = counted.map(({ dealer }) => dealer)
    const frame = { terms: this.terms, context: this.context, key, id }
    return { qualHash: qualHashOf(this.context, qualified, key), proof: proveShare(frame, share) }
  }

  confirm(id: number, word: ConfirmWord): CeremonyFault | undefined {
    return this.take(confirm(this.ceremony, this.frame, id, word))
  }

  /** Plays the ceremony to its end by the script. */
  play(script: Script = {}): CeremonyEnd {
    for (const { id } of this.terms.members) {
      const honest = this.joinWordOf(id)
      const word = script.join ? script.join(id, honest, this) : honest
      if (word) this.take(join(this.ceremony, this.frame, id, word))
    }
    if (this.ceremony.phase === 'Join') this.passPhase()
    if (this.end === undefined) this.#deal(script)
    if (this.end === undefined) this.#settle(script)
    return this.end!
  }

  #deal(script: Script): void {
    for (const { id, commitment } of this.ceremony.joins) {
      if (commitment === undefined || this.ceremony.phase !== 'Deal') continue
      const honest = this.dealingOf(id)
      const dealing = script.deal ? script.deal(id, honest, this) : honest
      if (dealing) this.take(deal(this.ceremony, this.frame, id, dealing))
    }
    if (this.ceremony.phase === 'Deal') this.passPhase()
  }

  #settle(script: Script): void {
    for (const { id } of recipientsOf(this.ceremony)) {
      const wrong = countedOf(this.ceremony)
        .map(({ dealer }) => dealer)
        .filter((dealer) => !this.received(dealer, id).isRight)
      const named = [...(script.isSilentAboutWrongShares?.(id) ? [] : wrong), ...(script.complainsFalsely?.(id) ?? [])]
      for (const dealer of named) if (this.end === undefined) this.complain(id, dealer)
    }
    for (const { id } of recipientsOf(this.ceremony)) {
      if (this.end !== undefined) return
      const word = script.confirm ? script.confirm(id, this) : this.confirmWordOf(id)
      if (word) this.confirm(id, word)
    }
    if (this.end === undefined) this.passPhase()
  }

  /** The key that a ceremony made, and its shares. */
  shared(): Shared {
    if (this.end?.kind !== 'switched') throw new Error(`expected a key, got ${JSON.stringify(this.end)}`)
    const { points: key, kept } = this.end
    const shares = new Map(kept.map((id) => [id, this.shares.get(id)!]))
    return { key, shares, epoch: this.terms.epoch + 1, q: this.terms.qNew }
  }
}

/** A key among members 1 to n, made honestly. */
export function createShared(curve: CurveName, n: number, q: number, seed = 1): Shared {
  const table = new Table(createTerms(curve, n, q), seed)
  table.play()
  return table.shared()
}
