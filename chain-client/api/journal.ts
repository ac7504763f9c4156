/**
 * The extrinsics that the client has signed, and their outcomes. The client writes each entry before it sends anything.
 *
 * Owns: the entries and their encoding. Does not own: when a duty is signed, sent, or given up.
 */
import { equalBytes } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { struct, variant, vec } from '#types/scale/compound.ts'
import { bytes, fixedBytes, str, u32 } from '#types/scale/primitives.ts'
import type { CallRequest, SubmitOutcome } from './chain-port.ts'
import type { KeyValue } from './store.ts'

/**
 * A signed extrinsic that a block may still include. `birth` is the block at which it was signed, `death` the first
 * block that is too late for it.
 */
export interface Candidate {
  readonly wire: Uint8Array
  readonly nonce: number
  readonly birth: number
  readonly death: number
}

/**
 * A signed duty without an outcome. All candidates have the same nonce, so a chain can include at most one of them.
 * `signings` counts all signatures, including those of dead candidates.
 */
export interface PendingDuty {
  readonly kind: 'pending'
  readonly call: CallRequest
  readonly candidates: readonly Candidate[]
  readonly signings: number
}

interface ResolvedDuty {
  readonly kind: 'resolved'
  readonly callHash: Uint8Array
  readonly outcome: SubmitOutcome
}

export type DutyRecord = PendingDuty | ResolvedDuty

const Call = struct({ pallet: str, call: str, args: bytes })
const Entry = variant({
  Pending: struct({
    call: Call,
    candidates: vec(struct({ wire: bytes, nonce: u32, birth: u32, death: u32 })),
    signings: u32,
  }),
  Included: struct({ callHash: fixedBytes(32), block: fixedBytes(32), number: u32 }),
  FailedModule: struct({ callHash: fixedBytes(32), block: fixedBytes(32), number: u32, pallet: str, name: str }),
  Failed: struct({ callHash: fixedBytes(32), block: fixedBytes(32), number: u32, text: str }),
  // The code is that of JSON-RPC and may be negative, so the journal keeps it as text.
  Refused: struct({ callHash: fixedBytes(32), code: str, message: str }),
})
type Entry = typeof Entry extends Codec<infer T> ? T : never

/**
 * Identifies a call: BLAKE2b-256 over names and arguments. It does not depend on the indices that the runtime gives
 * them.
 */
export const callHash = (call: CallRequest): Uint8Array => blake2b256(encode(Call, call))

/** The hash of the record's call. */
export const hashOf = (record: DutyRecord): Uint8Array =>
  record.kind === 'pending' ? callHash(record.call) : record.callHash

function toEntry(record: DutyRecord): Entry {
  if (record.kind === 'pending') return { tag: 'Pending', value: record }
  const { callHash, outcome } = record
  if (outcome.kind === 'refused')
    return { tag: 'Refused', value: { callHash, code: String(outcome.code), message: outcome.message } }
  const { block, number } = outcome
  if (outcome.kind === 'included') return { tag: 'Included', value: { callHash, block, number } }
  const { error } = outcome
  return 'text' in error
    ? { tag: 'Failed', value: { callHash, block, number, text: error.text } }
    : { tag: 'FailedModule', value: { callHash, block, number, pallet: error.pallet, name: error.name } }
}

function fromEntry({ tag, value }: Entry): DutyRecord {
  if (tag === 'Pending') return { kind: 'pending', ...value }
  const { callHash } = value
  if (tag === 'Refused')
    return {
      kind: 'resolved',
      callHash,
      outcome: { kind: 'refused', code: Number(value.code), message: value.message },
    }
  const { block, number } = value
  if (tag === 'Included') return { kind: 'resolved', callHash, outcome: { kind: 'included', block, number } }
  const error = tag === 'Failed' ? { text: value.text } : { pallet: value.pallet, name: value.name }
  return { kind: 'resolved', callHash, outcome: { kind: 'failed', block, number, error } }
}

function parse(dutyId: string, entry: Uint8Array): DutyRecord {
  try {
    return fromEntry(decode(Entry, entry))
  } catch (cause) {
    throw new AssayError(
      'JOURNAL_CORRUPT',
      `expected a journal entry for duty ${JSON.stringify(dutyId)}, got other bytes (${messageOf(cause)}): the ` +
        `data folder is damaged or of another version. Check on chain whether the duty was done, then remove the folder`,
      { dutyId },
      { cause },
    )
  }
}

export interface Journal {
  /** @throws AssayError `JOURNAL_CORRUPT`; `DUTY_CONFLICT` if the id stands for another call. */
  load(dutyId: string, call: CallRequest): Promise<DutyRecord | undefined>
  save(dutyId: string, record: DutyRecord): Promise<void>
  /** Duties without an outcome, in the order of their nonces. @throws AssayError `JOURNAL_CORRUPT`. */
  unresolved(): Promise<readonly (readonly [dutyId: string, duty: PendingDuty])[]>
  /** Forgets what does not hold on a chain that went back to block `number`. @throws AssayError `JOURNAL_CORRUPT`. */
  rewind(number: number): Promise<void>
}

/**
 * What is left of a record when the chain goes back to block `number`; undefined if nothing is. A candidate that was
 * signed later names a block that is gone, so no block can include it. A refusal was a verdict on a state that may be
 * gone: whoever still owes the duty submits it again.
 */
function rewound(record: DutyRecord, number: number): DutyRecord | undefined {
  if (record.kind === 'resolved')
    return record.outcome.kind !== 'refused' && record.outcome.number <= number ? record : undefined
  const candidates = record.candidates.filter(({ birth }) => birth <= number)
  return candidates.length > 0 ? { ...record, candidates } : undefined
}

/** @throws AssayError `DUTY_CONFLICT` if `known` is not the hash of `call`. */
export function checkSameCall(dutyId: string, known: Uint8Array, call: CallRequest): void {
  if (equalBytes(known, callHash(call))) return
  throw new AssayError(
    'DUTY_CONFLICT',
    `expected duty ${JSON.stringify(dutyId)} to be the call it was first submitted with, got another call ` +
      `(${call.pallet}.${call.call}): give each duty an id of its own`,
    { dutyId },
  )
}

const nonceOf = (duty: PendingDuty): number => duty.candidates[0]?.nonce ?? Infinity

export const createJournal = (store: KeyValue): Journal => ({
  async load(dutyId, call) {
    const entry = await store.get(dutyId)
    if (!entry) return undefined
    const record = parse(dutyId, entry)
    checkSameCall(dutyId, hashOf(record), call)
    return record
  },
  save: (dutyId, record) => store.put(dutyId, encode(Entry, toEntry(record))),
  async unresolved() {
    const pending: [string, PendingDuty][] = []
    for (const [dutyId, entry] of await store.entries()) {
      const record = parse(dutyId, entry)
      if (record.kind === 'pending') pending.push([dutyId, record])
    }
    return pending.sort(([, a], [, b]) => nonceOf(a) - nonceOf(b))
  },
  async rewind(number) {
    for (const [dutyId, entry] of await store.entries()) {
      const record = parse(dutyId, entry)
      const left = rewound(record, number)
      if (!left) await store.delete(dutyId)
      else if (left !== record) await store.put(dutyId, encode(Entry, toEntry(left)))
    }
  },
})
