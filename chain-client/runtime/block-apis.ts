/**
 * Runtime APIs of blocks and transactions: those with which Substrate's client builds, executes and validates.
 *
 * Owns: Core, BlockBuilder and TaggedTransactionQueue. Does not own: execution (the executive). The node calls the runtime directly
 * and needs none of them; they serve clients of `state_call`. Each call runs alone, on a state that is thrown away after it. So
 * each call begins its block itself: an `apply_extrinsic` sees nothing of an earlier `initialize_block`.
 * Source: sp-api, sp-block-builder, sp-transaction-pool runtime_api.rs, frame-executive lib.rs, pallet-timestamp lib.rs.
 */
import { equalBytes, toHex, u64le } from '#types/bytes.ts'
import { verify } from '#types/crypto/signature.ts'
import { H256 } from '#types/scale/account.ts'
import {
  block as blockOf,
  CheckInherentsResult,
  ExtrinsicInclusionMode,
  InherentData,
  TIMESTAMP_INHERENT,
  TimestampError,
} from '#types/scale/block.ts'
import { decode, encode, type ValueOf } from '#types/scale/codec.ts'
import { vec } from '#types/scale/compound.ts'
import { AURA_ENGINE_ID, type DigestItem } from '#types/scale/digest.ts'
import { ApplyExtrinsicResult, TransactionSource, TransactionValidity } from '#types/scale/dispatch.ts'
import type { TransactionValidityError } from '#types/scale/dispatch.ts'
import { Header } from '#types/scale/header.ts'
import { u64, unit } from '#types/scale/primitives.ts'
import { RuntimeVersion } from '#types/scale/runtime-version.ts'
import { executionFailed, method, runtimeApi, wireCodec, type ApiConfig, type RuntimeApi } from './api-shape.ts'
import { termsOf } from './extensions.ts'
import { bareExtrinsic, type ParsedExtrinsic } from './extrinsics.ts'
import type { ApplyOutcome, At, BlockContext, TransactionError } from './runtime-interface.ts'

/** A block's time may be this far ahead of the checker's: `MAX_TIMESTAMP_DRIFT_MILLIS` of pallet-timestamp. */
const MAX_TIMESTAMP_DRIFT_MS = 30_000n

function validityError(error: TransactionError): TransactionValidityError {
  if (error.kind === 'unknown') return { tag: 'Unknown', value: { tag: error.reason, value: undefined } }
  if (error.reason === 'Custom') return { tag: 'Invalid', value: { tag: error.reason, value: error.code } }
  return { tag: 'Invalid', value: { tag: error.reason, value: undefined } }
}

/** Why the signature is wrong; nobody verified it before this call. Undefined where it is right, or where there is none. */
function badSignature({ extensions }: ApiConfig, extrinsic: ParsedExtrinsic): TransactionError | undefined {
  const { signature } = extrinsic.value
  if (!signature || !extrinsic.signature || !extrinsic.hasKnownSigner) return undefined
  const implicit = extensions.implicit(termsOf(signature.extra))
  if (!(implicit instanceof Uint8Array)) return implicit
  const { proof, signer } = extrinsic.signature
  return verify(proof, extrinsic.payload(implicit), signer) ? undefined : { kind: 'invalid', reason: 'BadProof' }
}

const slotItem = ({ aura }: ApiConfig, unixMs: bigint): DigestItem => ({
  tag: 'PreRuntime',
  value: [AURA_ENGINE_ID, u64le(unixMs / aura.slotDuration())],
})

/** The time that an extrinsic sets, if it sets one. */
function timeSetBy({ value: { call } }: ParsedExtrinsic): bigint | undefined {
  return call.pallet === 'Timestamp' && call.name === 'set' ? (call.args['now'] as bigint) : undefined
}

const earliestTime = ({ timestamp }: ApiConfig): bigint => timestamp.now() + timestamp.minimumPeriod()

/** The block after `at`, at the earliest time that it may have. */
function nextBlock(config: ApiConfig, { hash, number }: At, unixMs = earliestTime(config)) {
  const context: BlockContext = { parentHash: hash, number: number + 1, digest: [slotItem(config, unixMs)] }
  return { context, inherentData: { timestampMs: unixMs } }
}

type Block = ValueOf<ReturnType<typeof blockOf<Uint8Array>>>

/** Executes a whole block and compares. @throws AssayError `EXECUTION_FAILED` where it does not follow from its parent. */
function executeBlock(config: ApiConfig, { header, extrinsics }: Block, at: At): void {
  if (header.number !== at.number + 1 || !equalBytes(header.parentHash, at.hash))
    throw executionFailed(
      `expected a child of block ${at.number} (${toHex(at.hash)}), got block ${header.number} on ${toHex(header.parentHash)}`,
    )
  if (header.digest.some(({ tag }) => tag === 'Seal'))
    throw executionFailed('expected a header without its seal, as the runtime sees it, got a seal')
  const open = config.openBlock(at.state, header)
  for (const [index, wire] of extrinsics.entries()) {
    const extrinsic = config.decode(wire)
    const error = badSignature(config, extrinsic)
    const outcome: ApplyOutcome = error ? { kind: 'refused', error } : open.apply(extrinsic)
    if (outcome.kind === 'refused')
      throw executionFailed(`expected extrinsics that can be applied, got ${outcome.error.reason} for ${index}`)
  }
  const { header: made } = open.finalize()
  if (!equalBytes(made.stateRoot, header.stateRoot))
    throw executionFailed(`expected state root ${toHex(made.stateRoot)}, got ${toHex(header.stateRoot)}`)
  if (!equalBytes(made.extrinsicsRoot, header.extrinsicsRoot))
    throw executionFailed(`expected extrinsics root ${toHex(made.extrinsicsRoot)}, got ${toHex(header.extrinsicsRoot)}`)
}

/** The API that every runtime has. */
export function core(config: ApiConfig): RuntimeApi {
  const Block = blockOf(wireCodec(config))
  return runtimeApi('Core', 'The `Core` runtime api that every Substrate runtime needs to implement.', {
    version: method('Returns the version of the runtime.', {}, RuntimeVersion, config.version),
    execute_block: method('Execute the given block.', { block: Block }, unit, ({ block }, at) =>
      executeBlock(config, block, at),
    ),
    initialize_block: method(
      'Initialize a block with the given header and return the runtime executive mode.',
      { header: Header },
      ExtrinsicInclusionMode,
      ({ header }, at) => {
        config.openBlock(at.state, header)
        return 'AllExtrinsics' as const
      },
    ),
  })
}

/** The outcome of an extrinsic in the block that comes next. */
function applyExtrinsic(config: ApiConfig, wire: Uint8Array, at: At): ApplyExtrinsicResult {
  const extrinsic = config.decode(wire)
  const error = badSignature(config, extrinsic)
  if (error) return { ok: false, error: validityError(error) }
  const { context, inherentData } = nextBlock(config, at, timeSetBy(extrinsic))
  const open = config.openBlock(at.state, context)
  // Inherents come first, and once.
  if (!extrinsic.isInherent) open.applyInherents(inherentData)
  const outcome = open.apply(extrinsic)
  if (outcome.kind === 'refused') return { ok: false, error: validityError(outcome.error) }
  return {
    ok: true,
    value: outcome.kind === 'success' ? { ok: true, value: undefined } : { ok: false, error: outcome.error },
  }
}

/** Unix milliseconds in inherent data. @throws AssayError `EXECUTION_FAILED` where they are missing. */
function timestampIn({ data }: InherentData): bigint {
  const found = data.find(([id]) => equalBytes(id, TIMESTAMP_INHERENT))
  if (!found) throw executionFailed('expected timestamp inherent data (timstap0), got none')
  return decode(u64, found[1])
}

/** Checks the time that a block sets: not before its parent's, not far ahead of the data's. */
function checkInherents(
  config: ApiConfig,
  extrinsics: readonly Uint8Array[],
  data: InherentData,
): CheckInherentsResult {
  const now = timestampIn(data)
  const earliest = earliestTime(config)
  const times = extrinsics.map((wire) => config.decode(wire)).filter(({ isInherent }) => isInherent)
  const errors = times.flatMap((extrinsic) => {
    const time = timeSetBy(extrinsic)
    if (time === undefined) return []
    if (time > now + MAX_TIMESTAMP_DRIFT_MS) return ['TooFarInFuture' as const]
    return time < earliest ? ['TooEarly' as const] : []
  })
  const [error] = errors
  if (error === undefined) return { okay: true, fatalError: false, errors: { data: [] } }
  return { okay: false, fatalError: true, errors: { data: [[TIMESTAMP_INHERENT, encode(TimestampError, error)]] } }
}

/** The API that block authors need. */
export function blockBuilder(config: ApiConfig): RuntimeApi {
  const uxt = wireCodec(config)
  return runtimeApi(
    'BlockBuilder',
    'The `BlockBuilder` api trait that provides the required functionality for building a block.',
    {
      apply_extrinsic: method(
        'Apply the given extrinsic.\n\nReturns an inclusion outcome which specifies if this extrinsic is included in\nthis block or not.',
        { extrinsic: uxt },
        ApplyExtrinsicResult,
        ({ extrinsic }, at) => applyExtrinsic(config, extrinsic, at),
      ),
      finalize_block: method('Finish the current block.', {}, Header, (_, at) => {
        const { context, inherentData } = nextBlock(config, at)
        const open = config.openBlock(at.state, context)
        open.applyInherents(inherentData)
        return open.finalize().header
      }),
      inherent_extrinsics: method(
        'Generate inherent extrinsics. The inherent data will vary from chain to chain.',
        { inherent: InherentData },
        vec(uxt),
        ({ inherent }) => config.inherents({ timestampMs: timestampIn(inherent) }).map(bareExtrinsic),
      ),
      check_inherents: method(
        'Check that the inherents are valid. The inherent data will vary from chain to chain.',
        { block: blockOf(uxt), data: InherentData },
        CheckInherentsResult,
        ({ block, data }) => checkInherents(config, block.extrinsics, data),
      ),
    },
  )
}

/** The API that pools need. */
export function transactionQueue(config: ApiConfig): RuntimeApi {
  function validity(wire: Uint8Array, source: TransactionSource): TransactionValidity {
    const extrinsic = config.decode(wire)
    const found = badSignature(config, extrinsic) ?? config.validate(extrinsic, source)
    if ('kind' in found) return { ok: false, error: validityError(found) }
    return found.ok ? { ok: true, value: found.valid } : { ok: false, error: validityError(found.error) }
  }
  return runtimeApi(
    'TaggedTransactionQueue',
    'The `TaggedTransactionQueue` api trait for interfering with the transaction queue.',
    {
      validate_transaction: method(
        'Validate the transaction.',
        { source: TransactionSource, tx: wireCodec(config), blockHash: H256 },
        TransactionValidity,
        ({ source, tx }) => validity(tx, source),
      ),
    },
  )
}
