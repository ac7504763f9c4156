/**
 * One member of `assay coinflip`: a process with its own identity, which takes the seats that the command assigns.
 *
 * Owns: its key, its number for each session, and telling how sessions end. Does not own: which attempts there are. It keeps
 * nothing on disk: a killed member is gone, and its session goes on without it.
 */
import { randomBytes } from 'node:crypto'
import { equalBytes, fromHex, toHex, u32le, utf8 } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { blake2b256, blake2b256Of } from '#types/crypto/hash.ts'
import { AssayError } from '#types/errors.ts'
import { createLog, type LogLevel } from '#worker/terminal/logging.ts'
import { closeInTime, untilStopped } from '#worker/terminal/lifecycle.ts'
import { createOpened, type Opened } from '#worker/terminal/opened.ts'
import { createTell, type Tell } from '#worker/terminal/output.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { noiseKeyPair, signWithNoiseKey, type NoiseKeyPair } from '#worker/p2p/identity.ts'
import { openMesh } from '#worker/p2p/mesh.ts'
import type { Mesh, MeshOptions } from '#worker/p2p/mesh-interface.ts'
import { createPeerNetwork, type PeerNetwork } from '#worker/p2p/network.ts'
import { createCoinflip } from '../protocol/coinflip.ts'
import type { Coinflip, CoinflipOptions } from '../protocol/terms.ts'
import { appealOf, factsOf } from '../protocol/appeals.ts'
import { runCoinflip } from '../session/run.ts'
import type { Log } from '#types/log.ts'
import type { FaultName } from '../protocol/faults.ts'
import { createStopwatch, type Stopwatch } from './stopwatch.ts'
import {
  attemptIn,
  callNotice,
  exitNotice,
  isOrder,
  metKind,
  sessionIn,
  type Assignment,
  type BlockNews,
  type Meeting,
} from './channel.ts'

export interface MemberOptions {
  readonly bootstrap: readonly DhtAddress[]
  /** How long it tries to reach the DHT, which may answer late where many members start at once. Milliseconds. */
  readonly joinWithinMs: number
  readonly fault: FaultName | undefined
  readonly logLevel: LogLevel
}

const NUMBER_BYTES = 32
/** Name of the protocol of meetings, which carries no messages. */
const MEETING_PROTOCOL = 'assay/coinflip-meeting/1'
/** Replaces the hash of an attestor's audit key, because nobody audits here. */
const NO_AUDIT_KEY = blake2b256(utf8('assay/coinflip/no audit key'))

const bytesOf = (count: number): Uint8Array => new Uint8Array(randomBytes(count))

/**
 * Runs a member until its parent stops it or is gone.
 * @throws AssayError `NO_PARENT` where no parent process can give it a session; the errors of the network
 */
export async function runMember(options: MemberOptions): Promise<void> {
  if (!process.send)
    throw new AssayError('NO_PARENT', 'expected to be started by `assay coinflip`, got no channel to it')
  const opened = createOpened()
  const stopped = untilStopped()
  let isStopped = false
  void stopped.then(() => (isStopped = true))
  try {
    await openMember(options, opened, () => isStopped)
    await stopped
  } finally {
    await closeInTime(() => opened.close())
  }
}

async function openMember(options: MemberOptions, opened: Opened, isStopped: () => boolean): Promise<void> {
  const { bootstrap, joinWithinMs, fault, logLevel } = options
  const keyPair = noiseKeyPair(bytesOf(NUMBER_BYTES))
  const log = createLog(logLevel, { worker: 'coinflip' })
  const tell = createTell(true)
  const createMember = fault ? (await import('../protocol/faulty-member.ts')).coinflipWithFault(fault) : createCoinflip
  const joining = createPeerNetwork(
    { bootstrap, keyPair, deadlineMs: joinWithinMs },
    { clock: systemClock, log, isStopped },
  )
  const network = opened.add(await joining, (part) => part.close())
  let seat: TakenSeat | undefined
  let meeting: Mesh | undefined
  const onMessage = (message: unknown): void => {
    if (!isOrder(message)) return
    if (message.kind === 'meet') {
      // Open the new mesh before closing the old one, so that their connections are kept.
      const before = meeting
      meeting = meet(message, { network, log, tell })
      before?.close()
      return
    }
    if (message.kind === 'block') return seat?.onBlock(message)
    seat?.close()
    seat = takeSeat(message, { keyPair, network, createMember, log, tell })
  }
  process.on('message', onMessage)
  opened.add(onMessage, async (listener) => {
    process.removeListener('message', listener)
    seat?.close()
    meeting?.close()
  })
  tell({ kind: 'member', key: network.publicKey }, '')
}

interface SeatDeps {
  readonly keyPair: NoiseKeyPair
  readonly network: PeerNetwork
  readonly createMember: (options: CoinflipOptions) => Coinflip
  readonly log: Log
  readonly tell: Tell
}

/**
 * Connects to all members of a meeting, before any session. Processes that start at once on one machine take long to connect, and
 * that must not count as absence. The connections serve all attempts.
 */
function meet({ context, members }: Meeting, { network, log, tell }: Pick<SeatDeps, 'network' | 'log' | 'tell'>): Mesh {
  const come = new Set<string>()
  const onPeer = (publicKey: Uint8Array): void => {
    come.add(toHex(publicKey))
    if (come.size === members.length - 1) tell({ kind: metKind(members.length) }, '')
  }
  const options: MeshOptions = {
    protocol: MEETING_PROTOCOL,
    id: blake2b256Of(fromHex(context), u32le(members.length)),
    members: members.map(fromHex),
    maxFrameBytes: 0,
    onMessage: () => undefined,
    onPeer,
  }
  return openMesh(network, options, { clock: systemClock, log, randomBytes: bytesOf })
}

/** A member's seat in a session. */
interface TakenSeat {
  /** The arbiter has another block. */
  onBlock(news: BlockNews): void
  close(): void
}

/** Plays one session. After its exit it still answers unfinished members, until the next session or the end. */
function takeSeat(assignment: Assignment, { keyPair, network, createMember, log, tell }: SeatDeps): TakenSeat {
  const session = sessionIn(assignment)
  const { attempt, timeouts } = assignment
  const onPhase = (phase: string): void => tell({ kind: 'phase', attempt, phase }, '')
  const watch = createStopwatch({ others: session.members.length - 1, onPhase }, systemClock)
  const machine = watch.of(
    createMember({
      session,
      self: network.publicKey,
      value: bytesOf(NUMBER_BYTES),
      auditKeyHash: NO_AUDIT_KEY,
      timeouts,
      sign: (digest) => signWithNoiseKey(keyPair, digest),
    }),
  )
  const deps = { network: watchedNetwork(network, watch, log), clock: systemClock, log }
  let hasNumber = false
  const run = runCoinflip({ machine, session }, deps, (exit) => {
    hasNumber = true
    tell({ kind: 'exit', attempt, ...exitNotice(exit, machine.held.lies), timings: watch.read() }, '')
  })
  const self = session.members.findIndex((key) => equalBytes(key, network.publicKey))
  const say = (call: Parameters<typeof callNotice>[0]): void =>
    tell({ kind: 'call', attempt, call: callNotice(call) }, '')
  return {
    onBlock(news) {
      if (news.attempt !== attempt) return
      const { attempt: seen, agreedAt } = attemptIn(news, session)
      for (const fact of factsOf(seen)) run.tell(fact)
      const { held } = machine
      for (const evidence of held.lies) say({ kind: 'evidence', evidence })
      const appeal = appealOf({ attempt: seen, self, held, hasNumber, agreedAt })
      if (appeal) say(appeal)
    },
    close: () => run.close(),
  }
}

/** The network, which also tells the stopwatch of each connected peer. */
const watchedNetwork = (
  network: PeerNetwork,
  watch: Stopwatch,
  log: Log,
): Parameters<typeof runCoinflip>[1]['network'] => ({
  openMesh: (options) =>
    openMesh(network, { ...options, onPeer: watch.onPeer }, { clock: systemClock, log, randomBytes: bytesOf }),
})
