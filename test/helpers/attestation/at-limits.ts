/**
 * Every call of the runtime where it costs most: ten thousand workers, a thousand orders, sixty-four members, the longest vectors.
 *
 * Owns: these states and calls. Does not own: measuring them.
 */
import { u32le, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { u64 } from '#types/scale/primitives.ts'
import type { WorkerRecord } from '#types/domain/worker.ts'
import { MAX_WORKER_NAME_BYTES } from '#types/domain/worker-name.ts'
import { MAX_MEMBERS } from '#types/domain/coinflip/coinflip.ts'
import { MAX_ORDERS_PER_ACCOUNT } from '#types/domain/attestation/order.ts'
import { DEFAULT_BOND_TERMS } from '#types/domain/bond.ts'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import type { Origin } from '#chain/runtime/frame/origin.ts'
import { pallet, uses } from '#chain/runtime/frame/pallet.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import type { Extend, Offered } from '#chain/runtime/runtime.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { memoryFeed } from '../hosting/memory-feed.ts'
import { account, callOf, devGenesis, id, UNIT } from '../runtime.ts'
import {
  actor,
  AttestationChain,
  attestorsOf,
  author,
  crowdOrders,
  ENDOWED,
  feed,
  hostCall,
  hoster,
  outsider,
  PARAMETERS,
  payersOf,
  publishCall,
  registration,
  requestCall,
  requester,
  root,
  type Signed,
} from './chain.ts'
import { equivocation, evidenceCall, flipOf, outcomeCall, reportCall, reportOf } from './statements.ts'
import { demandCall, putValuesCall, putWordsCall, saidBy, toDemands, valuesOf, wordsOf } from './arbiter.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { feedOf } from '#worker/systems/hosting/simulation/feed.ts'

const WORKERS = 10_000
const ORDERS = 1_000
/** Longest remark, batch and list that a block takes, and keys under one prefix. */
const REMARK_BYTES = 3_900_000
const BATCHED = 10_900
const ITEMS = 1_000

/** A feed of many roots, by another key. */
const otherFeed = feedOf(
  identityOf('another author'),
  Array.from({ length: 255 }, (_, i) => u32le(i)),
)

/** A call, the state before it, and who makes it. */
export interface Case {
  readonly state: Trie
  readonly number: number
  readonly origin: Origin
  readonly call: RuntimeCall
}

const NEVER_SILENT = 1_000_000

/**
 * Adds a pallet that registers so many workers in block 1, without their extrinsics. Its work leaves that block no room for any.
 * @param lastSeen the block in which all were heard of last.
 */
export const crowdOf =
  (workers: number, status: WorkerRecord['status'], lastSeen: number): Extend =>
  (builder, offered) =>
    builder.add(
      99,
      pallet({
        name: 'Crowd',
        docs: 'Many workers.',
        uses: uses<Pick<Offered, 'workers'>>(),
        hooks: ({ uses, block }) => ({
          onInitialize() {
            if (block() !== 1) return
            const same = {
              name: 'worker',
              roles: ['Attestor', 'Hoster'],
              capacity: 1,
              duties: 0,
              status,
              registeredAt: 1,
              lastSeen,
            } as const
            for (let worker = 0; worker < workers; worker++) {
              const noiseKey = blake2b256Of(utf8('crowd'), u32le(worker))
              uses.workers.register.keep(noiseKey, undefined, { ...same, noiseKey })
            }
          },
        }),
      }),
      offered,
    )

const signed = ({ publicKey }: { readonly publicKey: Uint8Array }): Origin => ({ signed: publicKey })

/** The chain at its limits, and the calls by their names. */
export function atLimits() {
  const cast = attestorsOf(MAX_MEMBERS)
  const spare = actor('spare')
  const crowd = [spare, ...cast, ...payersOf(Math.ceil(ORDERS / MAX_ORDERS_PER_ACCOUNT))].map(({ keys }) => keys)
  const accounts = [root, requester, author, hoster.keys, outsider.keys, ...crowd]
  const parameters = {
    ...PARAMETERS,
    attestors: MAX_MEMBERS,
    roundLength: PARAMETERS.coinflipWindow + 2 * MAX_MEMBERS,
    hosterReward: UNIT / 1000n,
    attestorReward: UNIT / 10n,
  }
  const chain = new AttestationChain(
    {
      ...devGenesis,
      balances: accounts.map(({ publicKey }) => [publicKey, ENDOWED] as const),
      attestation: parameters,
    },
    crowdOf(WORKERS, 'Paused', NEVER_SILENT),
  )
  const here = (): Pick<Case, 'state' | 'number'> => ({ state: chain.state, number: chain.number + 1 })
  // The crowd leaves no room in this block.
  chain.build()
  chain.succeed(
    [author, publishCall],
    [hoster.keys, registration(chain, hoster, ['Hoster'])],
    ...cast.map((who): Signed => [who.keys, registration(chain, who, ['Attestor'])]),
  )
  chain.succeed([hoster.keys, hostCall], [spare.keys, registration(chain, spare, ['Attestor', 'Hoster'])])
  const remark = (bytes: number) => ({ remark: new Uint8Array(bytes) })
  const batched = { calls: Array.from({ length: BATCHED }, () => callOf('System', 'remark', remark(0))) }
  const keys = Array.from({ length: ITEMS }, (_, i) => new Uint8Array([...utf8('a prefix of many keys'), ...u32le(i)]))
  const items = keys.map((key) => [key, new Uint8Array(1_000)])
  const dest = id(account('somebody'))
  const found: Record<string, Case> = {}
  const add = (origin: Origin, call: RuntimeCall, name = `${call.pallet}.${call.name}`): void => {
    found[name] = { ...here(), origin, call }
  }
  const bobs = signed(requester)
  add(bobs, callOf('System', 'remark', remark(REMARK_BYTES)))
  add(bobs, callOf('System', 'remarkWithEvent', remark(REMARK_BYTES)))
  add('root', callOf('System', 'setStorage', { items }))
  add('none', callOf('Timestamp', 'set', { now: chain.stored('Timestamp', 'Now', u64)! + 999n }))
  for (const name of ['transferKeepAlive', 'transferAllowDeath'])
    add(bobs, callOf('Balances', name, { dest, value: UNIT }))
  add(bobs, callOf('Balances', 'transferAll', { dest, keepAlive: false }))
  add(bobs, callOf('Balances', 'burn', { value: UNIT, keepAlive: true }))
  add('root', callOf('Balances', 'forceTransfer', { source: id(requester.publicKey), dest, value: UNIT }))
  add('root', callOf('Balances', 'forceUnreserve', { who: id(requester.publicKey), amount: UNIT }))
  add('root', callOf('Balances', 'forceSetBalance', { who: dest, newFree: UNIT }))
  const call = callOf('System', 'remark', remark(0))
  add(signed(root), callOf('Sudo', 'sudo', { call }))
  add(signed(root), callOf('Sudo', 'sudoUncheckedWeight', { call, weight: { refTime: 10n ** 9n, proofSize: 0n } }))
  add(signed(root), callOf('Sudo', 'sudoAs', { who: dest, call }))
  add(signed(root), callOf('Sudo', 'setKey', { new: dest }))
  add(signed(root), callOf('Sudo', 'removeKey'))
  for (const name of ['batch', 'batchAll', 'forceBatch']) add(bobs, callOf('Utility', name, batched))
  const { account: spared } = spare
  add(signed(outsider.keys), registration(chain, outsider, ['Attestor', 'Hoster']))
  add({ signed: spared }, callOf('Workers', 'update', { roles: ['Hoster'], capacity: 9 }))
  add({ signed: spared }, callOf('Workers', 'setName', { name: 'x'.repeat(MAX_WORKER_NAME_BYTES) }))
  add('root', callOf('Workers', 'setBondTerms', { changes: { ...DEFAULT_BOND_TERMS, roleBond: 0n } }))
  for (const name of ['pause', 'unregister', 'heartbeat']) add({ signed: spared }, callOf('Workers', name))
  add(bobs, callOf('Feeds', 'publish', { head: otherFeed.head }))
  const { head, nodes } = memoryFeed(255).branchAt(feed.head.length)
  add(bobs, callOf('Feeds', 'update', { head, nodes }))
  const rewritten = feedOf(identityOf('author'), memoryFeed(255).blocks.with(39, utf8('rewritten')))
  const conflict = { length: 40, first: memoryFeed(255).branchAt(40), second: rewritten.branchAt(40) }
  add(bobs, callOf('Feeds', 'reportConflict', { conflict }))
  add({ signed: spared }, hostCall)
  add(signed(hoster.keys), callOf('Feeds', 'stopHosting', { feed: feed.head.key }))
  add(bobs, requestCall)
  add(bobs, callOf('Attestation', 'scheduleRounds', { hoster: hoster.account, feed: feed.head.key, rounds: 10_000 }))

  chain.succeed(
    [requester, requestCall],
    [spare.keys, callOf('Workers', 'pause')],
    [root, callOf('Sudo', 'sudo', { call: callOf('System', 'setStorage', { items }) })],
  )
  add({ signed: spared }, callOf('Workers', 'resume'))
  add('root', callOf('System', 'killStorage', { keys }))
  add('root', callOf('System', 'killPrefix', { prefix: utf8('a prefix of many keys'), subkeys: ITEMS }))
  chain.until('the round is open', () => chain.round(0).phase === 'Open')
  const flip = flipOf(chain, 0)
  const halfway = MAX_MEMBERS / 2
  const vote = (rank: number, outcome = flip.agreed): Signed => [flip.members[rank]!.keys, outcomeCall(0, 0, outcome)]
  const evidence = evidenceCall(0, 0, equivocation(flip, 0, 1))
  add(signed(flip.members[0]!.keys), evidence)
  chain.branch(() => {
    chain.succeed([flip.members[0]!.keys, evidence])
    add(signed(flip.members[1]!.keys), callOf('Workers', 'topUp'))
  })
  chain.branch(() => {
    const ranks = flip.members.map((_, rank) => rank)
    const addSaid = (call: RuntimeCall): void => add(signed(flip.members[0]!.keys), call)
    toDemands(chain, 0)
    addSaid(demandCall(0, 0, wordsOf(flip, 0, ...ranks)))
    chain.succeed(saidBy(flip, 1, demandCall(0, 0, wordsOf(flip, 0, 1))))
    const words = putWordsCall(0, 0, wordsOf(flip, 0, ...ranks.filter((rank) => rank !== 1)))
    addSaid(words)
    chain.succeed(saidBy(flip, 0, words))
    chain.to(chain.number + PARAMETERS.objectionWindow + 1)
    addSaid(putValuesCall(0, 0, valuesOf(flip, ...ranks)))
  })
  chain.succeed(...flip.members.slice(0, halfway).map((_, rank) => vote(rank)))
  add(signed(flip.members[halfway]!.keys), vote(halfway)[1])
  chain.succeed(...flip.members.slice(halfway).map((_, rank) => vote(halfway + rank)))
  chain.to(chain.round(0).endsAt)
  const reports = flip.members.map(({ keys }, rank): Signed => [keys, reportCall(0, reportOf(chain, 0, flip, rank))])
  chain.succeed(...reports.slice(0, -1))
  add(signed(flip.members.at(-1)!.keys), reports.at(-1)![1])
  chain.until('the round is closed', () => chain.round(0).phase === 'Closed')
  const absentee = flip.members.at(-1)!.account
  add(bobs, callOf('Attestation', 'reportAbsent', { round: 0, attestor: absentee }))
  for (const order of crowdOrders(ORDERS - chain.activeRounds().length)) chain.succeed(order)
  const { order } = chain.round(chain.activeRounds().at(-1)!)
  add({ signed: chain.order(order)!.requester }, callOf('Attestation', 'cancelOrder', { order }))
  add(
    'root',
    callOf('Attestation', 'setParameters', { changes: { ...DEFAULT_PARAMETERS, attestors: 64, roundLength: 200 } }),
  )
  return { chain, cases: found }
}
