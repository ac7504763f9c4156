/**
 * The scenario of the guestbook: a greeter is killed while pages wait, comes back, and greets them.
 *
 * Owns: its story. Does not own: the stage.
 */
import { encodeCall } from '#chain/api/descriptors.ts'
import { AssayError } from '#types/errors.ts'
import type { Ending, Scenario, Stage } from '#worker/devnet/scenario.ts'
import { worker } from '#worker/devnet/worker-process.ts'
import { faded, greeted, sign } from '../role/chain-items.ts'

const GREETER = 'greeter'
const GUEST = '//Alice'
/** Blocks that a page waits: the greeter is back long before. */
const PATIENCE = 200
const DEADLINE_BLOCKS = 240

async function play(stage: Stage, pages: number): Promise<Ending> {
  const guest = await stage.client(GUEST)
  await stage.kill(GREETER)
  for (let page = 0; page < pages; page++) {
    const outcome = await guest.submit(`guest/sign/${page}`, encodeCall(sign, { text: `page ${page}` }))
    if (outcome.kind !== 'included')
      throw new AssayError('SIGN_REFUSED', `expected page ${page} to be signed, got ${JSON.stringify(outcome)}`)
  }
  await stage.restart(GREETER)
  const { seen } = stage
  const isOver = (): true | undefined => (seen.all(greeted).length + seen.all(faded).length >= pages ? true : undefined)
  await seen.until('every page greeted or faded', isOver, DEADLINE_BLOCKS * stage.blockTimeMs)
  const numbers = new Set(seen.all(greeted).map(({ page }) => page))
  return {
    isPassed: numbers.size === pages && seen.all(greeted).length === pages,
    values: { pages, greeted: numbers.size },
    summary: [['greeted', `${numbers.size} of ${pages} pages`]],
  }
}

/** @param options.pages that the guest signs */
export const guestbookScenario = ({ pages }: { readonly pages: number }): Scenario => ({
  cast: {
    genesis: { guestbook: { patience: PATIENCE } },
    processes: [worker({ name: GREETER, suri: '//Greeter', role: 'greeter' })],
  },
  play: (stage) => play(stage, pages),
})
