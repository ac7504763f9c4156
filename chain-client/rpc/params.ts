/**
 * Parameters of RPC methods: from JSON to bytes and numbers.
 *
 * Owns: the decoders, and the message that names the wrong parameter, what was expected and what came. They check
 * bounds before they allocate anything. Does not own: the methods.
 * Source: sp-rpc number.rs and list.rs, sp-core Bytes, jsonrpsee proc-macros (positional and by-name parameters).
 */
import { fromHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { fromSs58 } from '#types/crypto/ss58.ts'
import { snakeCase } from '#types/scale/compound.ts'
import { U128_MAX } from '#types/scale/primitives.ts'
import { RPC_CODE, RpcError } from './errors.ts'

/** Turns one JSON value into a parameter. Throws {@link Mismatch} if it cannot. */
export interface Param<T> {
  readonly optional: boolean
  decode(value: unknown): T
}

/** Named parameters in the order of their positions. */
export type ParamSpec = Readonly<Record<string, Param<unknown>>>
/** The arguments that a method gets for a spec. */
export type ArgsOf<P> = { readonly [K in keyof P]: P[K] extends Param<infer T> ? T : never }

/** Only for decoding: carries the expectation and the value that does not meet it. */
class Mismatch extends Error {
  readonly expected: string
  readonly value: unknown

  constructor(expected: string, value: unknown) {
    super(expected)
    this.expected = expected
    this.value = value
  }
}

const SHOWN_CHARACTERS = 48

/**
 * A value as short text for an error message. Never walks into the value: its depth has no bound but the request's
 * length.
 */
function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') {
    if (value.length <= SHOWN_CHARACTERS) return JSON.stringify(value)
    return `${JSON.stringify(value.slice(0, SHOWN_CHARACTERS))}… (${value.length} characters)`
  }
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value)
}

const required = <T>(decode: (value: unknown) => T): Param<T> => ({ optional: false, decode })

/** The same parameter, but it may be missing or null. */
export const optional = <T>(of: Param<T>): Param<T | undefined> => ({
  optional: true,
  decode: (value) => (value === undefined || value === null ? undefined : of.decode(value)),
})

function hexString(value: unknown, expected: string): Uint8Array {
  if (typeof value !== 'string') throw new Mismatch(expected, value)
  try {
    return fromHex(value)
  } catch {
    throw new Mismatch(expected, value)
  }
}

const HASH_CHARACTERS = 2 + 64
const HASH_EXPECTED = 'a hash (0x and 64 hex digits)'

/** A 32-byte hash. */
export const hash: Param<Uint8Array> = required((value) => {
  if (typeof value !== 'string' || value.length !== HASH_CHARACTERS) throw new Mismatch(HASH_EXPECTED, value)
  return hexString(value, HASH_EXPECTED)
})

/** Bytes of any length. The empty string counts as no bytes: the PAPI console sends it. */
export const bytes: Param<Uint8Array> = required((value) =>
  value === '' ? new Uint8Array(0) : hexString(value, 'hex bytes (0x and an even number of hex digits)'),
)

const U32_MAX = 0xffff_ffff

/** A number from 0 to 2^32 - 1. */
export const u32: Param<number> = required((value) => {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > U32_MAX)
    throw new Mismatch(`an integer from 0 to ${U32_MAX}`, value)
  return value
})

/** A block number as `NumberOrHex`: a number, or a hex string such as `"0xcf"`. */
export const blockNumber: Param<number> = required((value) => {
  const expected = `a block number from 0 to ${U32_MAX} (a number, or a hex string such as "0xcf")`
  const number = typeof value === 'string' && /^0x[0-9a-fA-F]{1,16}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > U32_MAX)
    throw new Mismatch(expected, value)
  return number
})

export const text: Param<string> = required((value) => {
  if (typeof value !== 'string') throw new Mismatch('a string', value)
  return value
})

export const boolean: Param<boolean> = required((value) => {
  if (typeof value !== 'boolean') throw new Mismatch('true or false', value)
  return value
})

/** One of a few strings or numbers. */
export const oneOf = <const T extends readonly (string | number)[]>(...choices: T): Param<T[number]> =>
  required((value) => {
    const choice = choices.find((each) => each === value)
    if (choice === undefined) throw new Mismatch(`one of ${choices.join(', ')}`, value)
    return choice
  })

/** An integer, possibly negative. */
export const integer: Param<number> = required((value) => {
  if (!Number.isSafeInteger(value)) throw new Mismatch('an integer', value)
  return value as number
})

/**
 * An amount of the smallest unit, up to 2^128 - 1: a number if JSON holds it exactly, otherwise decimal or hex text.
 */
export const balance: Param<bigint> = required((value) => {
  const expected = 'an amount from 0 to 2^128 - 1 (a number, or decimal or 0x hex text)'
  const isNumber = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
  const isText = typeof value === 'string' && /^(\d{1,39}|0x[0-9a-fA-F]{1,32})$/.test(value)
  const amount = isNumber || isText ? BigInt(value) : -1n
  if (amount < 0n || amount > U128_MAX) throw new Mismatch(expected, value)
  return amount
})

/** Any JSON object, for methods that decode it themselves. */
export const jsonObject: Param<object> = required((value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Mismatch('an object', value)
  return value
})

/** A value of either kind; the first one that fits. */
export const either = <A, B>(first: Param<A>, second: Param<B>): Param<A | B> =>
  required((value) => {
    try {
      return first.decode(value)
    } catch (thrown) {
      if (!(thrown instanceof Mismatch)) throw thrown
      try {
        return second.decode(value)
      } catch (again) {
        throw again instanceof Mismatch ? new Mismatch(`${thrown.expected}, or ${again.expected}`, value) : again
      }
    }
  })

/** An object of named values. A name outside the spec is an unknown parameter. */
export const record = <const P extends ParamSpec>(spec: P): Param<ArgsOf<P>> => {
  const named = namedParams(spec)
  return required((value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Mismatch('an object', value)
    return byName(named, new Map(Object.entries(value))) as ArgsOf<P>
  })
}

/** A subscription's id. Ours are strings; a number is valid but names no subscription of ours. */
export const subscriptionId: Param<string> = required((value) => {
  if (typeof value !== 'string' && typeof value !== 'number') throw new Mismatch('a subscription id', value)
  return String(value)
})

/** An account: SS58 with any prefix, or its 32 bytes in hex. */
export const accountId: Param<Uint8Array> = required((value) => {
  const expected = 'an account (SS58, or 0x and 64 hex digits)'
  if (typeof value !== 'string') throw new Mismatch(expected, value)
  if (value.startsWith('0x')) return value.length === HASH_CHARACTERS ? hexString(value, expected) : mismatch()
  try {
    return fromSs58(value)
  } catch {
    return mismatch()
  }
  function mismatch(): never {
    throw new Mismatch(expected, value)
  }
})

/** Up to `max` values of one kind. */
export const listOf = <T>(of: Param<T>, max: number): Param<readonly T[]> =>
  required((value) => {
    if (!Array.isArray(value)) throw new Mismatch('an array', value)
    if (value.length > max) throw new Mismatch(`an array of at most ${max}`, value)
    return value.map((element) => of.decode(element))
  })

/** `ListOrValue`: one value, or up to `max` of them. */
export const listOrValue = <T>(of: Param<T>, max: number): Param<T | readonly T[]> => {
  const list = listOf(of, max)
  return required((value) => (Array.isArray(value) ? list.decode(value) : of.decode(value)))
}

/** `ExtrinsicOrHash`: `{ "hash": … }` or `{ "extrinsic": … }`; the extrinsic's hash either way. */
export const extrinsicOrHash: Param<Uint8Array> = required((value) => {
  const given = (value ?? {}) as { readonly hash?: unknown; readonly extrinsic?: unknown }
  if (typeof given === 'object' && given.hash !== undefined) return hash.decode(given.hash)
  if (typeof given === 'object' && given.extrinsic !== undefined) return blake2b256(bytes.decode(given.extrinsic))
  throw new Mismatch('{ "hash": … } or { "extrinsic": … }', value)
})

/** A parameter with the names that clients may use for it, and its position; messages count positions from one. */
export interface NamedParam {
  readonly name: string
  readonly snakeName: string
  readonly param: Param<unknown>
}

/** A spec as a list. Made once per method. */
export const namedParams = (spec: ParamSpec): readonly NamedParam[] =>
  Object.entries(spec).map(([name, param]) => ({ name, snakeName: snakeCase(name), param }))

const NO_ARGS: Readonly<Record<string, never>> = Object.freeze({})
const invalid = (message: string): RpcError => new RpcError(RPC_CODE.invalidParams, `Invalid params: ${message}`)

/**
 * Decodes the `params` of a request, an array by position or an object by name.
 * @throws RpcError -32602, which names the parameter, what was expected and what came.
 */
export function decodeParams(spec: readonly NamedParam[], given: unknown): Readonly<Record<string, unknown>> {
  if (given === undefined || given === null) return spec.length === 0 ? NO_ARGS : positional(spec, [])
  if (Array.isArray(given)) return spec.length === 0 && given.length === 0 ? NO_ARGS : positional(spec, given)
  if (typeof given === 'object') return byName(spec, new Map(Object.entries(given)))
  throw new RpcError(RPC_CODE.invalidRequest, `Invalid request: expected params to be an array, got ${show(given)}`)
}

function positional(spec: readonly NamedParam[], given: readonly unknown[]): Record<string, unknown> {
  if (given.length > spec.length) {
    const names = spec.map(({ name }) => name).join(', ')
    throw invalid(`expected at most ${spec.length} parameters (${names || 'none'}), got ${given.length}`)
  }
  const args: Record<string, unknown> = {}
  for (let at = 0; at < spec.length; at++) {
    const named = spec[at]!
    args[named.name] = decodeOne(named, at, given[at])
  }
  return args
}

function byName(spec: readonly NamedParam[], given: Map<string, unknown>): Record<string, unknown> {
  const args: Record<string, unknown> = {}
  for (const [at, named] of spec.entries()) {
    const name = given.has(named.name) ? named.name : named.snakeName
    args[named.name] = decodeOne(named, at, given.get(name))
    given.delete(name)
  }
  const [unknown] = given.keys()
  if (unknown !== undefined) throw invalid(`unknown parameter ${show(unknown)}`)
  return args
}

function decodeOne({ name, param }: NamedParam, at: number, value: unknown): unknown {
  try {
    return param.decode(value)
  } catch (thrown) {
    if (!(thrown instanceof Mismatch)) throw thrown
    throw invalid(`parameter ${at + 1} (${name}): expected ${thrown.expected}, got ${show(thrown.value)}`)
  }
}
