/**
 * The experiment with an owner of many hosters: its share of the copies that are given out, against its share of all bonds.
 *
 * Owns: the cast and its draws. Does not own: selection, which is pallet Workers' own.
 *
 * Every hoster has the same bond, so a share of the hosters is a share of the bonds.
 */
import { balancesPallet } from '#chain/runtime/pallets/balances/pallet.ts'
import { workersPallet } from '#chain/runtime/pallets/workers/pallet.ts'
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { NEWCOMER, rate, score } from '#types/domain/reputation.ts'
import { account, palletRuntime } from '../helpers/runtime.ts'
import { observed, type Finding } from '#worker/simulation/statistics.ts'

const HOSTERS = 200
const PROVEN_AFTER = 4
/** One of so many copies is open to newcomers. */
const COPIES_PER_NEWCOMER = 5

/** How the owner's hosters stand: it has just registered them, or they have been honest for as long as those of others. */
export type SybilStanding = 'new' | 'proven'

/** Reputation after four successes. */
function provenScore(): number {
  let reputation = NEWCOMER
  for (let i = 0; i < PROVEN_AFTER; i++) reputation = rate(reputation, 'success')
  return score(reputation)
}

/** Its share of the weight; of newcomers, only in those draws that are open to them. */
function expectedShare(share: number, standing: SybilStanding): number {
  if (standing === 'proven') return share
  const own = share * score(NEWCOMER)
  return own / (own + (1 - share) * provenScore()) / COPIES_PER_NEWCOMER
}

/** Copies given out one by one, each to one of two hundred hosters, of which an owner has this share. */
export function sybilShare(seed: string, share: number, standing: SybilStanding, copies: number): Finding {
  const { run, pallets: workers } = palletRuntime((builder, system) =>
    builder.add(10, workersPallet, { system, balances: builder.add(4, balancesPallet, { system }) }),
  )
  const cast = Array.from({ length: HOSTERS }, (_, i) => account(`hoster ${i}`))
  const own = new Set(cast.slice(0, Math.round(HOSTERS * share)).map(String))
  const lives = { roles: ['Hoster'], capacity: 1, duties: 0, status: 'Active', registeredAt: 1, lastSeen: 1 } as const
  run(() => {
    for (const who of cast) {
      workers.register.keep(who, undefined, { name: '', noiseKey: who, ...lives })
      const successes = standing === 'proven' || !own.has(String(who)) ? PROVEN_AFTER : 0
      for (let i = 0; i < successes; i++) workers.rate(who, 'Hoster', 'success')
    }
  })
  let hits = 0
  for (let copy = 0; copy < copies; copy++) {
    const draw = { role: 'Hoster', seed: blake2b256Of(utf8(seed), u32le(copy)), label: 'copy', count: 1 } as const
    const [drawn] = run(() => workers.draw({ ...draw, without: [] }))!
    if (own.has(String(drawn!.account))) hits++
  }
  const name = `copies to ${share * 100} % of bonds, ${standing}`
  return { name, expected: expectedShare(own.size / HOSTERS, standing), observed: observed(hits, copies), breaches: 0 }
}
