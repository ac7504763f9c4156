/**
 * The operations of one follow subscription: chainHead_v1_body, call and storage begin them.
 *
 * Owns: slots, ids, waiting for continue, stopping, and a turn of the event loop between two steps. So a long operation
 * does not block other clients, and tells nothing before its method has replied. Does not own: the steps of an
 * operation.
 * Source: paritytech/json-rpc-interface-spec api/chainHead_v1_{body,call,storage,continue,stopOperation}.
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { notWaiting } from './errors.ts'

/**
 * Operations under way in one subscription; each item of a storage request counts as one. The specification guarantees
 * this number.
 */
export const MAX_OPERATIONS = 16

/** One event of an operation, and not the last. */
export interface Step {
  /** JSON text. */
  readonly event: string
  /** Whether the client must ask for the next event. */
  readonly waits: boolean
}

/**
 * The events of an operation, step by step. The return value is the last event; if a step throws, its error becomes the
 * last event.
 */
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

  /**
   * @param push tells the client.
   * @param newId gives an id that no other operation has.
   */
  constructor(push: (eventJson: string) => void, newId: () => string) {
    this.#push = push
    this.#newId = newId
  }

  /** The number of free slots. */
  get free(): number {
    return this.#free
  }

  /**
   * Begins an operation on that many free slots. It tells nothing before the next turn of the event loop. @returns its
   * id.
   */
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
    // A client in this process may have stopped the operation while it got the event.
    if (!this.#active.has(id)) return
    operation.waiting = waits === true
    if (waits) this.#push(waitingEvent(id))
    else this.#later(id)
  }

  /**
   * Lets an operation continue. Does nothing if there is none of that id: it may just have ended.
   * @throws RpcError -32803 if it does not wait.
   */
  continue(id: string): void {
    const operation = this.#active.get(id)
    if (!operation) return
    if (!operation.waiting) throw notWaiting(id)
    operation.waiting = false
    this.#later(id)
  }

  /** Ends an operation without another event. Does nothing if there is none of that id. */
  stop(id: string): void {
    const operation = this.#active.get(id)
    if (!operation) return
    this.#active.delete(id)
    this.#free += operation.slots
  }

  /** Ends all operations. */
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

/**
 * A missing block may come back when a dump is loaded, so asking again may help. It does not help after other errors.
 */
const failureEvent = (operationId: string, thrown: unknown): string =>
  thrown instanceof AssayError && thrown.code === 'UNKNOWN_BLOCK'
    ? JSON.stringify({ event: 'operationInaccessible', operationId })
    : JSON.stringify({ event: 'operationError', operationId, error: messageOf(thrown) })
