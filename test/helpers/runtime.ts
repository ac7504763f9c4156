/**
 * Runtimes for tests: a whole one with a chain that grows block by block, and a small one around single pallets.
 */
import { concatBytes, u32le, u64le, utf8 } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { AccountInfo, NEW_LOGIC_FLAG } from '#types/scale/account.ts'
import { decode, encode, type ValueOf } from '#types/scale/codec.ts'
import { vec } from '#types/scale/compound.ts'
import { AURA_ENGINE_ID } from '#types/scale/digest.ts'
import { eventRecord } from '#types/scale/events.ts'
import { extrinsicCodec, signingPayload } from '#types/scale/extrinsic.ts'
import { headerHash, type Header } from '#types/scale/header.ts'
import { Blake2_128Concat, storageKey, storagePrefix, Twox64Concat } from '#types/scale/storage-key.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import { FrameBuilder } from '#chain/runtime/frame/construct.ts'
import { Externalities } from '#chain/runtime/frame/externalities.ts'
import type { RuntimeEvent } from '#chain/runtime/frame/outer-enums.ts'
import { Extra } from '#chain/runtime/extensions.ts'
import { construct, createRuntime, type Extend } from '#chain/runtime/runtime.ts'
import type { ApplyOutcome, At, Runtime } from '#chain/runtime/runtime-interface.ts'
import { systemPallet, type System } from '#chain/runtime/pallets/system.ts'
import { Trie } from '#chain/trie/trie.ts'

export type Keypair = ReturnType<typeof keypairFromSuri>

export const alice = keypairFromSuri('//Alice')
export const bob = keypairFromSuri('//Bob')
export const charlie = keypairFromSuri('//Charlie')

const hashers = { Blake2_128Concat, Twox64Concat }

const NO_ACCOUNT: AccountInfo = {
  nonce: 0,
  consumers: 0,
  providers: 0,
  sufficients: 0,
  data: { free: 0n, reserved: 0n, frozen: 0n, flags: NEW_LOGIC_FLAG },
}

/** One token. */
export const UNIT = 1_000_000_000_000n
const GENESIS_TIME_MS = 1_700_000_000_000n
const BLOCK_MS = 1000n

/** A log that keeps what it is told. */
export class TestLog {
  readonly errors: { readonly fields: Readonly<Record<string, unknown>>; readonly message: string }[] = []
  error(fields: Readonly<Record<string, unknown>>, message: string): void {
    this.errors.push({ fields, message })
  }
}

/** How the runtime with these pallets encodes. */
function codecsOf(extend?: Extend) {
  const { frame } = construct(new TestLog(), extend)
  return {
    call: frame.runtimeCall,
    records: vec(eventRecord(frame.runtimeEvent)),
    wire: extrinsicCodec({ call: frame.runtimeCall, extra: Extra }),
  }
}

const plainCodecs = codecsOf()

export const devGenesis = {
  balances: [
    [alice.publicKey, 1_000_000n * UNIT],
    [bob.publicKey, 1_000_000n * UNIT],
  ],
  sudo: { key: alice.publicKey },
  aura: { authorities: [alice.publicKey] },
} as const

/** What a signer may choose. */
export interface Terms {
  readonly nonce?: number
  readonly tip?: bigint
  readonly era?: ValueOf<typeof Extra>[4]
  readonly metadataHash?: 'Disabled' | 'Enabled'
  readonly implicit?: Uint8Array
}

type ExtraValue = ValueOf<typeof Extra>

const extraOf = (era: ExtraValue[4], nonce: number, tip: bigint, mode: ExtraValue[8]): ExtraValue => {
  const none = undefined
  return [none, none, none, none, era, nonce, none, tip, mode]
}

/** A call by names. */
export const callOf = (pallet: string, name: string, args: Readonly<Record<string, unknown>> = {}): RuntimeCall => ({
  pallet,
  name,
  args,
})

export const id = (account: Uint8Array) => ({ tag: 'Id', value: account }) as const

/** A chain without a node: blocks are built one after the other on a state in memory. */
export class TestChain {
  readonly log = new TestLog()
  readonly runtime: Runtime
  state: Trie
  number = 0
  hash: Uint8Array
  readonly hashes: Uint8Array[]
  lastHeader: Header | undefined
  readonly nonces = new Map<string, number>()
  readonly #codecs: typeof plainCodecs

  /** @param extend adds pallets to the runtime's own. */
  constructor(genesis: Readonly<Record<string, unknown>> = devGenesis, extend?: Extend) {
    this.#codecs = extend ? codecsOf(extend) : plainCodecs
    this.runtime = createRuntime({ log: this.log, ...(extend && { extend }) })
    this.state = Trie.empty().apply(this.runtime.genesis(genesis))
    const none = new Uint8Array(32)
    this.hash = headerHash({
      parentHash: none,
      number: 0,
      stateRoot: this.state.root(),
      extrinsicsRoot: none,
      digest: [],
    })
    this.hashes = [this.hash]
  }

  get at(): At {
    return { state: this.state, number: this.number, hash: this.hash }
  }

  digest(slot: bigint) {
    return [{ tag: 'PreRuntime', value: [AURA_ENGINE_ID, u64le(slot)] }] as const
  }

  /** What System keeps of an account. */
  account(who: Uint8Array): AccountInfo {
    const bytes = this.state.get(this.key('System', 'Account', who, 'Blake2_128Concat'))
    return bytes ? decode(AccountInfo, bytes) : NO_ACCOUNT
  }

  key(pallet: string, item: string, key: Uint8Array, hasher: keyof typeof hashers): Uint8Array {
    return storageKey(storagePrefix(pallet, item), [[hashers[hasher], key]])
  }

  /** The call as a bare extrinsic. */
  bare(call: RuntimeCall, version: 4 | 5 = 4): Uint8Array {
    return encode(this.#codecs.wire, { version, call })
  }

  /** The call as a general transaction, from nobody in particular. */
  general(
    call: RuntimeCall,
    { era = 'immortal', nonce = 0, tip = 0n, metadataHash = 'Disabled' }: Terms = {},
  ): Uint8Array {
    const extra = extraOf(era, nonce, tip, metadataHash)
    return encode(this.#codecs.wire, { version: 5, general: { extensionVersion: 0, extra }, call })
  }

  open() {
    const number = this.number + 1
    const timestampMs = GENESIS_TIME_MS + BigInt(number) * BLOCK_MS
    const digest = this.digest(timestampMs / 1000n)
    const block = this.runtime.openBlock(this.state, { parentHash: this.hash, number, digest })
    block.applyInherents({ timestampMs })
    return block
  }

  /** Builds a block of these extrinsics. */
  build(extrinsics: readonly Uint8Array[] = []): readonly ApplyOutcome[] {
    const block = this.open()
    const outcomes = extrinsics.map((wire) => block.apply(this.runtime.decode(wire)))
    this.adopt(block.finalize())
    return outcomes
  }

  adopt({ header, state }: { readonly header: Header; readonly state: Trie }): void {
    this.state = state
    this.number = header.number
    this.hash = headerHash(header)
    this.hashes.push(this.hash)
    this.lastHeader = header
  }

  /** A signed extrinsic. Its nonce is the next of the account as this chain has counted. */
  sign(signer: Keypair, call: RuntimeCall, terms: Terms = {}): Uint8Array {
    const name = String(signer.publicKey)
    const nonce = terms.nonce ?? this.nonces.get(name) ?? 0
    this.nonces.set(name, nonce + 1)
    const { era = 'immortal', tip = 0n, metadataHash = 'Disabled' } = terms
    const extra = extraOf(era, nonce, tip, metadataHash)
    const { specVersion, transactionVersion } = this.runtime.version
    const versions = concatBytes(u32le(specVersion), u32le(transactionVersion))
    const implicit = terms.implicit ?? concatBytes(versions, this.hashes[0]!, this.hashes[0]!, Uint8Array.of(0))
    const payload = signingPayload(encode(this.#codecs.call, call), encode(Extra, extra), implicit)
    const signature = { tag: 'Sr25519', value: signer.sign(payload) } as const
    return encode(this.#codecs.wire, {
      version: 4,
      signature: { address: id(signer.publicKey), signature, extra },
      call,
    })
  }

  /** Signs and puts into a block of its own. */
  submit(signer: Keypair, call: RuntimeCall, terms: Terms = {}): ApplyOutcome {
    return this.build([this.sign(signer, call, terms)])[0]!
  }

  /** Events of the last block. */
  records(): ValueOf<typeof plainCodecs.records> {
    return decode(this.#codecs.records, this.state.get(storagePrefix('System', 'Events')) ?? Uint8Array.of(0))
  }

  /** Events of the last block's extrinsic (1 is the first after the timestamp), as `Pallet.Event`, or one of that name. */
  events(extrinsic = 1): string[] {
    return this.records()
      .filter(({ phase }) => phase.tag === 'ApplyExtrinsic' && phase.value === extrinsic)
      .map(({ event }) => `${event.tag}.${event.value.tag}`)
  }

  /** Data of the last event of that name in the last block. */
  event(name: string): unknown {
    return this.records().findLast(({ event }) => `${event.tag}.${event.value.tag}` === name)?.event.value.value
  }
}

/** A few pallets in a runtime of their own, with System. `run` gives them a block to run in; state stays between runs. */
export function palletRuntime<T>(build: (builder: FrameBuilder, system: System) => T) {
  const log = new TestLog()
  const builder = new FrameBuilder(log)
  const version = createRuntime({ log }).version
  const { runtimeEvent, current } = builder
  const system = builder.add(0, systemPallet({ version, runtimeEvent, current }))
  const pallets = build(builder, system)
  const built = builder.build()
  const codec = vec(eventRecord(built.runtimeEvent))
  const env = new Externalities(Trie.empty(), { number: 1, parentHash: new Uint8Array(32).fill(7), digest: [] })
  return {
    log,
    system,
    pallets,
    frame: built,
    env,
    run: <R>(act: () => R): R => current.run(env, act),
    /** Storage as it stands, for "an error changes nothing". */
    snapshot: () =>
      JSON.stringify(
        env.overlay
          .changes()
          .map(([key, value]) => [String(key), String(value)])
          .sort((a, b) => (a[0]! < b[0]! ? -1 : 1)),
      ),
    events: (): RuntimeEvent[] => decode(codec, env.encodedEvents()).map(({ event }) => event),
  }
}

/** A 32-byte account that nobody has a key for. */
export const account = (seed: number | string): Uint8Array => {
  const bytes = new Uint8Array(32)
  bytes.set(typeof seed === 'number' ? [seed] : utf8(seed).subarray(0, 32))
  return bytes
}
