/**
 * View functions: questions to pallets, asked by id.
 *
 * Owns: ids and the signatures behind them, binding, finding. Does not own: how a pallet declares them.
 * Source: frame-support view_functions.rs, procedural/src/pallet/expand/view_functions.rs.
 */
import { concatBytes, equalBytes, utf8 } from '#types/bytes.ts'
import { twox128 } from '#types/crypto/hash.ts'
import { AssayError } from '#types/errors.ts'
import { encode, type Codec } from '#types/scale/codec.ts'
import { snakeCase, struct, type Fields, type Values } from '#types/scale/compound.ts'
import type { TypeDef } from '#types/scale/type-def.ts'
import type { View } from './pallet.ts'

/** A view function of a pallet in a runtime. */
export interface BoundView {
  /** snake_case, as clients know it. */
  readonly name: string
  readonly docs: string
  /** 32 bytes: {@link viewId}. */
  readonly id: Uint8Array
  readonly inputs: Fields
  readonly output: Codec<unknown>
  /** The arguments, in encoding order. */
  readonly input: Codec<unknown>
  /** From decoded arguments to the encoded answer. */
  readonly run: (args: unknown) => Uint8Array
}

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

/** The view functions of a pallet, bound to it. */
export const bindViews = (pallet: string, views: Readonly<Record<string, View<any, any>>>): BoundView[] =>
  Object.entries(views).map(([camelCase, { docs, args, output, run }]) => {
    const name = snakeCase(camelCase)
    return {
      name,
      docs,
      id: viewId(pallet, name, args, output.type),
      inputs: args,
      output,
      input: struct(args as Fields),
      run: (decoded) => encode(output, run(decoded as Values<Fields>)),
    }
  })

/** The view function of this id among those of all pallets. */
export const findView = (
  pallets: readonly { readonly views: readonly BoundView[] }[],
  id: Uint8Array,
): BoundView | undefined => pallets.flatMap(({ views }) => views).find((view) => equalBytes(view.id, id))
