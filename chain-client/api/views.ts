/**
 * View functions of a chain's pallets: questions that the runtime answers.
 *
 * Owns: their descriptors, and asking. Does not own: storage items, which a client reads itself (descriptors.ts).
 *
 * An id has the names of the types, so a chain whose function takes or gives others does not know it.
 */
import { AssayError } from '#types/errors.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { snakeCase, struct, type Fields, type Values } from '#types/scale/compound.ts'
import { bytes } from '#types/scale/primitives.ts'
import { ViewFunctionId, viewId, ViewFunctionResult } from '#types/scale/view-function.ts'
import type { ChainClient } from './connect.ts'

const METHOD = 'RuntimeViewFunction_execute_view_function'

/** A view function with its arguments in order. `name` is camelCase. */
export interface ViewDescriptor<F extends Fields, V> {
  readonly pallet: string
  readonly name: string
  readonly args: F
  readonly output: Codec<V>
}

/** Describes a view function, such as `viewOf('Hosting', 'status', { feed: H256 }, PoolStatus)`. */
export const viewOf = <const F extends Fields, V>(
  pallet: string,
  name: string,
  args: F,
  output: Codec<V>,
): ViewDescriptor<F, V> => ({ pallet, name, args, output })

const Query = struct({ id: ViewFunctionId, input: bytes })

/** The answer in the state of the block with hash `at`; by default the latest finalized one. @throws AssayError `CHAIN_MISMATCH` */
export async function askView<F extends Fields, V>(
  client: Pick<ChainClient, 'callRuntime'>,
  { pallet, name, args: fields, output }: ViewDescriptor<F, V>,
  args: Values<F>,
  at?: Uint8Array,
): Promise<V> {
  const id = viewId(pallet, snakeCase(name), fields, output.type)
  const query = { id: { prefix: id.subarray(0, 16), suffix: id.subarray(16) }, input: encode(struct(fields), args) }
  const answer = decode(ViewFunctionResult, await client.callRuntime(METHOD, encode(Query, query), at))
  if (answer.ok) return decode(output, answer.value)
  throw new AssayError(
    'CHAIN_MISMATCH',
    `the chain does not fit this command: expected the view function ${pallet}.${name}, got ${answer.error.tag}. ` +
      `Connect to a chain with it, or use the release made for this chain`,
    { pallet, name },
  )
}
