/**
 * A coinflip's session on a real mesh and clock.
 *
 * Owns: the coinflip's part: the protocol's name, frames, words for logs. Does not own: running a session, which the kernel does.
 */
import {
  MAX_MESSAGE_BYTES,
  sessionId,
  type CoinflipMessage,
  type Session as CoinflipSession,
} from '#types/domain/coinflip/coinflip.ts'
import { runSession, type Session, type SessionDeps, type SessionWatch } from '#worker/kernel/session.ts'
import type { FrameWatch } from '../protocol/benchmark.ts'
import { COINFLIP_PROTOCOL, frameOf, type DropReason } from '../protocol/messages.ts'
import type { Coinflip, CoinflipExit, CoinflipFact, CoinflipNote } from '../protocol/terms.ts'

/** A session that runs, or that is over and still answers unfinished members. */
export type CoinflipRun = Session<DropReason, CoinflipFact>

/** @see runCoinflip */
interface CoinflipRunOptions {
  readonly machine: Coinflip
  readonly session: CoinflipSession
  /** Sees sent and accepted frames. */
  readonly watch?: FrameWatch
  /** @see SessionOptions */
  readonly keep?: (note: CoinflipNote, kept: () => void) => void
}

/** Starts a session. `onExit` gets its exit, unless the session is closed before. */
export function runCoinflip(
  { machine, session, watch, keep }: CoinflipRunOptions,
  deps: SessionDeps,
  onExit: (exit: CoinflipExit) => void,
): CoinflipRun {
  const { round, attempt, members } = session
  const wire = {
    protocol: COINFLIP_PROTOCOL,
    id: sessionId(session),
    members,
    maxFrameBytes: MAX_MESSAGE_BYTES,
    frameOf,
  }
  const words = { name: 'a coinflip', fields: { round, attempt } }
  const kept = keep && { keep }
  return runSession({ machine, ...wire, ...words, ...kept, watch: watch && watchOf(watch) }, deps, onExit)
}

const watchOf = (watch: FrameWatch): SessionWatch<CoinflipMessage> => ({
  sent: ({ payload }, to, at) => watch.sent(payload.tag, to, at),
  received: (from, frame, at) => watch.received(from, frame, at),
})
