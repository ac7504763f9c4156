/**
 * The invariants of rounds, checked after every block of a simulation from the chain's state and events alone.
 *
 * Owns: these invariants, and the results of rounds. Does not own: the invariants of every world.
 */
import type { ChainEventRecord, FinalizedBlock } from '#chain/api/chain-port.ts'
import { toHex } from '#types/bytes.ts'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import { AttestationParameters, RoundRecord, type VerdictName } from '#types/domain/attestation/round.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { World } from '#worker/simulation/play.ts'

/** A round that closed. */
export interface ClosedRound {
  readonly round: number
  readonly hoster: string
  readonly openedAt: number
  readonly closedAt: number
  readonly verdict: VerdictName
  readonly served: number
  readonly unserved: number
  readonly drawn: number
  readonly members: readonly string[]
}

const closedFields = struct(attestationEvents.RoundClosed)
const paidFields = struct(attestationEvents.Paid)
/** A hook ends a phase in the block after its last; one block more is slack. */
const HOOK_BLOCKS = 2

/** See the module's header. */
export class RoundWatch {
  readonly closed: ClosedRound[] = []
  readonly #paid = new Set<string>()
  #active: readonly number[] = []

  /** Rounds that are not closed. */
  get active(): readonly number[] {
    return this.#active
  }

  /** Checks the state after a block, and its events, and tells the world of breaches. */
  onBlock({ number, events }: FinalizedBlock, world: World): void {
    const { face, state } = world
    for (const event of events) this.#hear(number, event, world)
    this.#active = face
      .entries(state, 'Attestation', 'ActiveRounds', [])
      .map(([[round]]) => decode(u32, round!))
      .toSorted((a, b) => a - b)
    const parameters = decode(AttestationParameters, face.get(state, 'Attestation', 'Parameters', [])!)
    for (const id of this.#active) checkDeadline(number, id, parameters, world)
  }

  #hear(block: number, { pallet, name, data }: ChainEventRecord, world: World): void {
    if (pallet !== 'Attestation') return
    if (name === 'Paid') {
      const { round, who } = decode(paidFields, data)
      const key = `${round} ${toHex(who)}`
      if (this.#paid.has(key)) world.breach('paid-twice', `round ${round}, account ${toHex(who)}`)
      this.#paid.add(key)
    }
    if (name !== 'RoundClosed') return
    const { round, verdict, served, unserved } = decode(closedFields, data)
    const record = roundIn(world, round)
    const { openedAt, drawn, hoster, members } = record
    const names = members.map(({ account }) => toHex(account))
    this.closed.push({
      round,
      hoster: toHex(hoster),
      openedAt,
      closedAt: block,
      verdict,
      served,
      unserved,
      drawn,
      members: names,
    })
  }
}

/** The record of a round in the world's state. */
export const roundIn = ({ face, state }: World, id: number): RoundRecord =>
  decode(RoundRecord, face.get(state, 'Attestation', 'Rounds', [encode(u32, id)])!)

function checkDeadline(block: number, id: number, parameters: AttestationParameters, world: World): void {
  const { phase, scheduledAt, openedAt, endsAt } = roundIn(world, id)
  const { maxWait, coinflipWindow, answerWindow, objectionWindow, reportWindow } = parameters
  const deadline =
    phase === 'Scheduled'
      ? scheduledAt + maxWait
      : phase === 'Audit' || phase === 'Report'
        ? endsAt + reportWindow
        : openedAt + coinflipWindow + 3 * answerWindow + objectionWindow + 1
  if (block > deadline + HOOK_BLOCKS)
    world.breach('overdue', `round ${id} is in ${phase}, which was to end by block ${deadline}`)
}
