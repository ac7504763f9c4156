/**
 * Calls as the chain encodes them.
 *
 * Owns: the pallet and call index before the arguments, and the check that the arguments are complete. Does not own:
 * the codecs of the arguments.
 */
import { concatBytes } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { Reader, ScaleError } from '#types/scale/codec.ts'
import type { CallRequest } from './chain-port.ts'
import { callIndex, type ChainShapes } from './shapes.ts'
import { skipValue } from './skip.ts'

/**
 * The bytes of a call, ready to be signed and sent.
 * @throws AssayError `UNKNOWN_ITEM` if the chain has no such call, `BAD_CALL` if `args` does not encode its arguments.
 */
export function callBytes(shapes: ChainShapes, { pallet, call, args }: CallRequest): Uint8Array {
  const index = callIndex(shapes, pallet, call)
  const from = new Reader(args)
  try {
    for (const field of shapes.pallets.get(pallet)?.calls.get(call)?.fields ?? []) skipValue(field.type(), from)
    if (from.remaining > 0)
      throw new ScaleError('the end of the arguments', `${from.remaining} bytes more`, from.offset)
  } catch (cause) {
    throw new AssayError(
      'BAD_CALL',
      `expected the SCALE encoding of the arguments of ${pallet}.${call}, got ${args.length} bytes that are not: ${messageOf(cause)}`,
      { pallet, call },
      { cause },
    )
  }
  return concatBytes(index, args)
}
