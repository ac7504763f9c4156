/**
 * The life of one worker: it joins, works, drains and closes.
 *
 * Owns: registering on chain, heartbeats, noticing what the operator does by extrinsics, and handing finalized blocks to the role. Does
 * not own: the ports that the worker runs on, which its caller opens and closes.
 */
import type { FinalizedBlock, Following } from '#chain/api/chain-port.ts'
import { decodeEvent, encodeCall, read, readConstant } from '#chain/api/descriptors.ts'
import { equalBytes } from '#types/bytes.ts'
import { formatAmount } from '#types/domain/amount.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { RoleName, WorkerRecord } from '#types/domain/worker.ts'
import { bondCharged, heartbeat, heartbeatInterval, workers } from './chain-items.ts'
import { join } from './membership.ts'
import type { RoleDeps } from './ports.ts'
import type { MakeRole, Role } from './role.ts'
import { createDuties, type Duties } from './duties.ts'

/** @see startWorker */
export interface WorkerOptions {
  /** The account that signs for it on chain. */
  readonly account: Uint8Array
  /** Duties it takes at the same time. */
  readonly capacity: number
  /** As it is registered on chain. */
  readonly role: RoleName
  /** What people read beside its address. */
  readonly name?: string | undefined
  readonly makeRole: MakeRole
}

/** A worker at work. */
export interface Worker {
  /** Resolves once the worker is closed; rejects with the error that ended it before, such as `OTHER_CHAIN`. */
  readonly done: Promise<void>
  /** Takes no new work, and closes when the last is done or `withinMs` milliseconds have gone. */
  drain(withinMs: number): Promise<void>
  /** Stops at once; unfinished work goes on at the next start. */
  close(): Promise<void>
}

/** Whether the chain may answer again at the next block. A role that has missed a block looks at the state instead. */
const isPassing = (error: unknown): boolean =>
  error instanceof AssayError && (error.code === 'CHAIN_UNREACHABLE' || error.code === 'CHAIN_TIMEOUT')

/** The worker's record on chain, watched block by block. */
class Registration {
  readonly #account: Uint8Array
  readonly #deps: RoleDeps
  readonly #duties: Duties
  readonly #interval: number
  #record: WorkerRecord | undefined
  #status: string | undefined
  #looked = false

  constructor(account: Uint8Array, deps: RoleDeps) {
    this.#account = account
    this.#deps = deps
    this.#duties = createDuties(deps)
    this.#interval = readConstant(deps.chain, heartbeatInterval)
  }

  async onBlock(block: FinalizedBlock): Promise<void> {
    const { chain } = this.#deps
    const due = this.#record !== undefined && block.number >= this.#record.lastSeen + this.#interval
    if (due || !this.#looked || block.events.some(({ pallet }) => pallet === 'Workers')) {
      this.#looked = false
      this.#record = await read(chain, workers, this.#account)
      this.#looked = true
      this.#noteStatus(this.#record?.status ?? 'Unregistered', block.number)
    }
    this.#noteCharges(block)
    this.#beat(block.number)
  }

  #noteCharges({ events, number }: FinalizedBlock): void {
    for (const event of events) {
      const charged = decodeEvent(bondCharged, event)
      if (!charged || !equalBytes(charged.account, this.#account)) continue
      const amount = formatAmount(charged.amount)
      this.#deps.log.warn({ amount, block: number }, 'the chain took a part of the bond; top it up to get duties again')
      this.#deps.report({ kind: 'bond-charged', amount })
    }
  }

  #noteStatus(status: 'Active' | 'Paused' | 'Unregistered', block: number): void {
    if (status === this.#status) return
    this.#status = status
    this.#deps.log.info({ status, block }, 'the worker has a new status on chain')
    this.#deps.report({ kind: 'status', status })
  }

  /** Sends one heartbeat for each interval, counted from the last one that the chain saw. */
  #beat(number: number): void {
    const record = this.#record
    if (!record || number < record.lastSeen + this.#interval) return
    const dutyId = `workers.heartbeat/${record.registeredAt}/${record.lastSeen}`
    this.#duties.ensure(dutyId, () => encodeCall(heartbeat, {}))
  }
}

/**
 * Starts a worker: registers it if the chain does not know it, then follows the chain. Resolves when it is at work.
 * @throws AssayError `REGISTRATION_FAILED`, `NOISE_KEY_MISMATCH`, `BOND_NOT_COVERED`, and those of the ports
 */
export async function startWorker({ account, capacity, ...work }: WorkerOptions, deps: RoleDeps): Promise<Worker> {
  await join({ account, capacity, role: work.role, name: work.name }, deps)
  const role = work.makeRole(account, deps)
  await role.start()
  const registration = new Registration(account, deps)
  const following = deps.chain.follow(async (block) => {
    try {
      await registration.onBlock(block)
      await role.onBlock(block)
    } catch (error) {
      if (!isPassing(error)) throw error
      deps.log.warn(
        { block: block.number, error: messageOf(error) },
        'the chain did not answer; the next block decides',
      )
    }
  })
  return new RunningWorker(role, following, deps)
}

/** A class, for a simulation has thousands of workers. */
class RunningWorker implements Worker {
  readonly done: Promise<void>
  readonly #role: Role
  readonly #following: Following
  readonly #deps: Pick<RoleDeps, 'clock' | 'log'>
  #ending: Promise<void> | undefined
  #closing: Promise<void> | undefined

  constructor(role: Role, following: Following, deps: Pick<RoleDeps, 'clock' | 'log'>) {
    this.#role = role
    this.#following = following
    this.#deps = deps
    this.done = this.#live()
  }

  async #live(): Promise<void> {
    try {
      await this.#following.done
    } catch (error) {
      this.#deps.log.warn({ error: messageOf(error) }, 'the worker has stopped')
      throw error
    } finally {
      await this.#end()
    }
  }

  /** The caller that closes a worker waits until the role has closed, since the role still uses the ports that the caller closes next. */
  #end(): Promise<void> {
    return (this.#ending ??= this.#role.close())
  }

  close(): Promise<void> {
    this.#closing ??= this.#following.stop().then(() => this.#end())
    return this.#closing
  }

  async drain(withinMs: number): Promise<void> {
    let cancel = (): void => {}
    const late = new Promise<void>((resolve) => (cancel = this.#deps.clock.setTimer(withinMs, resolve)))
    await Promise.race([this.#role.drain(), late])
    cancel()
    await this.close()
  }
}
