/**
 * The patience of tests: how many times as long as on a quiet machine they wait before they call something stuck.
 *
 * Owns: measuring the machine, once for a run. Does not own: the deadlines of the code that the tests try.
 */
import { createHash } from 'node:crypto'
import { availableParallelism, loadavg } from 'node:os'

const VARIABLE = 'ASSAY_TEST_PATIENCE'
const SAMPLE = new Uint8Array(2 ** 20)
const SAMPLES = 32
/** Of all samples, on the machine on which the deadlines were chosen. */
const QUIET_MS = 30
/** A test that is stuck must end sometime. */
const MAX_PATIENCE = 12

/** How many processes want each core, those of the last minute counted. */
function contention(): number {
  return loadavg()[0]! / availableParallelism()
}

/** How many times as long as on the quiet machine the same work takes. */
function slowness(): number {
  const began = performance.now()
  for (let i = 0; i < SAMPLES; i++) createHash('sha256').update(SAMPLE).digest()
  return (performance.now() - began) / QUIET_MS
}

/** The patience of this run. The first process of a run measures it, its children find it in the environment. */
function measured(): number {
  process.env[VARIABLE] ??= String(Math.min(MAX_PATIENCE, Math.max(1, slowness(), contention())))
  return Number(process.env[VARIABLE])
}

const PATIENCE = measured()

/** A time that a test allows, in milliseconds: `ms` on a quiet machine, more on a slow or busy one. */
export function patiently(ms: number): number {
  return Math.ceil(PATIENCE * ms)
}
