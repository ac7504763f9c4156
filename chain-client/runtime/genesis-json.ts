/**
 * Values as JSON, by the types that pallets declare: the form of chain specs, presets and storage set by hand.
 *
 * Owns: the way between JSON and SCALE, for any type that metadata can describe. Does not own: which values a genesis has. Fields
 * are camelCase. Amounts beyond 32 bits are decimal text, or numbers where JSON holds them exactly. Accounts are SS58 addresses or
 * hex, other bytes hex.
 * Source: sp-genesis-builder, whose presets are serde's JSON of RuntimeGenesisConfig.
 */
import { fromHex, toHex } from '#types/bytes.ts'
import { fromSs58, toSs58 } from '#types/crypto/ss58.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { decode, encode, Reader, ScaleError, Writer, type Codec } from '#types/scale/codec.ts'
import { readCompactLength, writeCompactLength } from '#types/scale/compact.ts'
import { bool, str, u128, U128_MAX, u16, u32, u64, U64_MAX, u8 } from '#types/scale/primitives.ts'
import type { FieldDef, PrimitiveName, Shape, TypeDef } from '#types/scale/type-def.ts'

const ACCOUNT_BYTES = 32
const MAX_SHOWN = 60
/** Most elements of a list; the length is checked before the list is read. */
const MAX_ELEMENTS = 1_000_000

const WHOLE_NUMBERS: Partial<Record<PrimitiveName, Codec<number>>> = { u8, u16, u32 }
const BIG_NUMBERS: Partial<Record<PrimitiveName, Codec<bigint>>> = { u64, u128 }

const RANGES: Partial<Record<PrimitiveName, bigint>> = {
  u8: (1n << 8n) - 1n,
  u16: (1n << 16n) - 1n,
  u32: (1n << 32n) - 1n,
  u64: U64_MAX,
  u128: U128_MAX,
}

/** JSON is read to any depth, and printed to a depth and a length that the engine sets. */
function printed(json: unknown): string {
  try {
    return JSON.stringify(json) ?? 'nothing'
  } catch (thrown) {
    if (thrown instanceof RangeError) return 'a value too deep or too long to print'
    throw thrown
  }
}

/** A value in an error message: its JSON, cut short. */
export function shown(json: unknown): string {
  const text = printed(json)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

/** The error of JSON that is no such value. Its `meta` has path, expected and got, for callers with other words. */
export function wrong(path: string, expected: string, json: unknown): AssayError {
  const got = shown(json)
  return new AssayError('BAD_GENESIS', `${path}: expected ${expected}, got ${got}`, { path, expected, got })
}

const camelCase = (name: string): string => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** Whether JSON is an object. */
export const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

const isBytes = ({ path, shape }: TypeDef): boolean =>
  path.length === 0 && shape.kind === 'primitive' && shape.primitive === 'u8'

/** The form of a type in JSON, where that is not its shape. */
function formOf({ path, shape }: TypeDef): 'account' | 'bytes' | 'inner' | 'option' | 'shape' {
  if (path.at(-1) === 'AccountId32') return 'account'
  if ((shape.kind === 'array' || shape.kind === 'sequence') && isBytes(shape.element())) return 'bytes'
  if (path.length === 1 && path[0] === 'Option') return 'option'
  const wraps = shape.kind === 'composite' && shape.fields.length === 1 && shape.fields[0]!.name === undefined
  return wraps ? 'inner' : 'shape'
}

/** The one type inside a wrapper or an option. */
const innerOf = ({ shape }: TypeDef): TypeDef => {
  if (shape.kind === 'composite') return shape.fields[0]!.type()
  if (shape.kind === 'variant') return shape.variants[1]!.fields[0]!.type()
  throw new AssayError('BAD_GENESIS', `expected a type around another, got a ${shape.kind}`)
}

function bytesOf(json: unknown, path: string, isAccount: boolean): Uint8Array {
  const expected = isAccount ? 'an SS58 address or 0x and 64 hex digits' : '0x and hex digits'
  if (typeof json !== 'string') throw wrong(path, expected, json)
  try {
    const bytes = isAccount && !json.startsWith('0x') ? fromSs58(json) : fromHex(json)
    if (!isAccount || bytes.length === ACCOUNT_BYTES) return bytes
  } catch (thrown) {
    throw wrong(path, `${expected} (${messageOf(thrown)})`, json)
  }
  throw wrong(path, expected, json)
}

function writePrimitive(name: PrimitiveName, json: unknown, out: Writer, path: string): void {
  const whole = WHOLE_NUMBERS[name]
  const big = BIG_NUMBERS[name]
  const most = RANGES[name] ?? 0n
  if (name === 'bool' && typeof json === 'boolean') return bool.write(json, out)
  if (name === 'str' && typeof json === 'string') return str.write(json, out)
  if (whole && typeof json === 'number' && Number.isInteger(json) && json >= 0 && json <= most)
    return whole.write(json, out)
  if (big && typeof json === 'number' && Number.isSafeInteger(json) && json >= 0) return big.write(BigInt(json), out)
  if (big && typeof json === 'string' && /^\d{1,39}$/.test(json) && BigInt(json) <= most)
    return big.write(BigInt(json), out)
  const text = big ? ', as decimal text or as a number that JSON holds exactly' : ''
  throw wrong(path, whole || big ? `a ${name}, a whole number from 0 to ${most}${text}` : `a ${name}`, json)
}

/** A section without values is `{}`, as serde has it. */
function writeNothing(json: unknown, path: string): void {
  if (json !== null && json !== undefined && !(isRecord(json) && Object.keys(json).length === 0))
    throw wrong(path, 'nothing', json)
}

function writeList(elements: readonly TypeDef[], json: unknown, out: Writer, path: string): void {
  if (!Array.isArray(json) || json.length !== elements.length) throw wrong(path, `a list of ${elements.length}`, json)
  elements.forEach((element, i) => write(element, json[i], out, `${path}[${i}]`))
}

function writeFields(fields: readonly FieldDef[], json: unknown, out: Writer, path: string): void {
  if (!isRecord(json)) throw wrong(path, 'an object', json)
  const names = fields.map(({ name }) => camelCase(name ?? ''))
  const stray = Object.keys(json).find((key) => !names.includes(key))
  if (stray !== undefined) throw wrong(`${path}.${stray}`, `one of the fields ${names.join(', ')}`, json[stray])
  fields.forEach(({ type }, i) => write(type(), json[names[i]!], out, `${path}.${names[i]!}`))
}

function writeShape(shape: Shape, json: unknown, out: Writer, path: string): void {
  switch (shape.kind) {
    case 'primitive':
      return writePrimitive(shape.primitive, json, out, path)
    case 'composite':
      return writeFields(shape.fields, json, out, path)
    case 'tuple':
      return shape.elements.length === 0
        ? writeNothing(json, path)
        : writeList(
            shape.elements.map((of) => of()),
            json,
            out,
            path,
          )
    case 'array':
      return writeList(Array.from({ length: shape.length }, shape.element), json, out, path)
    case 'sequence': {
      if (!Array.isArray(json) || json.length > MAX_ELEMENTS)
        throw wrong(path, `a list of at most ${MAX_ELEMENTS}`, json)
      writeCompactLength(json.length, out)
      return writeList(json.map(shape.element), json, out, path)
    }
    case 'variant': {
      const found = shape.variants.find(({ name, fields }) => name === json && fields.length === 0)
      if (!found) throw wrong(path, `one of ${shape.variants.map(({ name }) => name).join(', ')}`, json)
      return out.byte(found.index)
    }
    default:
      throw wrong(path, 'a type that has a form in JSON', shape.kind)
  }
}

/** Appends the encoding of the JSON's value. */
function write(type: TypeDef, json: unknown, out: Writer, path: string): void {
  switch (formOf(type)) {
    case 'account':
      return out.raw(bytesOf(json, path, true))
    case 'bytes': {
      const length = type.shape.kind === 'array' ? type.shape.length : undefined
      const isOther = length !== undefined && typeof json === 'string' && json.length !== 2 + 2 * length
      if (isOther && json.startsWith('0x')) throw wrong(path, `${length} bytes`, json)
      const bytes = bytesOf(json, path, false)
      if (length === undefined) writeCompactLength(bytes.length, out)
      return out.raw(bytes)
    }
    case 'option':
      if (json === null || json === undefined) return out.byte(0)
      out.byte(1)
      return write(innerOf(type), json, out, path)
    case 'inner':
      return write(innerOf(type), json, out, path)
    default:
      return writeShape(type.shape, json, out, path)
  }
}

function readShape(shape: Shape, from: Reader): unknown {
  switch (shape.kind) {
    case 'primitive': {
      if (shape.primitive === 'bool') return bool.read(from)
      if (shape.primitive === 'str') return str.read(from)
      return WHOLE_NUMBERS[shape.primitive]?.read(from) ?? BIG_NUMBERS[shape.primitive]!.read(from).toString()
    }
    case 'composite':
      return Object.fromEntries(shape.fields.map(({ name, type }) => [camelCase(name ?? ''), read(type(), from)]))
    case 'tuple':
      return shape.elements.length === 0 ? {} : shape.elements.map((element) => read(element(), from))
    case 'array':
      return Array.from({ length: shape.length }, () => read(shape.element(), from))
    case 'sequence':
      return Array.from({ length: readCompactLength(from) }, () => read(shape.element(), from))
    case 'variant': {
      const index = from.byte('variant')
      return shape.variants.find((variant) => variant.index === index)!.name
    }
    default:
      throw new AssayError('BAD_GENESIS', `expected a type that has a form in JSON, got a ${shape.kind}`)
  }
}

/** Reads one value that our own codec has written. */
function read(type: TypeDef, from: Reader): unknown {
  switch (formOf(type)) {
    case 'account':
      return toSs58(from.take(ACCOUNT_BYTES, 'account'))
    case 'bytes':
      return toHex(from.take(type.shape.kind === 'array' ? type.shape.length : readCompactLength(from), 'bytes'))
    case 'option':
      return from.byte('Option') === 0 ? null : read(innerOf(type), from)
    case 'inner':
      return read(innerOf(type), from)
    default:
      return readShape(type.shape, from)
  }
}

/** The place of a codec's error, in the form of a path: `.field`, `[1]`. */
const placeOf = ({ path }: ScaleError): string =>
  path.map((step) => (/^\d+$/.test(step) ? `[${step}]` : step.startsWith('[') ? step : `.${step}`)).join('')

/** The value that JSON stands for. @param path names it in errors. @throws AssayError `BAD_GENESIS`, as {@link wrong} makes it. */
export function fromJson<T>(codec: Codec<T>, json: unknown, path: string): T {
  const out = new Writer()
  try {
    write(codec.type, json, out, path)
    return decode(codec, out.finish())
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'BAD_GENESIS') throw thrown
    if (!(thrown instanceof ScaleError)) throw thrown
    // The codec may be stricter than its type; for example it may bound a list.
    const at = `${path}${placeOf(thrown)}`
    const { expected, got } = thrown.meta
    throw new AssayError(
      'BAD_GENESIS',
      `${at}: expected ${expected}, got ${got}`,
      { path: at, expected, got },
      { cause: thrown },
    )
  }
}

/** The JSON of a value, which {@link fromJson} takes back as the same value. */
export const toJson = <T>(codec: Codec<T>, value: T): unknown => read(codec.type, new Reader(encode(codec, value)))

/** JSON of a type's emptiest value: zeros, nothing, the first of its variants. */
export function blankJson(type: TypeDef): unknown {
  const { shape } = type
  switch (formOf(type)) {
    case 'account':
      return toHex(new Uint8Array(ACCOUNT_BYTES))
    case 'bytes':
      return toHex(new Uint8Array(shape.kind === 'array' ? shape.length : 0))
    case 'option':
      return null
    case 'inner':
      return blankJson(innerOf(type))
    default:
      return blankShape(shape)
  }
}

function blankShape(shape: Shape): unknown {
  switch (shape.kind) {
    case 'primitive':
      return shape.primitive === 'bool' ? false : shape.primitive === 'str' ? '' : 0
    case 'composite':
      return Object.fromEntries(shape.fields.map(({ name, type }) => [camelCase(name ?? ''), blankJson(type())]))
    case 'tuple':
      return shape.elements.length === 0 ? {} : shape.elements.map((element) => blankJson(element()))
    case 'array':
      return Array.from({ length: shape.length }, () => blankJson(shape.element()))
    case 'variant':
      return shape.variants[0]?.name
    default:
      return []
  }
}
