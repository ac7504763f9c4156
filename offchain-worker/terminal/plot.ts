/**
 * Plots as files: one drawing in SVG for browsers, and the same in PNG for everything else.
 *
 * Owns: drawing, the font and the look. Does not own: what is plotted.
 *
 * The libraries are loaded with the first plot, because they take longer to load than most commands run. A machine without fonts would
 * draw a PNG without text, so the font comes with the program.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TopLevelSpec } from 'vega-lite'

const FONT = 'DejaVu Sans'
/** Pixels of the PNG for each one of the SVG. */
const PNG_SCALE = 2

/** What is drawn: a specification of Vega-Lite, without what all plots have in common. */
export type PlotSpec = TopLevelSpec

/** The plot as SVG. */
async function svgOf(spec: PlotSpec): Promise<string> {
  const [{ parse, View }, { compile }] = await Promise.all([import('vega'), import('vega-lite')])
  const config = { font: FONT, background: 'white' }
  const view = new View(parse(compile({ ...spec, config }).spec), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  return svg
}

async function pngOf(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js')
  const fontFiles = [fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'))]
  const font = { fontFiles, loadSystemFonts: false, defaultFontFamily: FONT }
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: PNG_SCALE } }).render().asPng()
}

/** Writes `<name>.svg` and `<name>.png` into a folder, which it makes. @returns the paths */
export async function writePlot(folder: string, name: string, spec: PlotSpec): Promise<readonly string[]> {
  const svg = await svgOf(spec)
  const png = await pngOf(svg)
  await mkdir(folder, { recursive: true })
  const files = [[`${name}.svg`, svg] as const, [`${name}.png`, png] as const]
  for (const [file, bytes] of files) await writeFile(join(folder, file), bytes)
  return files.map(([file]) => join(folder, file))
}
