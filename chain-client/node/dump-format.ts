/**
 * A chain in one JSON document: how it is written, and read strictly.
 *
 * Owns: the format, its version and its bounds. Does not own: whether its content can be true (loading checks it).
 *
 * A dump names its genesis and does not hold it, because the loading node has the same one. It tells a state as changes to the
 * state after the block's parent. So the whole history is readable again, and every root can be checked against its header.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { MAX_KEY_BYTES } from '#chain/trie/node-codec.ts'
import { hexBytes, hexUpTo, integer, list, nullable, object, oneOf, pair, type Shaped } from './spec-shapes.ts'

const DUMP_FORMAT = 'assay-chain-dump'
/** Raised when the meaning of a field changes. */
const DUMP_VERSION = 1
/** Most bytes of a dump as JSON. V8 cannot hold a text of twice that length. */
export const MAX_DUMP_BYTES = 256 * 1024 * 1024

const MAX_HEADER_BYTES = 64 * 1024
const MAX_ITEMS = 10_000_000

const hash = hexBytes(32)
const anyBytes = hexUpTo(MAX_DUMP_BYTES / 2)
const changes = list(pair(hexUpTo(MAX_KEY_BYTES), nullable(anyBytes)), { max: MAX_ITEMS })

const document = object({
  format: oneOf(DUMP_FORMAT),
  version: integer(DUMP_VERSION, DUMP_VERSION),
  specVersion: integer(0, 0xffff_ffff),
  genesis: hash,
  best: hash,
  finalized: hash,
  /** All blocks but the genesis, parents first. */
  blocks: list(object({ header: hexUpTo(MAX_HEADER_BYTES), body: list(anyBytes, { max: MAX_ITEMS }), changes }), {
    max: MAX_ITEMS,
  }),
  /** States set by hand, as changes to their block's own state. */
  setStates: list(object({ block: hash, root: hash, changes }), { max: MAX_ITEMS }),
})

/** The content of a dump. */
export type DumpedChain = Omit<Shaped<typeof document>, 'format' | 'version'>

/** A dump: plain JSON. */
export interface ChainDump {
  readonly format: typeof DUMP_FORMAT
  readonly version: typeof DUMP_VERSION
  readonly [field: string]: unknown
}

/** The chain as JSON. */
export const printDump = (chain: DumpedChain): ChainDump =>
  document.print({ ...chain, format: DUMP_FORMAT, version: DUMP_VERSION }) as ChainDump

/**
 * Reads a dump's content; the caller checks whether it is true.
 * @throws AssayError `DUMP_MALFORMED`, naming the field, or `DUMP_VERSION`.
 */
export function readDump(json: unknown): DumpedChain {
  const said = (typeof json === 'object' && json !== null ? json : {}) as Readonly<Record<string, unknown>>
  if (said['format'] === DUMP_FORMAT && said['version'] !== DUMP_VERSION)
    throw new AssayError(
      'DUMP_VERSION',
      `expected a dump of version ${DUMP_VERSION}, got ${String(said['version'])}: load it with the Assay that wrote it`,
    )
  try {
    return document.read(json, 'dump')
  } catch (error) {
    throw new AssayError('DUMP_MALFORMED', messageOf(error), {}, { cause: error })
  }
}
