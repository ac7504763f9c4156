/**
 * The seats of hosters and attestors in a simulated world, honest and dishonest.
 *
 * Owns: their seats. Does not own: the play after they joined.
 */
import type { FeedHead } from '#types/domain/hosting/feed.ts'
import type { Progress } from '#worker/kernel/ports.ts'
import type { Place, Seat } from '#worker/simulation/play.ts'
import type { Random } from '#worker/simulation/random.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import { createFaultyCoinflip } from '#worker/systems/coinflip/protocol/faulty-member.ts'
import type { Coinflip, CoinflipOptions } from '#worker/systems/coinflip/protocol/terms.ts'
import { strategy } from '#worker/systems/coinflip/simulation/strategies.ts'
import { createHoster } from '#worker/systems/hosting/role/hoster.ts'
import type { AuditConduct, HosterConduct, Hosting } from '#worker/systems/hosting/simulation/hosting.ts'
import { simulatedFeedClient, simulatedFeedServer } from '#worker/systems/hosting/simulation/ports.ts'
import type { AttestationProgress } from '../ports.ts'
import { createAttestor } from '../role/attestor.ts'
import type { Leaks } from './leaks.ts'
import type { AttestorConduct, AuditFinding } from './terms.ts'

type AuditDone = Extract<AttestationProgress, { readonly kind: 'audit-done' }>

/** The name of the hoster with that number, for world and play. */
export const hosterName = (number: number): string => `hoster/${number}`

/** The seat of a hoster of one feed, which it registers itself. */
export const hosterSeat = (number: number, head: FeedHead, conduct: HosterConduct, hosting: Hosting): Seat => ({
  name: hosterName(number),
  role: 'Hoster',
  open: (place: Place) => {
    const feeds = simulatedFeedServer(place, conduct, hosting)
    return (account, deps) => createHoster({ account, feeds: [{ key: head.key, head }] }, { ...deps, feeds })
  },
})

/** @see attestorSeat */
export interface AttestorTerms {
  readonly conduct: AttestorConduct
  /** Random numbers for the draws of a dishonest one. */
  readonly random: Random
  readonly hosting: Hosting
  /** Decoded messages, shared by all attestors of a world, so that each message is decoded once. */
  readonly reading: NonNullable<CoinflipOptions['reading']>
  /** Where a leaking one sells what it knows. */
  readonly leaks: Leaks
  readonly onAudit: (finding: AuditFinding) => void
}

/** How it audits. */
const auditConduct = (conduct: AttestorConduct): AuditConduct =>
  conduct === 'lazy' || conduct === 'colluding' ? conduct : 'honest'

/** The seat of an attestor, which may shirk in audits, leak, or lie in coinflips. */
export function attestorSeat(number: number, terms: AttestorTerms): Seat {
  const { conduct, random, hosting, reading, leaks, onAudit } = terms
  const createMember = (options: CoinflipOptions): Coinflip => {
    const heard = { ...options, reading }
    switch (conduct) {
      case 'honest':
      case 'lazy':
      case 'colluding':
        return createCoinflip(heard)
      case 'leaking':
        return leaks.member(createCoinflip(heard), options.self)
      default:
        return createFaultyCoinflip(heard, strategy(conduct, random))
    }
  }
  return {
    name: `attestor/${number}`,
    role: 'Attestor',
    open: (place: Place) => {
      const honest = simulatedFeedClient(place, auditConduct(conduct), hosting)
      const feeds = conduct === 'leaking' ? leaks.feeds(honest) : honest
      return (account, deps) => createAttestor({ account, createMember }, { ...deps, feeds })
    },
    report: (progress: Progress) => {
      if (progress.kind !== 'audit-done') return
      const { round, result, lost, received, planned } = progress as AuditDone
      onAudit({ round, attestor: number, result, lost, received, planned })
    },
  }
}
