/**
 * One pallet put into a runtime: bound to its index, its storage, events and errors, and to the pallets that it uses.
 *
 * Owns: what a pallet's functions see at run time, and the pallet's own call, event and error enums. Does not own: how to declare a
 * pallet.
 */
import { AssayError } from '#types/errors.ts'
import type { Codec } from '#types/scale/codec.ts'
import { fieldDefs, snakeCase, struct, type Fields } from '#types/scale/compound.ts'
import type { TypeDef, VariantDef } from '#types/scale/type-def.ts'
import type { RuntimeLog } from './terms.ts'
import { createConsole } from './console.ts'
import type { BoundCall, PalletCalls } from './dispatch.ts'
import { DispatchFailure } from './errors.ts'
import type { CurrentExternalities } from './externalities.ts'
import type { AnyPallet, Call, Constant, EventSpec, Genesis, Hooks, Inherent, Self } from './pallet.ts'
import type { AnyItem } from './storage.ts'
import { bindItem } from './storage-access.ts'
import { bindViews, type BoundView } from './views.ts'

/** A pallet's section of the chain spec and what it stores. */
export interface BoundGenesis {
  readonly config: Codec<unknown>
  /** Present where the section may be missing. */
  readonly fallback?: unknown
  readonly build: (config: unknown) => void
}

/** A pallet in a runtime. */
export interface BoundPallet extends PalletCalls {
  readonly docs: string
  /** Rust crate name, the root of the paths of its types. */
  readonly crate: string
  readonly constants: Readonly<Record<string, Constant<unknown>>>
  readonly items: Readonly<Record<string, AnyItem>>
  readonly events: Readonly<Record<string, EventSpec<Fields>>>
  readonly errors: Readonly<Record<string, string>>
  readonly hooks: Hooks
  readonly genesis: BoundGenesis | undefined
  readonly inherent: Inherent<unknown> | undefined
  readonly views: readonly BoundView[]
  /** Type of the pallet's call, event and error enum; undefined where it has none. */
  readonly callType: TypeDef | undefined
  readonly eventType: TypeDef | undefined
  readonly errorType: TypeDef | undefined
}

/** Storage items are PascalCase in metadata and in keys: `account` is `Account`. */
export const pascalCase = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}`

const crateOf = (name: string): string => (name === 'System' ? 'frame_system' : `pallet${snakeCase(name)}`)

const genericT = [{ name: 'T' }] as const

const palletEnum = (crate: string, name: string, variants: readonly VariantDef[], docs: string): TypeDef | undefined =>
  variants.length === 0
    ? undefined
    : { path: [crate, 'pallet', name], params: genericT, docs: [docs], shape: { kind: 'variant', variants } }

const lines = (docs: string): string[] => docs.split('\n')

function callEnum(crate: string, calls: readonly BoundCall[], declared: Readonly<Record<string, Call<Fields>>>) {
  const variants = calls.map(({ name, index, docs }) => ({
    name: snakeCase(name),
    index,
    docs: lines(docs),
    fields: fieldDefs(declared[name]!.args),
  }))
  return palletEnum(crate, 'Call', variants, 'The calls of this pallet.')
}

function eventEnum(crate: string, events: Readonly<Record<string, EventSpec<Fields>>>): TypeDef | undefined {
  const variants = Object.entries(events).map(([name, { docs, fields }], index) => ({
    name,
    index,
    docs: lines(docs),
    fields: fieldDefs(fields),
  }))
  return palletEnum(crate, 'Event', variants, 'The events of this pallet.')
}

function errorEnum(crate: string, errors: Readonly<Record<string, string>>): TypeDef | undefined {
  const variants = Object.entries(errors).map(([name, docs], index) => ({ name, index, docs: lines(docs), fields: [] }))
  return palletEnum(crate, 'Error', variants, 'The errors of this pallet.')
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, change: (value: A, name: string, index: number) => B) =>
  Object.fromEntries(Object.entries(record).map(([name, value], index) => [name, change(value, name, index)]))

/** Deposits one kind of event: pallet index, event index, fields. */
function emitter(current: CurrentExternalities, pallet: number, at: number, fields: Fields): (data: unknown) => void {
  const codec = struct(fields) as Codec<unknown>
  return (data) =>
    current.get().deposit((out) => {
      out.byte(pallet)
      out.byte(at)
      codec.write(data, out)
    })
}

/** {@link Self} with types forgotten. */
type AnySelf = Self<any, any, any, any, any>

/**
 * Makes the object that a pallet's functions see. `uses` are the parts of other pallets from runtime.ts; its console writes to
 * `log`.
 */
export function bindSelf(
  { current, log }: { readonly current: CurrentExternalities; readonly log: RuntimeLog },
  index: number,
  declared: AnyPallet,
  uses: unknown,
): AnySelf {
  const { name } = declared
  const self = {
    constants: mapValues<Constant<unknown>, unknown>(declared.constants ?? {}, ({ value }) => value),
    storage: mapValues<AnyItem, unknown>(declared.storage ?? {}, (item, key) =>
      bindItem(current, name, pascalCase(key), item),
    ),
    emit: mapValues<EventSpec<Fields>, unknown>(declared.events ?? {}, ({ fields }, _, at) =>
      emitter(current, index, at, fields),
    ),
    fail: mapValues<string, () => never>(declared.errors ?? {}, (docs, error, at) => () => {
      throw new DispatchFailure(
        { tag: 'Module', value: { index, error: Uint8Array.of(at, 0, 0, 0) } },
        `${name}.${error}`,
        docs,
      )
    }),
    uses,
    console: createConsole(current, name, log),
    block: () => current.get().block.number,
    parentHash: () => current.get().block.parentHash,
    used: () => current.get().used,
    attempt(act: () => void) {
      try {
        current.get().transactional(act)
        return undefined
      } catch (thrown) {
        if (thrown instanceof DispatchFailure) return thrown.error
        throw thrown
      }
    },
  }
  return self as unknown as AnySelf
}

function bindCalls(pallet: string, calls: Readonly<Record<string, Call<Fields>>>): BoundCall[] {
  let next = 0
  return Object.entries(calls).map(([name, { docs, args, options, run }]) => {
    const index = options.callIndex ?? next
    if (index < next)
      throw new AssayError('BAD_CALL_INDEX', `expected call indices that grow, got ${index} for ${pallet}.${name}`)
    next = index + 1
    return { name, index, docs, args: struct(args), options, run }
  })
}

/**
 * A pallet under its index. `self` is from {@link bindSelf}; `own` are the pallet's exports.
 * @throws AssayError `BAD_CALL_INDEX` where its call indices do not grow.
 */
export function bindPallet(index: number, declared: AnyPallet, self: AnySelf, own: unknown): BoundPallet {
  const genesis: Genesis<any, any, any> | undefined = declared.genesis
  const crate = crateOf(declared.name)
  const declaredCalls: Readonly<Record<string, Call<Fields>>> = declared.calls?.(self, own) ?? {}
  const calls = bindCalls(declared.name, declaredCalls)
  return {
    name: declared.name,
    index,
    crate,
    docs: declared.docs,
    constants: declared.constants ?? {},
    items: declared.storage ?? {},
    events: declared.events ?? {},
    errors: declared.errors ?? {},
    calls,
    hooks: declared.hooks?.(self, own) ?? {},
    genesis: genesis && { ...genesis, build: (config) => genesis.build(self, config, own) },
    inherent: declared.inherent,
    views: bindViews(declared.name, declared.views?.(self, own) ?? {}),
    callType: callEnum(crate, calls, declaredCalls),
    eventType: eventEnum(crate, declared.events ?? {}),
    errorType: errorEnum(crate, declared.errors ?? {}),
  }
}
