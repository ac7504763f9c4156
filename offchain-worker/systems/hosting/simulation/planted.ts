/**
 * Readers that a hoster plants in the swarm of its feed, and the rule by which it serves only what reads like them.
 *
 * Owns: how they read, and how the hoster knows a reading like theirs. Does not own: the suspicion of a hoster that
 * plants nobody.
 *
 * They really read, and hold what they read. So an observer can tell them from other readers by their habit alone.
 */
import { habitOf } from '../protocol/read-habits.ts'
import type { ReadingSession } from '../reader/manners.ts'
import type { RequestLog } from './hosting.ts'

/**
 * one habit: all of them read alike. spread: they have the mark in common, and nothing else; so they look like readers
 * of many habits.
 */
export const PLANTINGS = ['one habit', 'spread'] as const
export type Planting = (typeof PLANTINGS)[number]

/** The mark: runs of this many chunks, which ordinary readers have seldom. */
const MARK = 6
/** An audit that copies the mark may miss it by so many chunks. */
const MARK_SPREAD = 1
/** Of ten whole runs, at least so many must have the mark. */
const MARKED_IN_TEN = 6
/** With so many requests, a reader shows two whole runs of the mark. */
const FIRST_REQUESTS = 16
/** Enough jumps to hide a whole audit in one visit. */
const JUMPS = 20
const SPREAD = { leastJumps: 10, jumps: 40, depth: 12, pauseMs: 1_000 }

/** One session of a planted reader on a feed of `length` chunks. `below(n)` draws an integer from 0 to n - 1. */
export function plantedSession(
  how: Planting,
  length: number,
  below: (bound: number) => number,
): Pick<ReadingSession, 'depth' | 'runs'> {
  const isSpread = how === 'spread'
  const jumps = isSpread ? SPREAD.leastJumps + below(SPREAD.jumps) : JUMPS
  const longest = isSpread ? 1 + below(SPREAD.pauseMs) : 0
  const pausesInTen = isSpread ? below(11) : 0
  const runs = Array.from({ length: jumps }, (_, place) => {
    const begin = below(length)
    const pauses = place > 0 && below(10) < pausesInTen
    return { begin, length: Math.min(MARK, length - begin), pauseMs: pauses ? 1 + below(longest) : 0 }
  })
  return { depth: isSpread ? 1 + below(SPREAD.depth) : 1, runs }
}

/** Refuses a reader as soon as its reading does not show the mark. */
export function refusesUnmarked(requests: RequestLog): boolean {
  if (requests.length < FIRST_REQUESTS) return false
  const runs = habitOf(requests)?.runs ?? []
  const whole = runs.slice(0, -1)
  const marked = whole.filter(({ length }) => Math.abs(length - MARK) <= MARK_SPREAD)
  return whole.length < 2 || marked.length * 10 < whole.length * MARKED_IN_TEN
}
