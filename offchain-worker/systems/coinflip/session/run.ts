/**
 * A coinflip session on a real mesh and clock: carries the state machine's outputs out and the world's inputs in.
 *
 * Owns: timers and the mesh of one session. Does not own: any rule of the protocol (protocols/coinflip.ts) or what follows from
 * its exit (attestor-duty.ts).
 */
import { toHex } from '#types/bytes.ts'
import { MAX_MESSAGE_BYTES, sessionId, type Session } from '#types/domain/coinflip/coinflip.ts'
import type { FrameWatch } from '../protocol/benchmark.ts'
import { COINFLIP_PROTOCOL, frameOf, type DropReason } from '../protocol/messages.ts'
import type { Coinflip, CoinflipExit, CoinflipInput, CoinflipOutput } from '../protocol/terms.ts'
import type { DropReason as MeshDropReason } from '#worker/p2p/mesh-interface.ts'
import type { NetworkPort, RoleDeps } from '#worker/kernel/ports.ts'

/** A session under way, or over and still answering those who are not done. */
export interface CoinflipRun {
  /** Frames dropped so far, by reason: by the mesh before they were read, and by the state machine. */
  dropped(): DropCounts
  /** Leaves the session, and logs the drops until then, since a member also hears those who are not done. */
  close(): void
}

/** How many frames were dropped for which reason. Reasons that never came up are not in it. */
export type DropCounts = Readonly<Partial<Record<DropReason | MeshDropReason, number>>>

/** Starts a session; `onExit` is called once, unless it is closed before. `watch` sees what is said and what is taken. */
export function runCoinflip(
  { machine, session, watch }: { readonly machine: Coinflip; readonly session: Session; readonly watch?: FrameWatch },
  { network, clock, log }: Pick<RoleDeps, 'clock' | 'log'> & { readonly network: Pick<NetworkPort, 'openMesh'> },
  onExit: (exit: CoinflipExit) => void,
): CoinflipRun {
  const drops: Partial<Record<DropReason, number>> = {}
  const dropped = (): DropCounts => addDrops(drops, mesh.dropped())
  const early: CoinflipInput[] = []
  let started = false
  let closed = false
  let cancelPhase = (): void => {}
  let cancelTick = (): void => {}

  const feed = (input: CoinflipInput): void => {
    if (closed) return
    if (!started) return void early.push(input)
    const at = clock.now()
    const outputs = machine.step(input)
    const taken = input.kind === 'message' && outputs.every(({ kind }) => kind !== 'dropped')
    // Before the outputs: an exit among them may ask what was seen.
    if (taken) watch?.received(input.from, input.frame, at)
    for (const output of outputs) carry(output)
  }
  const carry = (output: CoinflipOutput): void => {
    if (closed) return
    switch (output.kind) {
      case 'send':
        watch?.sent(output.message.payload.tag, output.to, clock.now())
        mesh.send(output.to, frameOf(output.message))
        break
      case 'broadcast':
        watch?.sent(output.message.payload.tag, undefined, clock.now())
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
    dropped,
    close: () => {
      if (closed) return
      closed = true
      cancelPhase()
      cancelTick()
      log.info({ round: session.round, attempt: session.attempt, dropped: dropped() }, 'a coinflip session was left')
      mesh.close()
    },
  }
}

const addDrops = (...counts: readonly DropCounts[]): DropCounts => {
  const sum: Record<string, number> = {}
  for (const each of counts)
    for (const [reason, count] of Object.entries(each)) if (count > 0) sum[reason] = (sum[reason] ?? 0) + count
  return sum
}
