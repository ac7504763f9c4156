/**
 * How a call fails: the exception that carries a DispatchError out of a pallet.
 *
 * Owns: the exception and the failures that every pallet may raise. Does not own: pallets' own errors, which they raise through
 * `fail`.
 * Source: sp-runtime lib.rs (DispatchError).
 */
import { AssayError } from '#types/errors.ts'
import type { ArithmeticError, DispatchError, TokenError } from '#types/scale/dispatch.ts'
import { isCapturingStacks } from './stack.ts'

/** A call failed for the reason given. Any other exception of a pallet is a bug. */
export class DispatchFailure extends AssayError {
  readonly error: DispatchError

  /**
   * `name` is for people: `Balances.InsufficientBalance`, `BadOrigin`. It has a stack only while stacks are captured (stack.ts).
   */
  constructor(error: DispatchError, name: string, docs: string) {
    const limit = Error.stackTraceLimit
    if (!isCapturingStacks()) Error.stackTraceLimit = 0
    super('DISPATCH_FAILED', `${name}: ${docs}`, { name })
    Error.stackTraceLimit = limit
    this.error = error
  }
}

const plain = (
  tag: 'BadOrigin' | 'ConsumerRemaining' | 'NoProviders' | 'TooManyConsumers' | 'CannotLookup',
  docs: string,
) => new DispatchFailure({ tag, value: undefined }, tag, docs)

/** The origin may not make this call. */
export const badOrigin = (): DispatchFailure => plain('BadOrigin', 'the origin may not make this call')

/** An account cannot be removed while something still refers to it. */
export const consumerRemaining = (): DispatchFailure =>
  plain('ConsumerRemaining', 'something still refers to the account')

/** Nothing keeps the account alive. */
export const noProviders = (): DispatchFailure => plain('NoProviders', 'nothing keeps the account alive')

/** Too many things refer to the account. */
export const tooManyConsumers = (): DispatchFailure => plain('TooManyConsumers', 'too many references to the account')

/** An address that names no account. */
export const cannotLookup = (): DispatchFailure => plain('CannotLookup', 'the address names no account')

/** Funds cannot do this. */
export const tokenFailure = (error: TokenError): DispatchFailure =>
  new DispatchFailure({ tag: 'Token', value: error }, `Token.${error}`, 'the funds cannot do this')

/** A number would leave its range. */
export const arithmeticFailure = (error: ArithmeticError): DispatchFailure =>
  new DispatchFailure({ tag: 'Arithmetic', value: error }, `Arithmetic.${error}`, 'a number would leave its range')
