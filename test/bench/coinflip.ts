/**
 * A coinflip among real processes, against the least that such a protocol could cost: three broadcasts to all, signed and verified,
 * over the same connections between the same processes; and these against bare ones. The frames are as long as those of COMMIT, ECHO
 * and REVEAL.
 *
 * Owns: the processes, and the orders to them. Does not own: a member's part.
 * Both begin on an open mesh, so neither includes dialling. Each is over when its last process is done.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { systemClock, withDeadline } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import { startDht, type Dht } from '#worker/p2p/dht.ts'
import type { Answer, Order } from './coinflip-member.ts'
import { figure, median, type Figure, type Measurement } from './figure.ts'

const MEMBER = fileURLToPath(new URL('coinflip-member.ts', import.meta.url))
const COUNTS = [5, 10, 20]
const WARM_UP = 5
const RUNS = 9
const MOST_TIMES_SIGNED = 2.5
const DEADLINE_MS = 120_000

/** The processes of one measurement. */
class Members {
  readonly #children: readonly ChildProcess[]

  constructor(count: number, dht: Dht) {
    const argument = JSON.stringify(dht.bootstrap)
    this.#children = Array.from({ length: count }, () => fork(MEMBER, [argument]))
  }

  /** The answer of each to what it was told, or to its start. */
  answers<K extends Answer['kind']>(kind: K, order?: Order): Promise<Extract<Answer, { kind: K }>[]> {
    const all = this.#children.map((child) => answerOf(child, kind))
    if (order) for (const child of this.#children) child.send(order)
    const late = (): AssayError => new AssayError('BENCH_LATE', `expected "${kind}" of all within ${DEADLINE_MS} ms`)
    return withDeadline(systemClock, DEADLINE_MS, Promise.all(all), late)
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return
        const gone = once(child, 'exit')
        child.kill('SIGKILL')
        await gone
      }),
    )
  }
}

function answerOf<K extends Answer['kind']>(child: ChildProcess, kind: K): Promise<Extract<Answer, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: unknown): void => {
      const answer = message as Answer
      if (answer.kind !== kind) return
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(answer as Extract<Answer, { kind: K }>)
    }
    const onExit = (code: number | null): void => reject(new Error(`a member ended with ${code} before "${kind}"`))
    child.on('message', onMessage)
    child.once('exit', onExit)
  })
}

const slowest = (answers: readonly { readonly ms: number }[]): number => Math.max(...answers.map(({ ms }) => ms))

async function flip(members: Members, attempt: number): Promise<Extract<Answer, { kind: 'flipped' }>[]> {
  await members.answers('open', { kind: 'open', attempt })
  const flipped = await members.answers('flipped', { kind: 'flip' })
  if (new Set(flipped.map(({ magic }) => magic)).size !== 1) throw new Error('expected one number, got several')
  return flipped
}

/** The median member's time in each phase, of the runs' medians. */
function phases(count: number, runs: readonly (readonly Extract<Answer, { kind: 'flipped' }>[])[]): Figure[] {
  const names = ['Join', 'Commit', 'Echo', 'Reveal', 'Confirm'] as const
  return names.map((name) =>
    figure(
      `  of it ${name.toUpperCase()}, n = ${count}`,
      'ms',
      runs.map((flipped) => median(flipped.map(({ timings }) => timings.phases[name] ?? 0))),
    ),
  )
}

async function among(count: number, dht: Dht): Promise<Figure[]> {
  const members = new Members(count, dht)
  try {
    const keys = (await members.answers('ready')).map(({ key }) => key).toSorted()
    await members.answers('met', { kind: 'meet', members: keys })
    const [first] = await flip(members, 0)
    const { sizes } = first!
    const flips: Extract<Answer, { kind: 'flipped' }>[][] = []
    const floors: number[] = []
    const signedFloors: number[] = []
    for (let run = 1; run <= WARM_UP + RUNS; run++) {
      const flipped = await flip(members, run)
      const bare = await members.answers('heard', { kind: 'broadcast', run: 2 * run, sizes, signed: false })
      const signed = await members.answers('heard', { kind: 'broadcast', run: 2 * run + 1, sizes, signed: true })
      if (run <= WARM_UP) continue
      flips.push(flipped)
      floors.push(slowest(bare))
      signedFloors.push(slowest(signed))
    }
    const bytes = sizes.join(', ')
    const bare = { name: `three bare ones of ${bytes} B`, value: median(floors) }
    const signed = { name: 'three signed broadcasts', value: median(signedFloors) }
    const aim = { is: '<=', than: MOST_TIMES_SIGNED, of: 'ratio' } as const
    return [
      figure(`coinflip, ${count} processes, open mesh`, 'ms', flips.map(slowest), { aim, reference: signed }),
      figure(`  the three signed broadcasts, n = ${count}`, 'ms', signedFloors, { reference: bare }),
      ...phases(count, flips),
    ]
  } finally {
    await members.close()
  }
}

/** See the module's header. */
export const coinflip: Measurement = {
  name: 'coinflip',
  async measure() {
    const dht = await startDht({ port: 0 })
    try {
      const figures: Figure[] = []
      for (const count of COUNTS) figures.push(...(await among(count, dht)))
      return figures
    } finally {
      await dht.close()
    }
  },
}
