/**
 * Leaking attestors: what they sell to hosters, and how a hoster uses what it buys.
 *
 * Owns: the sold keys and numbers, and which readers a buyer refuses when. Does not own: the honest part of these attestors (their
 * seats).
 */
import { toHex } from '#types/bytes.ts'
import { hideMagic } from '#types/domain/coinflip/coinflip.ts'
import { permutation } from '#types/domain/draw.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import { identityFrom } from '#worker/simulation/identities.ts'
import type { Coinflip } from '#worker/systems/coinflip/protocol/terms.ts'
import type { FeedClient } from '#worker/systems/hosting/ports.ts'
import type { HosterConduct } from '#worker/systems/hosting/simulation/hosting.ts'

/**
 * What a hoster buys. `audits`: it serves only the leaking attestors. `slots`: it does so in their slots, and serves everybody in the
 * slots of the others.
 */
export type Bargain = 'audits' | 'slots'

/** What a buyer of slots looks at in a round. */
export type SlotsOf = Pick<RoundRecord, 'agreement' | 'members' | 'auditFrom' | 'endsAt' | 'hosterKey'>

/** All that was sold in a world. */
export class Leaks {
  /** Registered Noise keys of the leaking attestors, in hex. */
  readonly #sellers = new Set<string>()
  /** The single-use keys under which they audit, in hex. */
  readonly #auditKeys = new Set<string>()
  /** The numbers of their sessions, by what hides them on the chain, in hex. */
  readonly #numbers = new Map<string, Uint8Array>()
  /** Hosters of rounds in which a leaking attestor's slot is under way, by Noise key in hex. */
  #quiet: ReadonlySet<string> = new Set()

  /** A member that sells the number once it knows it. `self` is its registered Noise key. */
  member(honest: Coinflip, self: Uint8Array): Coinflip {
    this.#sellers.add(toHex(self))
    const sell = (magic: Uint8Array): void => void this.#numbers.set(toHex(hideMagic(magic)), magic)
    return {
      get phase() {
        return honest.phase
      },
      get held() {
        return honest.held
      },
      step(input) {
        const outputs = honest.step(input)
        for (const output of outputs) if (output.kind === 'exit') sell(output.exit.magic)
        return outputs
      },
    }
  }

  /** A client that sells the key of each visit before it comes. */
  feeds(honest: FeedClient): FeedClient {
    return {
      ...honest,
      auditFeed: (request) => {
        this.#auditKeys.add(toHex(identityFrom(request.seed).publicKey))
        return honest.auditFeed(request)
      },
    }
  }

  /** Finds the slot that is under way in each of these rounds, after a block. */
  onBlock(block: number, rounds: readonly SlotsOf[]): void {
    const quiet = rounds.filter((round) => this.#isSold(block, round))
    this.#quiet = new Set(quiet.map(({ hosterKey }) => toHex(hosterKey)))
  }

  /** How the hoster with this Noise key treats its readers. */
  refusing(bargain: Bargain, hoster: Uint8Array): NonNullable<HosterConduct['refuses']> {
    const name = toHex(hoster)
    const isQuiet = (): boolean => bargain === 'audits' || this.#quiet.has(name)
    return (_, reader) => isQuiet() && !this.#auditKeys.has(toHex(reader))
  }

  /** Nobody can sell the jitter of another attestor's slot, so a buyer goes by the order of the slots. */
  #isSold(block: number, { agreement, members, auditFrom, endsAt }: SlotsOf): boolean {
    const magic = agreement && this.#numbers.get(toHex(agreement.hiddenMagic))
    if (!magic) return false
    const place = Math.floor(((block - auditFrom) * members.length) / (endsAt - auditFrom))
    const rank = permutation(magic, 'slot', members.length)[place]
    return rank !== undefined && this.#sellers.has(toHex(members[rank]!.noiseKey))
  }
}
