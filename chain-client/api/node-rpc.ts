/**
 * The node's JSON-RPC methods that this client calls, with bytes as arguments and results.
 *
 * Owns: method names, hex, and the check of the answers. Does not own: connections.
 */
import { fromHex, toHex } from '#types/bytes.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { AssayError } from '#types/errors.ts'
import { Reader } from '#types/scale/codec.ts'
import { storageKey, storagePrefix } from '#types/scale/storage-key.ts'
import type { StorageEntry } from './chain-port.ts'
import type { SubmitSource } from './chain-rpc.ts'
import type { Connection } from './connection.ts'
import { splitEvents } from './event-records.ts'
import type { Session } from './session.ts'
import { storageShape, type StorageShape } from './shapes.ts'
import { skipValue } from './skip.ts'

/** Keys in one request; nodes serve at most a thousand. */
const PAGE_KEYS = 500

const badAnswer = (method: string, expected: string, got: unknown): AssayError =>
  new AssayError(
    'BAD_ANSWER',
    `expected ${expected} as the answer to ${method}, got ${JSON.stringify(got)?.slice(0, 80)}`,
    {
      method,
    },
  )

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Bytes from a hex answer; undefined for null. */
async function askBytes(session: Session, method: string, params: readonly unknown[]): Promise<Uint8Array | undefined> {
  const answer = await session.request(method, params)
  if (answer === null) return undefined
  if (typeof answer !== 'string') throw badAnswer(method, 'hex or null', answer)
  return fromHex(answer)
}

async function askHexes(session: Session, method: string, params: readonly unknown[]): Promise<readonly string[]> {
  const answer = await session.request(method, params)
  if (!Array.isArray(answer) || !answer.every((item) => typeof item === 'string'))
    throw badAnswer(method, 'a list of hex', answer)
  return answer
}

async function askHeader(
  session: Session,
  hash: Uint8Array,
): Promise<{ number: number; parent: Uint8Array } | undefined> {
  const method = 'chain_getHeader'
  const answer = await session.request(method, [toHex(hash)])
  if (answer === null) return undefined
  const { number, parentHash } = isObject(answer) ? answer : {}
  if (typeof number !== 'string' || typeof parentHash !== 'string') throw badAnswer(method, 'a header', answer)
  return { number: Number(number), parent: fromHex(parentHash) }
}

/** The storage key of an item. With fewer keys than the map has: the prefix of all entries that share them. */
function keyOf(pallet: string, item: string, shape: StorageShape, keys: readonly Uint8Array[]): Uint8Array {
  if (keys.length > shape.hashers.length)
    throw new AssayError(
      'BAD_KEYS',
      `expected at most ${shape.hashers.length} keys for storage ${pallet}.${item}, got ${keys.length}`,
    )
  return storageKey(
    storagePrefix(shape.prefix, item),
    keys.map((key, i) => [shape.hashers[i]!, key] as const),
  )
}

/** The value of an item at a block: `undefined` only if the item is optional and not set. */
export async function readStorage(
  session: Session,
  [pallet, item]: readonly [pallet: string, item: string],
  keys: readonly Uint8Array[],
  at: Uint8Array,
): Promise<Uint8Array | undefined> {
  const shape = storageShape(session.shapes, pallet, item)
  if (keys.length !== shape.hashers.length)
    throw new AssayError(
      'BAD_KEYS',
      `expected ${shape.hashers.length} keys for storage ${pallet}.${item}, got ${keys.length}`,
    )
  const key = toHex(keyOf(pallet, item, shape, keys))
  return (await askBytes(session, 'state_getStorage', [key, toHex(at)])) ?? shape.fallback
}

/** Reads the keys of a map entry from its storage key. */
function splitKey(pallet: string, item: string, shape: StorageShape, key: Uint8Array): readonly Uint8Array[] {
  const from = new Reader(key)
  from.advance(storagePrefix(shape.prefix, item).length, 'storage prefix')
  return shape.hashers.map(({ hashBytes, name }, i) => {
    if (hashBytes === undefined)
      throw new AssayError(
        'UNSUPPORTED_TYPE',
        `expected a hasher that keeps the keys of ${pallet}.${item}, got ${name}`,
      )
    from.advance(hashBytes, name)
    const start = from.offset
    skipValue(shape.keys[i]!(), from)
    return key.slice(start, from.offset)
  })
}

/** The values under `keys`, in the same order. */
async function readValues(session: Session, keys: readonly string[], at: string): Promise<readonly Uint8Array[]> {
  const method = 'state_queryStorageAt'
  const answer = await session.request(method, [keys, at])
  const changes: unknown = Array.isArray(answer) && isObject(answer[0]) ? answer[0]['changes'] : undefined
  if (!Array.isArray(changes)) throw badAnswer(method, 'one set of changes', answer)
  const values = new Map<unknown, unknown>(changes as [unknown, unknown][])
  return keys.map((key) => {
    const value = values.get(key)
    if (typeof value !== 'string') throw badAnswer(method, `a value for ${key}`, value)
    return fromHex(value)
  })
}

/** All entries of a map that share `prefixKeys`. Reads them page by page, all at one block. */
export async function readEntries(
  session: Session,
  [pallet, item]: readonly [pallet: string, item: string],
  prefixKeys: readonly Uint8Array[],
  at: Uint8Array,
): Promise<readonly StorageEntry[]> {
  const shape = storageShape(session.shapes, pallet, item)
  const prefix = toHex(keyOf(pallet, item, shape, prefixKeys))
  const block = toHex(at)
  const entries: StorageEntry[] = []
  for (let last: string | undefined; ;) {
    const page = await askHexes(session, 'state_getKeysPaged', [prefix, PAGE_KEYS, last ?? null, block])
    if (page.length > 0) {
      const values = await readValues(session, page, block)
      entries.push(...values.map((value, i) => [splitKey(pallet, item, shape, fromHex(page[i]!)), value] as const))
    }
    if (page.length < PAGE_KEYS) return entries
    last = page.at(-1)
  }
}

async function askBody(session: Session, hash: Uint8Array): Promise<readonly Uint8Array[]> {
  const method = 'chain_getBlock'
  const answer = await session.request(method, [toHex(hash)])
  const block = isObject(answer) ? answer['block'] : undefined
  const extrinsics = isObject(block) ? block['extrinsics'] : undefined
  if (!Array.isArray(extrinsics)) throw badAnswer(method, 'a block', answer)
  return extrinsics.map((extrinsic) => fromHex(String(extrinsic)))
}

async function askNumber(session: Session, method: string, params: readonly unknown[]): Promise<number> {
  const answer = await session.request(method, params)
  if (typeof answer !== 'number') throw badAnswer(method, 'a number', answer)
  return answer
}

/** The answer of a runtime API in the state of a block. */
export async function callRuntime(
  session: Session,
  method: string,
  input: Uint8Array,
  hash: Uint8Array,
): Promise<Uint8Array> {
  const answer = await askBytes(session, 'state_call', [method, toHex(input), toHex(hash)])
  if (!answer) throw badAnswer('state_call', `an answer of ${method}`, null)
  return answer
}

/** `AccountNonceApi` in the state of a block: the nonce as the runtime has it, little endian. */
async function askNonceAt(session: Session, account: Uint8Array, hash: Uint8Array): Promise<number> {
  const answer = await callRuntime(session, 'AccountNonceApi_account_nonce', account, hash)
  if (answer.length < 4) throw badAnswer('state_call', 'a nonce of 4 bytes', toHex(answer))
  return new Reader(answer).view.getUint32(0, true)
}

async function askFinalizedHead(session: Session): ReturnType<SubmitSource['finalizedHead']> {
  const method = 'chain_getFinalizedHead'
  const hash = await askBytes(session, method, [])
  const header = hash && (await askHeader(session, hash))
  if (!hash || !header) throw badAnswer(method, 'the hash of a known block', hash && toHex(hash))
  return { number: header.number, hash }
}

/** The value of System.Events, split by the metadata of the block's own runtime. */
async function askEvents(session: Session, hash: Uint8Array): ReturnType<SubmitSource['events']> {
  const header = await askHeader(session, hash)
  if (!header) throw badAnswer('chain_getHeader', `the header of ${toHex(hash)}`, null)
  const shapes = header.number === 0 ? session.shapes : await session.shapesAt(hash, header.parent)
  return splitEvents(shapes, await readStorage(session, ['System', 'Events'], [], hash))
}

/** The questions of the cursor and the submission, asked over the current session. */
export function createNodeRpc(connection: Connection, account: Uint8Array): SubmitSource {
  const ask = <T>(question: (session: Session) => Promise<T>): Promise<T> => connection.retrying(question)
  return {
    finalizedHead: () => ask(askFinalizedHead),
    blockHash: (number) => ask((session) => askBytes(session, 'chain_getBlockHash', [number])),
    parentHash: (hash) => ask(async (session) => (await askHeader(session, hash))?.parent),
    events: (hash) => ask((session) => askEvents(session, hash)),
    body: (hash) => ask((session) => askBody(session, hash)),
    nonceAt: (hash) => ask((session) => askNonceAt(session, account, hash)),
    nextNonce: () => ask((session) => askNumber(session, 'system_accountNextIndex', [toSs58(account)])),
    async submit(wire) {
      const session = await connection.session()
      await session.request('author_submitExtrinsic', [toHex(wire)])
    },
  }
}
