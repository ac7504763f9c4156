/**
 * The play of rounds: hosters join, one account pays for rounds, attestors audit until all rounds are closed.
 *
 * Owns: the seats, ordering the rounds, and their results. Does not own: the invariants of rounds.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { attestationCalls } from '#types/domain/attestation/attestation.ts'
import { callOf, encodeCall } from '#chain/api/descriptors.ts'
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { accountOf, identityOf } from '#worker/simulation/identities.ts'
import type { Ground, Play, Seat, World } from '#worker/simulation/play.ts'
import { playWorld } from '#worker/simulation/world.ts'
import { sharedWire } from '#worker/systems/coinflip/simulation/shared-reading.ts'
import { simulatedFeed, type SimulatedFeed } from '#worker/systems/hosting/simulation/feed.ts'
import { createHosting, type Hosting } from '#worker/systems/hosting/simulation/hosting.ts'
import { createTraffic, type Traffic } from '#worker/systems/hosting/simulation/traffic.ts'
import { roundIn, RoundWatch } from './invariants.ts'
import { Leaks } from './leaks.ts'
import { attestorSeat, hosterName, hosterSeat } from './seats.ts'
import { drawSome, type AuditFinding, type RoundOptions, type RoundsPlayed, type RoundsResult } from './terms.ts'

/** The account that pays for rounds, and its balance: more than any simulation spends. */
const REQUESTER = 'requester'
const PURSE = 10n ** 24n
/** Blocks for registering and hosting, before the rounds are requested. */
const JOIN_BLOCKS = 4
const MS_PER_HOUR = 3_600_000

const scheduleRounds = callOf('Attestation', 'scheduleRounds', attestationCalls.scheduleRounds)

class RoundsPlay implements Play<RoundsPlayed> {
  readonly balances = [[REQUESTER, PURSE]] as const
  readonly genesis: Play<RoundsPlayed>['genesis']
  readonly seats: readonly Seat[]
  readonly #options: RoundOptions
  readonly #feeds = new Map<string, SimulatedFeed>()
  readonly #hosting: Hosting
  readonly #traffic: Traffic
  readonly #watch = new RoundWatch()
  readonly #leaks = new Leaks()
  readonly #audits: AuditFinding[] = []
  #ordered = false

  constructor(options: RoundOptions, { chance, scheduler, network }: Ground) {
    const { parameters, hosters, attestors } = options
    this.#options = options
    this.genesis = { attestation: parameters }
    const hosting = createHosting(network, this.#feeds)
    this.#hosting = hosting
    // All readers come from one place, which is no seat.
    this.#traffic = createTraffic(hosters.length + attestors.length, { scheduler, network, hosting, chance })
    const reading = sharedWire()
    const leaks = this.#leaks
    const onAudit = (finding: AuditFinding): void => void this.#audits.push(finding)
    this.seats = [
      ...hosters.map((_, number) => this.#hosterSeat(number)),
      ...attestors.map((conduct, number) =>
        attestorSeat(number, {
          conduct,
          random: chance.streams('strategies').at(number),
          hosting,
          reading,
          leaks,
          onAudit,
        }),
      ),
    ]
  }

  #hosterSeat(number: number): Seat {
    const { chance, blocks, blockBytes, hosters } = this.#options
    const { lostShare, buys, ...conduct } = hosters[number]!
    const random = chance.streams('feeds').at(number)
    const feed = simulatedFeed(identityOf(`author/${number}`), blocks, blockBytes, random)
    this.#feeds.set(toHex(feed.head.key), feed)
    const lost = drawSome(blocks, Math.round(blocks * lostShare), random)
    const buyer = buys && { refuses: this.#leaks.refusing(buys, identityOf(hosterName(number)).publicKey) }
    return hosterSeat(number, feed.head, { ...conduct, ...buyer, lost }, this.#hosting)
  }

  onBlock(block: FinalizedBlock, world: World): void {
    this.#watch.onBlock(block, world)
    const { hosters } = this.#options
    if (hosters.some(({ buys }) => buys === 'slots')) {
      const rounds = this.#watch.active.map((id) => roundIn(world, id))
      this.#leaks.onBlock(block.number, rounds)
    }
    this.#options.onBlock?.(block.number, this.#watch.closed.length)
    if (block.number >= JOIN_BLOCKS && !this.#ordered) this.#order(world)
  }

  /** Pays for the rounds once all hosters host. */
  #order(world: World): void {
    const { rounds, hosters } = this.#options
    const hosting = world.face.entries(world.state, 'Feeds', 'Hosting', [])
    if (hosting.length < hosters.length) return
    this.#ordered = true
    const port = world.port(REQUESTER)
    for (const [[hoster, feed]] of hosting) {
      const number = hosters.findIndex((_, at) => equalBytes(accountOf(hosterName(at)), hoster!))
      this.#bringReaders(feed!, number)
      const order = encodeCall(scheduleRounds, { hoster: hoster!, feed: feed!, rounds })
      void port.submit(`order/${number}`, order).then(({ kind }) => {
        if (kind !== 'included') world.breach('order-refused', `hoster ${number}: ${kind}`)
      })
    }
  }

  #bringReaders(key: Uint8Array, number: number): void {
    const { readersPerHour = 0 } = this.#options
    if (readersPerHour === 0) return
    const feed = this.#feeds.get(toHex(key))!.head
    const hoster = identityOf(hosterName(number)).publicKey
    this.#traffic.begin({ feed, hoster }, MS_PER_HOUR / readersPerHour)
  }

  isOver(): boolean {
    const { rounds, hosters } = this.#options
    return this.#ordered && this.#watch.active.length === 0 && this.#watch.closed.length >= rounds * hosters.length
  }

  result(): RoundsPlayed {
    return { closed: this.#watch.closed, audits: this.#audits, readers: this.#traffic.counts }
  }
}

/** Plays the rounds to their end. The same options give the same result, to the byte. */
export async function runRounds(options: RoundOptions): Promise<RoundsResult> {
  const { result, breaches, ...played } = await playWorld((ground) => new RoundsPlay(options, ground), options)
  const { closed, audits, readers } = result
  return { closed, audits, breaches, readers, ...played }
}
