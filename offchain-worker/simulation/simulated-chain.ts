/**
 * The real runtime on virtual time: it makes blocks at their pace, puts calls into them, and informs the workers.
 *
 * Owns: building blocks, handing them out, the outcome of calls, each duty once. Does not own: the names of pallets, items and
 * calls (the chain's face). There is no node, so there are no signatures, no forks and no pool.
 */
import type { CallRequest, ChainPort, FinalizedBlock, Following, SubmitOutcome } from '#chain/api/chain-port.ts'
import { slotDigest } from '#chain/node/slots.ts'
import { SLOT_DURATION_MS } from '#chain/runtime/pallets/aura.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import type { ApplyOutcome, OpenBlock, Runtime } from '#chain/runtime/runtime-interface.ts'
import { Trie } from '#chain/trie/trie.ts'
import { toHex } from '#types/bytes.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { headerHash } from '#types/scale/header.ts'
import { AccountPort } from './account-port.ts'
import { chainFace, type ChainFace } from './chain-face.ts'
import type { Scheduler } from './scheduler.ts'

/** @see SimulatedChain */
export interface SimulatedChainOptions {
  readonly genesis: Readonly<Record<string, unknown>>
  readonly blockMs: number
  /** Called with every block before workers hear of it. */
  readonly onBlock: (block: FinalizedBlock) => void
}

/** @see SimulatedChain */
export interface SimulatedChainDeps {
  readonly scheduler: Scheduler
  /** Milliseconds for a block to reach a worker, or for a call to reach the chain. */
  readonly latencyMs: (account: Uint8Array) => number
}

interface Waiting {
  readonly account: Uint8Array
  readonly call: CallRequest
  readonly settle: (outcome: SubmitOutcome) => void
}

interface Follower {
  readonly account: Uint8Array
  readonly onBlock: (block: FinalizedBlock) => Promise<void>
  readonly fail: (error: unknown) => void
  readonly queue: FinalizedBlock[]
  /** When the last block reached it: blocks arrive in their order. */
  heardAtMs: number
  isBusy: boolean
  stopped: boolean
}

/** Unix milliseconds at block 0. Block n comes n block times later. */
const START_MS = Date.UTC(2030, 0, 1)
const HASH_BYTES = 32
/** States kept for questions about past blocks. */
const KEPT_STATES = 32
/** Duties kept for each account, with their outcomes: far more than run at the same time. */
const KEPT_DUTIES = 64

const isFull = (outcome: ApplyOutcome): boolean =>
  outcome.kind === 'refused' && outcome.error.kind === 'invalid' && outcome.error.reason === 'ExhaustsResources'

/** See the module's header. */
export class SimulatedChain {
  readonly genesisHash: Uint8Array
  /** Bugs in pallets that the runtime logged. */
  readonly bugs: string[] = []
  readonly #options: SimulatedChainOptions
  readonly #deps: SimulatedChainDeps
  readonly #runtime: Runtime
  readonly #face: ChainFace = chainFace()
  readonly #states = new Map<string, Trie>()
  /** By account, then by duty. */
  readonly #duties = new Map<string, Map<string, Promise<SubmitOutcome>>>()
  readonly #nonces = new Map<string, number>()
  readonly #followers = new Set<Follower>()
  readonly #pool: Waiting[] = []
  #state: Trie
  #number = 0
  #hash: Uint8Array

  constructor(options: SimulatedChainOptions, deps: SimulatedChainDeps) {
    this.#options = options
    this.#deps = deps
    this.#runtime = createRuntime({
      log: { error: (fields, message) => void this.bugs.push(`${message} ${messageOf(fields['err'])}`) },
    })
    this.#state = Trie.empty().apply(this.#runtime.genesis(options.genesis))
    const none = new Uint8Array(HASH_BYTES)
    const stateRoot = this.#state.root()
    this.genesisHash = headerHash({ parentHash: none, number: 0, stateRoot, extrinsicsRoot: none, digest: [] })
    this.#hash = this.genesisHash
    this.#keepState()
  }

  get number(): number {
    return this.#number
  }

  /** State after the latest block. */
  get state(): Trie {
    return this.#state
  }

  get face(): ChainFace {
    return this.#face
  }

  /** Begins to make blocks. */
  start(): void {
    const { scheduler } = this.#deps
    const next = (): void => {
      this.#seal()
      scheduler.after(this.#options.blockMs, next)
    }
    scheduler.after(this.#options.blockMs, next)
  }

  #seal(): void {
    const number = this.#number + 1
    const timestampMs = BigInt(START_MS + number * this.#options.blockMs)
    const digest = [slotDigest(timestampMs, SLOT_DURATION_MS)]
    const block = this.#runtime.openBlock(this.#state, { parentHash: this.#hash, number, digest })
    block.applyInherents({ timestampMs })
    const outcomes = this.#fill((extrinsic) => block.apply(extrinsic))
    const calls = this.#pool.splice(0, outcomes.length)
    const { header, state } = block.finalize()
    this.#number = number
    this.#state = state
    this.#hash = headerHash(header)
    this.#keepState()
    const finalized = { number, hash: this.#hash, events: this.#face.events(state) }
    this.#options.onBlock(finalized)
    for (const [at, { account, settle }] of calls.entries()) {
      const outcome = this.#told(outcomes[at]!)
      this.#deps.scheduler.post(this.#deps.latencyMs(account), () => settle(outcome))
    }
    for (const follower of this.#followers) this.#tell(follower, finalized)
  }

  /** Applies the waiting calls, in order, until the block is full. The rest waits for the next block. */
  #fill(apply: OpenBlock['apply']): ApplyOutcome[] {
    const outcomes: ApplyOutcome[] = []
    for (const { account, call } of this.#pool) {
      const outcome = this.#apply(account, call, apply)
      // A call that does not fit into an empty block never fits. It must not stop all later blocks.
      if (isFull(outcome) && outcomes.length > 0) break
      outcomes.push(outcome)
    }
    return outcomes
  }

  #apply(account: Uint8Array, call: CallRequest, apply: OpenBlock['apply']): ApplyOutcome {
    const name = toHex(account)
    const nonce = this.#nonces.get(name) ?? 0
    const outcome = apply(this.#runtime.decode(this.#face.extrinsic(account, nonce, call)))
    if (outcome.kind !== 'refused') this.#nonces.set(name, nonce + 1)
    return outcome
  }

  #told(outcome: ApplyOutcome): SubmitOutcome {
    const place = { block: this.#hash, number: this.#number }
    if (outcome.kind === 'success') return { kind: 'included', ...place }
    if (outcome.kind === 'failed') return { kind: 'failed', ...place, error: this.#face.failure(outcome.error) }
    return { kind: 'refused', code: 0, message: `${outcome.error.kind}: ${outcome.error.reason}` }
  }

  #keepState(): void {
    this.#states.set(toHex(this.#hash), this.#state)
    const [oldest] = this.#states.keys()
    if (this.#states.size > KEPT_STATES && oldest !== undefined) this.#states.delete(oldest)
  }

  #tell(follower: Follower, block: FinalizedBlock): void {
    const { scheduler, latencyMs } = this.#deps
    follower.heardAtMs = Math.max(follower.heardAtMs, scheduler.now + latencyMs(follower.account))
    scheduler.post(follower.heardAtMs - scheduler.now, () => {
      follower.queue.push(block)
      if (!follower.isBusy) void this.#handOut(follower)
    })
  }

  async #handOut(follower: Follower): Promise<void> {
    follower.isBusy = true
    try {
      for (let block = follower.queue.shift(); block && !follower.stopped; block = follower.queue.shift())
        await follower.onBlock(block)
    } catch (error) {
      this.#followers.delete(follower)
      follower.fail(error)
    } finally {
      follower.isBusy = false
    }
  }

  /** One of the last states; without a hash the latest. @throws AssayError `UNKNOWN_BLOCK`. */
  stateAt(at?: Uint8Array): Trie {
    const state = at ? this.#states.get(toHex(at)) : this.#state
    if (state) return state
    throw new AssayError('UNKNOWN_BLOCK', `expected one of the last ${KEPT_STATES} blocks, got ${toHex(at!)}`)
  }

  /** The chain as an account sees and uses it. It knows duties across restarts of the account's process. */
  portOf(account: Uint8Array): ChainPort {
    return new AccountPort(this, account)
  }

  /** Puts an account's call into one of the next blocks, once for each duty. */
  submit(account: Uint8Array, dutyId: string, call: CallRequest): Promise<SubmitOutcome> {
    const name = toHex(account)
    const duties = this.#duties.get(name) ?? new Map<string, Promise<SubmitOutcome>>()
    const known = duties.get(dutyId)
    if (known) return known
    const { scheduler, latencyMs } = this.#deps
    const outcome = new Promise<SubmitOutcome>((settle) => {
      scheduler.post(latencyMs(account), () => void this.#pool.push({ account, call, settle }))
    })
    this.#duties.set(name, duties.set(dutyId, outcome))
    const [oldest] = duties.keys()
    if (duties.size > KEPT_DUTIES && oldest !== undefined) duties.delete(oldest)
    return outcome
  }

  /** Hands an account the blocks from the next one on. */
  follow(account: Uint8Array, onBlock: (block: FinalizedBlock) => Promise<void>): Following {
    let finish = (): void => undefined
    let fail: (error: unknown) => void = () => undefined
    const done = new Promise<void>((resolve, reject) => {
      finish = resolve
      fail = reject
    })
    const follower: Follower = { account, onBlock, fail, queue: [], heardAtMs: 0, isBusy: false, stopped: false }
    this.#followers.add(follower)
    return {
      done,
      stop: async () => {
        follower.stopped = true
        this.#followers.delete(follower)
        finish()
      },
    }
  }
}
