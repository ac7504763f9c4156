/**
 * Calls of view functions.
 *
 * Owns: their ids, the signatures behind these, and the codecs of ids and errors. Does not own: the functions (the pallets).
 * Source: frame-support view_functions.rs, procedural/src/pallet/expand/view_functions.rs.
 */
import { concatBytes, utf8 } from '../bytes.ts'
import { twox128 } from '../crypto/hash.ts'
import { AssayError } from '../errors.ts'
import type { ValueOf } from './codec.ts'
import { struct, variant, type Fields } from './compound.ts'
import { bytes, fixedBytes, unit } from './primitives.ts'
import { result } from './result.ts'
import type { TypeDef } from './type-def.ts'

/** The two halves of an id: one for the pallet, one for the function. */
export const ViewFunctionId = struct(
  { prefix: fixedBytes(16), suffix: fixedBytes(16) },
  { path: ['frame_support', 'view_functions', 'ViewFunctionId'] },
)
export type ViewFunctionId = ValueOf<typeof ViewFunctionId>

/** Why there is no answer. `Codec` means that the input does not encode the arguments. */
export const ViewFunctionDispatchError = variant(
  { NotImplemented: unit, NotFound: ViewFunctionId, Codec: unit },
  { path: ['frame_support', 'view_functions', 'ViewFunctionDispatchError'] },
)

/** The encoded answer. */
export const ViewFunctionResult = result(bytes, ViewFunctionDispatchError)

/** The name of a type in Rust: `Option<Vec<AccountId32>>`. */
function rustName({ path, params = [], shape }: TypeDef): string {
  const name = path.at(-1)
  if (name !== undefined) {
    const of = params.flatMap(({ type }) => (type ? [rustName(type())] : []))
    return of.length > 0 ? `${name}<${of.join(',')}>` : name
  }
  switch (shape.kind) {
    case 'primitive':
      return shape.primitive
    case 'sequence':
      return `Vec<${rustName(shape.element())}>`
    case 'array':
      return `[${rustName(shape.element())};${shape.length}]`
    case 'compact':
      return `Compact<${rustName(shape.element())}>`
    case 'tuple':
      return `(${shape.elements.map((element) => rustName(element())).join(',')})`
    default:
      throw new AssayError(
        'UNNAMED_TYPE',
        `expected types of view functions to have names, got a ${shape.kind} without`,
      )
  }
}

/**
 * TwoX-128 of the pallet's name, then of `name(argument types) -> result type`, types without whitespace.
 * @throws AssayError `UNNAMED_TYPE` where a type is a struct or an enum without a path.
 */
export function viewId(pallet: string, name: string, inputs: Fields, output: TypeDef): Uint8Array {
  const args = Object.values(inputs).map(({ type }) => rustName(type))
  return concatBytes(twox128(utf8(pallet)), twox128(utf8(`${name}(${args.join(',')}) -> ${rustName(output)}`)))
}
