/**
 * The entrance to a chain of this process, until the chain closes.
 *
 * Owns: the open connections, and telling each that the chain is closed. Does not own: the requests over them.
 */
import type { RpcConnection } from '#chain/rpc/dispatcher.ts'
import type { LocalRpc } from '#chain/rpc/server.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import type { Log } from '#types/log.ts'

/** See the module's header. */
export interface Entrance {
  /**
   * A connection to the chain.
   * @param deliver is called with each message as JSON text.
   * @param ended is called once if the chain closes first.
   * @throws AssayError `CHAIN_CLOSED`.
   */
  connect(deliver: (text: string) => void, ended: () => void): Pick<RpcConnection, 'receive' | 'close'>
  /** Ends every connection and admits no other. Idempotent. */
  close(): void
}

/** @param log gets the errors that listeners throw when they hear of the end: they must not keep the chain open. */
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
