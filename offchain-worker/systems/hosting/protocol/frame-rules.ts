/**
 * What a stranger may say in Hypercore's replication protocol, judged by the bytes before Hypercore reads them.
 *
 * Owns: the bound of each number in each kind of message, and what a message costs. Does not own: cutting claims to the
 * feed's length (claims.ts).
 *
 * Hypercore believes the numbers of a peer. It sets a bit for each block of a range, makes an array as long as a peer
 * says, and fails with a TypeError on a proof without nodes.
 * Source: hypercore 11.37.1, lib/messages.js and lib/replicator.js.
 */
import { AssayError } from '#types/errors.ts'
import { WireReader } from './wire-reader.ts'

/** The kinds, in the order of Replicator#_makePeer. The place in this list is the number on the wire. */
const FRAME_KINDS = [
  'sync',
  'request',
  'cancel',
  'data',
  'noData',
  'want',
  'unwant',
  'bitfield',
  'range',
  'extension',
] as const
/** A kind of message of Hypercore's protocol. */
export type FrameKind = (typeof FRAME_KINDS)[number]

/** The kind of a message by its number on the wire; undefined if this project does not know it. */
export const frameKind = (type: number): FrameKind | undefined => FRAME_KINDS[type]

/** What we know about a feed. A reader goes by the chain's record, a hoster by the core that it serves. */
export interface FeedBounds {
  /** In blocks. */
  readonly length: number
  readonly fork: number
  /** Whether a peer may show a signed tree that nobody requested. A hoster takes it: a tree that conflicts with its own is evidence. */
  readonly takesTrees?: boolean
}

/**
 * Blocks by which a feed may be longer than we know: authors append. A claim within it costs nothing. Bitfields of so
 * many blocks are 2 MiB.
 */
const MAX_GROWTH_BLOCKS = 2 ** 24
/** Blocks in one `want` or bitfield (lib/wants.js, MAX_RANGE). A want for a seek is rounded up to a multiple of it. */
const SEGMENT_BLOCKS = 2 ** 21
const BITS_PER_WORD = 32
/** Requests have small numbers, which a Hypercore uses again. */
const MAX_REQUEST_ID = 2 ** 32 - 1
/** Tree nodes in a proof: a path and the roots of a tree of 2^32 blocks before and after an upgrade, and some room. */
const MAX_NODES = 128
/** Flags of a data message with nothing but a signed tree. */
const TREE_ALONE = 8
/** Bytes of a feed, 32 TiB. Hypercore adds up the sizes of a proof's nodes, and the sum must be exact. */
const MAX_BYTES = 2 ** 45
/** Bytes of each block that encryption takes. Hypercore's takes 8. */
const MAX_PADDING_BYTES = 1024
const MAX_SIGNATURE_BYTES = 1024
const MAX_BYTE = 255
/** Hypercore's encoding of the default manifest: version 1, no flags, BLAKE2b, quorum of one, one ed25519 signer. */
const MANIFEST_HEAD = [1, 0, 0, 1, 1, 0]
const HASH_BYTES = 32

/**
 * The work that each kind makes Hypercore do, in units of BoundedMux. A bitfield took 375 microseconds, a want 90, a sync
 * 50, a refusal 34, a range 13.
 */
const UNITS: Readonly<Record<FrameKind, number>> = {
  sync: 8,
  request: 2,
  cancel: 16,
  data: 2,
  noData: 8,
  want: 16,
  unwant: 2,
  bitfield: 80,
  range: 3,
  extension: 1,
}
/**
 * More for each so many blocks of a range, whose bits Hypercore sets in two bitfields. No peer has the units for more
 * than 4 million blocks at once. A range from the first block on is one number for Hypercore, however long it is.
 */
const RANGE_BLOCKS_PER_UNIT = 2 ** 8

/** One frame under judgement. */
class Frame {
  readonly #reader: WireReader
  readonly #kind: FrameKind
  readonly #bounds: FeedBounds

  constructor(kind: FrameKind, bytes: Uint8Array, bounds: FeedBounds) {
    this.#kind = kind
    this.#bounds = bounds
    this.#reader = new WireReader(bytes, (want) => this.#refuse(want, 'the end of the frame', 'more'))
  }

  get #maxLength(): number {
    return this.#bounds.length + MAX_GROWTH_BLOCKS
  }

  /** @returns units */
  judge(): number {
    const units = UNITS[this.#kind]
    switch (this.#kind) {
      case 'sync':
        this.#flags()
        this.#fork()
        this.#blocks('length')
        this.#blocks('remoteLength')
        return units
      case 'request':
        this.#request()
        return units
      case 'cancel':
        this.#number('request', MAX_REQUEST_ID)
        return units
      case 'data':
        this.#data()
        return units
      case 'noData':
        this.#number('request', MAX_REQUEST_ID)
        if (!this.#reader.atEnd() && this.#flags() & 1) this.#number('reason', MAX_BYTE)
        return units
      case 'want':
      case 'unwant':
        this.#blocks('start')
        this.#number('length', this.#maxLength + 2 * SEGMENT_BLOCKS)
        return units
      case 'bitfield':
        this.#bitfield()
        return units
      case 'range':
        return units + this.#range()
      case 'extension':
        return units
    }
  }

  #request(): void {
    const flags = this.#flags()
    this.#number('id', MAX_REQUEST_ID)
    this.#fork()
    // Hypercore's queue would give it out as null, and fail.
    if ((flags & 31) === 0) this.#refuse('what', 'nothing', 'a block, hash, seek, upgrade or manifest')
    if (flags & 1) {
      this.#blocks('block.index')
      this.#number('block.nodes', MAX_NODES)
    }
    if (flags & 2) {
      this.#number('hash.index', 2 * this.#maxLength)
      this.#number('hash.nodes', MAX_NODES)
    }
    if (flags & 4) {
      this.#number('seek.bytes', MAX_BYTES)
      this.#number('seek.padding', MAX_PADDING_BYTES)
    }
    if (flags & 8) this.#span('upgrade')
    if (flags & 32) this.#number('priority', MAX_BYTE)
  }

  #data(): void {
    const flags = this.#flags()
    // Number 0 is a push. Nobody here allows pushed blocks, and a pushed tree may freeze the core of a peer that does not expect it.
    const isTree = flags === TREE_ALONE
    this.#number('request', MAX_REQUEST_ID, isTree && this.#bounds.takesTrees ? 0 : 1)
    this.#fork()
    if (flags & 1) {
      this.#blocks('block.index')
      this.#reader.skip('block.value', this.#reader.uint('block.value'))
      this.#nodes('block.nodes')
    }
    if (flags & 2) {
      this.#number('hash.index', 2 * this.#maxLength)
      this.#nodes('hash.nodes')
    }
    if (flags & 4) {
      this.#number('seek.bytes', MAX_BYTES)
      this.#nodes('seek.nodes')
    }
    if (flags & 8) {
      this.#span('upgrade')
      this.#nodes('upgrade.nodes')
      this.#nodes('upgrade.additionalNodes')
      this.#reader.skip('upgrade.signature', this.#number('upgrade.signature', MAX_SIGNATURE_BYTES))
    }
    if (flags & 16) this.#manifest()
  }

  #bitfield(): void {
    const start = this.#blocks('start')
    if (start % BITS_PER_WORD !== 0) this.#refuse('start', start, `a multiple of ${BITS_PER_WORD}`)
    const room = this.#maxLength - start + BITS_PER_WORD
    const words = this.#number('words', Math.min(SEGMENT_BLOCKS, room) / BITS_PER_WORD)
    this.#reader.skip('words', words * (BITS_PER_WORD / 8))
  }

  #range(): number {
    const flags = this.#flags()
    const start = this.#blocks('start')
    const length = flags & 2 ? 1 : this.#number('length', this.#maxLength - start)
    const isPrefix = start === 0 && (flags & 1) === 0
    return isPrefix ? 0 : Math.floor(Math.min(length, this.#bounds.length) / RANGE_BLOCKS_PER_UNIT)
  }

  /** Hypercore fails with a TypeError on an upgrade by no block. */
  #span(field: string): void {
    const start = this.#blocks(`${field}.start`)
    this.#number(`${field}.length`, this.#maxLength - start, 1)
  }

  #nodes(field: string): void {
    for (let left = this.#number(field, MAX_NODES); left > 0; left--) {
      this.#number(`${field}.index`, 2 * this.#maxLength)
      this.#number(`${field}.size`, MAX_BYTES)
      this.#reader.skip(field, HASH_BYTES)
    }
  }

  /** The chain knows feeds with this manifest only. */
  #manifest(): void {
    for (const expected of MANIFEST_HEAD) this.#number('manifest', expected, expected)
    this.#reader.skip('manifest', 2 * HASH_BYTES)
  }

  #flags = (): number => this.#number('flags', MAX_BYTE)
  #fork = (): number => this.#number('fork', this.#bounds.fork)
  #blocks = (field: string): number => this.#number(field, this.#maxLength)

  #number(field: string, max: number, min = 0): number {
    const value = this.#reader.uint(field)
    if (value >= min && value <= max) return value
    return this.#refuse(field, value, `${min} to ${Math.floor(max)}`)
  }

  #refuse(field: string, value: number | string, bound: string): never {
    const kind = this.#kind
    throw new AssayError(
      'FRAME_OUT_OF_BOUNDS',
      `expected ${field} of a Hypercore ${kind} message to be ${bound}, got ${value}`,
      { kind, field, value, bound },
    )
  }
}

/**
 * Judges one message of a peer.
 * @param bytes the message without its number
 * @returns the work that it makes, in units of BoundedMux
 * @throws AssayError `FRAME_OUT_OF_BOUNDS`, whose meta has `kind`, `field`, `value` and `bound`
 */
export const judgeFrame = (kind: FrameKind, bytes: Uint8Array, bounds: FeedBounds): number =>
  new Frame(kind, bytes, bounds).judge()
