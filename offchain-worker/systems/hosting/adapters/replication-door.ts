/**
 * The only door from a stranger's connection to a Hypercore, or to what plays one.
 *
 * Owns: putting the rules of frames before every message of Hypercore's protocol, on every connection. Does not own:
 * the rules (protocol/frame-rules.ts).
 */
import type Hypercore from 'hypercore'
import type { WireBitfield, WireRange } from 'hypercore/lib/messages.js'
import type { NoiseConnection } from 'hyperdht'
import type { MessageOptions, State } from 'protomux'
import { AssayError } from '#types/errors.ts'
import { BoundedMux } from '#worker/p2p/bounded-mux.ts'
import type { Gate } from '#worker/p2p/bounded-mux.ts'
import { cutBitfield, cutRange } from '../protocol/claims.ts'
import { frameKind, judgeFrame } from '../protocol/frame-rules.ts'
import type { FeedBounds, FrameKind } from '../protocol/frame-rules.ts'

/** The name of Hypercore's channels. A remote may also use the alias. */
export const REPLICATION_PROTOCOL = 'hypercore/alpha'
export const REPLICATION_ALIASES = ['hypercore']
/** Requests of one peer that wait for an answer. A Hypercore asks for at most 512 at once. */
const MAX_WAITING_REQUESTS = 640

/** The messages in which each side answers a request. */
const ANSWERS: readonly (FrameKind | undefined)[] = ['data', 'noData']

class ReplicationGate implements Gate {
  readonly #bounds: FeedBounds
  readonly #waiting = new Set<number>()

  constructor(bounds: FeedBounds) {
    this.#bounds = bounds
  }

  guard<T>(type: number, message: MessageOptions<T>, spend: (units: number) => void): MessageOptions<T> {
    const kind = frameKind(type)
    if (kind === undefined) {
      throw new AssayError(
        'FRAME_UNKNOWN',
        `expected Hypercore to have messages 0 to 9, got message ${type}: write a rule for it`,
      )
    }
    const { encoding, onmessage } = message
    // Nobody here uses extensions, and their content is not Hypercore's. They are passed over unread.
    if (kind === 'extension' || onmessage === undefined) return { encoding: unread(encoding, spend) }
    const decode = (state: State): T => {
      spend(judgeFrame(kind, state.buffer.subarray(state.start, state.end), this.#bounds))
      return encoding.decode(state)
    }
    return {
      encoding: { ...encoding, decode },
      onmessage: (value, channel) => {
        const cut = this.#admit(kind, value)
        return cut === undefined ? undefined : onmessage(cut, channel)
      },
    }
  }

  onSend(type: number, value: unknown): void {
    if (ANSWERS.includes(frameKind(type))) this.#waiting.delete((value as { request: number }).request)
  }

  /** What Hypercore is given instead; undefined: nothing. */
  #admit<T>(kind: FrameKind, value: T): T | undefined {
    switch (kind) {
      case 'range':
        return cutRange(value as WireRange, this.#bounds) as T | undefined
      case 'bitfield':
        return cutBitfield(value as WireBitfield, this.#bounds) as T | undefined
      case 'cancel':
        this.#waiting.delete((value as { request: number }).request)
        return value
      case 'request':
        this.#wait((value as { id: number }).id)
        return value
      default:
        return value
    }
  }

  /** Hypercore works on a request also if the same number comes again, so a number must not come twice. */
  #wait(id: number): void {
    if (this.#waiting.has(id)) throw badRequest('id', id, 'a number that no waiting request has')
    this.#waiting.add(id)
    const { size } = this.#waiting
    if (size > MAX_WAITING_REQUESTS) throw badRequest('waiting requests', size, `at most ${MAX_WAITING_REQUESTS}`)
  }
}

const badRequest = (field: string, value: number, bound: string): AssayError =>
  new AssayError(
    'FRAME_OUT_OF_BOUNDS',
    `expected ${field} of a Hypercore request message to be ${bound}, got ${value}`,
    { kind: 'request', field, value, bound },
  )

/** For messages that nobody reads: they still cost. */
const unread = <T>(encoding: MessageOptions<T>['encoding'], spend: (units: number) => void): typeof encoding => ({
  ...encoding,
  decode: () => {
    spend(1)
    return undefined as T
  },
})

/**
 * From here on, whatever speaks Hypercore's protocol on this connection for this feed hears only what the rules admit.
 * A remote that breaks them is hung up on.
 * @throws AssayError `MUX_UNBOUNDED`
 */
export function guardFeed(connection: NoiseConnection, discoveryKey: Uint8Array, bounds: FeedBounds): void {
  const name = { protocol: REPLICATION_PROTOCOL, id: discoveryKey }
  BoundedMux.of(connection).gate(name, () => new ReplicationGate(bounds))
}

/**
 * Replicates a core over a connection, behind the rules.
 * @throws AssayError `MUX_UNBOUNDED`
 */
export function replicateFeed(core: Hypercore, connection: NoiseConnection, bounds: FeedBounds): void {
  guardFeed(connection, core.discoveryKey, bounds)
  core.replicate(connection)
}
