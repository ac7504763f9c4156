/**
 * Storage by the names of pallets and items, in a form for people: that of Chopsticks' dev_setStorage.
 *
 * Owns: from JSON to storage changes. Does not own: the JSON of values.
 *
 *     { Balances: { TotalIssuance: "5" }, System: { Account: [[["5Grw…"], { providers: 1, data: { free: "7" } }]] },
 *       Workers: { $removePrefix: ["Workers"] } }
 *
 * A missing field gets the item's default, or zero. A value of null removes. Hex is the value's encoding, unless the type itself is
 * written in hex.
 * Source: Chopsticks, packages/core/src/utils/set-storage.ts.
 */
import { fromHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { storageKey, storagePrefix, type StorageHasher } from '#types/scale/storage-key.ts'
import type { TypeDef } from '#types/scale/type-def.ts'
import type { Change, Trie } from '#chain/trie/trie.ts'
import { pascalCase, type BoundPallet } from './frame/bind.ts'
import type { AnyItem } from './frame/storage.ts'
import { blankJson, fromJson, isRecord, toJson } from './genesis-json.ts'

type KeyPart = { readonly codec: Codec<unknown>; readonly hasher: StorageHasher }

/** Keys that one `$removePrefix` may remove. */
const MAX_REMOVED = 1_000_000
const REMOVE_PREFIX = '$removePrefix'

const wrong = (message: string): AssayError => new AssayError('BAD_STORAGE', message)

/** The pallets or items that there are, and the name of one that is not among them, as it was given. */
const unknown = (kind: 'PALLET' | 'ITEM', message: string, meta: Readonly<Record<string, string>>): AssayError =>
  new AssayError(`UNKNOWN_${kind}`, message, meta)

/** Lays the JSON's fields over the defaults. */
function merged(below: unknown, over: unknown): unknown {
  if (!isRecord(below) || !isRecord(over)) return over
  const stray = Object.keys(over).filter((key) => !(key in below))
  const fields = Object.entries(below).map(([key, value]) => [key, key in over ? merged(value, over[key]) : value])
  return Object.fromEntries([...fields, ...stray.map((key) => [key, over[key]])])
}

function valueBytes(item: AnyItem, json: unknown, path: string): Uint8Array | null {
  if (json === null) return null
  const codec: Codec<unknown> = item.value
  const type: TypeDef = codec.type
  const below = isRecord(json) ? (item.default === undefined ? blankJson(type) : toJson(codec, item.default)) : json
  try {
    return encode(codec, fromJson(codec, merged(below, json), path))
  } catch (thrown) {
    if (typeof json !== 'string' || !json.startsWith('0x')) throw thrown
    return rawBytes(codec, json, path)
  }
}

/** Reads hex, for a type that is not written in hex, as the value's SCALE encoding. */
function rawBytes(codec: Codec<unknown>, hex: string, path: string): Uint8Array {
  try {
    const bytes = fromHex(hex)
    decode(codec, bytes)
    return bytes
  } catch (thrown) {
    throw wrong(`${path}: expected a value as JSON or its SCALE encoding in hex, got neither (${messageOf(thrown)})`)
  }
}

function* entryChanges(prefix: Uint8Array, item: AnyItem, json: unknown, path: string): Generator<Change> {
  const parts: readonly KeyPart[] = item.keys
  if (parts.length === 0) {
    yield [prefix, valueBytes(item, json, path)]
    return
  }
  if (!Array.isArray(json)) throw wrong(`${path}: expected a list of [keys, value] for a map, got ${typeof json}`)
  for (const [index, entry] of json.entries()) {
    const at = `${path}[${index}]`
    if (!Array.isArray(entry) || entry.length !== 2) throw wrong(`${at}: expected [keys, value], got something else`)
    const [given, value] = entry as [unknown, unknown]
    const keys: readonly unknown[] = Array.isArray(given) ? given : [given]
    if (keys.length !== parts.length) throw wrong(`${at}: expected ${parts.length} keys, got ${keys.length}`)
    const hashed = parts.map(
      ({ codec, hasher }, i) => [hasher, encode(codec, fromJson(codec, keys[i], `${at} key ${i}`))] as const,
    )
    yield [storageKey(prefix, hashed), valueBytes(item, value, at)]
  }
}

/** @param section the pallet's name as it was given */
function itemOf(pallet: BoundPallet, name: string, section: string): AnyItem {
  const found = Object.entries(pallet.items).find(([key]) => pascalCase(key) === pascalCase(name))
  if (found) return found[1]
  const known = Object.keys(pallet.items).map(pascalCase).join(', ')
  const message = `${pallet.name}: expected one of the items ${known}, got ${name}`
  throw unknown('ITEM', message, { pallet: section, item: name })
}

function* palletChanges(pallet: BoundPallet, section: string, items: unknown, state: Trie): Generator<Change> {
  if (!isRecord(items)) throw wrong(`${pallet.name}: expected an object of storage items, got ${typeof items}`)
  for (const [name, json] of Object.entries(items)) {
    if (name !== REMOVE_PREFIX) {
      const path = `${pallet.name}.${pascalCase(name)}`
      yield* entryChanges(storagePrefix(pallet.name, pascalCase(name)), itemOf(pallet, name, section), json, path)
      continue
    }
    if (!Array.isArray(json)) throw wrong(`${pallet.name}.${name}: expected a list of storage items`)
    for (const each of json) {
      itemOf(pallet, String(each), section)
      const prefix = storagePrefix(pallet.name, pascalCase(String(each)))
      for (const key of state.keys(prefix, undefined, MAX_REMOVED)) yield [key, null]
    }
  }
}

/**
 * The storage changes from JSON.
 * @param state the state that they shall change; `$removePrefix` finds its keys in it.
 * @throws AssayError `UNKNOWN_PALLET`, `UNKNOWN_ITEM`, `BAD_STORAGE` or `BAD_GENESIS`, naming pallet, item and field.
 */
export function storageChanges(pallets: readonly BoundPallet[], state: Trie, json: unknown): Change[] {
  if (!isRecord(json)) throw wrong(`expected an object of pallets, got ${typeof json}`)
  return Object.entries(json).flatMap(([name, items]) => {
    const pallet = pallets.find((each) => each.name === pascalCase(name))
    if (pallet) return [...palletChanges(pallet, name, items, state)]
    const known = pallets.map((each) => each.name).join(', ')
    throw unknown('PALLET', `expected one of the pallets ${known}, got ${name}`, { pallet: name })
  })
}
