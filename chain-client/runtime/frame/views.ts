/**
 * View functions: questions to pallets, asked by id.
 *
 * Owns: binding and finding. Does not own: how a pallet declares them.
 * Source: frame-support view_functions.rs, procedural/src/pallet/expand/view_functions.rs.
 */
import { equalBytes } from '#types/bytes.ts'
import { encode, type Codec } from '#types/scale/codec.ts'
import { snakeCase, struct, type Fields, type Values } from '#types/scale/compound.ts'
import { viewId } from '#types/scale/view-function.ts'
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
