/**
 * Branches against a plain model. After any change of the chain, best, finalized, numbers and live blocks equal those
 * of a list of parents, and so does a reopened database.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { headerHash } from '#types/scale/header.ts'
import { BlockStore } from '#chain/node/block-store.ts'
import type { Place } from '#chain/node/branches.ts'
import { createMemoryDb } from '#chain/node/memory-db.ts'
import type { Block } from '#chain/node/node-interface.ts'
import { Trie } from '#chain/trie/trie.ts'

type Picking = 'setBest' | 'finalize' | 'setHead' | 'revert' | 'override'

type Action =
  | { readonly kind: 'seal'; readonly pick: number; readonly best: boolean; readonly skip: number }
  | { readonly kind: Picking; readonly pick: number }
  | { readonly kind: 'snapshot' }
  | { readonly kind: 'restart' }

const pick = fc.nat({ max: 1000 })
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('seal' as const),
      pick,
      best: fc.boolean(),
      skip: fc.nat({ max: 2 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom<Picking[]>('setBest', 'finalize', 'setHead', 'revert', 'override'),
      pick,
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'snapshot' }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' }) },
)

const NAME = utf8('name')

function child(parent: Block | undefined, parentState: Trie, name: string, skip = 0): { block: Block; state: Trie } {
  const state = parentState.apply([[NAME, utf8(name.padEnd(40))]])
  const header = {
    parentHash: parent?.hash ?? new Uint8Array(32),
    number: parent ? parent.header.number + 1 + skip : 0,
    stateRoot: state.root(),
    extrinsicsRoot: new Uint8Array(32),
    digest: [],
  }
  return { block: { hash: headerHash(header), header, body: [utf8(name)] }, state }
}

/** A block as the model knows it: its place in the list of all blocks is its name. */
interface Entry {
  readonly block: Block
  readonly parent: number
  value: string
}

interface Heads {
  readonly best: number
  readonly finalized: number
  /** Blocks that may still become final, without the finalized block. */
  readonly live: ReadonlySet<number>
}

interface Remembered extends Heads {
  readonly place: Place
  readonly values: readonly string[]
}

const open = (db: ReturnType<typeof createMemoryDb>): Promise<BlockStore> =>
  BlockStore.open(db, (nodes) => child(undefined, Trie.empty({ store: nodes }), '0'))

/** The store, and beside it lists and sets. */
class World {
  readonly #db = createMemoryDb()
  #store!: BlockStore
  readonly #all: Entry[] = []
  #heads: Heads = { best: 0, finalized: 0, live: new Set() }
  readonly #snapshots: Remembered[] = []

  async start(): Promise<void> {
    this.#store = await open(this.#db)
    this.#all.push({ block: this.#store.genesis, parent: -1, value: '0' })
  }

  #path(from: number): number[] {
    const path: number[] = []
    for (let at = from; at >= 0; at = this.#all[at]!.parent) path.unshift(at)
    return path
  }

  #descends(block: number, from: number): boolean {
    return this.#path(block).includes(from)
  }

  #isLive(block: number): boolean {
    return this.#heads.live.has(block) || block === this.#heads.finalized
  }

  async act(step: Action): Promise<void> {
    if (step.kind === 'restart') this.#store = await open(this.#db)
    else if (step.kind === 'snapshot') this.#snapshot()
    else if (step.kind === 'seal') await this.#seal(step)
    else if (step.kind === 'revert') await this.#revert(step.pick)
    else await this[step.kind](step.pick % this.#all.length)
  }

  async #seal({ pick: wanted, best, skip }: { pick: number; best: boolean; skip: number }): Promise<void> {
    const alive = [this.#heads.finalized, ...this.#heads.live]
    const parent = alive[wanted % alive.length]!
    const parentBlock = this.#all[parent]!.block
    const name = `${this.#all.length}`
    const { block, state } = child(parentBlock, this.#store.state(parentBlock.hash), name, skip)
    await this.#store.import(block, state, best)
    const index = this.#all.push({ block, parent, value: name }) - 1
    const live = new Set([...this.#heads.live, index])
    this.#heads = { ...this.#heads, live, best: best ? index : this.#heads.best }
  }

  async setBest(target: number): Promise<void> {
    const { hash } = this.#all[target]!.block
    if (!this.#isLive(target)) {
      expect(() => this.#store.checkLive(hash)).toThrow(expect.objectContaining({ code: 'NOT_ON_FINALIZED_BRANCH' }))
      return
    }
    await this.#store.setBest(this.#store.checkLive(hash))
    this.#heads = { ...this.#heads, best: target }
  }

  async finalize(target: number): Promise<void> {
    const { block } = this.#all[target]!
    const { finalized, best, live } = this.#heads
    if (this.#descends(finalized, target)) {
      expect(this.#store.unfinalizedUpTo(block.hash)).toEqual([])
      return
    }
    if (!live.has(target)) {
      expect(() => this.#store.unfinalizedUpTo(block.hash)).toThrow()
      return
    }
    const between = this.#path(target).filter((at) => !this.#descends(finalized, at))
    expect(this.#store.unfinalizedUpTo(block.hash)).toEqual(between.map((at) => this.#all[at]!.block))
    const moves = !this.#descends(best, target)
    if (moves) await this.#store.setBest(block)
    const pruned = await this.#store.setFinalized(block)
    const stays = new Set([...live].filter((at) => at !== target && this.#descends(at, target)))
    const goes = [...live].filter((at) => !stays.has(at) && !this.#descends(target, at))
    expect(hashes(pruned)).toEqual(this.#sorted(goes))
    this.#heads = { best: moves ? target : best, finalized: target, live: stays }
  }

  async setHead(target: number): Promise<void> {
    const { block } = this.#all[target]!
    await this.#store.goTo(this.#store.placeAt(block))
    const { finalized, live } = this.#heads
    const above = this.#path(target).filter((at) => !this.#descends(finalized, at))
    if (this.#isLive(target)) this.#heads = { ...this.#heads, best: target }
    else if (this.#descends(target, finalized))
      this.#heads = { finalized, best: target, live: new Set([...live, ...above]) }
    else this.#heads = { finalized: target, best: target, live: new Set() }
  }

  async override(target: number): Promise<void> {
    const value = `set ${target}`
    await this.#store.overrideState(this.#all[target]!.block.hash, [[NAME, utf8(value.padEnd(40))]])
    this.#all[target]!.value = value
  }

  #snapshot(): void {
    const values = this.#all.map(({ value }) => value)
    this.#snapshots.push({ ...this.#heads, place: this.#store.place(), values })
  }

  async #revert(wanted: number): Promise<void> {
    const snapshot = this.#snapshots[wanted % this.#snapshots.length]
    if (snapshot === undefined) return
    const changed = this.#all.slice(0, snapshot.values.length).flatMap((entry, at) => {
      const value = snapshot.values[at]!
      if (entry.value === value) return []
      const { hash } = entry.block
      entry.value = value
      return [{ block: hash, state: this.#store.state(hash).apply([[NAME, utf8(value.padEnd(40))]]) }]
    })
    await this.#store.goTo(snapshot.place, changed)
    this.#snapshots.length = (wanted % this.#snapshots.length) + 1
    this.#heads = { best: snapshot.best, finalized: snapshot.finalized, live: snapshot.live }
  }

  #sorted(blocks: Iterable<number>): string[] {
    return hashes(Array.from(blocks, (at) => this.#all[at]!.block))
  }

  check(store = this.#store): void {
    const { best, finalized, live } = this.#heads
    expect([store.best, store.finalized]).toEqual([this.#all[best]!.block, this.#all[finalized]!.block])
    const alive = store.live()
    expect(hashes(alive)).toEqual(this.#sorted(live))
    const known = new Set([toHex(store.finalized.hash)])
    for (const { hash, header } of alive) {
      expect(known).toContain(toHex(header.parentHash))
      known.add(toHex(hash))
    }
    const byNumber = new Map(this.#path(best).map((at) => [this.#all[at]!.block.header.number, at]))
    const highest = Math.max(...this.#all.map(({ block }) => block.header.number))
    for (let number = 0; number <= highest + 1; number++) {
      const at = byNumber.get(number)
      expect(store.hashAt(number)).toEqual(at === undefined ? undefined : this.#all[at]!.block.hash)
    }
    for (const { block, value } of this.#all) expect(store.state(block.hash).get(NAME)).toEqual(utf8(value.padEnd(40)))
  }

  async checkReopened(): Promise<void> {
    this.check(await open(this.#db))
  }
}

const hashes = (blocks: readonly Block[]): string[] => blocks.map(({ hash }) => toHex(hash)).toSorted()

describe('the block store', () => {
  it('has the heads, the numbers and the live blocks of a plain model, also when opened anew', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const world = new World()
        await world.start()
        for (const step of actions) {
          await world.act(step)
          world.check()
        }
        await world.checkReopened()
      }),
      { numRuns: 150 },
    )
  })
})
