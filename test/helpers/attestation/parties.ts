/**
 * The workers of a stage: a hoster and attestors with the real roles, of whom a test sees what they submit and tell.
 *
 * Owns: who they are, and what of theirs is noted. Does not own: starting and killing them.
 */
import type { CallRequest, ChainPort, SubmitOutcome } from '#chain/api/chain-port.ts'
import { toHex } from '#types/bytes.ts'
import type { Progress, RoleDeps } from '#worker/kernel/ports.ts'
import type { MakeRole } from '#worker/kernel/role.ts'
import { accountOf, identityOf } from '#worker/simulation/identities.ts'
import type { Ground, Place, Seat } from '#worker/simulation/play.ts'
import type { AttestationProgress } from '#worker/systems/attestation/ports.ts'
import { createAttestor, type AttestorOptions } from '#worker/systems/attestation/role/attestor.ts'
import type { FeedClient, FeedServer } from '#worker/systems/hosting/ports.ts'
import { createHoster } from '#worker/systems/hosting/role/hoster.ts'
import type { SimulatedFeed } from '#worker/systems/hosting/simulation/feed.ts'
import { createHosting, type HosterConduct } from '#worker/systems/hosting/simulation/hosting.ts'
import { simulatedFeedClient, simulatedFeedServer } from '#worker/systems/hosting/simulation/ports.ts'
import { createTraffic, type Traffic } from '#worker/systems/hosting/simulation/traffic.ts'

/** A duty that a worker asked its chain port for; asked for again, it is the same. */
export interface Submission {
  readonly party: Party
  readonly dutyId: string
  readonly call: CallRequest
  /** Once it is known. */
  outcome: SubmitOutcome | undefined
}

/** A worker: what outlives its process, what it told, and the role of its next process. */
export interface Party extends Place {
  readonly name: string
  readonly feeds: FeedClient & FeedServer
  readonly progress: Progress[]
  makeRole: MakeRole
}

export const HOSTER = 'hoster'

/** See the module's header. */
export class Parties {
  readonly all: readonly Party[]
  readonly submissions: Submission[] = []
  /** Blocks that the hoster has lost, and by how many milliseconds its answers are late. A test changes them at will. */
  readonly conduct = { lost: new Set<number>(), silent: false, extraMs: 0 }
  /** Those who look at the feed's readers now. */
  readonly observing: Place[] = []
  /** Ordinary readers, of whom none come by themselves. */
  readonly traffic: Traffic
  readonly #feed: Pick<SimulatedFeed, 'head'>

  constructor(
    attestors: readonly string[],
    feed: SimulatedFeed | Pick<SimulatedFeed, 'head'>,
    { chance, scheduler, network }: Ground,
  ) {
    this.#feed = feed
    const held = 'blocks' in feed ? [[toHex(feed.head.key), feed] as const] : []
    const hosting = createHosting(network, new Map(held))
    this.traffic = createTraffic(attestors.length + 1, { scheduler, network, hosting, chance })
    this.all = [HOSTER, ...attestors].map((name, peer): Party => {
      const place = { peer, account: accountOf(name), identity: identityOf(name), clock: network.clockOf(peer) }
      const client = simulatedFeedClient(place, 'honest', hosting)
      const conduct: HosterConduct = this.conduct
      const feeds = { ...this.#watched(place, client), ...simulatedFeedServer(place, conduct, hosting) }
      const makeRole: MakeRole = name === HOSTER ? this.hosts(feeds) : this.attests(feeds)
      return { ...place, name, feeds, progress: [], makeRole }
    })
  }

  #watched(place: Place, client: FeedClient): FeedClient {
    return {
      ...client,
      observeFeed: async (feed) => {
        this.observing.push(place)
        const observer = await client.observeFeed(feed)
        const close = async (): Promise<void> => {
          this.observing.splice(this.observing.indexOf(place), 1)
          await observer.close()
        }
        return { ...observer, close }
      },
    }
  }

  get seats(): readonly Seat[] {
    return this.all.map((party) => ({
      name: party.name,
      role: party.name === HOSTER ? 'Hoster' : 'Attestor',
      open: () => party.makeRole,
      report: (progress) => void party.progress.push(progress),
    }))
  }

  /** An attestor whose submissions are noted. */
  attests(feeds: FeedClient, options: Omit<AttestorOptions, 'account'> = {}): MakeRole {
    return (account, deps) => createAttestor({ ...options, account }, { ...this.noted(account, deps), feeds })
  }

  /** A hoster whose submissions are noted. */
  hosts(feeds: FeedServer): MakeRole {
    const { head } = this.#feed
    return (account, deps) =>
      createHoster({ account, feeds: [{ key: head.key, head }] }, { ...this.noted(account, deps), feeds })
  }

  /** The same ports, but each duty that is submitted is noted. */
  noted(account: Uint8Array, deps: RoleDeps): RoleDeps {
    const party = this.all.find((other) => toHex(other.account) === toHex(account))!
    const submit: RoleDeps['chain']['submit'] = async (dutyId, call) => {
      const known = this.submissions.find((other) => other.party === party && other.dutyId === dutyId)
      const submission = known ?? { party, dutyId, call, outcome: undefined }
      if (!known) this.submissions.push(submission)
      const outcome = await deps.chain.submit(dutyId, call)
      submission.outcome = outcome
      return outcome
    }
    return { ...deps, chain: withChanges(deps.chain, { submit }) }
  }
}

/** The port, with some of its methods replaced. */
export const withChanges = (port: ChainPort, change: Partial<ChainPort>): ChainPort => ({
  genesisHash: port.genesisHash,
  storage: (...args) => port.storage(...args),
  entries: (...args) => port.entries(...args),
  constant: (...args) => port.constant(...args),
  submit: (...args) => port.submit(...args),
  follow: (...args) => port.follow(...args),
  ...change,
})

/** The first step of that kind that an attestor told. */
export const find = <K extends AttestationProgress['kind']>(
  { progress }: Party,
  kind: K,
): Extract<AttestationProgress, { kind: K }> | undefined =>
  progress.find((each) => each.kind === kind) as Extract<AttestationProgress, { kind: K }> | undefined

/** The kinds of all steps that a worker told. */
export const kindsOf = ({ progress }: Party): readonly string[] => progress.map(({ kind }) => kind)
