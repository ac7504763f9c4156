/**
 * The bytes of a trie node.
 *
 * Owns: encoding, decoding, Merkle values. Does not own: loading the bytes.
 * Source: Polkadot specification 2.4.3 "Merkle proof"; sp-trie src/{node_codec,node_header,trie_constants}.rs.
 *
 * The order is: header with the nibble count; partial key (an odd count starts with a zero nibble); for branches a
 * bitmap of children; the value (length-prefixed, or its 32-byte hash); then the length-prefixed Merkle value of each
 * child.
 */
import { blake2b256 } from '#types/crypto/hash.ts'
import { TrieError } from './errors.ts'
import { emptySlots, HashedValue, RADIX, TrieNode, type TrieValue } from './node.ts'
import { binaryOf, hexOf, nibbleAt } from './strings.ts'

/** Bytes of a hash. A node with a shorter encoding is stored inside its parent. */
export const HASH_BYTES = 32

/**
 * Longest key. It bounds the depth: keys that each begin with the one before make a level per byte, and about 950
 * levels fill Node's stack while V8 has not compiled the editing code (update.ts). Substrate's own format ends at
 * 65,535 nibbles.
 */
export const MAX_KEY_BYTES = 512

const MAX_PARTIAL_NIBBLES = MAX_KEY_BYTES * 2
const INITIAL_SCRATCH_BYTES = 4096

/** Kind of node: the header's fixed upper bits, and the mask of the lower bits, which count nibbles. */
const LEAF = { prefix: 0x40, mask: 0x3f }
const BRANCH = { prefix: 0x80, mask: 0x3f }
const BRANCH_WITH_VALUE = { prefix: 0xc0, mask: 0x3f }
const LEAF_WITH_HASHED_VALUE = { prefix: 0x20, mask: 0x1f }
const BRANCH_WITH_HASHED_VALUE = { prefix: 0x10, mask: 0x0f }
/** The longest header prefix comes first: the first kind whose bits fit is the right one. */
const KINDS = [BRANCH_WITH_VALUE, BRANCH, LEAF, LEAF_WITH_HASHED_VALUE, BRANCH_WITH_HASHED_VALUE]
type Kind = (typeof KINDS)[number]

/** One buffer for all encoding. The codec encodes one node at a time, and hashes or copies it before the next. */
let scratch = Buffer.allocUnsafe(INITIAL_SCRATCH_BYTES)
let end = 0

function reserve(count: number): void {
  if (end + count <= scratch.length) return
  const larger = Buffer.allocUnsafe(Math.max(scratch.length * 2, end + count))
  scratch.copy(larger, 0, 0, end)
  scratch = larger
}

function writeByte(value: number): void {
  reserve(1)
  scratch[end++] = value
}

function writeBinary(binary: string): void {
  reserve(binary.length)
  end += scratch.write(binary, end, 'latin1')
}

/** SCALE compact of a length. Four-byte mode ends at 2^30, far above the size of any value. */
function writeLength(length: number): void {
  reserve(4)
  if (length < 1 << 6) scratch[end++] = length << 2
  else if (length < 1 << 14) end = scratch.writeUInt16LE((length << 2) | 1, end)
  else end = scratch.writeUInt32LE(((length << 2) | 2) >>> 0, end)
}

function writeHeader(kind: Kind, nibbles: number): void {
  if (nibbles < kind.mask) return writeByte(kind.prefix | nibbles)
  writeByte(kind.prefix | kind.mask)
  let rest = nibbles - kind.mask
  for (; rest >= 255; rest -= 255) writeByte(255)
  writeByte(rest)
}

function writePartial(partial: string): void {
  reserve((partial.length + 1) >> 1)
  const isOdd = partial.length % 2 === 1
  if (isOdd) scratch[end++] = nibbleAt(partial, 0)
  end += scratch.write(isOdd ? partial.slice(1) : partial, end, 'hex')
}

function writeValue(value: TrieValue): void {
  if (value instanceof HashedValue) return writeBinary(value.hash!)
  writeLength(value.length)
  writeBinary(value)
}

function kindOf({ value, children }: TrieNode): Kind {
  const hashed = value instanceof HashedValue
  if (children === undefined) return hashed ? LEAF_WITH_HASHED_VALUE : LEAF
  if (hashed) return BRANCH_WITH_HASHED_VALUE
  return value === undefined ? BRANCH : BRANCH_WITH_VALUE
}

/** Encodes into the scratch buffer. The Merkle values of the children and the hash of the value must be known. */
function encodeToScratch(node: TrieNode): Uint8Array {
  const { partial, value, children } = node
  end = 0
  writeHeader(kindOf(node), partial.length)
  writePartial(partial)
  if (children !== undefined) {
    let bitmap = 0
    for (let i = 0; i < RADIX; i++) if (children[i] !== undefined) bitmap |= 1 << i
    writeByte(bitmap & 0xff)
    writeByte(bitmap >> 8)
  }
  if (value !== undefined) writeValue(value)
  for (const child of children ?? []) {
    if (child === undefined) continue
    const merkleValue = typeof child === 'string' ? child : child.merkleValue!
    writeLength(merkleValue.length)
    writeBinary(merkleValue)
  }
  return scratch.subarray(0, end)
}

/** BLAKE2b-256 of a binary string, as a binary string. */
export function hashOfBinary(binary: string): string {
  end = 0
  writeBinary(binary)
  return binaryOf(blake2b256(scratch.subarray(0, end)))
}

/** The hash of a value that is stored apart. Computed once. */
export const hashOfValue = (value: HashedValue): string => (value.hash ??= hashOfBinary(value.bytes!))

/**
 * A node's Merkle value, which its parent holds: the encoding if it is under 32 bytes, otherwise its hash. Computed
 * once per node.
 */
export function merkleValueOf(node: TrieNode): string {
  if (node.merkleValue !== undefined) return node.merkleValue
  if (node.value instanceof HashedValue) hashOfValue(node.value)
  if (node.children !== undefined)
    for (const child of node.children)
      if (child instanceof TrieNode && child.merkleValue === undefined) merkleValueOf(child)
  const encoded = encodeToScratch(node)
  return (node.merkleValue = binaryOf(encoded.length < HASH_BYTES ? encoded : blake2b256(encoded)))
}

/** The node's own bytes, in a new array. */
export function encodeNode(node: TrieNode): Uint8Array {
  merkleValueOf(node)
  return new Uint8Array(encodeToScratch(node))
}

/** A bounds-checked cursor over the bytes of one node. */
class NodeReader {
  readonly #bytes: Buffer
  readonly #name: string
  #offset = 0

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#name = name
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset
  }

  fail(problem: string): never {
    const hash = hexOf(this.#name)
    throw new TrieError(
      'TRIE_NODE_CORRUPT',
      `trie node ${hash}: ${problem} at byte ${this.#offset} of ${this.#bytes.length}; ` +
        'the database is damaged, restore it or start from an empty folder',
      { hash, offset: this.#offset },
    )
  }

  #advance(count: number, what: string): number {
    if (count > this.remaining) this.fail(`expected ${count} bytes of ${what}, got ${this.remaining}`)
    const start = this.#offset
    this.#offset += count
    return start
  }

  byte(what: string): number {
    return this.#bytes[this.#advance(1, what)]!
  }

  binary(count: number, what: string): string {
    const start = this.#advance(count, what)
    return this.#bytes.toString('latin1', start, start + count)
  }

  hex(count: number, what: string): string {
    const start = this.#advance(count, what)
    return this.#bytes.toString('hex', start, start + count)
  }

  take(count: number, what: string): Uint8Array {
    const start = this.#advance(count, what)
    return this.#bytes.subarray(start, start + count)
  }

  length(what: string): number {
    const first = this.byte(what)
    const mode = first & 3
    if (mode === 0) return first >> 2
    if (mode === 1) return (first >> 2) | (this.byte(what) << 6)
    if (mode === 3) this.fail(`expected a length of ${what} below 2^30, got a longer one`)
    return (first >> 2) | (this.byte(what) << 6) | (this.byte(what) << 14) | (this.byte(what) << 22)
  }
}

function readHeader(from: NodeReader): { kind: Kind; nibbles: number } {
  const first = from.byte('header')
  const kind = KINDS.find(({ prefix, mask }) => (first & ~mask & 0xff) === prefix)
  if (kind === undefined) from.fail(`expected a node header, got 0x${first.toString(16).padStart(2, '0')}`)
  let nibbles = first & kind.mask
  if (nibbles < kind.mask) return { kind, nibbles }
  for (;;) {
    const more = from.byte('partial key length')
    nibbles += more
    if (nibbles > MAX_PARTIAL_NIBBLES) from.fail(`expected at most ${MAX_PARTIAL_NIBBLES} nibbles, got ${nibbles}`)
    if (more < 255) return { kind, nibbles }
  }
}

function readPartial(from: NodeReader, nibbles: number): string {
  const path = from.hex((nibbles + 1) >> 1, 'partial key')
  if (nibbles % 2 === 0) return path
  if (nibbleAt(path, 0) !== 0) from.fail('expected a zero nibble before a partial key of odd length, got another')
  return path.slice(1)
}

function readValue(from: NodeReader, kind: Kind): TrieValue | undefined {
  if (kind === BRANCH) return undefined
  if (kind === LEAF || kind === BRANCH_WITH_VALUE) return from.binary(from.length('value'), 'value')
  return new HashedValue(from.binary(HASH_BYTES, 'value hash'), undefined, true)
}

function readChild(from: NodeReader, name: string): TrieNode | string {
  const length = from.length('child')
  if (length === HASH_BYTES) return from.binary(length, 'child hash')
  if (length > HASH_BYTES) from.fail(`expected a child of at most ${HASH_BYTES} bytes, got ${length}`)
  const bytes = from.take(length, 'child')
  const child = decodeNode(bytes, name)
  child.merkleValue = binaryOf(bytes)
  return child
}

/**
 * Decodes a node and marks it persisted. Children stored apart stay hashes. `name` is the node's hash (binary string).
 * @throws TrieError `TRIE_NODE_CORRUPT` if the bytes are no node, cut short, or longer than the node.
 */
export function decodeNode(bytes: Uint8Array, name: string): TrieNode {
  const from = new NodeReader(bytes, name)
  const { kind, nibbles } = readHeader(from)
  const partial = readPartial(from, nibbles)
  const isLeaf = kind === LEAF || kind === LEAF_WITH_HASHED_VALUE
  const bitmap = isLeaf ? 0 : from.byte('child bitmap') | (from.byte('child bitmap') << 8)
  if (!isLeaf && bitmap === 0) from.fail('expected a branch with children, got none')
  const value = readValue(from, kind)
  const children = isLeaf ? undefined : emptySlots()
  if (children !== undefined) for (let i = 0; i < RADIX; i++) if (bitmap & (1 << i)) children[i] = readChild(from, name)
  if (from.remaining > 0) from.fail(`expected the end of the node, got ${from.remaining} more bytes`)
  return new TrieNode(partial, value, children, true)
}
