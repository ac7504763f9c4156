/**
 * A node that tests drive by hand: blocks appear and the pool answers when a test says so.
 *
 * Owns: the part of `Node` that the RPC layer needs. State is a real trie; it executes nothing.
 */
import { concatBytes, toHex, utf8 } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { ScaleError } from '#types/scale/codec.ts'
import { headerHash } from '#types/scale/header.ts'
import { Trie, type Change } from '#chain/trie/trie.ts'
import type { DevPowers } from '#chain/node/dev-powers.ts'
import type {
  Block,
  ChainEvent,
  Node,
  PoolRefusal,
  SealRequest,
  TransactionStatus,
} from '#chain/node/node-interface.ts'
import type { ApplyOutcome, At, Runtime } from '#chain/runtime/runtime-interface.ts'

/** The pool's error as the RPC layer knows it: an AssayError with a refusal. */
export class FakePoolError extends AssayError {
  readonly refusal: PoolRefusal
  constructor(refusal: PoolRefusal) {
    super('POOL', refusal.kind)
    this.refusal = refusal
  }
}

type Watch = (status: TransactionStatus) => void

export interface FakeNode extends Node {
  /** Adds a block on `parent` (default: the best) with these storage changes; emits `imported` and, unless told, `best`. */
  add(changes?: readonly Change[], options?: { parent?: Block; best?: boolean; body?: Uint8Array[] }): Block
  emit(event: ChainEvent): void
  /** What the next submissions and seals throw. */
  refuse(error: Error | undefined): void
  /** Statuses sent before `submit` returns. */
  readonly early: TransactionStatus[]
  readonly watches: Map<string, Watch>
  readonly sealed: SealRequest[]
  readonly listeners: number
  outcome: ApplyOutcome
  /** The chain stands at a block it has, as after a revert; the finalized one may go along. */
  revertTo(block: Block, options?: { finalized?: boolean }): void
  /** Changes the state after a block by hand. */
  setState(block: Block, changes: readonly Change[]): void
  /** Holds submissions until released. */
  hold(): () => void
}

/** Powers that do nothing: rpc/dev/ is tested on a real node. */
const inertPowers: DevPowers = {
  setHead: async () => undefined,
  setStorage: async () => new Uint8Array(32),
  timeTravel: async () => undefined,
  setNextTimestamp: () => undefined,
  setTimestampInterval: () => undefined,
  setSealing: () => undefined,
  snapshot: async () => 1,
  revert: async () => false,
  dumpState: () => Promise.reject(new AssayError('DUMP_TOO_LARGE', 'expected a real node, got a fake one')),
  loadState: async () => undefined,
  impersonate: () => undefined,
  reorg: () => Promise.reject(new AssayError('REORG_TOO_DEEP', 'expected a real node, got a fake one')),
}

export const key = (text: string): Uint8Array => utf8(text)

const fakeRuntime = (): Runtime =>
  ({
    version: {
      specName: 'assay',
      implName: 'assay',
      authoringVersion: 1,
      specVersion: 1,
      implVersion: 1,
      apis: [[new Uint8Array([0xdf, 0x6a, 0xcb, 0x68, 0x99, 0x07, 0x60, 0x9b]), 5]],
      transactionVersion: 1,
      stateVersion: 1,
    },
    minimumPeriodMs: 1n,
    metadata: (version: number) => (version === 14 ? utf8('meta14') : undefined),
    metadataVersions: [14],
    decode(wire: Uint8Array) {
      if (wire.length === 0) throw new ScaleError('1 bytes for compact length', '0 bytes', 0)
      return { bytes: wire, hash: blake2b256(wire), signature: undefined }
    },
    call(at: At, method: string, args: Uint8Array) {
      if (method === 'SessionKeys_decode_session_keys')
        // Option<Vec<(Vec<u8>, KeyTypeId)>>: the only key is Aura's; the argument is a Vec of its own.
        return args.length === 33 ? concatBytes(Uint8Array.of(1, 4), args, utf8('aura')) : Uint8Array.of(0)
      if (method === 'Fake_bug') throw new Error('a bug')
      if (method === 'Fake_number') return new Uint8Array([at.number])
      if (method === 'Fake_echo') return args
      // Weight compact 4 and 8, class Normal, partialFee 2^65.
      if (method === 'TransactionPaymentApi_query_info')
        return new Uint8Array([16, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])
      // Some(InclusionFee { 1, 2, 255 }), tip 0.
      if (method === 'TransactionPaymentApi_query_fee_details')
        return new Uint8Array([1, ...le16(1), ...le16(2), ...le16(255), ...le16(0)])
      throw new AssayError('UNKNOWN_RUNTIME_API', `Exported method ${method} is not found`)
    },
  }) as unknown as Runtime

const le16 = (low: number): number[] => [low, ...Array.from({ length: 15 }, () => 0)]

export function fakeNode(genesis: readonly Change[] = []): FakeNode {
  const blocks = new Map<string, { block: Block; state: Trie }>()
  const byNumber: Uint8Array[] = []
  const listeners = new Set<(event: ChainEvent) => void>()
  const offchain = new Map<string, Uint8Array>()
  const watches = new Map<string, Watch>()
  const pool: Uint8Array[] = []
  const sealed: SealRequest[] = []
  const early: TransactionStatus[] = [{ kind: 'ready' }]
  let refusal: Error | undefined
  let held: Promise<void> | undefined

  const store = (parent: Block | undefined, state: Trie, body: Uint8Array[]): Block => {
    const header = {
      parentHash: parent?.hash ?? new Uint8Array(32),
      number: parent ? parent.header.number + 1 : 0,
      stateRoot: state.root(),
      extrinsicsRoot: blake2b256(utf8(`${blocks.size}`)),
      digest: [{ tag: 'Other' as const, value: new Uint8Array([blocks.size]) }],
    }
    const block: Block = { hash: headerHash(header), header, body }
    blocks.set(toHex(block.hash), { block, state })
    return block
  }
  const first = store(undefined, Trie.empty().apply(genesis), [])
  byNumber[0] = first.hash
  let best = first
  let finalized = first
  const find = (hash: Uint8Array): { block: Block; state: Trie } => {
    const found = blocks.get(toHex(hash))
    if (!found) throw new AssayError('UNKNOWN_BLOCK', `no block ${toHex(hash)}`)
    return found
  }
  const emit = (event: ChainEvent): void => listeners.forEach((listener) => listener(event))

  const node: FakeNode = {
    spec: {
      name: 'Assay Development',
      id: 'assay_dev',
      chainType: 'Development',
      properties: { ss58Format: 42, tokenDecimals: 12, tokenSymbol: 'ASY' },
    },
    runtime: fakeRuntime(),
    genesisHash: first.hash,
    finalityDelayMs: 0,
    early,
    watches,
    sealed,
    outcome: { kind: 'success' },
    get listeners() {
      return listeners.size
    },
    best: () => best,
    finalized: () => finalized,
    block: (hash) => blocks.get(toHex(hash))?.block,
    hashAt: (number) => byNumber[number],
    unfinalized: () =>
      Array.from(blocks.values(), ({ block }) => block).filter(({ header }) => header.number > finalized.header.number),
    stateAt: (hash) => find(hash).state,
    at: (hash) => ({ state: find(hash).state, number: find(hash).block.header.number, hash }),
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async submit(wire, watch) {
      if (held) await held
      if (refusal) throw refusal
      const hash = blake2b256(wire)
      pool.push(wire)
      if (watch) {
        watches.set(toHex(hash), watch)
        early.forEach(watch)
      }
      return hash
    },
    unwatch: (hash) => void watches.delete(toHex(hash)),
    pending: () => pool,
    poolStatus: async () => undefined,
    removeExtrinsics: (hashes) => hashes.filter((hash) => pool.some((wire) => toHex(blake2b256(wire)) === toHex(hash))),
    nextNonce: (account) => account[0]!,
    dryRun: async (wire, at) => {
      find(at)
      node.runtime.decode(wire)
      return node.outcome
    },
    async seal(request = {}) {
      if (refusal) throw refusal
      sealed.push(request)
      return node.add([], request.parent ? { parent: find(request.parent).block, best: request.best ?? true } : {})
    },
    async finalize(hash) {
      finalized = find(hash).block
      emit({ kind: 'finalized', block: finalized, pruned: [] })
    },
    async setBest(hash) {
      best = find(hash).block
      emit({ kind: 'best', block: best, retracted: [] })
    },
    dev: inertPowers,
    offchain: {
      get: (kind, at) => offchain.get(`${kind}${toHex(at)}`),
      set: async (kind, at, value) => void offchain.set(`${kind}${toHex(at)}`, value),
      clear: async (kind, at) => void offchain.delete(`${kind}${toHex(at)}`),
    },
    storageRefusal: () => undefined,
    close: async () => undefined,
    add(changes = [], { parent = best, best: becomesBest = true, body = [] } = {}) {
      const block = store(parent, find(parent.hash).state.apply(changes), body)
      if (becomesBest) {
        best = block
        byNumber[block.header.number] = block.hash
      }
      emit({ kind: 'imported', block })
      if (becomesBest) emit({ kind: 'best', block, retracted: [] })
      return block
    },
    revertTo(block, { finalized: finalizedToo = false } = {}) {
      const from = best
      best = block
      byNumber.length = block.header.number + 1
      if (finalizedToo) finalized = block
      emit({ kind: 'reverted', from })
    },
    setState(block, changes) {
      const entry = find(block.hash)
      blocks.set(toHex(block.hash), { block, state: entry.state.apply(changes) })
      emit({ kind: 'stateSet', block, before: entry.state })
    },
    emit,
    refuse: (error) => (refusal = error),
    hold() {
      let release = (): void => undefined
      held = new Promise((resolve) => (release = resolve))
      return () => {
        held = undefined
        release()
      }
    },
  }
  return node
}
