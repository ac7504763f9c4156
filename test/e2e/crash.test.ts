/** SIGKILL ends the node under load, again and again on the same folder: finalized blocks survive. */
import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { fromHex, toHex } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { drawBelow } from '#types/domain/draw.ts'
import { headerHash } from '#types/scale/header.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode } from '#chain/node/service.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { startCli, type Run } from '../helpers/cli.ts'
import { loadClient, transferSigner, type LoadClient } from '../helpers/load.ts'
import { recomputeRoot } from '../helpers/node.ts'
import { tempDir } from '../helpers/temp-dir.ts'
import { patiently } from '../helpers/patience.ts'

/** Two nodes side by side, so that both cores have work. */
const NODES = 2
/** In all; `npm run crash` has ten times as many. */
const KILLS = Number(process.env['ASSAY_CRASH_KILLS'] ?? 50)
const KILLS_PER_NODE = Math.ceil(KILLS / NODES)
/** A look into the database from scratch after every so many kills. */
const KILLS_BETWEEN_AUDITS = 8
/** One kill in so many comes while the node still starts. */
const KILLS_PER_EARLY_KILL = 6
const MAX_LIFE_MS = 300
const MAX_EARLY_LIFE_MS = 700
/** As often as the node allows, so that kills meet blocks being written. */
const BLOCK_TIME_MS = 20
const FINALITY_DELAY_MS = 10
/** The second node's finality lags, so that kills meet forks that are still alive. */
const LATE_NODE = 1
const LATE_FINALITY_DELAY_MS = 150
const MANY_KILLS = 200
/** So many begin branches at the same time. */
const FORKERS = 4
/** So deep below the best block a fork begins, at most. */
const FORK_DEPTH = 3
/** Longer than any look. */
const NEVER_MS = 2 ** 30
const IN_FLIGHT = 24
/** Finalized blocks that a node must have told of in all its lives for the test to mean something. */
const MIN_FINALIZED = 10
/** Blocks whose state is computed anew by each look. */
const AUDITED_STATES = 8
const START_DEADLINE_MS = patiently(20_000)
const EXIT_DEADLINE_MS = patiently(5_000)
const TEST_DEADLINE_MS = patiently(180_000 + KILLS * 3_000)

const alice = keypairFromSuri('//Alice')
const dest = keypairFromSuri('//Bob').accountId

/** A header in JSON. */
interface HeaderJson {
  readonly number: string
  readonly parentHash: string
  readonly stateRoot: string
}

const seed = process.env['ASSAY_CRASH_SEED'] ?? toHex(randomBytes(8))
const running = new Set<Run>()

afterEach(() => {
  for (const { process: child } of running) child.kill('SIGKILL')
})

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A node on one folder through all its lives, and what it told of its finalized blocks. */
class Victim {
  readonly #dir: string
  readonly #seed: Uint8Array
  readonly #isLate: boolean
  /** Forks begun, and live blocks beside the best branch that audits found. */
  forked = 0
  forksFound = 0
  /** Headers of finalized blocks as the node told them, by number. */
  readonly #finalized = new Map<number, HeaderJson>()
  #sign: ReturnType<typeof transferSigner> | undefined
  #draws = 0
  accepted = 0

  constructor(dir: string, label: string, isLate: boolean) {
    this.#dir = dir
    this.#isLate = isLate
    this.#seed = blake2b256(new TextEncoder().encode(label))
  }

  get finalizedCount(): number {
    return this.#finalized.size
  }

  below(bound: number): number {
    return Number(drawBelow(this.#seed, 'crash', this.#draws++, BigInt(bound)))
  }

  start(): Run {
    const delay = this.#isLate ? LATE_FINALITY_DELAY_MS : FINALITY_DELAY_MS
    const pace = ['--sealing', 'interval', '--block-time', BLOCK_TIME_MS, '--finality-delay', delay]
    // Without threads, which would still be starting when the kill comes.
    const node = ['chain', '--rpc-port', 0, '--json', '--verify-threads', 0, '--base-path', this.#dir]
    const run = startCli([...node, ...pace].map(String))
    running.add(run)
    return run
  }

  async kill(run: Run): Promise<void> {
    run.process.kill('SIGKILL')
    expect(await run.exit(EXIT_DEADLINE_MS), run.stderr()).toBe('SIGKILL')
    running.delete(run)
  }

  /** Starts, and kills before or soon after the node is there. */
  async earlyDeath(): Promise<void> {
    const run = this.start()
    await pause(this.below(MAX_EARLY_LIFE_MS))
    await this.kill(run)
  }

  /** Starts, looks for what was finalized in earlier lives, and kills in the middle of the load. */
  async deathUnderLoad(): Promise<void> {
    const run = this.start()
    const client = await this.#connect(run)
    await this.checkFinalized(client)
    await client.subscribe('chain_subscribeFinalizedHeads', (head) => this.#note(head as HeaderJson))
    const nonce = (await client.call('system_accountNextIndex', toSs58(alice.accountId))) as number
    const pumps = Promise.all([this.#pump(client, nonce), ...Array.from({ length: FORKERS }, () => this.#fork(client))])
    await pause(this.below(MAX_LIFE_MS))
    // One life at least gets as far as a fork, however busy the machine is.
    if (this.#isLate && this.forked === 0)
      await expect.poll(() => this.forked, { timeout: START_DEADLINE_MS }).toBeGreaterThan(0)
    await this.kill(run)
    client.close()
    await pumps
  }

  async #connect(run: Run): Promise<LoadClient> {
    const ready = await run.line(({ kind }) => kind === 'chain-ready', START_DEADLINE_MS)
    this.#sign ??= transferSigner(fromHex(String(ready['genesis'])))
    return loadClient(String(ready['endpoint']))
  }

  #note(head: HeaderJson): void {
    const number = Number(head.number)
    expect(this.#finalized.get(number) ?? head, `two blocks ${number} were finalized`).toEqual(head)
    this.#finalized.set(number, head)
  }

  /** All finalized blocks are there, under the same numbers, and below the best one. */
  async checkFinalized(client: LoadClient): Promise<void> {
    const numberOf = async (hash: unknown): Promise<number> =>
      Number(((await client.call('chain_getHeader', hash)) as HeaderJson).number)
    const finalized = await numberOf(await client.call('chain_getFinalizedHead'))
    expect(finalized).toBeGreaterThanOrEqual(Math.max(0, ...this.#finalized.keys()))
    expect(await numberOf(await client.call('chain_getBlockHash'))).toBeGreaterThanOrEqual(finalized)
    const found = Array.from(this.#finalized, async ([number, header]) => {
      const hash = await client.call('chain_getBlockHash', number)
      expect(await client.call('chain_getHeader', hash), `finalized block ${number}`).toEqual(header)
    })
    await Promise.all(found)
  }

  /** Keeps transfers under way until the connection ends. Gives what ended each of them otherwise. */
  async #pump(client: LoadClient, nonce: number): Promise<void> {
    const pump = async (): Promise<void> => {
      for (;;) {
        const wire = this.#sign!({ signer: alice, nonce: nonce++, dest, value: 1_000_000_000n })
        await client.call('author_submitExtrinsic', toHex(wire))
        this.accepted++
      }
    }
    const ends = Array.from({ length: IN_FLIGHT }, () => pump().catch((error: unknown) => error))
    for (const error of await Promise.all(ends)) expect(String(error)).toContain('the connection ended')
  }

  /** Keeps beginning branches below the best block until the connection ends. */
  async #fork(client: LoadClient): Promise<void> {
    const header = async (hash?: unknown): Promise<HeaderJson> =>
      (await client.call('chain_getHeader', ...(hash === undefined ? [] : [hash]))) as HeaderJson
    const begin = async (): Promise<void> => {
      let parent = (await header()).parentHash
      for (let depth = this.below(FORK_DEPTH); depth > 0; depth--) parent = (await header(parent)).parentHash
      // Where the parent is final already, or is block 0's, there is no fork: the node says so.
      await client.call('engine_createBlock', true, false, parent).then(
        () => this.forked++,
        (error: unknown) => {
          if (String(error).includes('the connection ended')) throw error
        },
      )
    }
    for (;;) {
      try {
        await begin()
      } catch (error) {
        if (String(error).includes('the connection ended')) return
        if (!/null/.test(String(error))) throw error
      }
    }
  }

  /** Every live block leads to the finalized one over blocks whose hashes and states are right. */
  #auditForks(node: Node): void {
    const finalized = node.finalized()
    const live = node.unfinalized()
    const known = new Set([finalized, ...live].map(({ hash }) => toHex(hash)))
    for (const { hash, header } of live) {
      expect(known, `the parent of live block ${header.number}`).toContain(toHex(header.parentHash))
      expect(headerHash(header)).toEqual(hash)
      expect(node.stateAt(hash).root()).toEqual(header.stateRoot)
      if (toHex(node.hashAt(header.number) ?? hash) !== toHex(hash)) this.forksFound++
    }
    const side = live.find(({ hash, header }) => toHex(node.hashAt(header.number) ?? hash) !== toHex(hash))
    if (side) expect(recomputeRoot(node, side.hash), 'state root of a fork').toEqual(side.header.stateRoot)
    if (node.best().header.number > finalized.header.number) expect(known).toContain(toHex(node.best().hash))
  }

  /** Opens the database without a node process, and computes anew what it says of itself. */
  async audit(): Promise<{ readonly transfers: number }> {
    const runtime = createRuntime({ log: { error: () => undefined } })
    const node = await startNode(
      { basePath: this.#dir, sealing: { kind: 'manual' }, finalityDelayMs: NEVER_MS },
      { runtime },
    )
    try {
      const best = node.best()
      let transfers = 0
      let at = best
      for (let number = best.header.number; ; number--) {
        expect(at.header.number).toBe(number)
        expect(node.hashAt(number)).toEqual(at.hash)
        expect(headerHash(at.header)).toEqual(at.hash)
        transfers += at.body.filter((wire) => runtime.decode(wire).signature).length
        if (number === 0) break
        at = node.block(at.header.parentHash)!
      }
      this.#auditForks(node)
      // Every transfer in a block changed the state of that block, and none did twice.
      expect(node.nextNonce(alice.accountId)).toBe(transfers)
      const sample = Array.from({ length: AUDITED_STATES }, () => this.below(best.header.number + 1))
      for (const number of [best.header.number, ...sample]) {
        const { hash, header } = node.block(node.hashAt(number)!)!
        expect(recomputeRoot(node, hash), `state root of block ${number}`).toEqual(header.stateRoot)
      }
      return { transfers }
    } finally {
      await node.close()
    }
  }

  async liveAndDie(): Promise<number> {
    let transfers = 0
    for (let kill = 1; kill <= KILLS_PER_NODE; kill++) {
      if (this.below(KILLS_PER_EARLY_KILL) === 0) await this.earlyDeath()
      else await this.deathUnderLoad()
      if (kill % KILLS_BETWEEN_AUDITS === 0 || kill === KILLS_PER_NODE) ({ transfers } = await this.audit())
    }
    return transfers
  }
}

describe('a node under load', () => {
  test(
    `loses no finalized block to ${KILLS} kills, nor forks that are alive, and keeps its state roots (seed ${seed})`,
    { timeout: TEST_DEADLINE_MS },
    async () => {
      const lives = Array.from({ length: NODES }, async (_, index) => {
        const isLate = index === LATE_NODE
        const victim = new Victim(await tempDir(), `${seed}/${index}`, isLate)
        const transfers = await victim.liveAndDie()
        // The load was one: the kills met blocks being made and finalized.
        expect(transfers).toBeGreaterThan(KILLS_PER_NODE)
        expect(victim.finalizedCount).toBeGreaterThan(isLate ? 0 : MIN_FINALIZED)
        // Whether a kill meets a living fork is chance: of many, some do.
        if (isLate && KILLS >= MANY_KILLS) expect(victim.forksFound).toBeGreaterThan(0)
        expect(transfers).toBeLessThanOrEqual(victim.accepted + KILLS_PER_NODE * IN_FLIGHT)
      })
      const ends = await Promise.allSettled(lives)
      for (const end of ends) if (end.status === 'rejected') throw end.reason
    },
  )
})
