/**
 * How long a transaction stays valid.
 *
 * Owns: the codec and the arithmetic of mortal eras. Does not own: the check against known blocks (CheckMortality).
 * Source: sp-runtime generic/era.rs.
 */
import { ScaleError, type Codec } from './codec.ts'
import { u8 } from './primitives.ts'
import type { TypeDef } from './type-def.ts'

/** `'immortal'`, or a window of `period` blocks. Its first block number is congruent to `phase` modulo `period`. */
export type Era = 'immortal' | { readonly period: number; readonly phase: number }

/** Shortest and longest mortal period, in blocks. */
const MIN_PERIOD = 4
const MAX_PERIOD = 65_536

/** Long periods have no room for an exact phase. Their phase counts in steps of this many blocks. */
const phaseStep = (period: number): number => Math.max(1, period >> 12)

/** One variant for each first byte, as scale-info describes an era. Clients recognize the type by its path. */
const type: TypeDef = {
  path: ['sp_runtime', 'generic', 'era', 'Era'],
  shape: {
    kind: 'variant',
    variants: Array.from({ length: 256 }, (_, index) =>
      index === 0
        ? { name: 'Immortal', index, fields: [] }
        : { name: `Mortal${index}`, index, fields: [{ type: () => u8.type }] },
    ),
  },
}

function check({ period, phase }: Exclude<Era, 'immortal'>, offset?: number): void {
  const isPeriod = Number.isInteger(Math.log2(period)) && period >= MIN_PERIOD && period <= MAX_PERIOD
  if (!isPeriod) throw new ScaleError(`an era period that is a power of two, 4 to 65536`, String(period), offset)
  const step = phaseStep(period)
  if (!Number.isInteger(phase / step) || phase < 0 || phase >= period)
    throw new ScaleError(`an era phase below ${period} in steps of ${step}`, String(phase), offset)
}

/**
 * Immortal is one byte 0. A mortal era is two bytes, little endian: log2(period) - 1 in four bits, the phase in steps
 * in twelve bits.
 */
export const Era: Codec<Era> = {
  type,
  write(value, out) {
    if (value === 'immortal') return out.byte(0)
    check(value)
    const encoded = (Math.log2(value.period) - 1) | ((value.phase / phaseStep(value.period)) << 4)
    out.byte(encoded & 0xff)
    out.byte(encoded >> 8)
  },
  read(from) {
    const start = from.offset
    const first = from.byte('Era')
    if (first === 0) return 'immortal'
    const encoded = first | (from.byte('Era') << 8)
    const period = 2 << (encoded & 0xf)
    const era = { period, phase: (encoded >> 4) * phaseStep(period) }
    check(era, start)
    return era
  },
}

/**
 * The mortal era of at least `period` blocks that begins at block `current`; a long period begins there or shortly
 * before.
 */
export function mortalEra(period: number, current: number): Era {
  const rounded = 2 ** Math.ceil(Math.log2(Math.max(period, 1)))
  const clamped = Math.min(MAX_PERIOD, Math.max(MIN_PERIOD, rounded))
  const step = phaseStep(clamped)
  return { period: clamped, phase: Math.floor((current % clamped) / step) * step }
}

/**
 * Number of the block at which the era began, seen from block `current`; 0 for immortal. The signer signs this block's
 * hash.
 */
export function eraBirth(era: Era, current: number): number {
  if (era === 'immortal') return 0
  const { period, phase } = era
  return Math.floor((Math.max(current, phase) - phase) / period) * period + phase
}

/** Number of the first block that is too late for the transaction. Infinity for immortal. */
export const eraDeath = (era: Era, current: number): number =>
  era === 'immortal' ? Infinity : eraBirth(era, current) + era.period
