/**
 * Errors of the dev_* methods.
 *
 * Owns: the mapping to JSON-RPC errors. Does not own: the table of numbers.
 */
import { AssayError } from '#types/errors.ts'
import { ScaleError } from '#types/scale/codec.ts'
import { PoolError } from '#chain/node/tx-pool/errors.ts'
import { authorError, isDiskError, RPC_CODE, RpcError } from '../errors.ts'
import { method, type CallContext, type Method } from '../method.ts'
import type { ArgsOf, ParamSpec } from '../params.ts'

/** A refusal of a dev power as -32602, with the power's own code as data. */
function devError(thrown: unknown): unknown {
  if (thrown instanceof RpcError || isDiskError(thrown)) return thrown
  if (thrown instanceof PoolError || thrown instanceof ScaleError) return authorError(thrown)
  if (thrown instanceof AssayError)
    return new RpcError(RPC_CODE.invalidParams, `Invalid params: ${thrown.message}`, thrown.code, { cause: thrown })
  return thrown
}

/** A method of dev_*, whose AssayErrors become error -32602. */
export const devMethod = <const P extends ParamSpec>(
  params: P,
  run: (args: ArgsOf<P>, context: CallContext) => unknown,
): Method =>
  method(params, async (args, context) => {
    try {
      return await run(args, context)
    } catch (thrown) {
      throw devError(thrown)
    }
  })
