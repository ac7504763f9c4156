/**
 * The statements of a round's members: outcomes of coinflips, evidence and reports, honest unless a test spoils them.
 *
 * Owns: these statements, and bringing a round to the block in which they are due. Does not own: the chain and its
 * cast.
 */
import { toHex, u32le, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import {
  commitTo,
  confirmationWord,
  hideMagic,
  magic,
  messageDigest,
  sessionId,
  transcriptRoot,
  type Accusation,
  type Commitment,
  type CoinflipOutcome,
  type CoinflipPayload,
  type Evidence,
  type Opening,
  type SignedCommitment,
  type SignedConfirmation,
} from '#types/domain/coinflip/coinflip.ts'
import { leafHash, type BlockProof } from '#types/domain/hosting/feed.ts'
import { receiptMessage, servedWith, type Receipt, type SignedReceipt } from '#types/domain/hosting/receipt.ts'
import {
  auditChunks,
  auditSalt,
  challengeSeed,
  hideAuditKeys,
  type AuditSecrets,
} from '#types/domain/attestation/challenge.ts'
import { auditKeyMessage, MAX_VISITS, sessionOf, type Report } from '#types/domain/attestation/report.ts'
import { auditSlot, type Slot } from '#types/domain/attestation/round.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import {
  actorOf,
  feed,
  hoster,
  PARAMETERS,
  requestCall,
  requester,
  type Actor,
  type AttestationChain,
  type Signed,
} from './chain.ts'
import { chunksOf } from '../hosting/memory-feed.ts'
import type { NoiseIdentity } from '#worker/kernel/ports.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { callOf } from '../runtime.ts'

/** Places an order for one round and waits until it is open. Returns the round's number. */
export function openRound(chain: AttestationChain, call: RuntimeCall = requestCall): number {
  chain.succeed([requester, call])
  const { round } = chain.event('Attestation.RoundScheduled') as { round: number }
  chain.until('the round is open', () => chain.round(round).phase === 'Open')
  return round
}

/** Who the members of a round are, in the order of their ranks. */
export const membersOf = (chain: AttestationChain, round: number): Actor[] =>
  chain.round(round).members.map(({ account }) => actorOf(account))

/** One attempt's coinflip as honest members would have it. */
export interface Flip {
  readonly sid: Uint8Array
  readonly attempt: number
  readonly members: readonly Actor[]
  readonly values: readonly Uint8Array[]
  /** The one key under which each member came; it kept the others. */
  readonly auditKeys: readonly NoiseIdentity[]
  readonly secrets: readonly AuditSecrets[]
  readonly transcript: readonly Commitment[]
  readonly number: Uint8Array
  readonly agreed: CoinflipOutcome
}

export function flipOf(chain: AttestationChain, round: number): Flip {
  const record = chain.round(round)
  const members = membersOf(chain, round)
  const sid = sessionId(sessionOf(chain.hashes[0]!, round, record))
  const values = members.map(({ noise }) => blake2b256Of(utf8('x'), sid, noise.publicKey))
  const auditKeys = members.map(({ noise }) => identityOf(`audit ${round} ${record.attempt} ${toHex(noise.publicKey)}`))
  const secrets = auditKeys.map(secretsWith)
  const transcript = members.map(({ noise }, rank) => ({
    commitment: commitTo(sid, noise.publicKey, values[rank]!),
    auditKeyHash: hideAuditKeys(sid, noise.publicKey, secrets[rank]!),
  }))
  const number = magic(sid, values, record.magicRule)
  const agreed: CoinflipOutcome = { tag: 'Agreed', value: { transcript, hiddenMagic: hideMagic(number) } }
  return { sid, attempt: record.attempt, members, values, auditKeys, secrets, transcript, number, agreed }
}

/** The secrets of an audit in which one key comes, before the others. */
const secretsWith = ({ publicKey }: NoiseIdentity): AuditSecrets => ({
  auditKeys: Array.from({ length: MAX_VISITS }, (_, visit) =>
    visit === 0 ? publicKey : blake2b256Of(publicKey, Uint8Array.of(visit)),
  ),
  salt: auditSalt(publicKey),
})

export const outcomeCall = (round: number, attempt: number, outcome: CoinflipOutcome): RuntimeCall =>
  callOf('Attestation', 'submitCoinflipOutcome', { round, attempt, outcome })

/** Lets all members agree, in one block. */
export function agree(chain: AttestationChain, round: number): Flip {
  const flip = flipOf(chain, round)
  chain.succeed(...flip.members.map(({ keys }): Signed => [keys, outcomeCall(round, flip.attempt, flip.agreed)]))
  return flip
}

/** A commitment with the signature of `signer`, who is its author unless it is forged. */
export const signedCommitment = (
  sid: Uint8Array,
  round: number,
  author: Pick<Actor, 'noise'>,
  body: Commitment,
  signer = author,
): SignedCommitment => ({
  author: author.noise.publicKey,
  body,
  signature: signer.noise.sign(
    messageDigest({
      session: sid,
      round,
      sender: author.noise.publicKey,
      receiver: undefined,
      payload: { tag: 'Commit', value: body },
    }),
  ),
})

type EvidenceOf<T extends Evidence['tag']> = Extract<Evidence, { tag: T }>

/** Proof that the member at `rank` committed twice. `change` puts it into another session or round, or forges it. */
export function equivocation(
  flip: Flip,
  round: number,
  rank: number,
  change: { readonly sid?: Uint8Array; readonly round?: number; readonly signer?: Actor } = {},
): EvidenceOf<'Equivocation'> {
  const liar = flip.members[rank]!
  const sign = (body: Commitment): SignedCommitment =>
    signedCommitment(change.sid ?? flip.sid, change.round ?? round, liar, body, change.signer)
  const body = flip.transcript[rank]!
  return {
    tag: 'Equivocation',
    value: { first: sign(body), second: sign({ ...body, commitment: blake2b256Of(utf8('another')) }) },
  }
}

/** A ping of the member at `rank` to the next one, about the true transcript; by default its word is a lie. */
export function badPing(
  flip: Flip,
  round: number,
  rank: number,
  change: { readonly word?: Uint8Array; readonly signer?: Actor; readonly openings?: readonly Opening[] } = {},
): EvidenceOf<'BadPing'> {
  const [from, to] = [flip.members[rank]!, flip.members[(rank + 1) % flip.members.length]!]
  const body = {
    transcriptRoot: transcriptRoot(flip.sid, flip.transcript),
    word: change.word ?? blake2b256Of(utf8('a lie')),
  }
  const confirmation: SignedConfirmation = {
    author: from.noise.publicKey,
    receiver: to.noise.publicKey,
    kind: 'Ping',
    body,
    signature: signedBy(change.signer ?? from, flip.sid, round, from, { tag: 'Ping', value: body }, to),
  }
  const openings = flip.transcript.map(({ auditKeyHash }, each) => ({ value: flip.values[each]!, auditKeyHash }))
  return { tag: 'BadPing', value: { confirmation, openings: change.openings ?? openings } }
}

/** The right word of such a ping. */
export const pingWord = (flip: Flip, rank: number): Uint8Array => {
  const [from, to] = [flip.members[rank]!, flip.members[(rank + 1) % flip.members.length]!]
  return confirmationWord('Ping', flip.sid, { from: from.noise.publicKey, to: to.noise.publicKey }, flip.number)
}

/** What the member at `rank` told all others as a fraud proof. */
export function fraudBy(
  flip: Flip,
  round: number,
  rank: number,
  accusation: Accusation,
  signer?: Actor,
): EvidenceOf<'FalseFraud'> {
  const author = flip.members[rank]!
  const signature = signedBy(signer ?? author, flip.sid, round, author, { tag: 'Fraud', value: accusation })
  return { tag: 'FalseFraud', value: { author: author.noise.publicKey, accusation, signature } }
}

const signedBy = (
  signer: Actor,
  session: Uint8Array,
  round: number,
  sender: Actor,
  payload: CoinflipPayload,
  receiver?: Actor,
): Uint8Array =>
  signer.noise.sign(
    messageDigest({ session, round, sender: sender.noise.publicKey, receiver: receiver?.noise.publicKey, payload }),
  )

/** What the member at `rank` revealed against what it had committed to; by default it lied. */
export function reveal(
  flip: Flip,
  round: number,
  rank: number,
  value = blake2b256Of(utf8('a lie')),
): EvidenceOf<'BadReveal'> {
  const member = flip.members[rank]!
  const receiver = flip.members[(rank + 1) % flip.members.length]!.noise.publicKey
  const sender = member.noise.publicKey
  const signature = member.noise.sign(
    messageDigest({ session: flip.sid, round, sender, receiver, payload: { tag: 'Reveal', value } }),
  )
  return {
    tag: 'BadReveal',
    value: {
      commitment: signedCommitment(flip.sid, round, member, flip.transcript[rank]!),
      reveal: { author: sender, receiver, value, signature },
    },
  }
}

export const evidenceCall = (round: number, attempt: number, evidence: Evidence): RuntimeCall =>
  callOf('Attestation', 'submitEvidence', { round, attempt, evidence })

const challengeOf = ({ sid, number, members, secrets }: Flip, rank: number): Uint8Array =>
  challengeSeed(sid, number, members[rank]!.noise.publicKey, secrets[rank]!)

/** The slot in which the member at `rank` audits. */
export const slotOf = (chain: AttestationChain, round: number, flip: Flip, rank: number): Slot =>
  auditSlot(
    { magic: flip.number, seed: challengeOf(flip, rank), rank, members: flip.members.length },
    chain.round(round),
  )

/** The chunks that the member at `rank` asks for. */
export const askedOf = (flip: Flip, rank: number): number[] =>
  auditChunks(challengeOf(flip, rank), PARAMETERS.challenges, feed.head.length)

export const proofOf = (index: number): BlockProof => ({
  index,
  leaf: leafHash(feed.blocks[index]!),
  bytes: feed.blocks[index]!.length,
  siblings: feed.siblings(index),
})

/** A receipt for the member at `rank` in its slot. `change` spoils it. */
export function receiptFor(
  chain: AttestationChain,
  round: number,
  flip: Flip,
  rank: number,
  change: Partial<Receipt> = {},
  signer: NoiseIdentity = hoster.noise,
): SignedReceipt {
  const asked = askedOf(flip, rank)
  const nonce = blake2b256Of(utf8('nonce'), u32le(rank))
  const blockNumber = change.blockNumber ?? slotOf(chain, round, flip, rank).from
  const receipt: Receipt = {
    feed: feed.head.key,
    peer: flip.auditKeys[rank]!.publicKey,
    nonce,
    ...servedWith(nonce, chunksOf(feed, asked)),
    blockNumber,
    blockHash: chain.hashes[blockNumber] ?? nonce,
    ...change,
  }
  return { receipt, signature: signer.sign(receiptMessage(chain.hashes[0]!, receipt)) }
}

const METRICS = {
  samples: 3,
  lost: 0,
  latencyP50Us: 10,
  latencyP95Us: 20,
  latencyP99Us: 30,
  throughputBytesPerSecond: 1_000n,
}

/** How a member reports: served, with a receipt but a proof missing, or with nothing at all. */
export type Finding = 'served' | 'partial' | 'unserved'

/** The report of the member at `rank`. */
export function reportOf(
  chain: AttestationChain,
  round: number,
  flip: Flip,
  rank: number,
  finding: Finding = 'served',
): Report {
  const proofs = askedOf(flip, rank).map(proofOf)
  return {
    magic: flip.number,
    ...flip.secrets[rank]!,
    auditSignatures: [flip.auditKeys[rank]!.sign(auditKeyMessage(flip.sid, flip.members[rank]!.noise.publicKey))],
    receipts: finding === 'unserved' ? [] : [receiptFor(chain, round, flip, rank)],
    proofs: finding === 'unserved' ? [] : finding === 'partial' ? proofs.slice(1) : proofs,
    hosterMetrics: METRICS,
    attestorMetrics: flip.members.flatMap((_, other) => (other === rank ? [] : [{ rank: other, ...METRICS }])),
  }
}

export const reportCall = (round: number, report: Report): RuntimeCall =>
  callOf('Attestation', 'submitReport', { round, report })

/** Lets members report, in one block; by rank, undefined is silence. */
export function report(
  chain: AttestationChain,
  round: number,
  flip: Flip,
  findings: readonly (Finding | undefined)[],
): void {
  const calls = findings.flatMap((finding, rank): Signed[] =>
    finding === undefined
      ? []
      : [[flip.members[rank]!.keys, reportCall(round, reportOf(chain, round, flip, rank, finding))]],
  )
  chain.succeed(...calls)
}

/** A round that is agreed on, with reports due in the next block. */
export function reportable(chain: AttestationChain, call: RuntimeCall = requestCall): { round: number; flip: Flip } {
  const round = openRound(chain, call)
  const flip = agree(chain, round)
  chain.to(chain.round(round).endsAt)
  return { round, flip }
}
