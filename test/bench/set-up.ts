/**
 * Setting up three copies of a feed of 8 MiB, from the plan to the last live copy, against the sum of its bare parts.
 *
 * Owns: the parts, and alternating between the two sides. Does not own: the processes.
 *
 * Each of three encoders and three hosters is a process, on one machine. Its keys have 2,048 bits. The bare parts, one after the
 * other: a plain Hypercore reads the feed for each encoder, and once more for each hoster; RSA alone, on all cores, encodes it for
 * each copy. Processor times are those of encoders and hosters together, and of bare RSA.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseBootstrap } from '#worker/terminal/options.ts'
import { replicate } from './bare-reader.ts'
import { bareRsaOnAllCores, BLOCK_BYTES, LEAF_BYTES } from './bare-rsa.ts'
import { figure, median, type Measurement } from './figure.ts'
import { startHostingStage, type HostingStage, type Milestones } from './hosting-stage.ts'
import { processorSeconds } from './processes.ts'

const COPIES = 3
const FEED_BYTES = 8 * 2 ** 20
/** A header block, and the content. */
const CONTENT_BLOCKS = FEED_BYTES / BLOCK_BYTES
const BLOCKS = CONTENT_BLOCKS + 1
const RUNS = 3
const MOST_RATIO = 1.3
const MS_PER_S = 1_000

interface Run extends Milestones {
  readonly processorS: number
  readonly replicationMs: number
  readonly rsaMs: number
  readonly rsaProcessorS: number
}

/** Reads the feed as often as it passes from one machine to another. */
async function replications({ bootstrap, feed }: HostingStage, dir: string): Promise<number> {
  const target = { bootstrap: bootstrap.map(parseBootstrap), dir, key: feed, length: BLOCKS }
  const indices = Array.from({ length: BLOCKS }, (_, index) => index)
  let sum = 0
  for (let i = 0; i < 2 * COPIES; i++) sum += (await replicate(target, indices)).ms
  return sum
}

async function run(): Promise<Run> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-bench-set-up-'))
  const stage = await startHostingStage({ feedBytes: FEED_BYTES, copies: COPIES, modulusBytes: LEAF_BYTES })
  try {
    const workers = [...stage.pids('encoder'), ...stage.pids('hoster')]
    const spent = (): number => workers.reduce((sum, pid) => sum + processorSeconds(pid), 0)
    const before = spent()
    const milestones = await stage.setUp()
    const processorS = spent() - before
    const replicationMs = await replications(stage, dir)
    const { ms: rsaMs, processorS: rsaProcessorS } = await bareRsaOnAllCores(COPIES * CONTENT_BLOCKS)
    return { ...milestones, processorS, replicationMs, rsaMs, rsaProcessorS }
  } finally {
    await stage.close()
    await rm(dir, { recursive: true, force: true })
  }
}

/** See the module's header. */
export const setUp: Measurement = {
  name: 'set-up',
  async measure() {
    const runs: Run[] = []
    for (let i = 0; i < RUNS; i++) runs.push(await run())
    const all = (of: (each: Run) => number): readonly number[] => runs.map(of)
    return [
      figure(
        `${COPIES} copies of 8 MiB, from plan to live`,
        's',
        all(({ live }) => live / MS_PER_S),
        {
          aim: { is: '<=', than: MOST_RATIO, of: 'ratio' },
          reference: {
            name: 'replication and RSA',
            value: median(all(({ replicationMs, rsaMs }) => (replicationMs + rsaMs) / MS_PER_S)),
          },
        },
      ),
      figure(
        'the same, in processor time',
        's',
        all(({ processorS }) => processorS),
        { reference: { name: 'RSA', value: median(all(({ rsaProcessorS }) => rsaProcessorS)) } },
      ),
      figure(
        'of it until all keys are on the chain',
        's',
        all((each) => each.accepted / MS_PER_S),
      ),
      figure(
        'until all is encoded and transferred',
        's',
        all((each) => (each.committed - each.accepted) / MS_PER_S),
      ),
      figure(
        'until the hosters have confirmed',
        's',
        all((each) => (each.live - each.committed) / MS_PER_S),
      ),
      figure(
        `replication of 8 MiB, ${2 * COPIES} times`,
        's',
        all(({ replicationMs }) => replicationMs / MS_PER_S),
      ),
    ]
  },
}
