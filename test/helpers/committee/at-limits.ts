/**
 * Every call of pallet Committee where it costs most for its weight: groups of the most members, and a resharing in which each member
 * of a smaller one counts (its arithmetic grows with the group, and so does what it is charged).
 *
 * Owns: these states and calls. Does not own: measuring them.
 */
import { MAX_MESSAGE_BYTES, MOST_MEMBERS, MOST_OPEN_REQUESTS, MOST_POINTS } from '#types/domain/committee/committee.ts'
import type { Case } from '../attestation/at-limits.ts'
import type { Signed } from '../attestation/chain.ts'
import type { Origin } from '#chain/runtime/frame/origin.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import { DEFAULT_COMMITTEE_PARAMETERS } from '#types/domain/committee/parameters.ts'
import {
  accounts,
  committeeCall,
  create,
  disband,
  openChain,
  owner,
  refresh,
  request,
  requester,
  reshare,
  responders,
  submission,
} from './chain.ts'

/** Members of the group that plays whole ceremonies. */
const PLAYERS = 8
/** Shares that a key of the largest group may need. */
const Q = MOST_POINTS / MOST_MEMBERS
const MESSAGE = new Uint8Array(MAX_MESSAGE_BYTES).fill(7)

/** The calls by their names. */
export function committeeAtLimits(): Readonly<Record<string, Case>> {
  const found: Record<string, Case> = {}
  const setting = { parameters: DEFAULT_COMMITTEE_PARAMETERS, responders: responders.length }
  const large = openChain(setting)
  const put = (chain: typeof large, origin: Origin, call: RuntimeCall, note = ''): void => {
    found[`${call.pallet}.${call.name}${note}`] = { state: chain.state, number: chain.number + 1, origin, call }
  }
  const add = (chain: typeof large, [{ publicKey }, call]: Signed, note?: string): void =>
    put(chain, { signed: publicKey }, call, note)

  const all = accounts(0, MOST_MEMBERS)
  add(large, [owner, create(all, Q)])
  large.succeed([owner, create(all, Q)])
  const crowd = large.members()
  const ids = crowd.table.terms.members.map(({ id }) => id)
  large.succeed(...ids.slice(1).map((id) => crowd.join(id)))
  add(large, crowd.join(1))

  const chain = openChain(setting)
  chain.succeed([owner, create(accounts(0, PLAYERS), PLAYERS)])
  chain.play()
  add(chain, [owner, refresh])
  add(chain, [owner, reshare(accounts(PLAYERS - 2, PLAYERS - 2 + MOST_MEMBERS), MOST_MEMBERS)])
  chain.succeed([owner, reshare(accounts(0, PLAYERS), PLAYERS)])
  const members = chain.members(2)
  members.joinAll()
  chain.succeed(...members.table.terms.members.slice(1).map(({ id }) => members.deal(id)))
  add(chain, members.deal(1))
  chain.succeed(members.deal(1))
  add(chain, members.dispute(1, 2))
  add(chain, members.renounce(1))
  add(chain, members.confirm(1))
  chain.branch(() => {
    chain.succeed(members.confirm(1))
    add(chain, members.confirm(2), ', a later one')
  })
  add(chain, [requester, request(MESSAGE)])
  chain.succeed(...Array.from({ length: MOST_OPEN_REQUESTS }, (): Signed => [requester, request(MESSAGE)]))
  const signers = members.table.terms.members.map(({ id }) => id)
  put(chain, 'none', submission(0n, chain.signature(signers, MESSAGE)))
  add(chain, [owner, disband])
  const changes = { ...DEFAULT_COMMITTEE_PARAMETERS, joinWindow: 1 }
  put(chain, 'root', committeeCall('setParameters', { changes }))
  return found
}
