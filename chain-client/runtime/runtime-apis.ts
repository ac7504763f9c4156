/**
 * Runtime APIs: what clients may ask the runtime, at any block, through `state_call`.
 *
 * Owns: which APIs there are, what they answer, and calling one by name. Does not own: the shape of an API (api-shape.ts),
 * those of fees (payment-apis.ts), JSON-RPC (rpc/). Only methods that are served are declared, in metadata too: Core has no
 * execute_block, as blocks come from the node's own author.
 * Source: sp-api, sp-version, frame-system-rpc-runtime-api, sp-transaction-pool runtime_api.rs, sp-consensus-aura lib.rs.
 */
import { concatBytes } from '#types/bytes.ts'
import { verify } from '#types/crypto/signature.ts'
import { AssayError } from '#types/errors.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { named, option, struct, vec } from '#types/scale/compound.ts'
import { TransactionSource, TransactionValidity } from '#types/scale/dispatch.ts'
import { bytes, fixedBytes, u32, u64 } from '#types/scale/primitives.ts'
import { RuntimeVersion } from '#types/scale/runtime-version.ts'
import { method, wireCodec, type ApiConfig, type RuntimeApi } from './api-shape.ts'
import { termsOf } from './extensions.ts'
import { transactionPayment, transactionPaymentCall } from './payment-apis.ts'
import type { At } from './runtime-interface.ts'

const OpaqueMetadata = named(bytes, ['sp_core', 'OpaqueMetadata'])
const SlotDuration = named(u64, ['sp_consensus_slots', 'SlotDuration'])
const AuthorityId = named(fixedBytes(32), ['sp_consensus_aura', 'sr25519', 'app_sr25519', 'Public'])

const core = ({ version }: ApiConfig): RuntimeApi => ({
  name: 'Core',
  docs: 'The `Core` runtime api that every Substrate runtime needs to implement.',
  methods: { version: method('Returns the version of the runtime.', {}, RuntimeVersion, version) },
})

const metadata = ({ metadata, metadataVersions }: ApiConfig): RuntimeApi => ({
  name: 'Metadata',
  docs: 'The `Metadata` api trait that returns metadata for the runtime.',
  methods: {
    metadata: method('Returns the metadata of a runtime.', {}, OpaqueMetadata, () => metadata(14)!),
    metadata_at_version: method(
      "Returns the metadata at a given version.\n\nIf the given `version` isn't supported, this will return `None`.",
      { version: u32 },
      option(OpaqueMetadata),
      ({ version }) => metadata(version),
    ),
    metadata_versions: method('Returns the supported metadata versions.', {}, vec(u32), () => metadataVersions),
  },
})

function queue(config: ApiConfig): RuntimeApi {
  const { extensions } = config
  /** As {@link ApiConfig.validate}, and the signature too: here nobody has verified it before. */
  function validity(wire: Uint8Array): TransactionValidity {
    const extrinsic = config.decode(wire)
    const { signature } = extrinsic.value
    if (signature && extrinsic.hasKnownSigner) {
      const implicit = extensions.implicit(termsOf(signature.extra))
      const signed = implicit instanceof Uint8Array && extrinsic.signature
      if (signed && !verify(signed.proof, extrinsic.payload(implicit), signed.signer))
        return { ok: false, error: { tag: 'Invalid', value: { tag: 'BadProof', value: undefined } } }
    }
    const found = config.validate(extrinsic)
    if (found.ok) return { ok: true, value: found.valid }
    const { error } = found
    return error.kind === 'invalid'
      ? { ok: false, error: { tag: 'Invalid', value: { tag: error.reason, value: undefined } } }
      : { ok: false, error: { tag: 'Unknown', value: { tag: error.reason, value: undefined } } }
  }
  return {
    name: 'TaggedTransactionQueue',
    docs: 'The `TaggedTransactionQueue` api trait for interfering with the transaction queue.',
    methods: {
      validate_transaction: method(
        'Validate the transaction.',
        { source: TransactionSource, tx: wireCodec(config), blockHash: H256 },
        TransactionValidity,
        ({ tx }) => validity(tx),
      ),
    },
  }
}

const accountNonce = ({ system }: ApiConfig): RuntimeApi => ({
  name: 'AccountNonceApi',
  docs: 'The API to query account nonce.',
  methods: {
    account_nonce: method(
      'Get current account nonce of given `AccountId`.',
      { account: AccountId },
      u32,
      ({ account }) => system.account(account).nonce,
    ),
  },
})

const auraApi = ({ aura }: ApiConfig): RuntimeApi => ({
  name: 'AuraApi',
  docs: 'API necessary for block authorship with aura.',
  methods: {
    slot_duration: method('Returns the slot duration for Aura.', {}, SlotDuration, () => aura.slotDuration()),
    authorities: method('Return the current set of authorities.', {}, vec(AuthorityId), () => aura.authorities()),
  },
})

/** All APIs of the runtime. */
export const runtimeApis = (config: ApiConfig): readonly RuntimeApi[] => [
  core(config),
  metadata(config),
  queue(config),
  accountNonce(config),
  transactionPayment(config),
  transactionPaymentCall(config),
  auraApi(config),
]

/**
 * Calls a method by its exported name, such as `Core_version`, with the arguments' encodings one after the other.
 * @throws AssayError `UNKNOWN_RUNTIME_API`; ScaleError for bad arguments.
 */
export function callApi(apis: readonly RuntimeApi[], name: string, args: Uint8Array, at: At): Uint8Array {
  for (const api of apis) {
    const found = name.startsWith(`${api.name}_`) && Object.hasOwn(api.methods, name.slice(api.name.length + 1))
    if (!found) continue
    const { inputs, output, run } = api.methods[name.slice(api.name.length + 1)]!
    return encode(output, run(decode(struct(inputs), concatBytes(args)), at))
  }
  throw new AssayError(
    'UNKNOWN_RUNTIME_API',
    `expected a runtime API method such as Core_version, got ${JSON.stringify(name)}`,
  )
}
