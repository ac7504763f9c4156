/**
 * Values of the runtime in a form for people, and as JSON can carry them.
 *
 * Owns: the rendering of decoded values in logs and traces. Does not own: JSON-RPC's own encodings.
 */
import { toHex } from '#types/bytes.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { ACCOUNT_ID_BYTES } from '#types/scale/account.ts'
import { snakeCase } from '#types/scale/compound.ts'
import type { FieldDef, TypeDef, VariantDef } from '#types/scale/type-def.ts'

/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** Deepest nesting that is shown. SCALE's own bound is far more than anybody reads. */
const MAX_DEPTH = 32
/** Longer bytes, texts and lists are cut. Above any key, hash, signature and most calls. */
const MAX_BYTES = 4096
const MAX_ELEMENTS = 1000

/** Known facts about a value. */
interface Hints {
  /** Whether 32 bytes of no known type are an account. */
  readonly isAccount?: (bytes: Uint8Array) => boolean
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const isAccountType = (type: TypeDef | undefined): boolean => type?.path.at(-1) === 'AccountId32'

function renderBytes(bytes: Uint8Array, type: TypeDef | undefined, { isAccount }: Hints): string {
  if (bytes.length === ACCOUNT_ID_BYTES && (isAccountType(type) || (!type && isAccount?.(bytes)))) return toSs58(bytes)
  if (bytes.length <= MAX_BYTES) return toHex(bytes)
  return `${toHex(bytes.subarray(0, MAX_BYTES))}… (${bytes.length} bytes)`
}

/** The type inside a newtype; the newtype itself where it is an account. */
function unwrapped(type: TypeDef | undefined): TypeDef | undefined {
  let inner = type
  while (inner && !isAccountType(inner) && inner.shape.kind === 'composite') {
    const [only] = inner.shape.fields
    if (inner.shape.fields.length !== 1 || only?.name !== undefined) return inner
    inner = only?.type()
  }
  return inner
}

const variantOf = (type: TypeDef | undefined, name: string): VariantDef | undefined =>
  type?.shape.kind === 'variant' ? type.shape.variants.find((variant) => variant.name === name) : undefined

/** The type of a variant's value: its one field, or all of them as a struct or a tuple. */
function payloadType(fields: readonly FieldDef[] | undefined): TypeDef | undefined {
  if (!fields || fields.length === 0) return undefined
  if (fields.length === 1 && fields[0]!.name === undefined) return fields[0]!.type()
  return { path: [], shape: { kind: 'composite', fields } }
}

function elementType(type: TypeDef | undefined, at: number): TypeDef | undefined {
  const shape = type?.shape
  if (shape?.kind === 'sequence' || shape?.kind === 'array') return shape.element()
  if (shape?.kind === 'composite') return shape.fields[at]?.name === undefined ? shape.fields[at]?.type() : undefined
  return shape?.kind === 'tuple' ? shape.elements[at]?.() : undefined
}

const fieldType = (type: TypeDef | undefined, name: string): TypeDef | undefined =>
  type?.shape.kind === 'composite'
    ? type.shape.fields.find((field) => field.name === snakeCase(name))?.type()
    : undefined

/** One value on its way to JSON. */
class Rendering {
  readonly #hints: Hints
  #depth = 0

  constructor(hints: Hints) {
    this.#hints = hints
  }

  value(value: unknown, declared: TypeDef | undefined): Json {
    if (value === undefined || value === null) return null
    if (typeof value === 'bigint') return value.toString()
    if (typeof value === 'boolean') return value
    if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
    if (typeof value === 'string') return value.length > MAX_BYTES ? `${value.slice(0, MAX_BYTES)}…` : value
    if (!isRecord(value)) return typeof value
    if (this.#depth >= MAX_DEPTH) return '…'
    this.#depth++
    try {
      return this.#object(value, unwrapped(declared))
    } finally {
      this.#depth--
    }
  }

  #object(value: Readonly<Record<string, unknown>>, type: TypeDef | undefined): Json {
    if (type?.path[0] === 'Option') return this.#object(value, unwrapped(payloadType(variantOf(type, 'Some')?.fields)))
    if (value instanceof Uint8Array) return renderBytes(value, type, this.#hints)
    if (value instanceof Error) return value.message
    if (value instanceof Map) return this.#list([...value.entries()], undefined)
    if (Array.isArray(value) || value instanceof Set) return this.#list([...value], type)
    if (type?.path.at(-1) === 'RuntimeCall') return this.#call(value, type)
    const { tag } = value
    if (typeof tag === 'string' && 'value' in value)
      return { tag, value: this.value(value.value, payloadType(variantOf(type, tag)?.fields)) }
    return this.#fields(value, type)
  }

  #list(values: readonly unknown[], type: TypeDef | undefined): Json {
    const shown = values.slice(0, MAX_ELEMENTS).map((item, at) => this.value(item, elementType(type, at)))
    return values.length > MAX_ELEMENTS ? [...shown, `… (${values.length} elements)`] : shown
  }

  #fields(value: Readonly<Record<string, unknown>>, type: TypeDef | undefined): Json {
    const entries = Object.entries(value).filter(([, field]) => field !== undefined)
    return Object.fromEntries(entries.map(([name, field]) => [name, this.value(field, fieldType(type, name))]))
  }

  /** A call within a call: `{ pallet, name, args }`, whose type is two enums deep. */
  #call(value: Readonly<Record<string, unknown>>, type: TypeDef): Json {
    const { pallet, name, args } = value as { pallet: string; name: string; args: unknown }
    const calls = payloadType(variantOf(type, pallet)?.fields)
    const fields = variantOf(calls, snakeCase(name))?.fields ?? []
    return { pallet, call: name, args: this.value(args, { path: [], shape: { kind: 'composite', fields } }) }
  }
}

/**
 * A decoded value as JSON: bytes as hex, 128-bit numbers and the like as decimal text, accounts as SS58, enums as `{ tag, value }`,
 * nothing as null. `type` is the type of the value's codec. Without it only `isAccount` can tell accounts from hashes.
 */
export const render = (value: unknown, type?: TypeDef, hints: Hints = {}): Json =>
  new Rendering(hints).value(value, type)

/** Values as one line of a log: texts as they are, all else as JSON. */
export function renderLine(values: readonly unknown[], hints: Hints): string {
  const shown = values.map((value) => render(value, undefined, hints))
  return shown.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ')
}
