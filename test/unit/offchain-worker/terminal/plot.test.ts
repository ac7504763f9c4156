/** Plots: both files are there, the PNG is one, and the text is in it on a machine without fonts. */
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { writePlot, type PlotSpec } from '#worker/terminal/plot.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const PNG = [0x89, 0x50, 0x4e, 0x47]

const plotTitled = (title: string): PlotSpec => ({
  title,
  width: 80,
  height: 60,
  data: { values: [{ a: 1, b: 2 }] },
  mark: 'point',
  encoding: { x: { field: 'a', type: 'quantitative' }, y: { field: 'b', type: 'quantitative' } },
})

it('writes the same plot as SVG and PNG, with its text', async () => {
  const out = await tempDir()
  const [svg, png] = await writePlot(`${out}/new`, 'dots', plotTitled('A title'))
  expect(await readFile(svg!, 'utf8')).toMatch(/^<svg [^]*A title[^]*<\/svg>$/)
  const drawn = await readFile(png!)
  expect([...drawn.subarray(0, 4)]).toEqual(PNG)
  const [, other] = await writePlot(out, 'dots', plotTitled('Another one'))
  expect(drawn.equals(await readFile(other!))).toBe(false)
}, 30_000)
