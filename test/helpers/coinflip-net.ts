/**
 * Coinflip members on virtual time and a network that a seed decides on: delays, order, loss, duplicates.
 *
 * Owns: keys, the clock, the queue. Does not own: what members do.
 */
import { createPrivateKey, createPublicKey, sign as signWithKey } from 'node:crypto'
import { compareBytes, toHex } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import {
  messageDigest,
  type CoinflipMessage,
  type CoinflipPhaseName,
  type MagicRuleName,
  type Session,
} from '#types/domain/coinflip/coinflip.ts'
import { draw, drawBelow } from '#types/domain/draw.ts'
import type { Fault } from '#worker/systems/coinflip/protocol/adversaries.ts'
import { createFaultyCoinflip } from '#worker/systems/coinflip/protocol/faulty-member.ts'
import { frameOf, WIRE, type Reading, type Sign } from '#worker/systems/coinflip/protocol/messages.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Coinflip, CoinflipExit, CoinflipOptions } from '#worker/systems/coinflip/protocol/terms.ts'

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** An ed25519 identity that a label decides on. */
export interface Identity {
  readonly publicKey: Uint8Array
  readonly sign: Sign
}

export function identity(label: string): Identity {
  const seed = blake2b256Of(Buffer.from(label))
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return {
    publicKey: new Uint8Array(spki.subarray(-32)),
    sign: (digest) => new Uint8Array(signWithKey(null, digest, key)),
  }
}

const cached = new Map<number, Identity[]>()
/** `count` identities in the order of their keys. */
export function identities(count: number): Identity[] {
  let made = cached.get(count)
  if (!made) {
    made = Array.from({ length: count }, (_, i) => identity(`member ${i}`))
    made.sort((a, b) => compareBytes(a.publicKey, b.publicKey))
    cached.set(count, made)
  }
  return made
}

const TIMEOUTS = {
  joinMs: 5_000,
  commitMs: 5_000,
  echoMs: 5_000,
  revealMs: 5_000,
  confirmMs: 2_000,
  relayMs: 3_000,
  resendMs: 400,
}

export interface NetOptions {
  readonly members: number
  readonly seed?: number
  /** Per mille of frames lost, of frames delivered twice. */
  readonly loss?: number
  readonly duplication?: number
  readonly maxDelayMs?: number
  /** Dishonest members by rank. */
  readonly faults?: Readonly<Record<number, Fault>>
  readonly resendMs?: number
  readonly pings?: number
  readonly magicRule?: MagicRuleName
  readonly round?: number
}

export interface Sent {
  readonly from: number
  readonly to: number
  readonly message: CoinflipMessage
  readonly at: number
  /** How much had arrived anywhere by then: its place among {@link CoinflipNet.heard}. */
  readonly heardBefore: number
}

interface Heard {
  readonly from: number
  readonly to: number
  readonly tag: string
  /** Whose word it is: of what was passed on another's than the sender's. */
  readonly author: number
}

interface Due {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

const LABEL = 'net'

/** The members of one session and the network between them. */
export class CoinflipNet {
  readonly keys: readonly Identity[]
  readonly session: Session
  readonly members: Coinflip[]
  readonly exits: (CoinflipExit | undefined)[]
  readonly exitCounts: number[]
  readonly dropped: { at: number; from: number; reason: string }[] = []
  readonly sent: Sent[] = []
  /** What arrived, when and what it was. */
  readonly heard: Heard[] = []
  /** Who was restarted, and how much had arrived and been sent anywhere by then. */
  readonly restarts: { rank: number; heardBefore: number; sentBefore: number }[] = []
  now = 0
  readonly #options: NetOptions
  readonly #seed: Uint8Array
  readonly #queue: Due[] = []
  readonly #timers = new Map<string, number>()
  readonly #reading = rememberingReading()
  #draws = 0
  #order = 0

  constructor(options: NetOptions) {
    this.#options = options
    this.#seed = draw(new Uint8Array(32), LABEL, options.seed ?? 1)
    this.keys = identities(options.members)
    this.session = {
      genesisHash: new Uint8Array(32).fill(7),
      round: options.round ?? 3,
      attempt: 0,
      members: this.keys.map(({ publicKey }) => publicKey),
      magicRule: options.magicRule ?? 'Concat',
    }
    this.members = this.keys.map((_, rank) => this.create(rank))
    this.exits = this.keys.map(() => undefined)
    this.exitCounts = this.keys.map(() => 0)
  }

  options(rank: number): CoinflipOptions {
    const { publicKey, sign } = this.keys[rank]!
    const value = draw(this.#seed, 'value', rank)
    const auditKeyHash = draw(this.#seed, 'audit', rank)
    const timeouts = { ...TIMEOUTS, resendMs: this.#options.resendMs ?? TIMEOUTS.resendMs }
    const { pings = 4 } = this.#options
    return {
      session: this.session,
      self: publicKey,
      value,
      auditKeyHash,
      timeouts,
      sign,
      pings,
      reading: this.#reading,
    }
  }

  create(rank: number): Coinflip {
    const fault = this.#options.faults?.[rank]
    return fault ? createFaultyCoinflip(this.options(rank), fault) : createCoinflip(this.options(rank))
  }

  /** A member process that was killed and comes back with what it had kept: its number and audit key. */
  restart(rank: number): void {
    this.restarts.push({ rank, heardBefore: this.heard.length, sentBefore: this.sent.length })
    this.members[rank] = this.create(rank)
    this.exits[rank] = undefined
    this.feed(rank, { kind: 'start' })
  }

  start(): void {
    for (const rank of this.keys.keys()) this.#at(this.#below(50), () => this.feed(rank, { kind: 'start' }))
  }

  /** Everything until nothing is left to happen, or `until` holds, or two virtual minutes have gone. */
  run(until: () => boolean = () => false): this {
    for (;;) {
      if (until()) return this
      let next = 0
      for (let i = 1; i < this.#queue.length; i++) if (isBefore(this.#queue[i]!, this.#queue[next]!)) next = i
      const [due] = this.#queue.splice(next, 1)
      if (!due || due.at > 120_000) return this
      this.now = due.at
      due.run()
    }
  }

  feed(rank: number, input: Parameters<Coinflip['step']>[0]): void {
    const member = this.members[rank]!
    for (const output of member.step(input)) {
      if (output.kind === 'broadcast') {
        for (const to of this.keys.keys()) if (to !== rank) this.#send(rank, to, output.message)
      } else if (output.kind === 'send') this.#send(rank, this.rankOf(output.to), output.message)
      else if (output.kind === 'timer') this.#setTimer(rank, member, output.phase, output.ms)
      else if (output.kind === 'tick')
        this.#at(output.ms, () => this.members[rank] === member && this.feed(rank, { kind: 'tick' }))
      else if (output.kind === 'dropped')
        this.dropped.push({ at: rank, from: this.rankOf(output.from), reason: output.reason })
      else {
        this.exits[rank] = output.exit
        this.exitCounts[rank]!++
      }
    }
  }

  rankOf(key: Uint8Array): number {
    return this.keys.findIndex(({ publicKey }) => toHex(publicKey) === toHex(key))
  }

  /**
   * Numbers that a member said before its gate: without having got the rows of all others since it was last restarted. Honest
   * members never do.
   */
  earlyReveals(rank: number): number {
    return this.sent.filter(({ from, message, heardBefore }, at) => {
      if (from !== rank || message.payload.tag !== 'Reveal') return false
      const life = this.restarts.findLast((restart) => restart.rank === rank && restart.sentBefore <= at)
      const since = this.heard.slice(life?.heardBefore ?? 0, heardBefore)
      const rows = since.filter(({ to, tag }) => to === rank && (tag === 'Echo' || tag === 'RelayEcho'))
      return new Set(rows.map(({ author }) => author)).size < this.keys.length - 1
    }).length
  }

  #setTimer(rank: number, member: Coinflip, phase: CoinflipPhaseName, ms: number): void {
    const name = String(rank)
    const generation = (this.#timers.get(name) ?? 0) + 1
    this.#timers.set(name, generation)
    this.#at(ms, () => {
      if (this.#timers.get(name) === generation && this.members[rank] === member)
        this.feed(rank, { kind: 'timeout', phase })
    })
  }

  #send(from: number, to: number, message: CoinflipMessage): void {
    this.sent.push({ from, to, message, at: this.now, heardBefore: this.heard.length })
    const frame = frameOf(message)
    const { loss = 0, duplication = 0, maxDelayMs = 100 } = this.#options
    const copies = this.#below(1_000) < duplication ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      if (this.#below(1_000) < loss) continue
      this.#at(1 + this.#below(maxDelayMs), () => {
        this.heard.push({ from, to, tag: message.payload.tag, author: this.rankOf(authorOf(message)) })
        this.feed(to, { kind: 'message', from: this.keys[from]!.publicKey, frame })
      })
    }
  }

  #at(delayMs: number, run: () => void): void {
    this.#queue.push({ at: this.now + delayMs, order: this.#order++, run })
  }

  #below(bound: number): number {
    return Number(drawBelow(this.#seed, LABEL, this.#draws++, BigInt(bound)))
  }
}

/** As on the wire, but that each signature is checked once, not by each member. */
function rememberingReading(): Reading {
  const verdicts = new Map<string, boolean>()
  return {
    decode: WIRE.decode,
    isSigned(message) {
      const key = toHex(messageDigest(message)) + toHex(message.signature)
      const verdict = verdicts.get(key) ?? WIRE.isSigned(message)
      verdicts.set(key, verdict)
      return verdict
    },
  }
}

const authorOf = ({ sender, payload }: CoinflipMessage): Uint8Array =>
  payload.tag === 'RelayEcho' || payload.tag === 'RelayReveal' ? payload.value.author : sender

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order)
