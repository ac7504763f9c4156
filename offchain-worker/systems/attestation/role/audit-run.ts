/**
 * Runs an audit over real connections and a clock: it carries the state machine's outputs out and the world's inputs in.
 *
 * Owns: the connections, one after the other, and the timers of one audit. Does not own: what an auditor asks and how it judges.
 */
import { messageOf } from '#types/errors.ts'
import type { Audit, AuditInput, AuditOutput, AuditResult, VisitInput } from '../protocol/terms.ts'
import type { ReadTrace } from '#worker/systems/hosting/protocol/read-habits.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'
import type { AuditConnection, AuditRequest, FeedClient } from '#worker/systems/hosting/ports.ts'

/** The seed never leaves this process: with it, a hoster could tell the drawn chunks from their cover. */
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
  readonly request: Omit<AuditRequest, 'seed' | 'receiptRequest' | 'onReceipt'>
  /** A seed of 32 bytes for each visit's single-use identity. */
  readonly seeds: readonly Uint8Array[]
  readonly timings: AuditTimings
  /** Readers seen in the feed's swarm. */
  readonly seen: readonly ReadTrace[]
}

/** @see runAudit */
export interface AuditRunDeps extends Pick<RoleDeps, 'clock' | 'log' | 'randomBytes'> {
  readonly feeds: Pick<FeedClient, 'auditFeed'>
}

/** An audit under way. */
export interface AuditRun {
  /** Gives up. No result follows, unless the audit had one already. */
  close(): void
}

/** Starts an audit. It calls `onResult` once, when its connections are closed too, unless it is given up before. */
export function runAudit(
  { machine, request, seeds, timings, seen }: AuditRunOptions,
  { feeds, clock, log, randomBytes }: AuditRunDeps,
  onResult: (result: AuditResult) => void,
): AuditRun {
  let connection: AuditConnection | undefined
  let current = -1
  let over = false
  const cancelTimers: (() => void)[] = []
  let cancelPause = (): void => {}

  const hangUps: Promise<void>[] = []
  /** Only the end of the audit waits until a connection is closed; the slot goes on. */
  const hangUp = (): void => {
    const closed = connection?.close()
    connection = undefined
    if (!closed) return
    hangUps.push(closed.catch((error: unknown) => log.warn({ error: messageOf(error) }, 'closing an audit failed')))
  }
  const end = async (): Promise<void> => {
    over = true
    for (const cancel of cancelTimers) cancel()
    cancelPause()
    hangUp()
    await Promise.all(hangUps)
  }
  const feed = (input: AuditInput): void => {
    if (over) return
    for (const output of machine.step(input)) carry(output)
  }
  /** What comes of a visit counts only while that visit is under way. */
  const tell = (visit: number, input: VisitInput): void => {
    if (visit === current) feed(input)
  }
  const come = async (visit: number, receiptRequest: Uint8Array): Promise<void> => {
    current = visit
    hangUp()
    try {
      const onReceipt = (bytes: Uint8Array): void => tell(visit, { kind: 'given', bytes })
      const opened = await feeds.auditFeed({ ...request, seed: seeds[visit]!, receiptRequest, onReceipt })
      if (over) return await opened.close()
      connection = opened
      tell(visit, { kind: 'connected', at: clock.now() })
    } catch (error) {
      tell(visit, { kind: 'unreachable', why: messageOf(error) })
    }
  }
  const fetchChunk = async (visit: number, index: number): Promise<void> => {
    try {
      const block = await connection!.getBlock(index, timings.chunkMs)
      tell(visit, { kind: 'chunk', index, ...block, at: clock.now() })
    } catch (error) {
      tell(visit, { kind: 'lost', index, why: messageOf(error) })
    }
  }
  /** Leaves out the chunks that cannot be proven. */
  const prove = async (visit: number, indices: readonly number[]): Promise<void> => {
    const proven = await Promise.allSettled(
      indices.map(async (index) => [index, await connection!.prove(index)] as const),
    )
    const siblings = proven.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    tell(visit, { kind: 'proofs', siblings: new Map(siblings) })
  }
  const askReceipt = async (visit: number, bytes: Uint8Array): Promise<void> => {
    try {
      tell(visit, { kind: 'receipt', bytes: await connection!.requestReceipt(bytes, timings.receiptMs) })
    } catch (error) {
      tell(visit, { kind: 'no-receipt', why: messageOf(error) })
    }
  }
  const carry = (output: AuditOutput): void => {
    if (output.kind === 'connect') void come(output.visit, output.receiptRequest)
    else if (output.kind === 'request') void fetchChunk(current, output.index)
    else if (output.kind === 'prove') void prove(current, output.indices)
    else if (output.kind === 'ask-receipt') void askReceipt(current, output.bytes)
    else if (output.kind === 'pause')
      cancelPause = clock.setTimer(output.ms, () => feed({ kind: 'resume', at: clock.now() }))
    else if (output.kind === 'timer') cancelTimers.push(clock.setTimer(output.ms, () => feed(output.input)))
    else void end().then(() => onResult(output.result))
  }
  feed({ kind: 'start', seed: randomBytes(PLAN_SEED_BYTES), seen })
  return {
    close: () => {
      if (!over) void end()
    },
  }
}
