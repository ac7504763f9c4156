/**
 * The shape of an RPC method for the dispatcher.
 *
 * Owns: the shape in which each namespace file declares its methods. Does not own: the dispatch.
 */
import { RPC_CODE, RpcError } from './errors.ts'
import { namedParams, subscriptionId, type ArgsOf, type NamedParam, type ParamSpec } from './params.ts'
import type { Subscriptions } from './subscriptions.ts'

/** JSON text that goes into a reply as it is. */
export class RawJson {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** The caller. `subscriptions` is undefined if the transport cannot notify (HTTP). */
export interface CallContext {
  readonly subscriptions: Subscriptions | undefined
  /** Whether to refuse unsafe methods. */
  readonly denyUnsafe: boolean
}

/**
 * A method: its parameters and its answer, which is a JSON value, {@link RawJson}, a Subscription, or a promise of one
 * of these.
 */
export interface Method {
  readonly params: readonly NamedParam[]
  run(args: never, context: CallContext): unknown
}

/** The methods of one namespace, by their full names. */
export type Methods = Readonly<Record<string, Method>>

/** A method with typed parameters. */
export const method = <const P extends ParamSpec>(
  params: P,
  run: (args: ArgsOf<P>, context: CallContext) => unknown,
): Method => ({ params: namedParams(params), run })

/** For a method that is unsafe only with some parameters. @throws RpcError -32601. */
export function checkSafe(context: CallContext): void {
  if (context.denyUnsafe) throw unsafeCall()
}

/** The error for a caller that may call only safe methods. Source: sc-rpc-api policy.rs UnsafeRpcError. */
export const unsafeCall = (): RpcError =>
  new RpcError(RPC_CODE.methodNotFound, 'RPC call is unsafe to be called externally')

/** The connection's subscriptions. @throws RpcError -32601 over HTTP. */
export function subscriptionsOf(context: CallContext): Subscriptions {
  if (context.subscriptions) return context.subscriptions
  throw new RpcError(RPC_CODE.methodNotFound, 'Subscriptions are not available over HTTP: connect by WebSocket')
}

/** The method that ends subscriptions of one kind. It returns true if there was one of that id. */
export const unsubscribe = (notification: string): Method =>
  method({ subscription: subscriptionId }, ({ subscription }, context) =>
    subscriptionsOf(context).close(subscription, notification),
  )
