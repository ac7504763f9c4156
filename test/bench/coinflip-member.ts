/**
 * One process of the coinflip's measurement: it makes a coinflip, and three bare broadcasts to all, over the same open
 * mesh.
 *
 * Owns: one member's part in both, timed by its own clock. Does not own: their start.
 */
import { randomBytes } from 'node:crypto'
import { fromHex, toHex } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { verifyEd25519 } from '#types/crypto/signature.ts'
import { MAX_MESSAGE_BYTES, sessionId, type Session } from '#types/domain/coinflip/coinflip.ts'
import { silentLog } from '#types/log.ts'
import { createStopwatch } from '#worker/systems/coinflip/standalone/stopwatch.ts'
import type { MemberTimings } from '#worker/systems/coinflip/standalone/channel.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { noiseKeyPair, signWithNoiseKey } from '#worker/p2p/identity.ts'
import { openMesh } from '#worker/p2p/mesh.ts'
import type { Mesh, MeshOptions } from '#worker/p2p/mesh-interface.ts'
import { createPeerNetwork } from '#worker/p2p/network.ts'
import { COINFLIP_PROTOCOL, frameOf } from '#worker/systems/coinflip/protocol/messages.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Coinflip } from '#worker/systems/coinflip/protocol/terms.ts'
import { runCoinflip, type CoinflipRun } from '#worker/systems/coinflip/session/run.ts'
import { timeoutsWithin } from '#worker/systems/coinflip/session/timing.ts'

/** An order to a member. */
export type Order =
  /** Connect to all; answered by `met`. */
  | { readonly kind: 'meet'; readonly members: readonly string[] }
  /** Open the mesh of a session; answered by `open`. */
  | { readonly kind: 'open'; readonly attempt: number }
  /** Flip the coin on that mesh; answered by `flipped`. */
  | { readonly kind: 'flip' }
  /** One broadcast of each size, each when all of the one before has come; answered by `heard`. */
  | {
      readonly kind: 'broadcast'
      readonly run: number
      readonly sizes: readonly number[]
      /** Whether each frame carries a signature that its receivers verify. */
      readonly signed: boolean
    }

/** An answer of a member. Times are milliseconds from the order. */
export type Answer =
  | { readonly kind: 'ready'; readonly key: string }
  | { readonly kind: 'met' | 'open' }
  | {
      readonly kind: 'flipped'
      readonly ms: number
      readonly magic: string
      readonly timings: MemberTimings
      /** Longest frame of COMMIT, ECHO and REVEAL. */
      readonly sizes: readonly number[]
    }
  | { readonly kind: 'heard'; readonly ms: number }

type Seen = (from: Uint8Array, frame: Uint8Array) => void

const WINDOW_MS = 60_000
const BROADCASTS = 'assay/bench/broadcasts/1'
const CONTEXT = new Uint8Array(32)
/** Of a broadcast: run, step, whether it is signed; then the signature. */
const HEADER_BYTES = 3
const SIGNATURE_BYTES = 64
const MEASURED = ['Commit', 'Echo', 'Reveal'] as const

const bytesOf = (count: number): Uint8Array => new Uint8Array(randomBytes(count))
const answer = (message: Answer): void => void process.send!(message)

const [bootstrapText] = process.argv.slice(2)
const bootstrap = JSON.parse(bootstrapText!) as readonly DhtAddress[]
const keyPair = noiseKeyPair(bytesOf(32))
const network = await createPeerNetwork({ bootstrap, keyPair }, { clock: systemClock, log: silentLog })

let members: readonly Uint8Array[] = []
let broadcasts: Mesh | undefined
/** Frames heard of each step of the broadcasts, by run and step. */
const heard = new Map<string, number>()
let onHeard = (): void => undefined

let session: Session | undefined
let mesh: Mesh | undefined
let listener: Seen | undefined
let early: Parameters<Seen>[] = []
let seat: CoinflipRun | undefined

/** A mesh, and when it is open to all. */
function meshOf(options: Pick<MeshOptions, 'protocol' | 'id' | 'onMessage'>, onOpen: () => void): Mesh {
  const up = new Set<string>()
  const onPeer = (publicKey: Uint8Array): void => {
    up.add(toHex(publicKey))
    if (up.size === members.length - 1) onOpen()
  }
  const deps = { clock: systemClock, log: silentLog, randomBytes: bytesOf }
  return openMesh(network, { ...options, members, maxFrameBytes: MAX_MESSAGE_BYTES, onPeer }, deps)
}

function meet(): void {
  const onMessage: Seen = (from, frame) => {
    if (frame[2] === 1 && !isSigned(from, frame)) throw new Error('expected a signed frame, got a forged one')
    const step = `${frame[0]} ${frame[1]}`
    heard.set(step, (heard.get(step) ?? 0) + 1)
    onHeard()
  }
  broadcasts = meshOf({ protocol: BROADCASTS, id: CONTEXT, onMessage }, () => answer({ kind: 'met' }))
}

function open(attempt: number): void {
  seat?.close()
  listener = undefined
  early = []
  session = { genesisHash: CONTEXT, round: 0, attempt, members }
  const onMessage: Seen = (from, frame) => (listener ? listener(from, frame) : void early.push([from, frame]))
  mesh = meshOf({ protocol: COINFLIP_PROTOCOL, id: sessionId(session), onMessage }, () => answer({ kind: 'open' }))
}

/** The same machine, and the longest frame of each tag that it sent. */
function weighed(machine: Coinflip, sizes: Map<string, number>): Coinflip {
  return {
    get phase() {
      return machine.phase
    },
    get held() {
      return machine.held
    },
    step(input) {
      const outputs = machine.step(input)
      for (const output of outputs) {
        if (output.kind !== 'send' && output.kind !== 'broadcast') continue
        const { tag } = output.message.payload
        if (!MEASURED.some((each) => each === tag)) continue
        sizes.set(tag, Math.max(sizes.get(tag) ?? 0, frameOf(output.message).length))
      }
      return outputs
    },
  }
}

/** The first session after `open` weighs frames, which takes time of its own; the others only flip. */
function flip(): void {
  const began = systemClock.now()
  const sizes = new Map<string, number>()
  const watch = createStopwatch({ others: members.length - 1, onPhase: () => undefined }, systemClock)
  const options = {
    session: session!,
    self: network.publicKey,
    value: bytesOf(32),
    auditKeyHash: bytesOf(32),
    timeouts: timeoutsWithin(WINDOW_MS),
    sign: (digest: Uint8Array) => signWithNoiseKey(keyPair, digest),
  }
  const plain = createCoinflip(options)
  const machine = watch.of(session!.attempt === 0 ? weighed(plain, sizes) : plain)
  const opened = {
    openMesh: ({ onMessage }: MeshOptions): Mesh => {
      listener = onMessage
      return mesh!
    },
  }
  seat = runCoinflip(
    { machine, session: session! },
    { network: opened, clock: systemClock, log: silentLog },
    (exit) => {
      const ms = systemClock.now() - began
      const lengths = MEASURED.map((tag) => sizes.get(tag) ?? 0)
      answer({ kind: 'flipped', ms, magic: toHex(exit.magic), timings: watch.read(), sizes: lengths })
    },
  )
  for (const [from, frame] of early.splice(0)) listener?.(from, frame)
}

const digestOf = (frame: Uint8Array): Uint8Array =>
  blake2b256Of(frame.subarray(0, HEADER_BYTES), frame.subarray(HEADER_BYTES + SIGNATURE_BYTES))

const isSigned = (from: Uint8Array, frame: Uint8Array): boolean =>
  verifyEd25519(frame.subarray(HEADER_BYTES, HEADER_BYTES + SIGNATURE_BYTES), digestOf(frame), from)

function broadcast({ run, sizes, signed }: Extract<Order, { kind: 'broadcast' }>): void {
  const began = systemClock.now()
  let step = 0
  const say = (): void => {
    const frame = new Uint8Array(Math.max(sizes[step]!, HEADER_BYTES + SIGNATURE_BYTES))
    frame.set([run, step, signed ? 1 : 0])
    if (signed) frame.set(signWithNoiseKey(keyPair, digestOf(frame)), HEADER_BYTES)
    broadcasts!.broadcast(frame)
  }
  onHeard = () => {
    while (step < sizes.length && (heard.get(`${run} ${step}`) ?? 0) === members.length - 1) {
      step++
      if (step < sizes.length) say()
      else answer({ kind: 'heard', ms: systemClock.now() - began })
    }
  }
  say()
  onHeard()
}

process.on('message', (order: Order) => {
  if (order.kind === 'meet') {
    members = order.members.map(fromHex)
    meet()
  } else if (order.kind === 'open') open(order.attempt)
  else if (order.kind === 'flip') flip()
  else broadcast(order)
})
process.once('disconnect', () => process.exit(0))
answer({ kind: 'ready', key: toHex(network.publicKey) })
