/**
 * What an RPC method is to the dispatcher.
 *
 * Owns: the shape that each namespace file declares its methods in. Does not own: the methods, nor how requests reach
 * them (dispatcher.ts).
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

/** Who calls. `subscriptions` is undefined where the transport cannot notify (HTTP). */
export interface CallContext {
  readonly subscriptions: Subscriptions | undefined
  /** Whether unsafe methods (safety.ts) are refused. */
  readonly denyUnsafe: boolean
}

/**
 * A method: its parameters, and what it answers: a JSON value, {@link RawJson}, a Subscription, or a promise of these.
 */
export interface Method {
  readonly params: readonly NamedParam[]
  run(args: never, context: CallContext): unknown
}

/** The methods of one namespace, named as they are called. */
export type Methods = Readonly<Record<string, Method>>

/** A method with typed parameters. */
export const method = <const P extends ParamSpec>(
  params: P,
  run: (args: ArgsOf<P>, context: CallContext) => unknown,
): Method => ({ params: namedParams(params), run })

/** For what is unsafe only with some parameters. @throws RpcError -32601. */
export function checkSafe(context: CallContext): void {
  if (context.denyUnsafe) throw unsafeCall()
}

/** What a caller is told who may call safe methods only. Source: sc-rpc-api policy.rs UnsafeRpcError. */
export const unsafeCall = (): RpcError =>
  new RpcError(RPC_CODE.methodNotFound, 'RPC call is unsafe to be called externally')

/** The connection's subscriptions. @throws RpcError -32601 over HTTP. */
export function subscriptionsOf(context: CallContext): Subscriptions {
  if (context.subscriptions) return context.subscriptions
  throw new RpcError(RPC_CODE.methodNotFound, 'Subscriptions are not available over HTTP: connect by WebSocket')
}

/** The method that ends subscriptions of one kind: true where there was one of that id. */
export const unsubscribe = (notification: string): Method =>
  method({ subscription: subscriptionId }, ({ subscription }, context) =>
    subscriptionsOf(context).close(subscription, notification),
  )
