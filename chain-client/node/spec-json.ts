/**
 * The JSON of a chain spec, as Substrate writes it.
 *
 * Owns: numbers beyond 2^53, the fields that say nothing to this node, and the places where a genesis may stand. Does not own: the
 * values of a spec (chain-spec.ts).
 * Source: polkadot-sdk substrate/client/chain-spec/src/chain_spec.rs (ClientSpec, Genesis).
 */
import { isRecord, shown } from '#chain/runtime/genesis-json.ts'
import { badSpec } from './spec-shapes.ts'

/** A text, or a number with its fraction and exponent. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs

/** Parses JSON. A whole number that JavaScript would round becomes its decimal text. @throws SyntaxError */
export function parseExactly(json: string): unknown {
  const value: unknown = JSON.parse(json)
  const exact = json.replace(TOKENS, (token) =>
    /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token,
  )
  return exact === json ? value : JSON.parse(exact)
}

/** Fields of a spec about peers, telemetry and other runtimes' code. This node has none of these. */
const IGNORED: readonly string[] = [
  'bootNodes',
  'telemetryEndpoints',
  'protocolId',
  'forkId',
  'consensusEngine',
  'codeSubstitutes',
  'forkBlocks',
  'badBlocks',
  'lightSyncState',
]

/** The spec without the fields that say nothing to this node. */
export const relevant = (spec: unknown): unknown =>
  isRecord(spec) ? Object.fromEntries(Object.entries(spec).filter(([key]) => !IGNORED.includes(key))) : spec

/** A genesis in a spec: its values, where they stand, and whether they are only what differs from the defaults. */
export interface PlacedGenesis {
  readonly values: unknown
  readonly path: string
  readonly isPatch: boolean
}

/**
 * Finds the values in a genesis: in `runtimeGenesis.config` or `.patch`, in `runtime` as older nodes have it, or right there. The code of
 * a runtime beside them says nothing to this node, whose runtime is its own.
 * @throws AssayError `BAD_SPEC`
 */
export function placedGenesis(genesis: unknown, path: string): PlacedGenesis {
  if (!isRecord(genesis)) return { values: genesis, path, isPatch: false }
  if ('raw' in genesis)
    throw badSpec(`${path}.raw`, 'genesis values by pallet, because this node makes the storage itself', 'raw storage')
  if ('runtime' in genesis) return { values: genesis['runtime'], path: `${path}.runtime`, isPatch: false }
  if (!('runtimeGenesis' in genesis)) return { values: genesis, path, isPatch: false }
  const inner = genesis['runtimeGenesis']
  const at = `${path}.runtimeGenesis`
  if (isRecord(inner)) {
    if ('patch' in inner) return { values: inner['patch'], path: `${at}.patch`, isPatch: true }
    if ('config' in inner) return { values: inner['config'], path: `${at}.config`, isPatch: false }
  }
  throw badSpec(at, 'an object with config or patch', shown(inner))
}

/** JSON with the fields of another laid over it: RFC 7396, with which Substrate applies a patch. */
export function patched(below: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const fields = new Map<string, unknown>(isRecord(below) ? Object.entries(below) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) fields.delete(key)
    else fields.set(key, patched(fields.get(key), value))
  }
  return Object.fromEntries(fields)
}
