/**
 * `npm run camouflage` measures what a hoster can tell of its readers, and what planted readers buy it.
 *
 *   npm run camouflage -- [--seed 1] [--readers 3000] [--audits 2000] [--json FILE] [NAME ...]
 *
 * Owns: the scenarios, and the table. Does not own: the simulation of audits among readers.
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { runAudits, type AuditWorldOptions } from '#worker/systems/attestation/simulation/camouflage.ts'
import { GOOD_CONDITIONS } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import type { RequestLog } from '#worker/systems/hosting/simulation/hosting.ts'
import { refusesUnmarked } from '#worker/systems/hosting/simulation/planted.ts'
import { suspicionFrom, type Known } from '#worker/systems/hosting/simulation/suspicion.ts'
import { circumstances } from './figure.ts'

/** An observer keeps so many readers. */
const SEEN = 64
/** Requests after which a hoster may decide, and the whole visit. */
const AFTER = [8, 16, Infinity]
/** Of the normal distribution, both sides together 1 %. */
const Z_99 = 2.5758
/** The sizes of the attack on an observer of which planted readers had all places. */
const ATTACK = { readers: 218, audits: 90 }

type World = Pick<AuditWorldOptions, 'readers' | 'audits' | 'planted' | 'seen' | 'places'>

interface Scenario {
  readonly name: string
  /** Given the numbers of readers and audits. */
  world(readers: number, audits: number): World
}

const SCENARIOS: readonly Scenario[] = [
  { name: 'nobody', world: (readers, audits) => ({ readers, audits, seen: SEEN }) },
  {
    name: 'one-habit',
    world: (readers, audits) => ({ readers, audits, seen: SEEN, planted: { sessions: readers, how: 'one habit' } }),
  },
  {
    name: 'many-habits',
    world: (readers, audits) => ({ readers, audits, seen: SEEN, planted: { sessions: readers, how: 'spread' } }),
  },
  { name: 'attack-claims', world: () => ({ ...ATTACK, seen: SEEN }) },
  {
    name: 'attack-reading',
    world: () => ({ ...ATTACK, seen: SEEN, places: 'fair', planted: { sessions: SEEN, how: 'one habit' } }),
  },
  {
    name: 'attack-all-places',
    world: () => ({ ...ATTACK, seen: SEEN, places: 'first', planted: { sessions: SEEN, how: 'one habit' } }),
  },
  {
    name: 'attack-many-habits',
    world: () => ({ ...ATTACK, seen: SEEN, places: 'fair', planted: { sessions: SEEN, how: 'spread' } }),
  },
]

const play = (seed: string, world: World, refuses: AuditWorldOptions['refuses']): ReturnType<typeof runAudits> =>
  runAudits({
    chance: chanceFrom(seed),
    conditions: { ...GOOD_CONDITIONS, latencyMs: { kind: 'uniform', low: 5, high: 45 } },
    blocks: 2_000,
    blockBytes: 256,
    challenges: 15,
    refuses,
    ...world,
  })

/** The advantage of a classifier, and half of its 99 % interval. */
interface Advantage {
  readonly after: number
  readonly advantage: number
  readonly give: number
}

function known({ log }: Awaited<ReturnType<typeof play>>, first: number): Known {
  const of = (isAudit: boolean): RequestLog[] =>
    log.filter((session) => session.isAudit === isAudit).map(({ requests }) => requests.slice(0, first))
  return { audits: of(true), readers: of(false) }
}

async function advantages(seed: string, world: World): Promise<readonly Advantage[]> {
  const training = await play(`${seed}/training`, world, () => false)
  const trial = await play(`${seed}/trial`, world, () => false)
  return AFTER.map((after) => {
    const suspicion = suspicionFrom(known(training, after))
    const { audits, readers } = known(trial, after)
    const rate = (sessions: readonly RequestLog[]): number =>
      sessions.filter((requests) => suspicion(requests) > 0).length / sessions.length
    const [found, wrong] = [rate(audits), rate(readers)]
    const variance = (found * (1 - found)) / audits.length + (wrong * (1 - wrong)) / readers.length
    return { after, advantage: Math.abs(found - wrong), give: Z_99 * Math.sqrt(variance) }
  })
}

/** Honest readers that the hoster refuses if it serves only what reads like its planted readers, and audits that it serves. */
async function refusal(seed: string, world: World): Promise<string[]> {
  const { readers, audits } = await play(`${seed}/refusal`, world, refusesUnmarked)
  const refused = readers.filter(({ asked, served }) => served < asked).length
  const served = audits.filter(({ kind }) => kind === 'served').length
  return [`${refused} of ${readers.length}`, `${served} of ${audits.length}`]
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    readers: { type: 'string', default: '3000' },
    audits: { type: 'string', default: '2000' },
    json: { type: 'string' },
  },
})

const results = []
for (const { name, world: worldOf } of SCENARIOS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const world = worldOf(Number(values.readers), Number(values.audits))
  const seed = `camouflage/${values.seed}/${name}`
  const [refused, served] = await refusal(seed, world)
  const found = name.startsWith('attack') ? [] : await advantages(seed, world)
  const cells = AFTER.map((after) => {
    const one = found.find((each) => each.after === after)
    return one ? `${one.advantage.toFixed(3)} ± ${one.give.toFixed(3)}` : ''
  })
  process.stdout.write(`| ${[name, ...cells, refused, served].join(' | ')} |\n`)
  results.push({ name, advantages: found, readersRefused: refused, auditsServed: served })
}
if (values.json !== undefined) {
  const about = circumstances(new Date())
  await writeFile(values.json, `${JSON.stringify({ ...about, seed: values.seed, results }, null, 2)}\n`)
}
