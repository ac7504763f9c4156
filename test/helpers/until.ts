/**
 * Waits for what a test expects to happen.
 *
 * Owns: looking again until it has happened, with a deadline. Does not own: how long a slow machine may take
 * (patience.ts).
 */
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock, withDeadline } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import { patiently } from './patience.ts'

const DEADLINE_MS = 10_000
const LOOK_EVERY_MS = 1

const late = (what: string, ms: number): AssayError =>
  new AssayError('TEST_LATE', `waited ${ms} ms in vain until ${what}`)

/**
 * Resolves with the first truthy answer of `probe`.
 * @param deadlineMs on a quiet machine; without an answer by then it throws, and names `what`
 */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  deadlineMs: number = DEADLINE_MS,
): Promise<NonNullable<T>> {
  const allowedMs = patiently(deadlineMs)
  const deadline = performance.now() + allowedMs
  for (;;) {
    const found = await probe()
    if (found) return found
    if (performance.now() > deadline) throw late(what, allowedMs)
    await pause(LOOK_EVERY_MS)
  }
}

/** Settles as `promise` does; throws, and names `what`, where that takes longer than `deadlineMs` of a quiet machine. */
export async function within<T>(what: string, promise: Promise<T>, deadlineMs: number): Promise<T> {
  const allowedMs = patiently(deadlineMs)
  return withDeadline(systemClock, allowedMs, promise, () => late(what, allowedMs))
}
