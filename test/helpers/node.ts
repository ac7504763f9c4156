/**
 * A tiny runtime, a clock that tests move by hand, and a recomputation of state roots, for tests of the node without
 * pallets.
 *
 * Owns: these. Its extrinsics: signer (32) nonce (u32) tip (u32) flags (u8), then a 64-byte sr25519 signature over
 * those. A bare extrinsic is the byte 0xff and any bytes. State: nonces, the time, and a count of blocks.
 */
import { concatBytes, u32le, u64le, utf8 } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { blake2b256, twox128 } from '#types/crypto/hash.ts'
import type { Keypair } from '#types/crypto/suri.ts'
import { decode, encode, ScaleError } from '#types/scale/codec.ts'
import { bytes as opaque } from '#types/scale/primitives.ts'
import type { NodeClock } from '#chain/node/clock.ts'
import type { Node } from '#chain/node/node-interface.ts'
import type {
  ApplyOutcome,
  At,
  DecodedExtrinsic,
  InvalidReason,
  OpenBlock,
  Runtime,
  TransactionError,
  Validity,
} from '#chain/runtime/runtime-interface.ts'
import { Trie, type Change } from '#chain/trie/trie.ts'

/** What a test extrinsic does besides raising the nonce. */
export const FLAG = { fails: 1, refusedInBlock: 2, fillsBlock: 4, hugeAlone: 8, mortal: 16 } as const

const UNSIGNED_BYTES = 32 + 4 + 4 + 1

/** A signed test extrinsic with its length prefix. */
export function signedExtrinsic(pair: Keypair, nonce: number, { tip = 0, flags = 0 } = {}): Uint8Array {
  const body = concatBytes(pair.accountId, u32le(nonce), u32le(tip), Uint8Array.of(flags))
  return encode(opaque, concatBytes(body, pair.sign(body)))
}

interface Fields {
  readonly nonce: number
  readonly tip: number
  readonly flags: number
}

function fieldsOf({ bytes }: DecodedExtrinsic): Fields {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return { nonce: view.getUint32(32, true), tip: view.getUint32(36, true), flags: view.getUint8(40) }
}

const nonceKey = (account: Uint8Array): Uint8Array => concatBytes(utf8('nonce'), account)
const nowKey = concatBytes(twox128(utf8('Timestamp')), twox128(utf8('Now')))
const readU32 = (bytes: Uint8Array | undefined): number =>
  bytes ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) : 0
const nonceOf = (state: Trie, account: Uint8Array): number => readU32(state.get(nonceKey(account)))
const tag = (account: Uint8Array, nonce: number): Uint8Array => concatBytes(account, u32le(nonce))
const invalid = (reason: InvalidReason): TransactionError => ({ kind: 'invalid', reason })

/** Only says how many transactions there are. */
const rootOf = (transactions: number): Uint8Array => blake2b256(u32le(transactions))

/** Storage as it is while a block is open. */
function openFake(
  parent: Trie,
  context: { number: number; parentHash: Uint8Array; digest: readonly never[] | readonly unknown[] },
): OpenBlock {
  const changes = new Map<string, Change>()
  const put = (key: Uint8Array, value: Uint8Array): void =>
    void changes.set(Buffer.from(key).toString('hex'), [key, value])
  const nonces = new Map<string, number>()
  let applied = 0
  let full = false
  const apply = (extrinsic: DecodedExtrinsic): ApplyOutcome => {
    if (!extrinsic.signature) return { kind: 'refused', error: { kind: 'unknown', reason: 'NoUnsignedValidator' } }
    const { nonce, flags } = fieldsOf(extrinsic)
    const { signer } = extrinsic.signature
    const id = Buffer.from(signer).toString('hex')
    const expected = nonces.get(id) ?? nonceOf(parent, signer)
    if (full || flags & FLAG.hugeAlone) return { kind: 'refused', error: invalid('ExhaustsResources') }
    if (nonce !== expected) return { kind: 'refused', error: invalid(nonce < expected ? 'Stale' : 'Future') }
    if (flags & FLAG.refusedInBlock) return { kind: 'refused', error: invalid('Payment') }
    nonces.set(id, expected + 1)
    put(nonceKey(signer), u32le(expected + 1))
    applied++
    full = Boolean(flags & FLAG.fillsBlock)
    return flags & FLAG.fails
      ? { kind: 'failed', error: { tag: 'Other', value: undefined }, message: 'asked to' }
      : { kind: 'success' }
  }
  return {
    applyInherents({ timestampMs }) {
      put(nowKey, u64le(timestampMs))
      return [encode(opaque, concatBytes(Uint8Array.of(0xff), u64le(timestampMs)))]
    },
    apply,
    finalize() {
      put(utf8('count'), u32le(applied))
      const state = parent.apply(changes.values())
      const header = {
        parentHash: context.parentHash,
        number: context.number,
        stateRoot: state.root(),
        extrinsicsRoot: rootOf(applied),
        digest: context.digest as never,
      }
      return { header, state }
    },
  }
}

function validate({ state }: At, extrinsic: DecodedExtrinsic): Validity {
  const { signature } = extrinsic
  if (!signature) return { ok: false, error: { kind: 'unknown', reason: 'NoUnsignedValidator' } }
  const { nonce, tip, flags } = fieldsOf(extrinsic)
  const next = nonceOf(state, signature.signer)
  if (nonce < next) return { ok: false, error: invalid('Stale') }
  const valid = {
    priority: BigInt(tip),
    requires: nonce > next ? [tag(signature.signer, nonce - 1)] : [],
    provides: [tag(signature.signer, nonce)],
    longevity: flags & FLAG.mortal ? 2n : (1n << 64n) - 1n,
    propagate: true,
  }
  return { ok: true, valid }
}

/** See the module's header. */
export const fakeRuntime = (): Runtime => ({
  version: {
    specName: 'fake',
    implName: 'fake',
    authoringVersion: 1,
    specVersion: 1,
    implVersion: 1,
    apis: [],
    transactionVersion: 1,
    stateVersion: 1,
  },
  minimumPeriodMs: 1n,
  extrinsicsRoot: (extrinsics) => rootOf(extrinsics.filter((wire) => decode(opaque, wire)[0] !== 0xff).length),
  metadata: () => undefined,
  metadataVersions: [],
  genesis: (config) => {
    if (config['fail']) throw new AssayError('BAD_GENESIS', 'fail: expected nothing')
    return [
      [
        utf8('genesis'),
        utf8(JSON.stringify(config, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))),
      ],
    ]
  },
  decode(wire) {
    const bytes = decode(opaque, wire)
    const hash = blake2b256(wire)
    if (bytes[0] === 0xff) return { bytes, hash, signature: undefined, isInherent: true, isOperational: false }
    if (bytes.length !== UNSIGNED_BYTES + 64) throw new ScaleError('an extrinsic', `${bytes.length} bytes`, 0)
    const proof = { tag: 'Sr25519' as const, value: bytes.slice(UNSIGNED_BYTES) }
    return { bytes, hash, signature: { signer: bytes.slice(0, 32), proof }, isInherent: false, isOperational: false }
  },
  signingPayload: (_, { bytes }) => bytes.slice(0, UNSIGNED_BYTES),
  validate,
  openBlock: (parent, context) => openFake(parent, context),
  call({ state }, method, args) {
    if (method === 'AccountNonceApi_account_nonce') return u32le(nonceOf(state, args))
    throw new AssayError('UNKNOWN_RUNTIME_API', method)
  },
  outcome: () => undefined,
  storageChanges() {
    throw new AssayError('NOT_IN_FAKE', 'expected the real runtime for storage by name, got the fake one')
  },
  trace() {
    throw new AssayError('NOT_IN_FAKE', 'expected the real runtime for a trace, got the fake one')
  },
  dryRun() {
    throw new AssayError('NOT_IN_FAKE', 'expected the real runtime for a dry run, got the fake one')
  },
})

/** A clock that stands still until told. */
export interface ManualClock extends NodeClock {
  /** Moves on by `ms`, firing timers in order, and lets what they began go on. */
  advance(ms: number): Promise<void>
}

/** Lets promises and pending I/O callbacks run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

export function manualClock(startUnixMs = 1_800_000_000_000): ManualClock {
  let now = 0
  let timers: { readonly due: number; readonly callback: () => void }[] = []
  return {
    unixMs: () => startUnixMs + now,
    now: () => now,
    setTimer(ms, callback) {
      const timer = { due: now + Math.max(0, ms), callback }
      timers.push(timer)
      return () => void (timers = timers.filter((other) => other !== timer))
    },
    async advance(ms) {
      const end = now + ms
      for (;;) {
        await settle()
        const [next] = timers.toSorted((a, b) => a.due - b.due)
        if (next === undefined || next.due > end) break
        timers = timers.filter((timer) => timer !== next)
        now = next.due
        next.callback()
      }
      now = end
      await settle()
    },
  }
}

/** The state root of a block, computed from its entries alone. */
export function recomputeRoot(node: Node, hash: Uint8Array): Uint8Array {
  return Trie.empty().apply(node.stateAt(hash).entries(new Uint8Array())).root()
}
