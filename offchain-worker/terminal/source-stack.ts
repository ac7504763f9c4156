/**
 * Stacks of the bundled command, with the positions in the sources.
 *
 * Owns: reading the source maps beside the bundle when a stack is shown. Does not own: making them
 * (.config/bundle.mjs).
 * Node's own `--enable-source-maps` would read all maps at each start, which takes a fifth of a second. Few starts ever
 * show a stack.
 */
import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A position in a file of the bundle. */
const POSITION = /(file:\/\/[^\s()]+\.js):(\d+):(\d+)/g

const maps = new Map<string, SourceMap | undefined>()

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(new URL(`${file}.map`), 'utf8')) as SourceMapPayload)
  } catch {
    // Without a map, or with a damaged one, the position stays unchanged. That is better than no stack.
    return undefined
  }
}

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, readMap(file))
  return maps.get(file)
}

/** Lines and columns begin at 1 in stacks and at 0 in maps. */
function sourcePosition(position: string, file: string, line: string, column: string): string {
  const entry = mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1)
  if (!entry || !('originalSource' in entry)) return position
  const source = fileURLToPath(new URL(entry.originalSource, file))
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
}

/** The stack, with every position that a source map knows replaced by its position in the source. */
export const mapStack = (stack: string): string => stack.replaceAll(POSITION, sourcePosition)
