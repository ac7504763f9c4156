/**
 * One round of a devnet, from the request to its verdict.
 *
 * Owns: asking for the round, the scenario's part in it, and the wait. Does not own: sentences (round-story.ts) or
 * processes (parts.ts).
 */
import { fromHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { attestationCalls, Order, Vote } from '#types/domain/attestation/attestation.ts'
import { RoundRecord, type VerdictName } from '#types/domain/attestation/round.ts'
import { AccountId } from '#types/scale/account.ts'
import { u32 } from '#types/scale/primitives.ts'
import { AssayError } from '#types/errors.ts'
import { connectChain } from '#chain/api/connect.ts'
import { callOf, encodeCall, readAt, readEntries, storageOf } from '#chain/api/descriptors.ts'
import type { ChainPort, FinalizedBlock } from '#chain/api/chain-port.ts'
import { systemClock } from '#types/clock.ts'
import { silentLog } from '#types/log.ts'
import type { Notice } from '#worker/terminal/output.ts'
import type { DevnetOptions, TellStep } from '#worker/devnet/devnet.ts'
import type { Child } from '#worker/devnet/child.ts'
import { HOSTER, type Parts } from '#worker/devnet/parts.ts'
import { performanceSteps } from './performance.ts'
import { createNameOf, createRoundStory } from './story.ts'

export interface PlayOptions extends Pick<DevnetOptions, 'scenario' | 'blockTimeMs'> {
  readonly parts: Parts
  readonly tell: TellStep
  /** Ends the wait, which throws then: nothing of it is left. */
  readonly signal: AbortSignal
}

export interface RoundResult {
  readonly round: number
  readonly verdict: VerdictName
  /** The shared number; absent where no report opened it. */
  readonly magic: Uint8Array | undefined
  readonly paid: readonly { readonly who: string; readonly amount: bigint }[]
}

const REQUESTER = '//Alice'
/** An inconclusive round is drawn again; even so it is over after this many blocks. */
const ROUND_DEADLINE_BLOCKS = 240

const requestRound = callOf('Attestation', 'requestRound', attestationCalls.requestRound)
const orders = storageOf('Attestation', 'Orders', [u32], Order)
const rounds = storageOf('Attestation', 'Rounds', [u32], RoundRecord)
const votes = storageOf('Attestation', 'Votes', [u32, AccountId], Vote)

/** Requests a round, plays the scenario's part in it, and waits until its order is through. */
export async function playRound({ parts, tell, scenario, blockTimeMs, signal }: PlayOptions): Promise<RoundResult> {
  const requester = keypairFromSuri(REQUESTER)
  const client = await connectChain(
    { endpoint: parts.endpoint, keypair: requester, signal },
    { clock: systemClock, random: Math.random, log: silentLog },
  )
  try {
    const hoster = keypairFromSuri(HOSTER.suri).accountId
    // Its death must not be a race against the coinflip: it is gone before the round is asked for.
    if (scenario.losesAttestor) await kill(parts.attestors[0]!, tell)
    const watched = watchRound({ client, parts, tell, scenario, blockTimeMs, signal })
    watched.catch(() => undefined)
    tell('devnet', { kind: 'requesting' }, `${REQUESTER} pays for a round on the hoster`)
    const outcome = await client.submit(
      'devnet/request-round',
      encodeCall(requestRound, { hoster, feed: fromHex(parts.feed) }),
    )
    if (outcome.kind !== 'included')
      throw new AssayError('ROUND_REFUSED', `expected the round's request in a block, got ${JSON.stringify(outcome)}`)
    return await watched
  } finally {
    await client.close()
  }
}

function kill(victim: Child, tell: TellStep): Promise<void> {
  tell('devnet', { kind: 'killed', name: victim.name }, `${victim.name} is killed (SIGKILL)`, 'bad')
  return victim.stop('SIGKILL')
}

/** What members voted in the session before a restart: the event names who was dropped, the votes tell in which phase. */
async function tellOffline(client: ChainPort, at: Uint8Array, notice: Notice, tell: TellStep): Promise<void> {
  const [round, attempt] = [Number(notice['round']), Number(notice['attempt']) - 1]
  const phases = (await readEntries(client, votes, at)).flatMap(([[voted], vote]) =>
    voted === round && vote.attempt === attempt && vote.outcome.tag === 'Offline' ? [vote.outcome.value.phase] : [],
  )
  for (const phase of new Set(phases)) {
    const count = phases.filter((other) => other === phase).length
    const values = { kind: 'offline-votes', round, attempt, phase, votes: count }
    tell('chain', values, `${count} members had voted in attempt ${attempt}: somebody is offline in ${phase}`, 'quiet')
  }
}

interface WatchOptions extends PlayOptions {
  readonly client: ChainPort
}

/** Follows finalized blocks until the order's last round closed. */
async function watchRound({ client, parts, tell, scenario, blockTimeMs, signal }: WatchOptions): Promise<RoundResult> {
  signal.throwIfAborted()
  const nameOf = createNameOf(parts.accounts)
  const story = createRoundStory(nameOf)
  const paid: { who: string; amount: bigint }[] = []
  const first = parts.attestors[0]
  let victim = scenario.killsAttestor ? first : undefined
  return new Promise((resolve, reject) => {
    const giveUp = (code: string, expected: string): void => {
      clearTimeout(deadline)
      reject(new AssayError(code, `expected ${expected}`))
    }
    const deadline = setTimeout(
      () => giveUp('ROUND_OVERDUE', `a verdict within ${ROUND_DEADLINE_BLOCKS} blocks, got none`),
      ROUND_DEADLINE_BLOCKS * blockTimeMs,
    )
    signal.addEventListener('abort', () => giveUp('ROUND_STOPPED', 'a verdict, the devnet was stopped before'))
    const onBlock = async (block: FinalizedBlock): Promise<void> => {
      for (const { notice, sentence, tone } of story.onBlock(block)) {
        tell('chain', notice, sentence, tone)
        if (notice.kind === 'paid') paid.push({ who: String(notice['who']), amount: notice['amount'] as bigint })
        if (notice.kind === 'coinflip-agreed' && victim) {
          void kill(victim, tell)
          victim = undefined
        }
        if (notice.kind === 'coinflip-restarted') await tellOffline(client, block.hash, notice, tell)
      }
      const closing = story.closing()
      if (!closing) return
      const record = await readAt(client, block.hash, rounds, closing.round)
      // An inconclusive round is drawn again: the order stays until there is a verdict or no redraw is left.
      if (!record || (await readAt(client, block.hash, orders, record.order))) return
      const measured = await performanceSteps(client, block.hash, { id: closing.round, record, nameOf })
      for (const step of measured) tell('chain', step.notice, step.sentence, step.tone)
      clearTimeout(deadline)
      resolve({ ...closing, magic: record.magic, paid })
    }
    client.follow(onBlock).done.catch(reject)
  })
}
