/**
 * The clients that follow the chain's head.
 *
 * Owns: the follow subscriptions of all connections, their limit, and the one listener on the node. The listener exists
 * only while a client follows. Does not own: the events of one subscription.
 *
 * A jump of the chain ends a subscription with `stop` only where final blocks are gone, because no event can tell that.
 * Storage set by hand (`stateSet`) tells nothing: no block came, and a client that reads the block again gets the new
 * value.
 */
import { fromHex, toHex } from '#types/bytes.ts'
import type { Clock } from '#types/clock.ts'
import type { Block, ChainEvent, Node } from '#chain/node/node-interface.ts'
import { runtimeVersionJson } from '../json.ts'
import type { Subscription, Subscriptions } from '../subscriptions.ts'
import { Aftermath } from './aftermath.ts'
import { tooManyFollows } from './errors.ts'
import { Follow } from './follow.ts'
import type { Head, ReportedBlock } from './head.ts'

/** Follow subscriptions of one connection, as in Substrate. The specification guarantees two. */
export const MAX_FOLLOWS = 4
/** Finalized blocks in the first event of a subscription. Substrate: MAX_FINALIZED_BLOCKS. */
const INITIAL_FINALIZED_BLOCKS = 16

export const FOLLOW_EVENT = 'chainHead_v1_followEvent'

export interface FollowersOptions {
  readonly clock: Clock
  /**
   * Whether a client that was just stopped twice waits for the head. Only clients that count stops need that; they
   * count those that come over a socket.
   */
  readonly pacesStops: boolean
}

/** The follow subscriptions of one connection. */
interface Connection {
  /** By id; undefined for one that has not told the head yet. */
  readonly follows: Map<string, Follow | undefined>
  readonly aftermath: Aftermath
}

/** See the module's header. */
export class Followers {
  readonly #node: Node
  readonly #options: FollowersOptions
  readonly #runtime: string
  readonly #connections = new WeakMap<Subscriptions, Connection>()
  readonly #all = new Set<Follow>()
  #stopListening: (() => void) | undefined
  #operations = 0

  constructor(node: Node, options: FollowersOptions) {
    this.#node = node
    this.#options = options
    this.#runtime = JSON.stringify({ type: 'valid', spec: specJson(node) })
  }

  /**
   * Begins to follow.
   * @returns the subscription, which has told the head, or tells it when it is time.
   * @throws RpcError -32800 at the limit of follows, -32006 at the limit of subscriptions.
   */
  open(subscriptions: Subscriptions, withRuntime: boolean): Subscription {
    const connection = this.#connectionOf(subscriptions)
    const { follows, aftermath } = connection
    if (countOpen(follows) >= MAX_FOLLOWS) throw tooManyFollows(MAX_FOLLOWS)
    const subscription = subscriptions.open(FOLLOW_EVENT)
    follows.set(subscription.id, undefined)
    subscription.onClose(() => follows.delete(subscription.id))
    const { clock, pacesStops } = this.#options
    const waitMs = pacesStops ? aftermath.waitMs() : 0
    if (waitMs === 0) this.#begin(connection, subscription, withRuntime)
    else subscription.onClose(clock.setTimer(waitMs, () => this.#begin(connection, subscription, withRuntime)))
    return subscription
  }

  #connectionOf(subscriptions: Subscriptions): Connection {
    let connection = this.#connections.get(subscriptions)
    if (!connection) {
      connection = { follows: new Map(), aftermath: new Aftermath(this.#options.clock) }
      this.#connections.set(subscriptions, connection)
    }
    return connection
  }

  /** Tells the head, and from then on all changes. */
  #begin({ follows, aftermath }: Connection, subscription: Subscription, withRuntime: boolean): void {
    const options = {
      subscription,
      runtime: withRuntime ? this.#runtime : undefined,
      newOperationId: () => String(this.#operations++),
      aftermath,
    }
    const { head, later, left } = aftermath.view(currentHead(this.#node), (hash) => this.#block(hash))
    const follow = new Follow(options, head)
    for (const block of left) follow.imported(block)
    for (const block of later) follow.finalized(block, block === later.at(-1) ? left.map(({ hash }) => hash) : [])
    if (follow.stopped) return
    follows.set(subscription.id, follow)
    this.#all.add(follow)
    subscription.onClose(() => this.#forget(follow))
    this.#stopListening ??= this.#node.onEvent((event) => this.#onEvent(event))
  }

  #block(hash: string): ReportedBlock | undefined {
    const block = this.#node.block(fromHex(hash))
    return block && reported(block)
  }

  #forget(follow: Follow): void {
    this.#all.delete(follow)
    if (this.#all.size > 0) return
    this.#stopListening?.()
    this.#stopListening = undefined
  }

  /** The connection's subscription with that id; undefined if it has none that is running. */
  find(subscriptions: Subscriptions | undefined, id: string): Follow | undefined {
    const follow = subscriptions && this.#connections.get(subscriptions)?.follows.get(id)
    return follow?.stopped ? undefined : follow
  }

  /** Resolves when every client has been told of the last jump. */
  async told(): Promise<void> {
    await Promise.all([...this.#all].map((follow) => follow.told()))
  }

  #onEvent(event: ChainEvent): void {
    if (event.kind === 'stateSet') return
    // A client in this process may follow anew inside the call that tells the stop. Do not stop the new subscription.
    const present = [...this.#all]
    if (event.kind === 'reverted') {
      const head = currentHead(this.#node)
      for (const follow of present) follow.jumped(head)
      return
    }
    const tell = telling(event)
    for (const follow of present) tell(follow)
  }
}

/** Counts the running subscriptions. One that is stopping leaves its place to the next one of its client. */
const countOpen = (follows: ReadonlyMap<string, Follow | undefined>): number =>
  [...follows.values()].filter((follow) => !follow?.stopped).length

/** The effect of an event on each subscription. Makes texts and hashes once for all of them. */
function telling(event: Exclude<ChainEvent, { kind: 'stateSet' | 'reverted' }>): (follow: Follow) => void {
  const block = reported(event.block)
  if (event.kind === 'imported') return (follow) => follow.imported(block)
  if (event.kind === 'best') return (follow) => follow.bestChanged(block)
  const pruned = event.pruned.map(toHex)
  return (follow) => follow.finalized(block, pruned)
}

const reported = ({ hash, header }: Block): ReportedBlock => ({
  hash: toHex(hash),
  parentHash: toHex(header.parentHash),
  number: header.number,
})

function currentHead(node: Node): Head {
  const finalized: ReportedBlock[] = []
  let block: Block | undefined = node.finalized()
  for (; block && finalized.length < INITIAL_FINALIZED_BLOCKS; block = node.block(block.header.parentHash))
    finalized.unshift(reported(block))
  return { finalized, unfinalized: node.unfinalized().map(reported), best: reported(node.best()) }
}

/** The runtime's version in the specification's form: APIs are an object; legacy methods give pairs. */
const specJson = (node: Node): Readonly<Record<string, unknown>> => ({
  ...runtimeVersionJson(node.runtime.version),
  apis: Object.fromEntries(node.runtime.version.apis.map(([id, version]) => [toHex(id), version])),
})
