/**
 * The guestbook's events as people read them.
 *
 * Owns: the sentences. Does not own: where events come from.
 */
import { decodeEvent } from '#chain/api/descriptors.ts'
import type { EventTellers } from '#worker/devnet/scenario.ts'
import { faded, greeted, signed } from '../role/chain-items.ts'

export const TELLERS: EventTellers = {
  async Guestbook(event, { number }, { nameOf }) {
    const sign = decodeEvent(signed, event)
    if (sign) return [{ notice: { kind: 'signed', ...sign }, sentence: `#${number} page ${sign.page} is signed` }]
    const greet = decodeEvent(greeted, event)
    const { page } = greet ?? decodeEvent(faded, event)!
    return greet
      ? [
          {
            notice: { kind: 'greeted', ...greet },
            sentence: `#${number} ${nameOf(greet.greeter)} greets page ${page}`,
            tone: 'good',
          },
        ]
      : [{ notice: { kind: 'faded', page }, sentence: `#${number} page ${page} fades: nobody greeted it`, tone: 'bad' }]
  },
}
