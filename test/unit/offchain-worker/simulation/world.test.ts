/** A simulated world with a play outside of any system: joining, crashes, the end of time, and the invariants of every world. */
import { describe, expect, it } from 'vitest'
import type { CallRequest } from '#chain/api/chain-port.ts'
import { concatBytes, toHex, u32le } from '#types/bytes.ts'
import { WorkerRecord } from '#types/domain/worker.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { bool, u128 } from '#types/scale/primitives.ts'
import { storagePrefix } from '#types/scale/storage-key.ts'
import type { Progress } from '#worker/kernel/ports.ts'
import type { Role } from '#worker/kernel/role.ts'
import { parseConditions } from '#worker/simulation/conditions.ts'
import { accountOf } from '#worker/simulation/identities.ts'
import type { MakePlay, World } from '#worker/simulation/play.ts'
import { chanceFrom } from '#worker/simulation/random.ts'
import { playWorld, type PlayTime, type Played } from '#worker/simulation/world.ts'
import { setStorage } from '../../../helpers/root-call.ts'

const BLOCK_MS = 6_000
const LAST_BLOCK = 30

/** The life of the one worker. */
interface Beaten {
  /** Blocks that each of its processes saw first and last. */
  readonly lives: readonly { readonly first: number; last: number }[]
  /** How many lives its journal counted. */
  readonly noted: number
  readonly told: readonly string[]
  readonly record: WorkerRecord | undefined
}

/** @see beats */
interface Change {
  readonly conditions?: unknown
  readonly seed?: string
  readonly time?: Partial<PlayTime>
  /** A block in which the role fails. */
  readonly failsIn?: number
  /** A call of root, made once, in block 5. */
  readonly root?: CallRequest
}

/** A worker that only beats, until the last block. */
const beats =
  ({ failsIn, root }: Change): MakePlay<Beaten> =>
  () => {
    const lives: { readonly first: number; last: number }[] = []
    const told: string[] = []
    let [noted, number] = [0, 0]
    let seen: World | undefined
    return {
      balances: [['somebody', 10n ** 12n]],
      genesis: {},
      seats: [
        {
          name: 'beater',
          role: 'Attestor',
          open:
            () =>
            (_account, { journal }): Role => {
              let life: (typeof lives)[number] | undefined
              return {
                async start() {
                  noted = 1 + ((await journal.get('lives'))?.[0] ?? 0)
                  await journal.put('lives', Uint8Array.of(noted))
                },
                async onBlock(block) {
                  if (block.number === failsIn) throw new Error('a role that fails')
                  life ??= lives[lives.push({ first: block.number, last: 0 }) - 1]!
                  life.last = block.number
                },
                drain: async () => undefined,
                close: async () => undefined,
              }
            },
          report: ({ kind }: Progress) => void told.push(kind),
        },
      ],
      onBlock(block, world) {
        ;[seen, number] = [world, block.number]
        if (root && number === 5) void world.port('sudo').submit('root', root)
      },
      isOver: () => number >= LAST_BLOCK,
      result() {
        const bytes = seen?.face.get(seen.state, 'Workers', 'Workers', [accountOf('beater')])
        return { lives, noted, told, record: bytes && decode(WorkerRecord, bytes) }
      },
    }
  }

const play = (change: Change = {}): Promise<Played<Beaten>> =>
  playWorld(beats(change), {
    chance: chanceFrom(change.seed ?? 'world'),
    conditions: parseConditions(change.conditions ?? {}),
    blockMs: BLOCK_MS,
    untilMs: 10 * LAST_BLOCK * BLOCK_MS,
    ...change.time,
  })

const kindsOf = ({ breaches }: Played<unknown>): readonly string[] => breaches.map(({ kind }) => kind)

describe('a simulated world', () => {
  it('lets its workers join and beat, tells the play of it, and ends with the play', async () => {
    const { result, blocks, virtualMs, breaches } = await play()
    expect(result.lives).toEqual([{ first: 2, last: LAST_BLOCK - 1 }])
    // The one heartbeat is due 20 blocks after the registration in block 1.
    expect(result.record).toMatchObject({ registeredAt: 1, roles: ['Attestor'], lastSeen: 22 })
    expect(result.told).toEqual(['registered', 'status', 'submitted'])
    expect([blocks, virtualMs, breaches]).toEqual([LAST_BLOCK, LAST_BLOCK * BLOCK_MS, []])
  })

  it('kills and restarts processes by its conditions; what is in the journal stays, and nobody registers twice', async () => {
    const conditions = { latencyMs: 50, crashes: [{ peer: 0, atMs: 5.5 * BLOCK_MS, downMs: 4 * BLOCK_MS }] }
    const { result, breaches } = await play({ conditions })
    expect(result.lives).toEqual([
      { first: 2, last: 5 },
      { first: 10, last: LAST_BLOCK - 1 },
    ])
    expect([result.noted, result.record?.registeredAt, breaches]).toEqual([2, 1, []])
  })

  it('leaves a process that is not to come back where it is', async () => {
    const { result, breaches } = await play({ conditions: { crashes: [{ peer: 0, atMs: 5.5 * BLOCK_MS }] } })
    expect([result.lives, result.noted, breaches]).toEqual([[{ first: 2, last: 5 }], 1, []])
  })

  it('is the same to the last event for the same seed, and another for another', async () => {
    const crashes = [{ peer: 0, atMs: { uniform: [20_000, 80_000] }, downMs: { exponential: [1_000, 9_000] } }]
    const conditions = { latencyMs: { normal: [80, 30] }, crashes }
    const [first, again, other] = [
      await play({ conditions }),
      await play({ conditions }),
      await play({ conditions, seed: 'other' }),
    ]
    expect(again).toEqual(first)
    expect(toHex(other.transcript)).not.toBe(toHex(first.transcript))
  })
})

describe('what must hold in any world', () => {
  it('is that the play ends in its time, unless it has no end', async () => {
    const untilMs = 5 * BLOCK_MS
    const late = await play({ time: { untilMs } })
    expect(late.breaches).toEqual([{ kind: 'overdue', block: 5, detail: `the play is not over after ${untilMs} ms` }])
    expect(kindsOf(await play({ time: { untilMs, endless: true } }))).toEqual([])
  })

  it('is that no worker stops by itself', async () => {
    const { breaches } = await play({ failsIn: 7 })
    expect(breaches).toEqual([{ kind: 'worker-stopped', block: 7, detail: 'peer 0: a role that fails' }])
  })

  it('is that the issuance is what accounts hold, in each block', async () => {
    const root = setStorage(storagePrefix('Balances', 'TotalIssuance'), encode(u128, 1n))
    const { breaches } = await play({ root })
    expect(breaches.map(({ block }) => block)).toEqual([...Array(LAST_BLOCK - 5).keys()].map((n) => n + 6))
    expect(new Set(breaches.map(({ kind }) => kind))).toEqual(new Set(['balance']))
    expect(breaches[0]!.detail).toMatch(/^issuance \d+, held \d+$/)
  })

  it('is that the runtime meets no bug', async () => {
    // The agenda has a round that is not there: block 0 in four bytes, then the round's number.
    const due = concatBytes(storagePrefix('Attestation', 'RoundsDue'), new Uint8Array(4), u32le(7))
    const root = setStorage(due, encode(bool, true))
    expect(new Set(kindsOf(await play({ root })))).toEqual(new Set(['runtime-bug']))
  })
})
