/**
 * `assay simulate guestbook`: the play of the guestbook, told to people or machines.
 *
 * Owns: what is printed, and the exit code. Does not own: the play.
 */
import { toHex } from '#types/bytes.ts'
import { GOOD_CONDITIONS, readConditions } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { playWorld } from '#worker/simulation/world.ts'
import type { SharedSimulationValues } from '#worker/systems/system.ts'
import { jsonLine } from '#worker/terminal/output.ts'
import { guestbookPlay } from './play.ts'

const BLOCK_MS = 6_000
const UNTIL_MS = 86_400_000

/** Plays it once. @returns the exit code: 1 where something broke that must hold */
export async function simulateGuestbook({
  pages,
  seed,
  faults,
  json,
}: SharedSimulationValues & { readonly pages: number }): Promise<number> {
  const conditions = faults === undefined ? GOOD_CONDITIONS : await readConditions(faults)
  const options = { chance: chanceFrom(seed), conditions, blockMs: BLOCK_MS, untilMs: UNTIL_MS }
  const { result: greeted, breaches, blocks, transcript } = await playWorld(guestbookPlay(pages), options)
  const held = breaches.length === 0 ? 'all held' : `BROKEN: ${breaches.map(({ kind }) => kind).join(', ')}`
  process.stdout.write(
    json
      ? jsonLine({ seed, pages, greeted, blocks, breaches, transcript })
      : `${greeted} of ${pages} pages greeted in ${blocks} blocks, invariants ${held}, transcript ${toHex(transcript)}\n`,
  )
  return breaches.length > 0 ? 1 : 0
}
