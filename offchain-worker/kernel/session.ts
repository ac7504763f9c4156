/**
 * A session on a real mesh and clock: carries a machine's outputs out and the world's inputs in.
 *
 * Owns: the mesh and the timers of one session, and counting the frames that were dropped. Does not own: any rule of a protocol.
 */
import { toHex } from '#types/bytes.ts'
import type { DropReason as MeshDrop } from '../p2p/mesh-interface.ts'
import type { Machine, MachineInput, MachineOutput } from './machine.ts'
import type { NetworkPort, RoleDeps } from './ports.ts'

/** Sees what passes in a session, such as to measure it. Times are milliseconds of the session's clock. */
export interface SessionWatch<Message> {
  /** We said it: to one member, or to all where `to` is undefined. */
  sent(message: Message, to: Uint8Array | undefined, at: number): void
  /** A member said it, and the machine took it. Comes before what the machine makes of it. */
  received(from: Uint8Array, frame: Uint8Array, at: number): void
}

/** @see runSession */
export interface SessionOptions<Phase extends string, Message, Drop extends string, Exit, Fact = never, Note = never> {
  readonly machine: Machine<Phase, Message, Drop, Exit, Fact, Note>
  /** Name and version on the wire, such as `assay/coinflip/1`. */
  readonly protocol: string
  /** The session: the same bytes at every member, other bytes for every other session. */
  readonly id: Uint8Array
  /** Noise keys of all members, our own among them. */
  readonly members: readonly Uint8Array[]
  /** Longest frame sent or taken. */
  readonly maxFrameBytes: number
  /** A message as it goes over the wire. */
  readonly frameOf: (message: Message) => Uint8Array
  /** What people call a session of this kind in logs: `a coinflip`. */
  readonly name: string
  /** Which session it is, in logs. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly watch?: SessionWatch<Message> | undefined
  /** Keeps a note, and calls `kept` once a killed process would find it again. Absent where nothing outlives the process. */
  readonly keep?: (note: Note, kept: () => void) => void
}

/** What a session needs of the world. */
export type SessionDeps = Pick<RoleDeps, 'clock' | 'log'> & { readonly network: Pick<NetworkPort, 'openMesh'> }

/** How many frames were dropped for which reason. Reasons that never came up are not in it. */
export type DropCounts<Drop extends string> = Readonly<Partial<Record<Drop | MeshDrop, number>>>

/** A session under way, or over and still answering the members that are not done. */
export interface Session<Drop extends string, Fact = never> {
  /** Tells the machine a fact that it learns outside of the session. */
  tell(fact: Fact): void
  /** Frames dropped so far, by reason: by the mesh before they were read, and by the machine. */
  dropped(): DropCounts<Drop>
  /** Leaves the session, and logs the drops until then, since a member that is done still hears the others. */
  close(): void
}

class RunningSession<Phase extends string, Message, Drop extends string, Exit, Fact, Note> implements Session<
  Drop,
  Fact
> {
  readonly #options: SessionOptions<Phase, Message, Drop, Exit, Fact, Note>
  readonly #deps: SessionDeps
  readonly #onExit: (exit: Exit) => void
  /** By the machine, by reason. */
  readonly #drops: Record<string, number> = {}
  readonly #mesh: ReturnType<NetworkPort['openMesh']>
  /** Frames that came while the mesh was being opened; `undefined` from the start on. */
  #early: MachineInput<Phase, Fact>[] | undefined = []
  #closed = false
  #cancelTimer = (): void => {}
  #cancelTick = (): void => {}

  constructor(
    options: SessionOptions<Phase, Message, Drop, Exit, Fact, Note>,
    deps: SessionDeps,
    onExit: (exit: Exit) => void,
  ) {
    this.#options = options
    this.#deps = deps
    this.#onExit = onExit
    const { protocol, id, members, maxFrameBytes } = options
    const onMessage = (from: Uint8Array, frame: Uint8Array): void => this.#feed({ kind: 'message', from, frame })
    this.#mesh = deps.network.openMesh({ protocol, id, members, maxFrameBytes, onMessage })
  }

  start(): void {
    const early = this.#early ?? []
    this.#early = undefined
    this.#feed({ kind: 'start' })
    for (const input of early) this.#feed(input)
  }

  tell(fact: Fact): void {
    this.#feed({ kind: 'fact', fact })
  }

  dropped(): DropCounts<Drop> {
    const sum = { ...this.#drops }
    for (const [reason, count] of Object.entries(this.#mesh.dropped()))
      if (count > 0) sum[reason] = (sum[reason] ?? 0) + count
    return sum as DropCounts<Drop>
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#cancelTimers()
    const { name, fields } = this.#options
    this.#deps.log.info({ ...fields, dropped: this.dropped() }, `${name} session was left`)
    this.#mesh.close()
  }

  #feed(input: MachineInput<Phase, Fact>): void {
    if (this.#closed) return
    if (this.#early) return void this.#early.push(input)
    const { machine, watch } = this.#options
    const at = this.#deps.clock.now()
    const outputs = machine.step(input)
    const taken = input.kind === 'message' && outputs.every(({ kind }) => kind !== 'dropped')
    // Before the outputs: an exit among them may ask what was seen.
    if (taken) watch?.received(input.from, input.frame, at)
    for (const output of outputs) this.#carry(output)
  }

  #carry(output: MachineOutput<Phase, Message, Drop, Exit, Note>): void {
    if (this.#closed) return
    const { frameOf, watch } = this.#options
    const { clock } = this.#deps
    switch (output.kind) {
      case 'send':
        watch?.sent(output.message, output.to, clock.now())
        this.#mesh.send(output.to, frameOf(output.message))
        break
      case 'broadcast':
        watch?.sent(output.message, undefined, clock.now())
        this.#mesh.broadcast(frameOf(output.message))
        break
      case 'timer':
        this.#cancelTimer()
        this.#cancelTimer = clock.setTimer(output.ms, () => this.#feed({ kind: 'timeout', phase: output.phase }))
        break
      case 'tick':
        this.#cancelTick()
        this.#cancelTick = clock.setTimer(output.ms, () => this.#feed({ kind: 'tick' }))
        break
      case 'keep':
        this.#keep(output.note)
        break
      case 'dropped':
        this.#drop(output.from, output.reason)
        break
      default:
        this.#cancelTimer()
        this.#onExit(output.exit)
    }
  }

  #keep(note: Note): void {
    const kept = (): void => this.#feed({ kind: 'kept' })
    const { keep } = this.#options
    if (keep) keep(note, kept)
    else kept()
  }

  #drop(from: Uint8Array, reason: Drop): void {
    this.#drops[reason] = (this.#drops[reason] ?? 0) + 1
    const { name, fields } = this.#options
    this.#deps.log.debug({ ...fields, peer: toHex(from), reason }, `${name} frame was dropped`)
  }

  #cancelTimers(): void {
    this.#cancelTimer()
    this.#cancelTick()
  }
}

/** Starts a session. The machine's exit goes to `onExit`, unless the session is closed before. */
export function runSession<Phase extends string, Message, Drop extends string, Exit, Fact = never, Note = never>(
  options: SessionOptions<Phase, Message, Drop, Exit, Fact, Note>,
  deps: SessionDeps,
  onExit: (exit: Exit) => void,
): Session<Drop, Fact> {
  const session = new RunningSession(options, deps, onExit)
  session.start()
  return session
}
