/**
 * The operations of one follow subscription: what chainHead_v1_body, call and storage begin.
 *
 * Owns: slots, ids, waiting for continue, stopping, and the turn of the event loop between one step and the next, so that a long
 * operation neither holds up others nor tells anything before its method has replied. Does not own: what an operation does
 * (operation-steps.ts).
 * Source: paritytech/json-rpc-interface-spec api/chainHead_v1_{body,call,storage,continue,stopOperation}.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { notWaiting } from './errors.ts'

/** Operations under way per subscription, each item of a storage request counted as one. What the specification guarantees. */
export const MAX_OPERATIONS = 16

/** One event of an operation that has more to tell. */
export interface Step {
  /** JSON text. */
  readonly event: string
  /** Whether the client must ask for what follows. */
  readonly waits: boolean
}

/** What an operation tells, step by step; the last event is what it returns. What it throws becomes its last event. */
export type Steps = Iterator<Step, string, void>

interface Operation {
  readonly slots: number
  readonly steps: Steps
  waiting: boolean
}

/** See the module's header. */
export class Operations {
  readonly #push: (eventJson: string) => void
  readonly #newId: () => string
  readonly #active = new Map<string, Operation>()
  #free = MAX_OPERATIONS

  /** @param push tells the client. @param newId an id that no other operation has. */
  constructor(push: (eventJson: string) => void, newId: () => string) {
    this.#push = push
    this.#newId = newId
  }

  /** Slots that are not taken. */
  get free(): number {
    return this.#free
  }

  /** Begins an operation on so many of the free slots. It tells nothing before the next turn of the event loop. @returns its id. */
  start(slots: number, steps: (operationId: string) => Steps): string {
    const id = this.#newId()
    this.#free -= slots
    this.#active.set(id, { slots, steps: steps(id), waiting: false })
    this.#later(id)
    return id
  }

  #later(id: string): void {
    setImmediate(() => this.#step(id))
  }

  #step(id: string): void {
    const operation = this.#active.get(id)
    if (!operation) return
    const { event, waits } = next(id, operation.steps)
    if (waits === undefined) this.stop(id)
    this.#push(event)
    // Also where a client in this process stopped it on being told.
    if (!this.#active.has(id)) return
    operation.waiting = waits === true
    if (waits) this.#push(waitingEvent(id))
    else this.#later(id)
  }

  /**
   * Lets an operation go on. Does nothing where there is none of that id: it may just have ended.
   * @throws RpcError -32803 where it does not wait.
   */
  continue(id: string): void {
    const operation = this.#active.get(id)
    if (!operation) return
    if (!operation.waiting) throw notWaiting(id)
    operation.waiting = false
    this.#later(id)
  }

  /** Ends an operation, which tells nothing more. Does nothing where there is none of that id. */
  stop(id: string): void {
    const operation = this.#active.get(id)
    if (!operation) return
    this.#active.delete(id)
    this.#free += operation.slots
  }

  /** Ends them all. */
  stopAll(): void {
    for (const id of this.#active.keys()) this.stop(id)
  }
}

/** The next event; `waits` is undefined for the last one. */
function next(id: string, steps: Steps): { readonly event: string; readonly waits: boolean | undefined } {
  try {
    const { done, value } = steps.next()
    return done ? { event: value, waits: undefined } : value
  } catch (thrown) {
    return { event: failureEvent(id, thrown), waits: undefined }
  }
}

const waitingEvent = (id: string): string => JSON.stringify({ event: 'operationWaitingForContinue', operationId: id })

/** A block that is not there may come back (a state loaded again), so asking again may help. Nothing else can. */
const failureEvent = (operationId: string, thrown: unknown): string =>
  thrown instanceof AssayError && thrown.code === 'UNKNOWN_BLOCK'
    ? JSON.stringify({ event: 'operationInaccessible', operationId })
    : JSON.stringify({ event: 'operationError', operationId, error: messageOf(thrown) })
