/**
 * A chain in one JSON document: how it is written, and read strictly.
 *
 * Owns: the format, its version and its bounds. Does not own: what goes into it (dump.ts), nor whether what it says can be true
 * (dump-loading.ts).
 *
 * The genesis is named, not held: whoever loads a dump has the same one. A state is told as what it changes in the state after the
 * block's parent, so the whole history is readable again, and every root can be checked against its header.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { MAX_KEY_BYTES } from '#chain/trie/node-codec.ts'
import { hexBytes, hexUpTo, integer, list, nullable, object, oneOf, pair, type Shaped } from './spec-shapes.ts'

const DUMP_FORMAT = 'assay-chain-dump'
/** Raised when the meaning of a field changes. */
const DUMP_VERSION = 1
/** Most bytes of a dump as JSON: V8 holds no text twice as long. */
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
  /** Without the genesis; parents first. */
  blocks: list(object({ header: hexUpTo(MAX_HEADER_BYTES), body: list(anyBytes, { max: MAX_ITEMS }), changes }), {
    max: MAX_ITEMS,
  }),
  /** States set by hand, as what they change in their block's own. */
  setStates: list(object({ block: hash, root: hash, changes }), { max: MAX_ITEMS }),
})

/** A chain as a dump tells it. */
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
 * What a dump says, not yet whether it is true.
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
