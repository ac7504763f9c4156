/**
 * Runtime APIs: the questions that clients may ask the runtime, at any block, through `state_call`.
 *
 * Owns: the list of APIs, the small ones, and calling one by name. Does not own: the form of an API.
 * Source: sp-api, frame-system-rpc-runtime-api, frame-support view_functions.rs, sp-consensus-aura lib.rs.
 */
import { concatBytes } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { AccountId } from '#types/scale/account.ts'
import { decode, encode, ScaleError, type ValueOf } from '#types/scale/codec.ts'
import { named, option, struct, vec } from '#types/scale/compound.ts'
import { bytes, fixedBytes, u32, u64 } from '#types/scale/primitives.ts'
import { ViewFunctionId, ViewFunctionResult } from '#types/scale/view-function.ts'
import { method, runtimeApi, type ApiConfig, type RuntimeApi } from './api-shape.ts'
import { blockBuilder, core, transactionQueue } from './block-apis.ts'
import { findView } from './frame/views.ts'
import { transactionPayment, transactionPaymentCall } from './payment-apis.ts'
import type { At } from './runtime-interface.ts'
import { genesisBuilder, sessionKeys } from './setup-apis.ts'

const OpaqueMetadata = named(bytes, ['sp_core', 'OpaqueMetadata'])
const SlotDuration = named(u64, ['sp_consensus_slots', 'SlotDuration'])
const AuthorityId = named(fixedBytes(32), ['sp_consensus_aura', 'sr25519', 'app_sr25519', 'Public'])

const metadata = ({ metadata, metadataVersions }: ApiConfig): RuntimeApi =>
  runtimeApi('Metadata', 'The `Metadata` api trait that returns metadata for the runtime.', {
    metadata: method('Returns the metadata of a runtime.', {}, OpaqueMetadata, () => metadata(14)!),
    metadata_at_version: method(
      "Returns the metadata at a given version.\n\nIf the given `version` isn't supported, this will return `None`.",
      { version: u32 },
      option(OpaqueMetadata),
      ({ version }) => metadata(version),
    ),
    metadata_versions: method('Returns the supported metadata versions.', {}, vec(u32), () => metadataVersions),
  })

const accountNonce = ({ system }: ApiConfig): RuntimeApi =>
  runtimeApi('AccountNonceApi', 'The API to query account nonce.', {
    account_nonce: method(
      'Get current account nonce of given `AccountId`.',
      { account: AccountId },
      u32,
      ({ account }) => system.account(account).nonce,
    ),
  })

const auraApi = ({ aura }: ApiConfig): RuntimeApi =>
  runtimeApi('AuraApi', 'API necessary for block authorship with aura.', {
    slot_duration: method('Returns the slot duration for Aura.', {}, SlotDuration, () => aura.slotDuration()),
    authorities: method('Return the current set of authorities.', {}, vec(AuthorityId), () => aura.authorities()),
  })

/** The answer of a view function, or the reason why there is none. */
function executeView({ frame }: ApiConfig, id: ViewFunctionId, input: Uint8Array): ValueOf<typeof ViewFunctionResult> {
  const view = findView(frame.pallets, concatBytes(id.prefix, id.suffix))
  if (!view) return { ok: false, error: { tag: 'NotFound', value: id } }
  let args: unknown
  try {
    args = decode(view.input, input)
  } catch (thrown) {
    if (thrown instanceof ScaleError) return { ok: false, error: { tag: 'Codec', value: undefined } }
    throw thrown
  }
  return { ok: true, value: view.run(args) }
}

const viewFunction = (config: ApiConfig): RuntimeApi =>
  runtimeApi('RuntimeViewFunction', 'Runtime API for executing view functions.', {
    execute_view_function: method(
      'Execute a view function query.',
      { queryId: ViewFunctionId, input: bytes },
      ViewFunctionResult,
      ({ queryId, input }) => executeView(config, queryId, input),
    ),
  })

/** All APIs of the runtime, in the order of `API_VERSIONS`. */
export const runtimeApis = (config: ApiConfig): readonly RuntimeApi[] => [
  core(config),
  metadata(config),
  viewFunction(config),
  blockBuilder(config),
  transactionQueue(config),
  accountNonce(config),
  transactionPayment(config),
  transactionPaymentCall(config),
  sessionKeys(),
  genesisBuilder(config),
  auraApi(config),
]

/**
 * Calls a method by its exported name, such as `Core_version`, with the arguments' encodings one after the other.
 * @throws AssayError `UNKNOWN_RUNTIME_API`, `EXECUTION_FAILED` where the runtime cannot answer; ScaleError for bad arguments.
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
