/**
 * Rounds of attestation that the pool of a feed pays, over real processes: a hoster that keeps its copy and serves it is paid, and one that
 * keeps its copy and serves nobody is not. What the rounds measured decides which hosters a later plan gets.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { equalBytes, fromHex, toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { Order } from '#types/domain/attestation/attestation.ts'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import { hostingEvents } from '#types/domain/hosting/market.ts'
import type { PlanTerms, ServiceTargets } from '#types/domain/hosting/plan.ts'
import { u32 } from '#types/scale/primitives.ts'
import type { CallRequest } from '#chain/api/chain-port.ts'
import { encodeCall, eventOf, read, storageOf } from '#chain/api/descriptors.ts'
import { askView } from '#chain/api/views.ts'
import { roundsAccount } from '#chain/runtime/pallets/hosting/pools.ts'
import { LiveStage } from '#worker/devnet/stage.ts'
import { option, worker } from '#worker/devnet/worker-process.ts'
import {
  cancelPlanCall,
  donateCall,
  hosterPerformance,
  publishPlanCall,
  statusView,
} from '#worker/systems/hosting/operator/market-items.ts'
import { happened } from '../helpers/attestation/happenings.ts'
import { CLI } from '../helpers/bundle.ts'
import { HOSTING as MARKET_PARAMETERS } from '../helpers/hosting/live-market.ts'
import { TERMS } from '../helpers/hosting/market.ts'
import { patiently } from '../helpers/patience.ts'

const START_MS = patiently(60_000)
const TEST_MS = patiently(60_000)
const BLOCK_TIME_MS = patiently(300)
const UNIT = 10n ** 12n
const FILES = 6
const ATTESTORS = 4
const COINFLIP_WINDOW = 20
const SLOT_BLOCKS = 4
const ATTESTATION = {
  ...DEFAULT_PARAMETERS,
  attestors: ATTESTORS,
  coinflipWindow: COINFLIP_WINDOW,
  roundLength: COINFLIP_WINDOW + SLOT_BLOCKS * ATTESTORS,
  reportWindow: 30,
  slotTolerance: 8,
  maxRedraws: 0,
}
const HOSTING = { ...MARKET_PARAMETERS, vettingSharePpm: 0 }
/** Looks of a copy that waits for a provider. */
const QUEUE_BLOCKS = 6 * HOSTING.queuePause

const event = <K extends keyof typeof hostingEvents>(name: K) => eventOf('Hosting', name, hostingEvents[name])
const [copyLive, proven, paid] = [event('CopyLive'), event('StorageProven'), event('Paid')]
const [assigned, withheld] = [event('CopyAssigned'), event('PayWithheld')]
const orders = storageOf('Attestation', 'Orders', [u32], Order)

const GOOD = 'good hoster'
const MUTE = 'mute hoster'
const suriOf = (name: string): string => `//PoolRounds//${name}`
const accountOf = (name: string): Uint8Array => keypairFromSuri(suriOf(name)).accountId

let dir: string
let stage: LiveStage
const said: string[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-pool-rounds-'))
  const docs = join(dir, 'docs')
  await mkdir(docs)
  for (let i = 0; i < FILES; i++) await writeFile(join(docs, `${i}.txt`), `file ${i} `.repeat(2_000))
  const named = (name: string, role: string, options: readonly string[] = [], fault?: string) =>
    worker({ name, role, suri: suriOf(name), options, fault })
  const keeper = [...option('storage', '10MiB'), ...option('threads', '1')]
  stage = new LiveStage(
    {
      cast: {
        genesis: { hosting: HOSTING, attestation: ATTESTATION },
        processes: [
          worker({
            name: 'author',
            role: 'hoster',
            suri: suriOf('author'),
            options: option('publish', docs),
            ready: 'hosting',
          }),
          named('encoder-1', 'encoder', option('threads', '1')),
          named('encoder-2', 'encoder', option('threads', '1')),
          named(GOOD, 'hoster', keeper),
          named(MUTE, 'hoster', keeper, 'serves-nobody'),
          ...Array.from({ length: ATTESTORS }, (_, i) => named(`attestor-${i}`, 'attestor')),
        ],
      },
      folder: join(dir, 'stage'),
      rpcPort: 0,
      blockTimeMs: BLOCK_TIME_MS,
      logLevel: 'warn',
      cli: CLI,
      steps: {},
      tellers: {},
    },
    { tell: () => undefined, onSaid: (name, line) => void said.push(`${name}: ${line}`) },
  )
  await mkdir(join(dir, 'stage'))
  await stage.start()
}, START_MS)
afterAll(async () => {
  await stage?.close()
  await rm(dir, { recursive: true, force: true, maxRetries: 3 })
}, START_MS)

const story = (): string => {
  const names = ['encoder-1', 'encoder-2', GOOD, MUTE, 'attestor-0']
  const last = (name: string): string[] =>
    stage
      .lines(name)
      .slice(-12)
      .map((line) => `  ${JSON.stringify(line)}`)
  return [...names.flatMap((name) => [name, ...last(name)]), ...said.slice(-20)].join('\n')
}

test(
  'the verdict of a round that the pool pays decides pay, and what it measured decides draws',
  { timeout: 4 * TEST_MS },
  async () => {
    const feed = fromHex(String((await stage.told('author', 'hosting'))['feed']))
    const alice = await stage.client('//Alice')
    const act = async (name: string, call: CallRequest): Promise<void> => {
      expect(await alice.submit(name, call)).toMatchObject({ kind: 'included' })
    }
    const plan = (name: string, change: Partial<PlanTerms>): Promise<void> =>
      act(name, encodeCall(publishPlanCall, { terms: { ...TERMS, feed, ...change } }))
    try {
      await act('donate', encodeCall(donateCall, { feed, amount: 10_000n * UNIT }))
      await plan('plan', { copies: 2, performanceEvery: 1 })
      const isOf = (name: string) => (live: { readonly hoster: Uint8Array }) => equalBytes(live.hoster, accountOf(name))
      const copyOf = async (name: string): Promise<bigint> =>
        (await stage.seen.event(copyLive, isOf(name), TEST_MS)).copy
      const copies = [await copyOf(GOOD), await copyOf(MUTE)]

      // The pool has each hoster measured, and pays for it.
      const closing = async (name: string) => {
        const { round, order } = await stage.seen.event(happened.scheduled, isOf(name), TEST_MS)
        expect((await read(alice, orders, order))!.requester).toEqual(roundsAccount(feed))
        return stage.seen.event(happened.closed, (end) => end.round === round, TEST_MS)
      }
      const [good, mute] = await Promise.all([closing(GOOD), closing(MUTE)])
      expect([good.verdict, mute.verdict]).toEqual(['Pass', 'Fail'])
      const earners = stage.seen.all(happened.paid).map(({ who }) => toHex(who))
      expect(earners).toContain(toHex(accountOf(GOOD)))
      expect(earners).not.toContain(toHex(accountOf(MUTE)))
      expect(earners.length).toBeGreaterThan(ATTESTORS)
      const { burned, donated } = await askView(alice, statusView, { feed })
      expect(donated).toBe(10_000n * UNIT)
      const forStorage = stage.seen
        .all(paid)
        .filter((each) => each.for === 'Storage')
        .reduce((sum, { amount }) => sum + amount, 0n)
      expect(burned).toBeGreaterThan(forStorage)

      // Both keep their copies and show it. From the verdict on, only one is paid.
      const after = mute.block.number
      const next = (name: string) =>
        stage.seen.event(proven, (each) => isOf(name)(each) && each.block.number > after, TEST_MS)
      for (const name of [GOOD, MUTE]) await next(name)
      const isLater = (each: { readonly copy: bigint; readonly block: { readonly number: number } }, copy: bigint) =>
        each.copy === copy && each.block.number > after
      await stage.seen.event(paid, (each) => isLater(each, copies[0]!), TEST_MS)
      await stage.seen.event(withheld, (each) => isLater(each, copies[1]!), TEST_MS)
      expect(stage.seen.all(paid).filter((each) => isLater(each, copies[1]!))).toEqual([])

      // What was measured filters the hosters of further plans.
      const measured = await read(alice, hosterPerformance, accountOf(GOOD))
      expect(measured!.speed).toBeDefined()
      expect((await read(alice, hosterPerformance, accountOf(MUTE)))?.speed).toBeUndefined()
      const fast = { ...TERMS.targets, highestLatencyP95Us: 2 ** 31 } satisfies ServiceTargets
      // The chain draws no hoster for blocks that it keeps.
      await act('cancel', encodeCall(cancelPlanCall, { plan: 0 }))
      const before = stage.seen.latest
      await plan('too fast', { targets: { ...fast, highestLatencyP95Us: 0 } })
      await stage.seen.until('draws in vain', () => stage.seen.latest > before + QUEUE_BLOCKS || undefined, TEST_MS)
      expect(stage.seen.all(assigned).filter(({ block }) => block.number > before)).toEqual([])
      await plan('fast', { targets: fast })
      const drawn = await stage.seen.event(assigned, ({ block }) => block.number > before, TEST_MS)
      expect(toHex(drawn.hoster.account)).toBe(toHex(accountOf(GOOD)))
    } catch (error) {
      throw new Error(story(), { cause: error })
    }
  },
)
