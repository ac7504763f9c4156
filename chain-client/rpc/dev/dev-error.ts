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

/**
 * The words of Chopsticks, whose error code is 1, for refusals that its users match. Our own code and words become the data.
 * Source: Chopsticks, packages/core/src/utils/set-storage.ts and src/rpc/dev/{new-block,set-storage}.ts.
 */
const CHOPSTICKS: Readonly<Record<string, (meta: AssayError['meta']) => string>> = {
  UNKNOWN_PALLET: ({ pallet }) => `Error: Cannot find pallet ${String(pallet)}`,
  UNKNOWN_ITEM: ({ item, pallet }) => `Error: Cannot find storage ${String(item)} in pallet ${String(pallet)}`,
  BAD_BLOCK_NUMBER: () => 'unsafeBlockHeight must be greater than current block height',
}

/** A refusal of a dev power: in Chopsticks' words, or as -32602 with the power's own code as data. */
function devError(thrown: unknown): unknown {
  if (thrown instanceof RpcError || isDiskError(thrown)) return thrown
  if (thrown instanceof PoolError || thrown instanceof ScaleError) return authorError(thrown)
  if (!(thrown instanceof AssayError)) return thrown
  const words = CHOPSTICKS[thrown.code]
  if (words === undefined)
    return new RpcError(RPC_CODE.invalidParams, `Invalid params: ${thrown.message}`, thrown.code, { cause: thrown })
  return new RpcError(RPC_CODE.chopsticks, words(thrown.meta), `${thrown.code}: ${thrown.message}`, { cause: thrown })
}

/** A method of dev_*, whose AssayErrors become error -32602, or 1 where Chopsticks has words for them. */
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
