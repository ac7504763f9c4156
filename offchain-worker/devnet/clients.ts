/**
 * The chain clients of a stage: one for each account.
 *
 * Owns: making each once, and closing all. Does not own: what they are used for (the stage).
 *
 * Two clients of one account would take each other's nonces.
 */
import { systemClock } from '#types/clock.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { silentLog } from '#types/log.ts'
import { connectChain, type ChainClient } from '#chain/api/connect.ts'

export interface ClientsOptions {
  /** WebSocket address of the node, as it is when a client is made. */
  readonly endpoint: () => string
  /** Aborted, it ends the connecting; `get` then throws its reason. */
  readonly signal: AbortSignal
  /** Unit tests give their own chain. */
  readonly connect?: typeof connectChain
}

/** @see the module's header */
export class Clients {
  readonly #options: ClientsOptions
  readonly #bySecret = new Map<string, Promise<ChainClient>>()

  constructor(options: ClientsOptions) {
    this.#options = options
  }

  /** The client for the account with that secret. @throws AssayError as `connectChain`; the reason of the signal */
  async get(suri: string): Promise<ChainClient> {
    this.#options.signal.throwIfAborted()
    const known = this.#bySecret.get(suri)
    if (known) return known
    const connecting = this.#connect(suri)
    this.#bySecret.set(suri, connecting)
    // The next call tries anew.
    connecting.catch(() => this.#bySecret.delete(suri))
    return connecting
  }

  /** Closes all. The caller has aborted the signal. */
  async close(): Promise<void> {
    // One that could not connect has nothing to close.
    const closing = [...this.#bySecret.values()].map(async (client) => (await client).close())
    await Promise.allSettled(closing)
  }

  async #connect(suri: string): Promise<ChainClient> {
    const { endpoint, signal, connect = connectChain } = this.#options
    const client = await connect(
      { endpoint: endpoint(), keypair: keypairFromSuri(suri), signal },
      { clock: systemClock, random: Math.random, log: silentLog },
    )
    if (!signal.aborted) return client
    await client.close()
    throw signal.reason as Error
  }
}
