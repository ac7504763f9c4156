/**
 * The way into a chain of this process, until it closes.
 *
 * Owns: which connections are open, and telling each that the chain is gone. Does not own: what is said over them (local-client.ts,
 * papi.ts), nor the methods (rpc/).
 */
import type { RpcConnection } from '#chain/rpc/dispatcher.ts'
import type { LocalRpc } from '#chain/rpc/server.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { Log } from '#types/log.ts'

/** See the module's header. */
export interface Entrance {
  /**
   * A connection to the chain.
   * @param deliver called with each message as JSON text. @param ended called once where the chain closes first.
   * @throws AssayError `CHAIN_CLOSED`.
   */
  connect(deliver: (text: string) => void, ended: () => void): Pick<RpcConnection, 'receive' | 'close'>
  /** Ends every connection, and lets no other in. Idempotent. */
  close(): void
}

/** @param log hears of what those who are told of the end throw: it must not keep the chain open. */
export function createEntrance(rpc: LocalRpc, log: Log): Entrance {
  const open = new Map<RpcConnection, () => void>()
  let closed = false
  return {
    connect(deliver, ended) {
      if (closed) throw new AssayError('CHAIN_CLOSED', 'expected a running chain, got one that is closed')
      const connection = rpc.connect(deliver)
      open.set(connection, ended)
      return {
        receive: (text) => connection.receive(text),
        close() {
          open.delete(connection)
          connection.close()
        },
      }
    },
    close() {
      if (closed) return
      closed = true
      for (const [connection, ended] of open) {
        connection.close()
        try {
          ended()
        } catch (error) {
          log.error({ err: error }, `a client of the chain failed when it closed: ${messageOf(error)}`)
        }
      }
      open.clear()
      rpc.close()
    },
  }
}
