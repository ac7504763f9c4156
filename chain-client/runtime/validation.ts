/**
 * Validation for the pool, and reads of a state: work outside of a block.
 *
 * Owns: the environment of the block that would come next, and validity in it. Does not own: the checks (the transaction
 * extensions, and pallets' own for their calls).
 * Source: frame-executive lib.rs (validate_transaction).
 */
import { messageOf } from '#types/errors.ts'
import type { TransactionSource } from '#types/scale/dispatch.ts'
import { Externalities } from './frame/externalities.ts'
import { stackLines } from './frame/stack.ts'
import { validateUnsigned } from './frame/unsigned.ts'
import type { ExecutiveConfig } from './executive.ts'
import { termsOf } from './extensions.ts'
import type { ParsedExtrinsic } from './extrinsics.ts'
import type { At, TransactionError, Validity } from './runtime-interface.ts'

const refused = (error: TransactionError): Validity => ({ ok: false, error })

/** Runs functions at a block's state as if the next block had begun; none of their writes stays. */
export class StateView {
  readonly #config: ExecutiveConfig
  /** The environment used last: the pool asks for the same block again and again, and shares its reads. */
  #last: { readonly at: At; readonly env: Externalities } | undefined

  constructor(config: ExecutiveConfig) {
    this.#config = config
  }

  run<T>(at: At, act: () => T): T {
    const env = this.#environment(at)
    return this.#config.frame.current.run(env, () => {
      env.begin()
      try {
        return act()
      } finally {
        env.rollback()
      }
    })
  }

  #environment(at: At): Externalities {
    if (this.#last?.at.state === at.state && this.#last.at.hash === at.hash) return this.#last.env
    const env = new Externalities(
      at.state,
      { number: at.number + 1, parentHash: at.hash, digest: [] },
      { isTrial: true },
    )
    this.#config.frame.current.run(env, () => this.#config.system.initialize())
    this.#last = { at, env }
    return env
  }
}

/** Validates a bare extrinsic or a general transaction, which nobody signed. */
function validateUnsignedOne(config: ExecutiveConfig, body: ParsedExtrinsic, source: TransactionSource): Validity {
  const { frame, extensions } = config
  const { call, general } = body.value
  const info = frame.dispatcher.info(call)
  if (info.class === 'Mandatory') return refused({ kind: 'invalid', reason: 'MandatoryValidation' })
  const length = body.wire.length
  if (general) return refused(extensions.checkGeneral({ terms: termsOf(general.extra), info, length }))
  const found = validateUnsigned(frame.pallets, call, source)
  if ('kind' in found) return refused(found)
  const oversized = extensions.checkSize(info, length)
  return oversized ? refused(oversized) : { ok: true, valid: found }
}

/**
 * Whether a transaction can be in the next block, or in a later one. Run inside {@link StateView}.
 * @param source where it came from; pallets may judge unsigned ones by it.
 */
export function validate(config: ExecutiveConfig, body: ParsedExtrinsic, source: TransactionSource): Validity {
  const { frame, extensions, log, mapStack } = config
  try {
    const info = frame.dispatcher.info(body.value.call)
    const { signature } = body.value
    if (!signature) return validateUnsignedOne(config, body, source)
    if (!body.hasKnownSigner) return refused({ kind: 'unknown', reason: 'CannotLookup' })
    const terms = termsOf(signature.extra)
    const unsigned = body.checkImplicit(extensions.implicit(terms))
    if (unsigned) return refused(unsigned)
    if (info.class === 'Mandatory') return refused({ kind: 'invalid', reason: 'MandatoryValidation' })
    const { signer } = body.signature!
    const length = body.wire.length
    const validity = extensions.validate({ signer, terms, info, length })
    if ('kind' in validity) return refused(validity)
    const fee = config.payment.computeFee(length, info, terms.tip)
    const error = frame.dispatcher.refusal(body.value.call, signer, fee)
    return error ? refused(error) : { ok: true, valid: validity }
  } catch (thrown) {
    const stack = stackLines(thrown, mapStack)
    log.error({ stack }, `bug while validating a transaction: ${messageOf(thrown)}`)
    return refused({ kind: 'invalid', reason: 'Call' })
  }
}
