/**
 * An owner of many hosters: its share of the copies that are given out, against its share of all bonds.
 *
 * Owns: the cast and its draws. Does not own: selection, which is pallet Workers' own.
 *
 * Every hoster has the same bond, so a share of the hosters is a share of the bonds.
 */
import { FrameBuilder } from '#chain/runtime/frame/construct.ts'
import { Externalities } from '#chain/runtime/frame/externalities.ts'
import { balancesPallet } from '#chain/runtime/pallets/balances/pallet.ts'
import { systemPallet } from '#chain/runtime/pallets/system.ts'
import { workersPallet } from '#chain/runtime/pallets/workers/pallet.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { Trie } from '#chain/trie/trie.ts'
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { NEWCOMER, rate, score } from '#types/domain/reputation.ts'
import { silentLog } from '#types/log.ts'
import { accountOf } from '#worker/simulation/identities.ts'
import { observed, type Finding } from '#worker/simulation/statistics.ts'
import type { CurveLine, CurvePoint, Curves } from './plots.ts'

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

/** Pallet Workers with what it needs, and a block that does not end. */
function openWorkers() {
  const builder = new FrameBuilder(silentLog)
  const { version } = createRuntime({ log: silentLog })
  const { runtimeEvent, current } = builder
  const system = builder.add(0, systemPallet({ version, runtimeEvent, current }))
  const workers = builder.add(10, workersPallet, { system, balances: builder.add(4, balancesPallet, { system }) })
  builder.build()
  const env = new Externalities(Trie.empty(), { number: 1, parentHash: new Uint8Array(32), digest: [] })
  return { workers, run: <R>(act: () => R): R => current.run(env, act) }
}

/** Copies given out one by one, each to one of two hundred hosters, of which an owner has this share. */
export function sybilShare(seed: string, share: number, standing: SybilStanding, copies: number): Finding {
  const { workers, run } = openWorkers()
  const cast = Array.from({ length: HOSTERS }, (_, i) => accountOf(`hoster/${i}`))
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

const STANDINGS: readonly SybilStanding[] = ['new', 'proven']
const SHARES = [0.1, 0.3, 0.5, 0.7, 0.9]
const LINE_STEP = 0.02

/** The owner's share of copies over its share of bonds: observed, and by the rule. */
export function sybilCurve(seed: string, copies: number): Curves {
  const points: CurvePoint[] = []
  const lines: CurveLine[] = []
  for (const standing of STANDINGS) {
    for (const x of SHARES) points.push({ x, curve: standing, finding: sybilShare(seed, x, standing, copies) })
    for (let x = 0; x <= 1; x += LINE_STEP) lines.push({ x, curve: standing, expected: expectedShare(x, standing) })
  }
  return { points, lines }
}
