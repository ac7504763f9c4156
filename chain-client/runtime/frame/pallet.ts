/**
 * The pallet DSL: a pallet is one page, from whose declarations metadata, dispatch and clients follow.
 *
 * Owns: the shape of a pallet and the inference that makes a wrong argument, event, error or storage key a compile error. Does not
 * own: storage items.
 *
 * Order of a page: name, docs, constants, storage, events, errors, uses, exports, calls, views, hooks, genesis, inherent. Indices
 * of events and errors are their order of declaration. So are those of calls, unless a call sets its own. So all three lists are
 * append-only. TypeScript infers plain properties first and then functions, in the order written: `exports` stands before `calls`,
 * `views` and `hooks`, which receive it.
 * Source: frame-support macros (#[pallet::*]); names are FRAME's.
 */
import type { Codec } from '#types/scale/codec.ts'
import type { Fields, Values } from '#types/scale/compound.ts'
import type { DispatchClass, DispatchError, Pays, TransactionSource } from '#types/scale/dispatch.ts'
import type { Console } from './console.ts'
import type { Meter } from './meter.ts'
import type { Origin } from './origin.ts'
import type { AccessOf, AnyItem } from './storage.ts'
import type { InherentData, PostDispatchInfo, TransactionError } from './terms.ts'
import type { ConsumedWeight } from './weights.ts'

/** `#[pallet::constant]`: a value that clients read from metadata. */
export interface Constant<T> {
  readonly docs: string
  readonly codec: Codec<T>
  readonly value: T
}

/** A constant of the pallet. */
export const constant = <T>(docs: string, codec: Codec<T>, value: T): Constant<T> => ({ docs, codec, value })

/** `#[pallet::event]` */
export interface EventSpec<F extends Fields> {
  readonly docs: string
  readonly fields: F
}

/** An event of the pallet. Give `{}` for no fields. */
export const event = <const F extends Fields>(docs: string, fields: F): EventSpec<F> => ({ docs, fields })

/** A pallet's answer for a bare extrinsic that may go in: `ValidTransaction`, of which only the tags must be given. */
export interface ValidUnsigned {
  /**
   * Tags that it provides. Of two transactions that provide the same tag, only one goes in. The frame puts the pallet's name before
   * each.
   */
  readonly provides: readonly [Uint8Array, ...Uint8Array[]]
  /** Tags of this pallet that must be provided before it. Default none. */
  readonly requires?: readonly Uint8Array[]
  /** Default 0. */
  readonly priority?: bigint
  /** Blocks for which it stays valid. Default for ever. */
  readonly longevity?: bigint
  /** Whether the node tells others of it. Default true. */
  readonly propagate?: boolean
}

/**
 * `ValidateUnsigned::validate_unsigned` of one call: may it go in without a signature? Anybody may send it, for free, so this has
 * to recognise spam and, by the state, calls that were made already.
 */
export type ValidateUnsigned<A> = (args: A, source: TransactionSource) => ValidUnsigned | TransactionError

/**
 * Refuses a call that would fail, by `fail`. The pool asks it with the state of its best block, before it takes the transaction in, and
 * without a fee. So it must cost little. A block does not ask: a transaction that others overtook on its way is in the block, pays, and
 * uses its nonce, so that it keeps none of its signer's later ones out.
 * `fee` is what the signer will have paid when the call runs, in the smallest unit.
 */
export type ValidateCall<A> = (who: Uint8Array, args: A, fee: bigint) => void

/** An operational call has room in a block that others cannot fill, so its pallet must say what is junk. */
type ClassOptions<A> =
  | {
      /** Default Normal. */
      readonly class?: 'Normal' | 'Mandatory'
      readonly validate?: ValidateCall<A>
    }
  | {
      readonly class: 'Operational' | ((args: A) => DispatchClass)
      readonly validate: ValidateCall<A>
    }

/** The cost and class of a call; functions get the arguments. */
export type CallOptions<A> = ClassOptions<A> & {
  /** Picoseconds of the reference machine, see `refTime` in weights.ts. The most that the call can use. */
  readonly weight: bigint | ((args: A) => bigint)
  /**
   * Picoseconds of a call's computation, where the call shall pay for what it used: this and its work on storage, whether or not it
   * fails. Default: the call pays `weight`, or what it returns.
   */
  readonly computation?: bigint | ((args: A) => bigint)
  /** Default Yes. */
  readonly paysFee?: Pays | ((args: A) => Pays)
  /** `#[pallet::call_index]`. Default: one more than the call before. */
  readonly callIndex?: number
  /** Only calls that have this may come as bare extrinsics. They run with origin `none`. */
  readonly validateUnsigned?: ValidateUnsigned<A>
}

/** `#[pallet::call]` */
export interface Call<F extends Fields> {
  readonly docs: string
  readonly args: F
  readonly options: CallOptions<Values<F>>
  readonly run: (origin: Origin, args: Values<F>) => PostDispatchInfo | void
}

/** A call of the pallet. `args` are named codecs in encoding order; `run` throws through `fail` or returns. */
export const call = <const F extends Fields>(
  docs: string,
  args: F,
  weight: bigint | CallOptions<Values<F>>,
  run: (origin: Origin, args: Values<F>) => PostDispatchInfo | void,
): Call<F> => ({ docs, args, options: typeof weight === 'bigint' ? { weight } : weight, run })

/** `#[pallet::view_functions]`: a question that clients may ask at any block. It does not change the state. */
export interface View<F extends Fields, T> {
  readonly docs: string
  readonly args: F
  readonly output: Codec<T>
  readonly run: (args: Values<F>) => T
}

/** A view function of the pallet. `args` are named codecs in encoding order. */
export const view = <const F extends Fields, T>(
  docs: string,
  args: F,
  output: Codec<T>,
  run: (args: Values<F>) => T,
): View<F, T> => ({ docs, args, output, run })

/** The parts of other pallets that this one needs: FRAME's Config. Only a type; runtime.ts gives the value. */
export interface Uses<D> {
  readonly needs?: D
}

/** Declares the value that runtime.ts must give: `uses: uses<{ balances: Pick<Balances, 'transfer'> }>()`. */
export const uses = <D>(): Uses<D> => ({})

/** `#[pallet::hooks]`. An exception in one is contained, logged and undone. The block's weight counts the work of each. */
export interface Hooks {
  /**
   * Before inherents and extrinsics. A hook whose work can grow does it while `meter` has room, and leaves the rest to the next
   * block: see `Agenda.take`.
   */
  onInitialize?(meter: Meter): void
  /** After the last extrinsic. `consumed` is the weight of the block so far. */
  onFinalize?(consumed: ConsumedWeight): void
}

/** `GenesisConfig`: the codec of the pallet's section of the chain spec, and a function that stores it. */
export interface Genesis<G, F, P> {
  readonly config: Codec<G>
  /** Used where the section is missing; without it a missing section is an error. */
  readonly fallback?: G
  readonly build: (self: F, config: G, own: P) => void
}

/** An inherent: a call the block author adds to each block. */
export interface Inherent<C> {
  readonly call: keyof C & string
  args(data: InherentData): Readonly<Record<string, unknown>>
}

type ConstantSpecs = Readonly<Record<string, Constant<any>>>
type Items = Readonly<Record<string, AnyItem>>
type EventSpecs = Readonly<Record<string, EventSpec<any>>>
type ErrorSpecs = Readonly<Record<string, string>>
type Calls = Readonly<Record<string, Call<any>>>
type Views = Readonly<Record<string, View<any, any>>>
/** Marks a property that a pallet leaves out. No object has this key. */
declare const NOTHING: unique symbol
type None = { readonly [NOTHING]?: never }

/** The object that a pallet's own functions get. */
export interface Self<K, S, E, X, D> {
  readonly constants: { readonly [I in keyof K]: K[I] extends Constant<infer T> ? T : never }
  readonly storage: { readonly [I in keyof S]: AccessOf<S[I]> }
  /** Deposits an event. */
  readonly emit: { readonly [I in keyof E]: E[I] extends EventSpec<infer F> ? (data: Values<F>) => void : never }
  /** Aborts with one of the pallet's errors; the call's layer is undone. Write `return fail.X()`. */
  readonly fail: { readonly [I in keyof X]: () => never }
  /** The other pallets. */
  readonly uses: D
  /** Logs values for the pallet's developer: `console.log('paid', amount, who)`. It has no effect on the chain. */
  readonly console: Console
  /** Number of the block at hand. */
  readonly block: () => number
  /** Hash of the block before it. */
  readonly parentHash: () => Uint8Array
  /** Weight of the block's work on storage so far, picoseconds. A call tells by a difference what it really used. */
  readonly used: () => bigint
  /**
   * Runs `act` in a storage layer of its own (`with_storage_layer`): a DispatchFailure undoes it, and `attempt` returns its error.
   * Other exceptions are bugs and go on to the surrounding call or hook.
   */
  readonly attempt: (act: () => void) => DispatchError | undefined
}

/** A pallet as declared. Type parameters are inferred: name, constants, storage, events, errors, uses, exports, calls, genesis. */
export interface Pallet<
  N extends string,
  K extends ConstantSpecs,
  S extends Items,
  E extends EventSpecs,
  X extends ErrorSpecs,
  D,
  P,
  C extends Calls,
  G,
> {
  readonly name: N
  readonly docs: string
  readonly constants?: K
  readonly storage?: S
  readonly events?: E
  readonly errors?: X
  readonly uses?: Uses<D>
  /** Functions for other pallets, and for this pallet's calls and hooks. */
  readonly exports?: (self: Self<K, S, E, X, D>) => P
  readonly calls?: (self: Self<K, S, E, X, D>, own: P) => C
  readonly views?: (self: Self<K, S, E, X, D>, own: P) => Views
  readonly hooks?: (self: Self<K, S, E, X, D>, own: P) => Hooks
  readonly genesis?: Genesis<G, Self<K, S, E, X, D>, P>
  readonly inherent?: Inherent<C>
}

/** Declares a pallet. */
export function pallet<
  const N extends string,
  K extends ConstantSpecs = None,
  S extends Items = None,
  E extends EventSpecs = None,
  X extends ErrorSpecs = None,
  D = None,
  P = None,
  C extends Calls = None,
  G = unknown,
>(declared: Pallet<N, K, S, E, X, D, P, C, G>): Pallet<N, K, S, E, X, D, P, C, G> {
  return declared
}

/** A pallet of any types. */
export type AnyPallet = Pallet<string, any, any, any, any, any, any, any, any>

/** The exports of a pallet. */
export type ExportsOf<A> = A extends { readonly exports?: (self: any) => infer P } ? P : never

/** The values in a pallet's section of the chain spec. */
export type GenesisOf<A> = A extends { readonly genesis?: Genesis<infer G, any, any> } ? G : never

/** The value that runtime.ts gives with a pallet; none where the pallet uses no other. */
export type UsesArgument<A> = [keyof UsesOf<A>] extends [typeof NOTHING] ? [] : [UsesOf<A>]

/** The parts of other pallets that a pallet needs. */
export type UsesOf<A> = A extends { readonly uses?: Uses<infer D> } ? D : never
