/**
 * The work of `assay round`.
 *
 * Owns: finding what is hosted, requesting a round, and reading rounds. Does not own: following a round to its end, which a devnet does.
 */
import { equalBytes, fromHex, toHex } from '#types/bytes.ts'
import { attestationCalls, attestationEvents } from '#types/domain/attestation/attestation.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import { AssayError } from '#types/errors.ts'
import type { ChainPort } from '#chain/api/chain-port.ts'
import { callOf, encodeCall, eventOf, read, readEntries, type Requirement } from '#chain/api/descriptors.ts'
import { workers } from '#worker/kernel/chain-items.ts'
import { hosting } from '#worker/systems/hosting/role/chain-items.ts'
import { accountOf, createNames, namedWorkers, signerOf, submitCall, withChain } from '#worker/terminal/operator.ts'
import { createTell } from '#worker/terminal/output.ts'
import { counted } from '#worker/terminal/quantities.ts'
import { shortHex } from '#worker/terminal/shown.ts'
import { tableLines } from '#worker/terminal/table.ts'
import { REASONS, shortageText } from '../reasons.ts'
import { rounds } from '../role/chain-items.ts'

const requestCall = callOf('Attestation', 'requestRound', attestationCalls.requestRound)
const scheduled = eventOf('Attestation', 'RoundScheduled', attestationEvents.RoundScheduled)
const REQUIRES: readonly Requirement[] = [requestCall, scheduled, hosting, rounds, workers]

interface Shared {
  readonly endpoint: string
  readonly json: boolean
}

/** What a round audits. */
interface Target {
  readonly hoster: Uint8Array
  readonly feed: Uint8Array
}

/** The first hosted feed that fits. @throws AssayError `NOT_HOSTED` */
async function findTarget(
  chain: ChainPort,
  hoster: Uint8Array | undefined,
  feed: Uint8Array | undefined,
): Promise<Target> {
  const all = (await readEntries(chain, hosting)).map(([[account, key]]) => ({ feed: key, hoster: account }))
  const found = all.find(
    (each) => (!hoster || equalBytes(each.hoster, hoster)) && (!feed || equalBytes(each.feed, feed)),
  )
  if (found) return found
  const got = `${counted(all.length, 'hosted feed')} on this chain, none of them that`
  throw new AssayError('NOT_HOSTED', `expected a hoster that hosts the feed, got ${got}: start a hoster first`)
}

/** Pays for a round. @throws AssayError `NOT_HOSTED`, `CALL_FAILED` */
export async function requestRound(
  options: Shared & {
    readonly payer: string
    readonly hoster: string | undefined
    readonly feed: string | undefined
  },
): Promise<void> {
  const { endpoint, payer, json } = options
  const wanted = options.hoster === undefined ? undefined : accountOf(options.hoster)
  const secret = signerOf(payer)
  await withChain({ endpoint, secret, requires: REQUIRES }, async (chain) => {
    const feed = options.feed === undefined ? undefined : fromHex(options.feed)
    const target = await findTarget(chain, wanted, feed)
    const block = await submitCall(chain, encodeCall(requestCall, target))
    const { nameOf, idOf } = createNames(await namedWorkers(chain))
    createTell(json)(
      { kind: 'round-requested', hoster: idOf(target.hoster), feed: target.feed, block },
      `${payer} paid in block ${block} for a round on ${nameOf(target.hoster)}, feed ${shortHex(target.feed)}`,
    )
  })
}

/** How a round stands, in words. */
function standing({ phase, verdict, reason, shortage, members, drawn, endsAt, closedAt }: RoundRecord): string {
  switch (phase) {
    case 'Closed':
      return `${(verdict ?? 'no verdict').toLowerCase()} in block ${closedAt}${reason && reason !== 'Quorum' ? `: ${REASONS[reason]}` : ''}`
    case 'Scheduled':
      return `waits for attestors${shortage ? `: ${shortageText(shortage)}` : ''}`
    default:
      return `${members.length} of ${drawn} attestors, audits until block ${endsAt}`
  }
}

/** Prints the rounds that the chain still has, or one of them with all that is known. @throws AssayError `NO_ROUND` */
export async function tellRounds({
  endpoint,
  round,
  json,
}: Shared & { readonly round: number | undefined }): Promise<void> {
  await withChain({ endpoint, requires: [rounds, workers] }, async (chain) => {
    const found = round === undefined ? await readEntries(chain, rounds) : await oneRound(chain, round)
    const { nameOf, idOf } = createNames(await namedWorkers(chain))
    const listed = found.map(([[id], record]) => ({ id, record })).toSorted((a, b) => a.id - b.id)
    const rows = listed.map(({ id, record }) => [
      String(id),
      record.phase.toLowerCase(),
      nameOf(record.hoster),
      shortHex(record.feed),
      standing(record),
    ])
    const lines = tableLines([['round', 'phase', 'hoster', 'feed', ''], ...rows])
    const notice = listed.map(({ id, record }) => ({
      round: id,
      phase: record.phase,
      hoster: idOf(record.hoster),
      feed: record.feed,
      attestors: record.members.map(({ account }) => idOf(account)),
      endsAt: record.endsAt,
      verdict: record.verdict,
      reason: record.reason,
      shortage: record.shortage,
      magic: record.magic,
    }))
    const details = round === undefined ? [] : listed.flatMap(({ record }) => detailLines(record, nameOf))
    createTell(json)(
      { kind: 'rounds', rounds: notice },
      ...(rows.length > 0 ? lines : ['the chain has no round']),
      ...details,
    )
  })
}

async function oneRound(chain: ChainPort, round: number) {
  const record = await read(chain, rounds, round)
  if (record) return [[[round] as const, record] as const]
  throw new AssayError('NO_ROUND', `expected a round of this chain, got ${round}: there was none, or it is pruned`)
}

const detailLines = ({ members, magic }: RoundRecord, nameOf: (account: Uint8Array) => string): readonly string[] => [
  `attestors: ${members.map(({ account }) => nameOf(account)).join(', ') || 'not drawn yet'}`,
  `random: ${magic ? toHex(magic) : 'not open yet'}`,
]
