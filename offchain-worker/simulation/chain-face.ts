/**
 * The runtime's pallets by name, in bytes: the face of a chain that a ChainPort needs, without metadata and JSON-RPC in between.
 *
 * Owns: storage keys and defaults, call bytes, events taken apart, names of errors. Does not own: the simulated chain's blocks.
 */
import type { CallFailure, CallRequest, ChainEventRecord, StorageEntry } from '#chain/api/chain-port.ts'
import { pascalCase, type BoundPallet } from '#chain/runtime/frame/bind.ts'
import { Extra } from '#chain/runtime/extensions.ts'
import { construct } from '#chain/runtime/runtime.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { concatBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { silentLog } from '#types/log.ts'
import { H256 } from '#types/scale/account.ts'
import { encode, Reader, type Codec } from '#types/scale/codec.ts'
import { readCompactLength } from '#types/scale/compact.ts'
import { struct, vec } from '#types/scale/compound.ts'
import type { DispatchError } from '#types/scale/dispatch.ts'
import { Phase } from '#types/scale/events.ts'
import { extrinsicCodec } from '#types/scale/extrinsic.ts'
import { readStorageKeyPart, storageKey, storagePrefix, type StorageHasher } from '#types/scale/storage-key.ts'

interface ItemFace {
  readonly prefix: Uint8Array
  readonly keys: readonly { readonly codec: Codec<unknown>; readonly hasher: StorageHasher }[]
  readonly fallback: Uint8Array | undefined
}

interface PalletFace {
  readonly name: string
  readonly index: number
  readonly items: ReadonlyMap<string, ItemFace>
  readonly calls: ReadonlyMap<string, number>
  readonly constants: ReadonlyMap<string, Uint8Array>
  readonly events: readonly { readonly name: string; readonly data: Codec<unknown> }[]
  readonly errors: readonly string[]
}

/** See the module's header. All throw AssayError `UNKNOWN_ITEM` for an item that the runtime does not have. */
export interface ChainFace {
  get(state: Trie, pallet: string, item: string, keys: readonly Uint8Array[]): Uint8Array | undefined
  entries(state: Trie, pallet: string, item: string, prefixKeys: readonly Uint8Array[]): readonly StorageEntry[]
  constant(pallet: string, name: string): Uint8Array
  /** An extrinsic with a signature of zeros: a simulation has no node that verifies it. */
  extrinsic(account: Uint8Array, nonce: number, call: CallRequest): Uint8Array
  events(state: Trie): readonly ChainEventRecord[]
  failure(error: DispatchError): CallFailure
}

const SIGNATURE_BYTES = 64
const TOPICS = vec(H256)
/** Calls are encoded already. */
const RAW_CALL: Codec<Uint8Array> = {
  type: { path: [], docs: [], shape: { kind: 'tuple', elements: [] } },
  write: (value, out) => out.raw(value),
  read: (from) => from.take(from.remaining, 'a call'),
}
const EXTRINSIC = extrinsicCodec({ call: RAW_CALL, extra: Extra })

function faceOf({ name, index, items, calls, constants, events, errors }: BoundPallet): PalletFace {
  return {
    name,
    index,
    items: new Map(
      Object.entries(items).map(([key, item]) => {
        const named = pascalCase(key)
        const fallback = item.default === undefined ? undefined : encode(item.value, item.default)
        return [named, { prefix: storagePrefix(name, named), keys: item.keys, fallback }] as const
      }),
    ),
    calls: new Map(calls.map((call) => [call.name, call.index])),
    constants: new Map(
      Object.entries(constants).map(([key, { codec, value }]) => [pascalCase(key), encode(codec, value)] as const),
    ),
    events: Object.entries(events).map(([event, { fields }]) => ({ name: event, data: struct(fields) })),
    errors: Object.keys(errors),
  }
}

class Face implements ChainFace {
  readonly #byIndex = new Map<number, PalletFace>()
  readonly #byName = new Map<string, PalletFace>()

  constructor() {
    for (const pallet of construct(silentLog).frame.pallets) {
      const face = faceOf(pallet)
      this.#byIndex.set(pallet.index, face)
      this.#byName.set(face.name, face)
    }
  }

  get(state: Trie, pallet: string, item: string, keys: readonly Uint8Array[]): Uint8Array | undefined {
    const { prefix, keys: parts, fallback } = this.#item(pallet, item)
    const key = storageKey(
      prefix,
      keys.map((bytes, at) => [parts[at]!.hasher, bytes]),
    )
    return state.get(key) ?? fallback
  }

  entries(state: Trie, pallet: string, item: string, prefixKeys: readonly Uint8Array[]): readonly StorageEntry[] {
    const { prefix, keys: parts } = this.#item(pallet, item)
    const start = storageKey(
      prefix,
      prefixKeys.map((bytes, at) => [parts[at]!.hasher, bytes]),
    )
    return [...state.entries(start)].map(([key, value]) => {
      const from = new Reader(key.subarray(prefix.length))
      const keys = parts.map(({ codec, hasher }) => encode(codec, readStorageKeyPart(hasher, codec, from)))
      return [keys, value] as const
    })
  }

  constant(pallet: string, name: string): Uint8Array {
    return this.#byName.get(pallet)?.constants.get(name) ?? unknown(`constant ${pallet}.${name}`)
  }

  extrinsic(account: Uint8Array, nonce: number, { pallet, call, args }: CallRequest): Uint8Array {
    const face = this.#byName.get(pallet)
    const index = face?.calls.get(call)
    if (!face || index === undefined) return unknown(`call ${pallet}.${call}`)
    const none = undefined
    return encode(EXTRINSIC, {
      version: 4,
      signature: {
        address: { tag: 'Id', value: account },
        signature: { tag: 'Sr25519', value: new Uint8Array(SIGNATURE_BYTES) },
        extra: [none, none, none, none, 'immortal', nonce, none, 0n, 'Disabled'],
      },
      call: concatBytes(Uint8Array.of(face.index, index), args),
    })
  }

  events(state: Trie): readonly ChainEventRecord[] {
    const bytes = this.get(state, 'System', 'Events', [])
    if (!bytes) return []
    const from = new Reader(bytes)
    return Array.from({ length: readCompactLength(from) }, () => this.#readEvent(from))
  }

  #readEvent(from: Reader): ChainEventRecord {
    const phase = Phase.read(from)
    const pallet = this.#byIndex.get(from.byte('pallet index'))
    const event = pallet?.events[from.byte('event index')]
    if (!pallet || !event) return unknown('an event that the runtime deposited')
    const start = from.offset
    event.data.read(from)
    const data = from.bytes.slice(start, from.offset)
    TOPICS.read(from)
    const extrinsicIndex = phase.tag === 'ApplyExtrinsic' ? phase.value : undefined
    return { pallet: pallet.name, name: event.name, data, extrinsicIndex }
  }

  failure(error: DispatchError): CallFailure {
    if (error.tag !== 'Module') return { text: error.tag }
    const pallet = this.#byIndex.get(error.value.index)
    const name = pallet?.errors[error.value.error[0] ?? 0]
    return pallet && name !== undefined ? { pallet: pallet.name, name } : { text: error.tag }
  }

  #item(pallet: string, item: string): ItemFace {
    return this.#byName.get(pallet)?.items.get(item) ?? unknown(`storage ${pallet}.${item}`)
  }
}

function unknown(what: string): never {
  throw new AssayError('UNKNOWN_ITEM', `expected ${what} in the runtime, got none of that name`, { what })
}

let face: ChainFace | undefined

/** The runtime's face, made once for a process, because it never changes. */
export const chainFace = (): ChainFace => (face ??= new Face())
