/**
 * An audit over a real connection and clock: carries the state machine's outputs out and the world's inputs in.
 *
 * Owns: the connection and the deadline of one audit. Does not own: what is asked and how it is judged (protocols/audit.ts).
 */
import { messageOf } from '#types/errors.ts'
import type { Audit, AuditInput, AuditOutput, AuditResult } from '../protocols/audit-words.ts'
import type { ReadTrace } from '../protocols/read-habits.ts'
import type { AuditConnection, AuditRequest, RoleDeps } from './ports.ts'

/** Never leaves this process: who has it can tell the drawn chunks from their cover. */
const PLAN_SEED_BYTES = 32

/** How long each step of an audit may take, in milliseconds. */
export interface AuditTimings {
  readonly connectMs: number
  readonly chunkMs: number
  readonly receiptMs: number
}

/** @see runAudit */
export interface AuditRunOptions {
  readonly machine: Audit
  readonly request: Omit<AuditRequest, 'receiptRequest' | 'onReceipt'>
  readonly timings: AuditTimings
  /** Readers seen in the feed's swarm. */
  readonly seen: readonly ReadTrace[]
}

/** @see runAudit */
export interface AuditRunDeps extends Pick<RoleDeps, 'clock' | 'log' | 'randomBytes'> {
  readonly network: Pick<RoleDeps['network'], 'auditFeed'>
}

/** An audit under way. */
export interface AuditRun {
  /** Gives up; no result follows. */
  close(): void
}

/** Starts an audit; `onResult` is called once, when the connection is closed too, unless it is given up before. */
export function runAudit(
  { machine, request, timings, seen }: AuditRunOptions,
  { network, clock, log, randomBytes }: AuditRunDeps,
  onResult: (result: AuditResult) => void,
): AuditRun {
  let connection: AuditConnection | undefined
  let over = false
  let cancelDeadline = (): void => {}
  let cancelPause = (): void => {}

  const hangUp = async (): Promise<void> => {
    over = true
    cancelDeadline()
    cancelPause()
    await connection
      ?.close()
      .catch((error: unknown) => log.warn({ error: messageOf(error) }, 'closing an audit failed'))
  }
  const feed = (input: AuditInput): void => {
    if (over) return
    for (const output of machine.step(input)) carry(output)
  }
  const connect = async (): Promise<void> => {
    try {
      const opened = await network.auditFeed({
        ...request,
        receiptRequest: machine.receiptRequest,
        onReceipt: (bytes) => feed({ kind: 'given', bytes }),
      })
      if (over) return await opened.close()
      connection = opened
      feed({ kind: 'connected', at: clock.now() })
    } catch (error) {
      feed({ kind: 'unreachable', why: messageOf(error) })
    }
  }
  const fetchChunk = async (index: number): Promise<void> => {
    try {
      const block = await connection!.getBlock(index, timings.chunkMs)
      feed({ kind: 'chunk', index, ...block, at: clock.now() })
    } catch (error) {
      feed({ kind: 'lost', index, why: messageOf(error) })
    }
  }
  /** What cannot be proven is left out. */
  const prove = async (indices: readonly number[]): Promise<void> => {
    const proven = await Promise.allSettled(
      indices.map(async (index) => [index, await connection!.prove(index)] as const),
    )
    const siblings = proven.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    feed({ kind: 'proofs', siblings: new Map(siblings) })
  }
  const askReceipt = async (bytes: Uint8Array): Promise<void> => {
    try {
      feed({ kind: 'receipt', bytes: await connection!.requestReceipt(bytes, timings.receiptMs) })
    } catch (error) {
      feed({ kind: 'no-receipt', why: messageOf(error) })
    }
  }
  const carry = (output: AuditOutput): void => {
    if (output.kind === 'connect') void connect()
    else if (output.kind === 'request') void fetchChunk(output.index)
    else if (output.kind === 'prove') void prove(output.indices)
    else if (output.kind === 'ask-receipt') void askReceipt(output.bytes)
    else if (output.kind === 'pause')
      cancelPause = clock.setTimer(output.ms, () => feed({ kind: 'resume', at: clock.now() }))
    else if (output.kind === 'timer') cancelDeadline = clock.setTimer(output.ms, () => feed({ kind: 'deadline' }))
    else void hangUp().then(() => onResult(output.result))
  }
  feed({ kind: 'start', seed: randomBytes(PLAN_SEED_BYTES), seen })
  return {
    close: () => {
      if (!over) void hangUp()
    },
  }
}
