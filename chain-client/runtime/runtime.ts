/**
 * The runtime: `construct_runtime!`, its version, and its interface to the node.
 *
 * Owns: the list of pallets, their indices, and their wiring to each other. Does not own: executing a block (the executive). To add
 * a pallet: write its page, and add one line to `construct`.
 */
import { checkMessageSignature, type IsSigned } from '#types/domain/coinflip/coinflip.ts'
import { AssayError } from '#types/errors.ts'
import { silentLog } from '#types/log.ts'
import { decode as decodeScale, encode } from '#types/scale/codec.ts'
import { RuntimeMetadataPrefixed } from '#types/scale/metadata.ts'
import { API_VERSIONS } from './api-shape.ts'
import { extrinsicsRootOf, openBlock, type ExecutiveConfig } from './executive.ts'
import { Extensions, EXTENSIONS, Extra, termsOf } from './extensions.ts'
import { extrinsicDecoder, parsed } from './extrinsics.ts'
import type { BoundPallet } from './frame/bind.ts'
import { FrameBuilder, type FrameOptions } from './frame/construct.ts'
import type { ExportsOf } from './frame/pallet.ts'
import { inherentCalls, isInherent } from './frame/inherents.ts'
import { metadataV14, metadataV15, metadataV16, type MetadataSource } from './frame/metadata.ts'
import { storageChanges } from './storage-json.ts'
import type { MapStack } from './frame/stack.ts'
import { genesisStorage } from './genesis.ts'
import { metadataDigest } from './metadata-hash.ts'
import { attestationPallet } from './pallets/attestation/pallet.ts'
import { auraPallet } from './pallets/aura.ts'
import { balancesPallet } from './pallets/balances/pallet.ts'
import { feedsPallet } from './pallets/feeds.ts'
import { grandpaPallet } from './pallets/grandpa.ts'
import { hostingPallet } from './pallets/hosting/pallet.ts'
import { randomnessPallet } from './pallets/randomness.ts'
import { sessionPallet } from './pallets/session.ts'
import { sudoPallet } from './pallets/sudo.ts'
import { SS58_PREFIX, systemPallet, type System } from './pallets/system.ts'
import { MINIMUM_PERIOD_MS, timestampPallet } from './pallets/timestamp.ts'
import { transactionPaymentPallet } from './pallets/transaction-payment.ts'
import { utilityPallet } from './pallets/utility.ts'
import { workersPallet } from './pallets/workers/pallet.ts'
import { outcomeOf } from './outcomes.ts'
import { dryRun, trace } from './rehearsal.ts'
import { callApi, runtimeApis } from './runtime-apis.ts'
import type { Runtime, RuntimeLog, RuntimeVersion } from './runtime-interface.ts'
import { StateView, validate } from './validation.ts'

/** Raise it when blocks would execute differently. */
const SPEC_VERSION = 7
/** Raise it when calls or extensions encode differently. */
const TRANSACTION_VERSION = 2
/** State trie layout. */
const STATE_VERSION = 1

const METADATA_VERSIONS = [14, 15, 16] as const
/** The metadata version of which the digest is made. */
const DIGESTED_METADATA_VERSION = 15

const VERSION: RuntimeVersion = {
  specName: 'assay',
  implName: 'assay',
  authoringVersion: 1,
  specVersion: SPEC_VERSION,
  implVersion: 1,
  apis: API_VERSIONS,
  transactionVersion: TRANSACTION_VERSION,
  stateVersion: STATE_VERSION,
}

/** Exports of this runtime's pallets for an added one. */
export interface Offered {
  readonly system: System
  readonly balances: ExportsOf<typeof balancesPallet>
  readonly randomness: ExportsOf<typeof randomnessPallet>
  readonly workers: ExportsOf<typeof workersPallet>
  readonly feeds: ExportsOf<typeof feedsPallet>
}

/** Adds pallets under free indices; `offered` serves those that use others. */
export type Extend = (builder: FrameBuilder, offered: Offered) => void

/**
 * The pallets under their indices, and those that `extend` adds. Hooks run in the order of indices.
 * @param isSigned the rule of signatures in coinflips. Only a simulation has another than ed25519.
 * @param minimumPeriodMs the least time from a block to its child
 */
export function construct(
  log: RuntimeLog,
  extend: Extend = () => undefined,
  options: FrameOptions = {},
  isSigned: IsSigned = checkMessageSignature,
  minimumPeriodMs = MINIMUM_PERIOD_MS,
) {
  const builder = new FrameBuilder(log, options)
  const { current, runtimeCall, runtimeEvent } = builder
  const system = builder.add(0, systemPallet({ version: VERSION, runtimeEvent, current }))
  const timestamp = builder.add(1, timestampPallet(minimumPeriodMs), {
    onTimestampSet: (now) => aura.onTimestampSet(now),
  })
  const aura = builder.add(2, auraPallet, { system })
  builder.add(3, grandpaPallet)
  const balances = builder.add(4, balancesPallet, { system })
  const payment = builder.add(5, transactionPaymentPallet, { balances, author: aura.author })
  builder.add(6, sudoPallet(runtimeCall), builder.dispatcher)
  builder.add(7, utilityPallet(runtimeCall), builder.dispatcher)
  builder.add(8, sessionPallet, { authorities: aura.authorities })
  const randomness = builder.add(9, randomnessPallet)
  const workers = builder.add(10, workersPallet, { system, balances })
  const feeds = builder.add(11, feedsPallet, { workers })
  const { dispatcher } = builder
  const attestation = builder.add(12, attestationPallet, {
    system,
    dispatcher,
    randomness,
    balances,
    workers,
    feeds,
    coinflip: { isSigned },
  })
  builder.add(13, hostingPallet, { system, dispatcher, randomness, balances, workers, feeds, attestation })
  extend(builder, { system, balances, randomness, workers, feeds })
  return { frame: builder.build(), system, timestamp, aura, payment }
}

let own: readonly BoundPallet[] | undefined

/** The pallets of this runtime, only for their declarations: they run in no block. Made at first use. */
export const declaredPallets = (): readonly BoundPallet[] => (own ??= construct(silentLog).frame.pallets)

/** Metadata of each version, made at first use. */
function metadataOf(source: () => MetadataSource): (version: number) => Uint8Array | undefined {
  const makers = new Map([
    [14, metadataV14],
    [15, metadataV15],
    [16, metadataV16],
  ])
  const made = new Map<number, Uint8Array>()
  return (version) => {
    const make = makers.get(version)
    if (!make) return undefined
    const bytes = made.get(version) ?? make(source())
    made.set(version, bytes)
    return bytes
  }
}

/** The token as wallets show it: a part of the digest that CheckMetadataHash lets signers sign. */
export interface Token {
  readonly symbol: string
  readonly decimals: number
}

/** The token of the development chain's spec. */
const TOKEN: Token = { symbol: 'ASY', decimals: 12 }

/** Options of a runtime. */
export interface RuntimeOptions {
  /** Log for pallets' bugs, and at level debug for failing calls. */
  readonly log: RuntimeLog
  /** Log for pallets' own lines. Default: `log`. */
  readonly console?: RuntimeLog
  /** Makes stacks readable where the runtime runs from a bundle. */
  readonly mapStack?: MapStack
  /** The token of the chain's spec. Default: the development chain's. */
  readonly token?: Token
  /** Adds further pallets, such as one under test. */
  readonly extend?: Extend
  /** Whether a block may have its parent's time: Timestamp.MinimumPeriod is 0 then. Default false. */
  readonly allowSameTimestamps?: boolean
}

/** The digest of the runtime's own metadata, made at first use: some milliseconds. */
function ownDigest(metadata: (version: number) => Uint8Array | undefined, token: Token): () => Uint8Array {
  let made: Uint8Array | undefined
  const make = (): Uint8Array => {
    const decoded = decodeScale(RuntimeMetadataPrefixed, metadata(DIGESTED_METADATA_VERSION)!)
    if (decoded.tag !== 'V15') throw new AssayError('BAD_METADATA', `expected metadata V15, got ${decoded.tag}`)
    return metadataDigest(decoded.value, {
      specVersion: SPEC_VERSION,
      specName: VERSION.specName,
      base58Prefix: SS58_PREFIX,
      decimals: token.decimals,
      tokenSymbol: token.symbol,
    })
  }
  return () => (made ??= make())
}

/** Assay's runtime. Independent of any chain: state comes with each call. */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { log, console = log, token = TOKEN, extend, mapStack = (stack) => stack } = options
  const minimumPeriodMs = options.allowSameTimestamps ? 0n : MINIMUM_PERIOD_MS
  const frameOptions = { console, mapStack }
  const { frame, system, timestamp, aura, payment } = construct(log, extend, frameOptions, undefined, minimumPeriodMs)
  const metadata = metadataOf(() => ({ frame, extensions: EXTENSIONS, extra: Extra, apis }))
  const extensions = new Extensions({
    specVersion: SPEC_VERSION,
    transactionVersion: TRANSACTION_VERSION,
    system,
    payment,
    block: () => frame.current.get().block.number,
    metadataHash: ownDigest(metadata, token),
  })
  const config: ExecutiveConfig = { frame, extensions, system, payment, log, mapStack }
  const view = new StateView(config)
  const decode = extrinsicDecoder(frame.runtimeCall, Extra, (call) => ({
    inherent: isInherent(frame.pallets, call),
    operational: frame.dispatcher.info(call).class === 'Operational',
  }))
  const apis = runtimeApis({
    ...config,
    aura,
    timestamp,
    metadata,
    metadataVersions: METADATA_VERSIONS,
    version: () => VERSION,
    decode,
    validate: (extrinsic, source) => validate(config, extrinsic, source),
    openBlock: (parent, context) => openBlock(config, parent, { ...context, isTrial: true }),
    inherents: (data) => inherentCalls(frame.pallets, data).map((call) => encode(frame.runtimeCall, call)),
    genesis: (genesis) => genesisStorage(frame, genesis),
  })
  return {
    version: VERSION,
    minimumPeriodMs,
    extrinsicsRoot: extrinsicsRootOf,
    metadata,
    metadataVersions: METADATA_VERSIONS,
    genesis: (genesis) => genesisStorage(frame, genesis),
    decode,
    signingPayload(at, extrinsic) {
      const body = parsed(extrinsic)
      const { signature } = body.value
      if (!signature || !body.hasKnownSigner) return undefined
      const implicit = view.run(at, () => extensions.implicit(termsOf(signature.extra)))
      return implicit instanceof Uint8Array ? body.payload(implicit) : undefined
    },
    validate: (at, extrinsic) => view.run(at, () => validate(config, parsed(extrinsic), 'External')),
    openBlock: (parent, context) => openBlock(config, parent, context),
    trace: (parent, context, body, index) => trace({ ...config, decode }, parent, context, body, index),
    dryRun: (parent, context, inherents, subject) =>
      dryRun({ ...config, decode }, parent, { context, inherents, subject }),
    outcome: (state, index) => outcomeOf(frame, state, index),
    storageChanges: (state, json) => storageChanges(frame.pallets, state, json),
    call: (at, method, args) => view.run(at, () => callApi(apis, method, args, at)),
  }
}
