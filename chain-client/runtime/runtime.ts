/**
 * The runtime: `construct_runtime!`, its version, and what the node asks of it.
 *
 * Owns: which pallets there are, under which index, and how they are wired to each other. Does not own: what they do, or
 * how a block is executed (executive.ts). To add a pallet: write its page, add one line to `construct`.
 */
import { API_VERSIONS } from './api-shape.ts'
import { openBlock, type ExecutiveConfig } from './executive.ts'
import { Extensions, EXTENSIONS, Extra, termsOf } from './extensions.ts'
import { extrinsicDecoder, parsed } from './extrinsics.ts'
import { FrameBuilder } from './frame/construct.ts'
import { metadataV14, metadataV15, type MetadataSource } from './frame/metadata.ts'
import { genesisStorage } from './genesis.ts'
import { attestationPallet } from './pallets/attestation.ts'
import { auraPallet } from './pallets/aura.ts'
import { balancesPallet } from './pallets/balances.ts'
import { feedsPallet } from './pallets/feeds.ts'
import { grandpaPallet } from './pallets/grandpa.ts'
import { randomnessPallet } from './pallets/randomness.ts'
import { sessionPallet } from './pallets/session.ts'
import { sudoPallet } from './pallets/sudo.ts'
import { systemPallet } from './pallets/system.ts'
import { timestampPallet } from './pallets/timestamp.ts'
import { transactionPaymentPallet } from './pallets/transaction-payment.ts'
import { utilityPallet } from './pallets/utility.ts'
import { workersPallet } from './pallets/workers.ts'
import { callApi, runtimeApis } from './runtime-apis.ts'
import type { Runtime, RuntimeLog, RuntimeVersion } from './runtime-interface.ts'
import { StateView, validate } from './validation.ts'

/** Raise when blocks would execute differently. */
const SPEC_VERSION = 1
/** Raise when calls or extensions encode differently. */
const TRANSACTION_VERSION = 1
/** State trie layout. */
const STATE_VERSION = 1

const METADATA_VERSIONS = [14, 15] as const

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

/** The pallets under their indices. Hooks run in the order of indices. */
export function construct(log: RuntimeLog) {
  const builder = new FrameBuilder(log)
  const { current, runtimeCall, runtimeEvent } = builder
  const system = builder.add(0, systemPallet({ version: VERSION, runtimeEvent, current }))
  builder.add(1, timestampPallet, { onTimestampSet: (now) => aura.onTimestampSet(now) })
  const aura = builder.add(2, auraPallet, { system })
  builder.add(3, grandpaPallet)
  const balances = builder.add(4, balancesPallet, { system })
  const payment = builder.add(5, transactionPaymentPallet, { balances, author: aura.author })
  builder.add(6, sudoPallet(runtimeCall), builder.dispatcher)
  builder.add(7, utilityPallet(runtimeCall), builder.dispatcher)
  builder.add(8, sessionPallet, { authorities: aura.authorities })
  const randomness = builder.add(9, randomnessPallet)
  const workers = builder.add(10, workersPallet, { system })
  const feeds = builder.add(11, feedsPallet, { workers })
  const { dispatcher } = builder
  builder.add(12, attestationPallet, { system, dispatcher, randomness, balances, workers, feeds })
  return { frame: builder.build(), system, aura, payment }
}

/** Metadata of each version, made at first use. */
function metadataOf(source: () => MetadataSource): (version: number) => Uint8Array | undefined {
  const makers = new Map([
    [14, metadataV14],
    [15, metadataV15],
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

/** Where a runtime's pallet bugs go. */
export interface RuntimeOptions {
  readonly log: RuntimeLog
}

/** Assay's runtime. Independent of any chain: state comes with each call. */
export function createRuntime({ log }: RuntimeOptions): Runtime {
  const { frame, system, aura, payment } = construct(log)
  const extensions = new Extensions({
    specVersion: SPEC_VERSION,
    transactionVersion: TRANSACTION_VERSION,
    system,
    payment,
    block: () => frame.current.get().block.number,
  })
  const config: ExecutiveConfig = { frame, extensions, system, payment, log }
  const view = new StateView(config)
  const decode = extrinsicDecoder(frame.runtimeCall, Extra)
  const metadata = metadataOf(() => ({ frame, extensions: EXTENSIONS, extra: Extra, apis }))
  const apis = runtimeApis({
    ...config,
    aura,
    metadata,
    metadataVersions: METADATA_VERSIONS,
    version: () => VERSION,
    decode,
    validate: (extrinsic) => validate(config, extrinsic),
  })
  return {
    version: VERSION,
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
    validate: (at, extrinsic) => view.run(at, () => validate(config, parsed(extrinsic))),
    openBlock: (parent, context) => openBlock(config, parent, context),
    call: (at, method, args) => view.run(at, () => callApi(apis, method, args, at)),
  }
}
