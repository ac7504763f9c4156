/**
 * What must hold of the chain after every block of a simulation, read from its state and events alone.
 *
 * Owns: the invariants, and what rounds came to. Does not own: the rules that keep them (#chain/runtime/pallets).
 */
import type { ChainEventRecord, FinalizedBlock } from '#chain/api/chain-port.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { toHex } from '#types/bytes.ts'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import { AttestationParameters, RoundRecord, type VerdictName } from '#types/domain/attestation/round.ts'
import { AccountInfo } from '#types/scale/account.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { u128, u32 } from '#types/scale/primitives.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import type { ChainFace } from '#worker/simulation/chain-face.ts'

/** Which invariant broke, and how. */
export interface RoundBreach {
  readonly kind: 'balance' | 'overdue' | 'paid-twice' | 'runtime-bug' | 'worker-stopped' | 'order-refused'
  readonly block: number
  readonly detail: string
}

/** A round that closed. */
export interface ClosedRound {
  readonly round: number
  readonly hoster: string
  readonly openedAt: number
  readonly closedAt: number
  readonly verdict: VerdictName
  readonly served: number
  readonly unserved: number
  readonly drawn: number
  readonly members: readonly string[]
}

const closedFields = struct(attestationEvents.RoundClosed)
const paidFields = struct(attestationEvents.Paid)
/** A phase ends by a hook in the block after its last. */
const HOOK_BLOCKS = 2

const ACCOUNTS = storagePrefix('System', 'Account')
const startsWith = (key: Uint8Array, prefix: Uint8Array): boolean => prefix.every((byte, at) => key[at] === byte)

const balanceIn = (info: Uint8Array | undefined): bigint => {
  if (info === undefined) return 0n
  const { data } = decode(AccountInfo, info)
  return data.free + data.reserved
}

/** See the module's header. */
export class RoundWatch {
  readonly breaches: RoundBreach[] = []
  readonly closed: ClosedRound[] = []
  readonly #face: ChainFace
  readonly #paid = new Set<string>()
  #active: readonly number[] = []
  /** After the last block that was looked at. */
  #state: Trie | undefined
  /** Sum of all balances, kept up by what each block changes: adding them all up again would be most of a simulated day. */
  #held = 0n

  constructor(face: ChainFace) {
    this.#face = face
  }

  /** Rounds that are not closed. */
  get active(): readonly number[] {
    return this.#active
  }

  /** Looks at the state after a block, and at its events. */
  onBlock({ number, events }: FinalizedBlock, state: Trie): void {
    this.#checkBalance(number, state)
    for (const event of events) this.#hear(number, event, state)
    this.#active = this.#face
      .entries(state, 'Attestation', 'ActiveRounds', [])
      .map(([[round]]) => decode(u32, round!))
      .toSorted((a, b) => a - b)
    const parameters = decode(AttestationParameters, this.#face.get(state, 'Attestation', 'Parameters', [])!)
    for (const id of this.#active) this.#checkDeadline(number, id, this.#round(state, id), parameters)
  }

  tell(kind: RoundBreach['kind'], block: number, detail: string): void {
    this.breaches.push({ kind, block, detail })
  }

  /** Issuance is what all accounts have: nothing is minted or burned that nobody tells of. */
  #checkBalance(block: number, state: Trie): void {
    const before = this.#state
    this.#state = state
    if (before) {
      for (const change of before.diff(state))
        if (startsWith(change.key, ACCOUNTS)) this.#held += balanceIn(change.after) - balanceIn(change.before)
    } else for (const [, info] of state.entries(ACCOUNTS)) this.#held += balanceIn(info)
    const issued = this.#face.get(state, 'Balances', 'TotalIssuance', [])
    const issuance = issued ? decode(u128, issued) : 0n
    if (issuance !== this.#held) this.tell('balance', block, `issuance ${issuance}, held ${this.#held}`)
  }

  #hear(block: number, { pallet, name, data }: ChainEventRecord, state: Trie): void {
    if (pallet !== 'Attestation') return
    if (name === 'Paid') {
      const { round, who } = decode(paidFields, data)
      const key = `${round} ${toHex(who)}`
      if (this.#paid.has(key)) this.tell('paid-twice', block, `round ${round}, account ${toHex(who)}`)
      this.#paid.add(key)
    }
    if (name !== 'RoundClosed') return
    const { round, verdict, served, unserved } = decode(closedFields, data)
    const record = this.#round(state, round)
    const { openedAt, drawn, hoster, members } = record
    const names = members.map(({ account }) => toHex(account))
    this.closed.push({
      round,
      hoster: toHex(hoster),
      openedAt,
      closedAt: block,
      verdict,
      served,
      unserved,
      drawn,
      members: names,
    })
  }

  #checkDeadline(block: number, id: number, record: RoundRecord, parameters: AttestationParameters): void {
    const { phase, scheduledAt, openedAt, endsAt } = record
    const { maxWait, coinflipWindow, reportWindow } = parameters
    const deadline =
      phase === 'Scheduled'
        ? scheduledAt + maxWait
        : phase === 'Audit' || phase === 'Report'
          ? endsAt + reportWindow
          : openedAt + coinflipWindow
    if (block > deadline + HOOK_BLOCKS)
      this.tell('overdue', block, `round ${id} is in ${phase}, which was to end by block ${deadline}`)
  }

  #round(state: Trie, id: number): RoundRecord {
    return decode(RoundRecord, this.#face.get(state, 'Attestation', 'Rounds', [encode(u32, id)])!)
  }
}
