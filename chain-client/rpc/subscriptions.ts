/**
 * Subscriptions of one connection.
 *
 * Owns: ids, the order "reply first, notifications after", the limit, and removal. Does not own: the watched events.
 * Source: jsonrpsee server subscriptions; notification `{ jsonrpc, method, params: { subscription, result } }`.
 */
import { RPC_CODE, RpcError } from './errors.ts'

/**
 * A client gets a subscription's notifications until it unsubscribes, its connection ends, or the subscription itself
 * ends.
 */
export class Subscription {
  readonly id: string
  /** Method of its notifications, such as `chain_newHead`. */
  readonly notification: string
  readonly #head: string
  readonly #deliver: (text: string) => void
  readonly #closers: (() => void)[] = []
  // Until the client knows the id, notifications wait here. Afterwards undefined.
  #waiting: string[] | undefined = []
  #state: 'open' | 'ending' | 'closed' = 'open'

  constructor(id: string, notification: string, deliver: (text: string) => void) {
    this.id = id
    this.notification = notification
    this.#head = `{"jsonrpc":"2.0","method":"${notification}","params":{"subscription":${JSON.stringify(id)},"result":`
    this.#deliver = deliver
  }

  /** Tells the client. `resultJson` is JSON text, so that one text serves all subscribers. */
  push(resultJson: string): void {
    if (this.#state !== 'open') return
    const text = `${this.#head}${resultJson}}}`
    if (this.#waiting) this.#waiting.push(text)
    else this.#deliver(text)
  }

  /** The reply with the id is on its way. Sends the notifications that waited. */
  activate(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    if (this.#state === 'closed') return
    for (const text of waiting) this.#deliver(text)
    if (this.#state === 'ending') this.close()
  }

  /** The last notification was pushed. The subscription closes after its delivery. */
  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ending'
    if (!this.#waiting) this.close()
  }

  /** Runs `closer` once when the subscription closes, or at once if it is closed already. */
  onClose(closer: () => void): void {
    if (this.#state === 'closed') closer()
    else this.#closers.push(closer)
  }

  /** Stops the subscription. Idempotent. */
  close(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    for (const closer of this.#closers.splice(0)) closer()
  }
}

/** The subscriptions of a connection. */
export class Subscriptions {
  readonly #open = new Map<string, Subscription>()
  readonly #limit: number
  readonly #newId: () => string
  readonly #deliver: (text: string) => void

  constructor(limit: number, newId: () => string, deliver: (text: string) => void) {
    this.#limit = limit
    this.#newId = newId
    this.#deliver = deliver
  }

  get size(): number {
    return this.#open.size
  }

  /**
   * A new subscription. The handler returns it as its result.
   * @throws RpcError -32006 at the limit.
   */
  open(notification: string): Subscription {
    if (this.#open.size >= this.#limit)
      throw new RpcError(
        RPC_CODE.tooManySubscriptions,
        'Too many subscriptions on the connection',
        `Exceeded max limit of ${this.#limit}`,
      )
    const subscription = new Subscription(this.#newId(), notification, this.#deliver)
    this.#open.set(subscription.id, subscription)
    subscription.onClose(() => this.#open.delete(subscription.id))
    return subscription
  }

  /** Closes one. False if there is none of that id and kind. */
  close(id: string, notification: string): boolean {
    const subscription = this.#open.get(id)
    if (subscription?.notification !== notification) return false
    subscription.close()
    return true
  }

  /** Closes all, because the connection has ended. */
  closeAll(): void {
    for (const subscription of this.#open.values()) subscription.close()
  }
}
