/**
 * A fuzz target and one run of it.
 *
 * Owns: the shape of a target, the run with its findings (an exception, a broken law, a case over a second), and a
 * report of each finding from which it can be repeated. Does not own: the targets (targets/).
 */
import { messageOf } from '#types/errors.ts'
import { chanceOf, type Chance } from './chance.ts'

/** No answer to a developer should take longer. */
const MAX_CASE_MS = 1000
/** Findings after which a run ends: they are mostly the same. */
const MAX_FINDINGS = 10

/** A part of the software under fuzzing. */
export interface Target {
  readonly name: string
  /**
   * Outcomes that a run of some thousand cases must have met: a generator that never gets past the first check finds nothing.
   */
  readonly reaches: readonly string[]
  /** Makes what the cases run on. */
  open(): Promise<FuzzSubject>
}

/** A target made ready. */
export interface FuzzSubject {
  /** One case. @returns how it ended, in few words. Throws where a law is broken. */
  run(chance: Chance): string | Promise<string>
  close(): Promise<void>
}

/** Something found. `seed` and `index` repeat it. */
export interface Finding {
  readonly target: string
  readonly seed: number
  readonly index: number
  readonly what: string
}

/** What a run met. */
export interface FuzzResult {
  readonly target: string
  readonly cases: number
  readonly ms: number
  readonly slowestMs: number
  readonly outcomes: ReadonlyMap<string, number>
  readonly findings: readonly Finding[]
  /** Outcomes that should have been met and were not. */
  readonly missed: readonly string[]
}

export interface FuzzPlan {
  readonly seed: number
  /** Number of the first case. */
  readonly from?: number
  readonly cases: number
  /** A case that takes longer is a finding. */
  readonly maxCaseMs?: number
  /** Hears of each case before it begins. */
  readonly onCase?: (index: number) => void
}

interface Tally {
  readonly outcomes: Map<string, number>
  readonly findings: Finding[]
  slowestMs: number
}

async function runCase(
  target: Target,
  subject: FuzzSubject,
  plan: FuzzPlan,
  index: number,
  tally: Tally,
): Promise<void> {
  const { seed, maxCaseMs = MAX_CASE_MS } = plan
  const find = (what: string): number => tally.findings.push({ target: target.name, seed, index, what })
  const began = performance.now()
  try {
    // Not awaited where it need not be: a million turns of the event loop are seconds.
    const ended = subject.run(chanceOf(seed, index))
    const outcome = typeof ended === 'string' ? ended : await ended
    tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1)
  } catch (thrown) {
    find(thrown instanceof Error && thrown.stack ? thrown.stack : messageOf(thrown))
  }
  const ms = performance.now() - began
  tally.slowestMs = Math.max(tally.slowestMs, ms)
  if (ms > maxCaseMs) find(`expected an end within ${maxCaseMs} ms, got ${Math.round(ms)} ms`)
}

/** Runs cases of a target, one after the other. */
export async function fuzz(target: Target, plan: FuzzPlan): Promise<FuzzResult> {
  const { from = 0, cases, onCase } = plan
  const tally: Tally = { outcomes: new Map(), findings: [], slowestMs: 0 }
  const subject = await target.open()
  const began = performance.now()
  let index = from
  try {
    for (; index < from + cases && tally.findings.length < MAX_FINDINGS; index++) {
      onCase?.(index)
      await runCase(target, subject, plan, index, tally)
    }
  } finally {
    await subject.close()
  }
  const missed = target.reaches.filter((outcome) => !tally.outcomes.has(outcome))
  return { ...tally, target: target.name, cases: index - from, ms: performance.now() - began, missed }
}
