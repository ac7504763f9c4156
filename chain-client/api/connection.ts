/**
 * A connection to a node that opens one session after another, with growing pauses between failed attempts.
 *
 * Owns: reconnecting, waiting for a session, and the errors that no reconnecting can cure. Does not own: the inside of
 * a session.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { type Clock } from '#types/clock.ts'
import { createStop, createWake, sleep, type Wake } from './waiting.ts'
import type { Log } from '#types/log.ts'
import { closed, isPassing, unreachable } from './rpc-error.ts'
import type { Session } from './session.ts'

const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 15_000
/** A session that lived this long was a good one: after it the pauses start from the shortest again. */
const GOOD_SESSION_MS = 5_000

export interface ConnectionOptions {
  readonly endpoint: string
  /** Attempts in a row that may fail before the client gives up. Unbounded by default. */
  readonly maxAttempts?: number | undefined
  /** How long a request waits for a session, in milliseconds. */
  readonly waitMs: number
}

export interface ConnectionDeps {
  /** Opens a session. The session fires `wake` for its finalized blocks. */
  open(wake: Wake): Promise<Session>
  /** Throws if the session is of the wrong chain. This error ends the client. */
  admit(session: Session): void
  readonly clock: Clock
  /** At least 0 and less than 1. Spreads the clients of one node, so that they do not all reconnect at once. */
  readonly random: () => number
  readonly log: Log
}

export interface Connection {
  /** Fires on every finalized block, every new session, and when the client fails for good. */
  readonly wake: Wake
  /** How many sessions have been opened so far. */
  readonly sessions: number
  /**
   * Waits for a session, for at most `ms` (`waitMs` by default).
   * @throws AssayError `CHAIN_UNREACHABLE`, or the error that ended the client.
   */
  session(ms?: number): Promise<Session>
  /**
   * Runs `use` with a session. If the connection breaks, runs it again with the next session, until `waitMs` have
   * passed.
   */
  retrying<T>(use: (session: Session) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * The pause before attempt `attempt` (0 for the first repetition), in milliseconds. It doubles each time; half of it is
 * random.
 */
export const pauseMs = (attempt: number, random: () => number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 20)) * (0.5 + random() / 2)

/** @throws AssayError `OTHER_CHAIN` if the node's chain is not the chain of this worker's data. */
export function checkGenesis(expected: Uint8Array, got: Uint8Array, endpoint: string): void {
  if (equalBytes(expected, got)) return
  throw new AssayError(
    'OTHER_CHAIN',
    `expected the chain with genesis ${toHex(expected)} at ${endpoint}, got the one with ${toHex(got)}: connect to the ` +
      `first, or give this worker another data folder`,
    { endpoint, expected: toHex(expected), got: toHex(got) },
  )
}

/** Starts connecting. Throws nothing itself: {@link Connection.session} throws the errors. */
export function openConnection(options: ConnectionOptions, deps: ConnectionDeps): Connection {
  const { clock, log } = deps
  const closing = createStop()
  const wake = createWake(clock)
  let current: Session | undefined
  let sessions = 0
  let fatal: unknown

  async function serve(session: Session): Promise<void> {
    try {
      deps.admit(session)
      current = session
      sessions++
      wake.fire()
      const reason = await session.ended
      if (!closing.signal.aborted) log.warn({ endpoint: options.endpoint, reason }, 'session ended, connecting again')
    } finally {
      current = undefined
      await session.close()
    }
  }

  async function run(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; failures++) {
      const start = clock.now()
      try {
        await serve(await deps.open(wake))
        if (clock.now() - start > GOOD_SESSION_MS) failures = 0
      } catch (thrown) {
        if (!isPassing(thrown)) throw thrown
        if (failures + 1 >= (options.maxAttempts ?? Infinity)) throw thrown
        log.debug({ endpoint: options.endpoint, error: messageOf(thrown) }, 'no session yet')
      }
      await sleep(clock, pauseMs(failures, deps.random), closing.signal)
    }
  }

  const running = run().catch((thrown: unknown) => {
    fatal = thrown
    wake.fire()
  })

  async function sessionUntil(deadline: number, ms: number): Promise<Session> {
    for (;;) {
      const seen = wake.count
      if (closing.signal.aborted) throw closed()
      if (fatal !== undefined) throw fatal
      if (current) return current
      const left = deadline - clock.now()
      if (left <= 0) throw unreachable(options.endpoint, `a session (waited ${ms} ms)`)
      await wake.after(seen, left, closing.signal)
    }
  }

  return {
    wake,
    get sessions() {
      return sessions
    },
    session: (ms = options.waitMs) => sessionUntil(clock.now() + ms, ms),
    async retrying(use) {
      const deadline = clock.now() + options.waitMs
      for (;;) {
        const used = await sessionUntil(deadline, options.waitMs)
        try {
          return await use(used)
        } catch (thrown) {
          const isLost = thrown instanceof AssayError && thrown.code === 'CHAIN_UNREACHABLE'
          if (!isLost || clock.now() >= deadline) throw thrown
          // A session ends a moment after its requests have failed.
          await sleep(clock, FIRST_PAUSE_MS / 2, closing.signal)
        }
      }
    },
    async close() {
      closing.abort()
      await current?.close()
      await running
    },
  }
}
