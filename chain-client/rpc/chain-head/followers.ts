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
import { toHex } from '#types/bytes.ts'
import type { Block, ChainEvent, Node } from '#chain/node/node-interface.ts'
import { runtimeVersionJson } from '../json.ts'
import type { Subscription, Subscriptions } from '../subscriptions.ts'
import { tooManyFollows } from './errors.ts'
import { Follow, type Head, type ReportedBlock } from './follow.ts'

/** Follow subscriptions of one connection, as in Substrate. The specification guarantees two. */
export const MAX_FOLLOWS = 4
/** Finalized blocks in the first event of a subscription. Substrate: MAX_FINALIZED_BLOCKS. */
const INITIAL_FINALIZED_BLOCKS = 16

export const FOLLOW_EVENT = 'chainHead_v1_followEvent'

/** See the module's header. */
export class Followers {
  readonly #node: Node
  readonly #runtime: string
  readonly #byConnection = new WeakMap<Subscriptions, Map<string, Follow>>()
  readonly #all = new Set<Follow>()
  #stopListening: (() => void) | undefined
  #operations = 0

  constructor(node: Node) {
    this.#node = node
    this.#runtime = JSON.stringify({ type: 'valid', spec: specJson(node) })
  }

  /**
   * Begins to follow.
   * @returns the subscription, which has told the head.
   * @throws RpcError -32800 at the limit of follows, -32006 at the limit of subscriptions.
   */
  open(connection: Subscriptions, withRuntime: boolean): Subscription {
    const follows = this.#followsOf(connection)
    if (countOpen(follows) >= MAX_FOLLOWS) throw tooManyFollows(MAX_FOLLOWS)
    const subscription = connection.open(FOLLOW_EVENT)
    const options = {
      subscription,
      runtime: withRuntime ? this.#runtime : undefined,
      newOperationId: () => String(this.#operations++),
    }
    const follow = new Follow(options, currentHead(this.#node))
    if (follow.stopped) return subscription
    follows.set(subscription.id, follow)
    this.#all.add(follow)
    subscription.onClose(() => {
      follows.delete(subscription.id)
      this.#forget(follow)
    })
    this.#stopListening ??= this.#node.onEvent((event) => this.#onEvent(event))
    return subscription
  }

  #followsOf(connection: Subscriptions): Map<string, Follow> {
    let follows = this.#byConnection.get(connection)
    if (!follows) this.#byConnection.set(connection, (follows = new Map()))
    return follows
  }

  #forget(follow: Follow): void {
    this.#all.delete(follow)
    if (this.#all.size > 0) return
    this.#stopListening?.()
    this.#stopListening = undefined
  }

  /** The connection's subscription with that id; undefined if it has none that is running. */
  find(connection: Subscriptions | undefined, id: string): Follow | undefined {
    const follow = connection && this.#byConnection.get(connection)?.get(id)
    return follow?.stopped ? undefined : follow
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
const countOpen = (follows: ReadonlyMap<string, Follow>): number =>
  [...follows.values()].filter(({ stopped }) => !stopped).length

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
