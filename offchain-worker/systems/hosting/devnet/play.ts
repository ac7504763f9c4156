/**
 * The hosting scenario: a feed is published, paid for, encoded, hosted, challenged, repaired, and outlives its author.
 *
 * Owns: the order of these steps, and the proof that the data is the same at the end. Does not own: the words for events (story.ts).
 */
import { equalBytes, fromHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { hostingEvents } from '#types/domain/hosting/market.ts'
import { AssayError } from '#types/errors.ts'
import type { Fields } from '#types/scale/compound.ts'
import type { CallRequest } from '#chain/api/chain-port.ts'
import { encodeCall, eventOf, type EventDescriptor } from '#chain/api/descriptors.ts'
import type { Seen } from '#worker/devnet/onlooker.ts'
import type { Ending, Scenario, Stage } from '#worker/devnet/scenario.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'
import { shown } from '#worker/terminal/shown.ts'
import { packFolder } from '../adapters/feed-files.ts'
import { folderLimits } from '../limits.ts'
import { donateCall, publishPlanCall } from '../operator/market-items.ts'
import { planTerms } from '../operator/plan-terms.ts'
import { readStanding } from '../operator/status.ts'
import { statusLines } from '../operator/status-lines.ts'
import { AUTHOR, castHosting, folderOf } from './cast.ts'
import { COPIES, type HostingScenarioOptions } from './options.ts'
import { readAsStranger } from './stock-reader.ts'
import { factorOf, fitWindows } from './windows.ts'

const SUPPORTER = '//Alice'
const TOKEN = 10n ** 12n
const GIFT = 200n * TOKEN
const PLAN = {
  copies: COPIES,
  price: '1',
  encoderPrice: '1',
  blocks: 100_000,
  range: '0-',
  performanceEvery: 0,
  reencodeEvery: 0,
  leastReputation: 0,
  highestLatency: undefined,
  leastThroughput: undefined,
} as const
/** Blocks for each step at the usual block time: two encoders may fail meanwhile. */
const STEP_BLOCKS = 400
/** Deadlines are in blocks, which a slow machine makes slowly. On a chain that stands still, this ends the waits. */
const STANDSTILL_MS = 3_600_000

const copyLive = eventOf('Hosting', 'CopyLive', hostingEvents.CopyLive)
const copyFailed = eventOf('Hosting', 'CopyFailed', hostingEvents.CopyFailed)
const proven = eventOf('Hosting', 'StorageProven', hostingEvents.StorageProven)
const paid = eventOf('Hosting', 'Paid', hostingEvents.Paid)

/** Waits for events, each for so many blocks. */
class Watch {
  readonly #stage: Stage

  constructor(stage: Stage) {
    this.#stage = stage
  }

  /** The first event that fits. @throws AssayError `STEP_OVERDUE` */
  event<F extends Fields>(
    what: string,
    kind: EventDescriptor<F>,
    fits: (event: Seen<F>) => boolean = () => true,
  ): Promise<Seen<F>> {
    const { seen } = this.#stage
    const last = seen.latest + Math.ceil(STEP_BLOCKS * factorOf(this.#stage))
    const probe = (): Seen<F> | undefined => {
      const found = seen.all(kind).find(fits)
      if (found || seen.latest <= last) return found
      throw new AssayError('STEP_OVERDUE', `expected ${what} until block ${last}, got none`)
    }
    return seen.until(what, probe, STANDSTILL_MS)
  }
}

async function act(stage: Stage, name: string, call: CallRequest): Promise<void> {
  const client = await stage.client(SUPPORTER)
  const outcome = await client.submit(`devnet/${name}`, call)
  if (outcome.kind !== 'included')
    throw new AssayError('CALL_FAILED', `expected ${name} of ${SUPPORTER} in a block, got ${shown(outcome)}`)
}

const say = (stage: Stage, kind: string, sentence: string, next?: string): void =>
  stage.tell('devnet', { notice: { kind }, sentence, ...(next !== undefined && { next }) })

type Live = Seen<typeof copyLive.fields>

/** Pays for the feed, and waits until all copies are live and each has passed a challenge that was paid. */
async function host(stage: Stage, feed: Uint8Array): Promise<readonly Live[]> {
  const watch = new Watch(stage)
  say(stage, 'supporting', `${SUPPORTER} pays for ${COPIES} copies of the feed`, 'the plan in a finalized block')
  await act(stage, 'donate', encodeCall(donateCall, { feed, amount: GIFT }))
  await act(stage, 'plan', encodeCall(publishPlanCall, { terms: planTerms(feed, stage.seen.latest, PLAN) }))
  const first = await watch.event('a first copy that is live', copyLive)
  const second = await watch.event('a second copy that is live', copyLive, ({ copy }) => copy !== first.copy)
  for (const { copy, hoster } of [first, second]) {
    const isOfCopy = (event: { readonly copy: bigint }): boolean => event.copy === copy
    await watch.event(`a passed challenge of copy ${copy}`, proven, isOfCopy)
    await watch.event(`pay for copy ${copy}`, paid, (event) => isOfCopy(event) && equalBytes(event.who, hoster))
  }
  return [first, second]
}

/** Kills a copy's hoster, and waits until the copy is live at another one, and has passed a challenge there. */
async function repair(stage: Stage, { copy, hoster, generation }: Live): Promise<Live> {
  const watch = new Watch(stage)
  await stage.kill(stage.nameOf(hoster))
  say(stage, 'repairing', 'nobody is told: the next challenges find out', 'the end of the killed hoster’s copy')
  await watch.event(`the end of copy ${copy} at the killed hoster`, copyFailed, (event) => event.copy === copy)
  const isAnew = (event: { readonly copy: bigint; readonly generation: number }): boolean =>
    event.copy === copy && event.generation > generation
  const live = await watch.event(`copy ${copy} live again`, copyLive, isAnew)
  await watch.event(`a passed challenge of the new copy ${copy}`, proven, isAnew)
  return live
}

/** The blocks that the folder has, packed once more. */
async function blocksOf(folder: string): Promise<readonly Uint8Array[]> {
  const blocks: Uint8Array[] = []
  for await (const block of packFolder(folder, folderLimits({}))) blocks.push(block)
  return blocks
}

/** Reads the feed as a stranger, and compares each block. @returns the first block that differs; undefined where all are the same */
async function readBack(stage: Stage, feed: Uint8Array, folder: string): Promise<number | undefined> {
  const expected = await blocksOf(folder)
  say(stage, 'reading-back', 'a plain Hypercore client reads the feed, by its key alone', 'the blocks of the feed')
  const { bootstrap } = stage
  const got = await readAsStranger({ key: feed, bootstrap, length: expected.length })
  const differing = expected.findIndex((block, index) => !equalBytes(block, got[index]!))
  if (differing !== -1) return differing
  const bytes = got.reduce((sum, block) => sum + block.length, 0)
  stage.tell('devnet', {
    notice: { kind: 'read-back', blocks: got.length, bytes },
    sentence: `read back ${counted(got.length, 'block')}, ${sizeText(bytes)}: the same, byte for byte`,
    tone: 'good',
  })
  return undefined
}

async function tellStanding(stage: Stage, feed: Uint8Array): Promise<void> {
  const client = await stage.client(SUPPORTER)
  const standing = await readStanding(client, keypairFromSuri(SUPPORTER).accountId, feed)
  const lines = statusLines(standing, stage.nameOf)
  const sentence = 'this is how the feed stands (`assay hosting status`)'
  stage.tell('devnet', { notice: { kind: 'standing', block: standing.block }, sentence, block: lines })
}

async function play(stage: Stage, folder: string): Promise<Ending> {
  const { feed: name } = await stage.told(AUTHOR, 'published')
  const feed = fromHex(String(name))
  const [first] = await host(stage, feed)
  const repaired = await repair(stage, first!)
  await stage.kill(AUTHOR)
  await tellStanding(stage, feed)
  const differing = await readBack(stage, feed, folder)
  const [killed, by] = [stage.nameOf(first!.hoster), stage.nameOf(repaired.hoster)]
  return {
    isPassed: differing === undefined,
    ...(differing !== undefined && { why: `block ${differing} was read back otherwise than it was published` }),
    values: { feed, copies: COPIES, killed, repairedBy: by, isSame: differing === undefined },
    summary: [
      ['feed', String(name)],
      ['copies', `${COPIES}, one of them repaired: ${by} has taken the place of ${killed}`],
      ['author', 'gone; the data was read from the hosters'],
    ],
  }
}

/** The scenario, whose windows follow the machine. */
export const hostingScenario = (options: HostingScenarioOptions): Scenario => ({
  cast: castHosting(options),
  play: (stage) => play(stage, folderOf(options)),
  fit: fitWindows,
})
