/**
 * A coinflip session on a real mesh and clock: carries the state machine's outputs out and the world's inputs in.
 *
 * Owns: timers and the mesh of one session. Does not own: any rule of the protocol (protocols/coinflip.ts) or what follows from
 * its exit (attestor-duty.ts).
 */
import { toHex } from '#types/bytes.ts'
import { MAX_MESSAGE_BYTES, sessionId, type Session } from '#types/domain/coinflip.ts'
import { COINFLIP_PROTOCOL, frameOf, type DropReason } from '../protocols/coinflip-messages.ts'
import type { Coinflip, CoinflipExit, CoinflipInput, CoinflipOutput } from '../protocols/coinflip.ts'
import type { RoleDeps } from './ports.ts'

/** A session under way, or over and still answering those who are not done. */
export interface CoinflipRun {
  /** Frames dropped so far by the state machine, by reason. */
  dropped(): Readonly<Partial<Record<DropReason, number>>>
  /** Leaves the session. */
  close(): void
}

/** Starts a session; `onExit` is called once, unless it is closed before. */
export function runCoinflip(
  { machine, session }: { readonly machine: Coinflip; readonly session: Session },
  { network, clock, log }: Pick<RoleDeps, 'network' | 'clock' | 'log'>,
  onExit: (exit: CoinflipExit) => void,
): CoinflipRun {
  const drops: Partial<Record<DropReason, number>> = {}
  const early: CoinflipInput[] = []
  let started = false
  let closed = false
  let cancelPhase = (): void => {}
  let cancelTick = (): void => {}

  const feed = (input: CoinflipInput): void => {
    if (closed) return
    if (!started) return void early.push(input)
    for (const output of machine.step(input)) carry(output)
  }
  const carry = (output: CoinflipOutput): void => {
    if (closed) return
    switch (output.kind) {
      case 'send':
        mesh.send(output.to, frameOf(output.message))
        break
      case 'broadcast':
        mesh.broadcast(frameOf(output.message))
        break
      case 'timer':
        cancelPhase()
        cancelPhase = clock.setTimer(output.ms, () => feed({ kind: 'timeout', phase: output.phase }))
        break
      case 'tick':
        cancelTick = clock.setTimer(output.ms, () => feed({ kind: 'tick' }))
        break
      case 'dropped':
        drops[output.reason] = (drops[output.reason] ?? 0) + 1
        log.debug(
          { round: session.round, peer: toHex(output.from), reason: output.reason },
          'a coinflip frame was dropped',
        )
        break
      default:
        cancelPhase()
        cancelTick()
        onExit(output.exit)
    }
  }
  const mesh = network.openMesh({
    protocol: COINFLIP_PROTOCOL,
    id: sessionId(session),
    members: session.members,
    maxFrameBytes: MAX_MESSAGE_BYTES,
    onMessage: (from, frame) => feed({ kind: 'message', from, frame }),
  })
  started = true
  feed({ kind: 'start' })
  for (const input of early.splice(0)) feed(input)
  return {
    dropped: () => ({ ...drops }),
    close: () => {
      if (closed) return
      closed = true
      cancelPhase()
      cancelTick()
      mesh.close()
    },
  }
}
