/**
 * The plots of simulated markets.
 *
 * Owns: what each one shows. Does not own: drawing it.
 */
import type { PlotSpec } from '#worker/terminal/plot.ts'
import type { Finding } from '#worker/simulation/statistics.ts'
import type { Comparison } from './compare.ts'

const WIDTH = 520
const HEIGHT = 340
const PERCENT = { format: '.0%' } as const

/** A share that was observed at a place of a curve. */
export interface CurvePoint {
  readonly x: number
  /** Which curve. */
  readonly curve: string
  readonly finding: Finding
}

/** A place of a curve as it should be. */
export interface CurveLine {
  readonly x: number
  readonly curve: string
  readonly expected: number
}

/** Observed places of curves, and the curves as they should be. */
export interface Curves {
  readonly points: readonly CurvePoint[]
  readonly lines: readonly CurveLine[]
}

const valuesOf = (points: readonly CurvePoint[]): Record<string, unknown>[] =>
  points.map(({ x, curve, finding: { observed } }) => ({
    x,
    curve,
    share: observed.hits / observed.of,
    low: observed.low,
    high: observed.high,
  }))

/** Observed shares with their 99 % intervals as dots, and what they should be as lines. */
export function curvePlot(
  title: string,
  [xTitle, yTitle, curveTitle]: readonly [x: string, y: string, curve: string],
  { points, lines }: Curves,
): PlotSpec {
  const x = { field: 'x', type: 'quantitative', title: xTitle, axis: PERCENT } as const
  const color = { field: 'curve', type: 'nominal', title: curveTitle, sort: null } as const
  const y = (field: string) => ({ field, type: 'quantitative', title: yTitle, axis: PERCENT }) as const
  const observed = { values: valuesOf(points) }
  return {
    title,
    width: WIDTH,
    height: HEIGHT,
    layer: [
      { data: { values: [...lines] }, mark: { type: 'line' }, encoding: { x, y: y('expected'), color } },
      {
        data: observed,
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x, y: y('low'), y2: { field: 'high' }, color },
      },
      { data: observed, mark: { type: 'point', filled: true, size: 40 }, encoding: { x, y: y('share'), color } },
    ],
  }
}

/** What each strategy brings against honesty, with its 99 % interval. */
export function gainsPlot(all: readonly Comparison[]): PlotSpec {
  const values = all.map(({ strategy, gain: { mean, give } }) => ({
    strategy,
    gain: mean,
    low: mean - give,
    high: mean + give,
  }))
  const y = { field: 'strategy', type: 'nominal', title: null, sort: null } as const
  const x = (field: string) => ({ field, type: 'quantitative', title: 'gain against honesty, tokens' }) as const
  return {
    title: 'What cheats bring',
    width: WIDTH,
    data: { values },
    layer: [
      { mark: { type: 'bar' }, encoding: { y, x: x('gain') } },
      { mark: { type: 'rule', strokeWidth: 2 }, encoding: { y, x: x('low'), x2: { field: 'high' } } },
    ],
  }
}
