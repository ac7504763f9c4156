/**
 * The output of a benchmark: figures, each with its aim and the reference that was measured in the same run.
 *
 * Owns: medians, the table, the JSON. Does not own: any measurement.
 */
import { availableParallelism, cpus, totalmem } from 'node:os'

const MS_PER_S = 1000
const MIB = 1024 * 1024

/** A measured value. */
export interface Figure {
  readonly name: string
  /** Median of `runs`. */
  readonly value: number
  /** Such as `ms` or `transfers/s`. */
  readonly unit: string
  readonly runs: readonly number[]
  /** The aim: at most (`<=`) or at least (`>=`) so much. For `of: 'ratio'` the ratio should. */
  readonly aim?: { readonly is: '<=' | '>='; readonly than: number; readonly of?: 'ratio' }
  /** The same unit, measured beside it: what makes the figure comparable between machines. */
  readonly reference?: { readonly name: string; readonly value: number }
}

/** A part of the benchmark. */
export interface Measurement {
  readonly name: string
  measure(): Promise<readonly Figure[]>
}

/** The middle one; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** A figure from its runs. */
export const figure = (
  name: string,
  unit: string,
  runs: readonly number[],
  more: Pick<Figure, 'aim' | 'reference'> = {},
): Figure => ({ name, value: median(runs), unit, runs, ...more })

/** Milliseconds that `act` takes. */
export async function timed(act: () => unknown): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

/** `act` so many times, one after the other. */
export async function repeated(times: number, act: () => Promise<number>): Promise<number[]> {
  const runs: number[] = []
  for (let i = 0; i < times; i++) runs.push(await act())
  return runs
}

/** How many of `count` a second holds that take `ms`. */
export const perSecond = (count: number, ms: number): number => (count / ms) * MS_PER_S

/** The figure as a part of its reference; undefined where there is none. */
export const ratioOf = ({ value, reference }: Figure): number | undefined => reference && value / reference.value

/** Whether the aim is met; undefined where there is none. */
export function isMet(measured: Figure): boolean | undefined {
  const { aim } = measured
  if (!aim) return undefined
  const value = aim.of === 'ratio' ? ratioOf(measured)! : measured.value
  return aim.is === '<=' ? value <= aim.than : value >= aim.than
}

const shown = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

function row(measured: Figure): readonly string[] {
  const { name, value, unit, aim, reference } = measured
  const ratio = ratioOf(measured)
  const met = isMet(measured)
  return [
    name,
    `${shown(value)} ${unit}`,
    reference ? `${shown(ratio!)} x ${reference.name} (${shown(reference.value)})` : '',
    aim ? `${aim.of === 'ratio' ? 'ratio ' : ''}${aim.is} ${aim.than}` : '',
    met === undefined ? '' : met ? 'met' : 'MISSED',
  ]
}

/** A Markdown table. */
export function table(figures: readonly Figure[]): string {
  const rows = [['what', 'median', 'against, in the same run', 'aim', ''], ...figures.map(row)]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|\n`
  return line(rows[0]!) + rule + rows.slice(1).map(line).join('')
}

/** Where and when the figures were taken. */
export const circumstances = (date: Date) => ({
  date: date.toISOString(),
  node: process.version,
  cores: availableParallelism(),
  cpu: cpus()[0]?.model ?? 'unknown',
  memoryMiB: Math.round(totalmem() / MIB),
})
