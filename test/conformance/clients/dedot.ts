/** dedot as a wallet, on the modern JSON-RPC and on the legacy one. */
import { DedotClient, LegacyClient, WsProvider } from 'dedot'
import { Keyring } from '@polkadot/api'
import type { Ended, Library, Signer, Terms, Transfer, Wallet } from './wallet.ts'

type Client = Awaited<ReturnType<typeof DedotClient.new>> | Awaited<ReturnType<typeof LegacyClient.new>>

/** A storage entry without generated types. */
interface Entry<V> {
  (...keys: readonly unknown[]): Promise<V>
  (...keysAndHeard: readonly [...unknown[], (value: V) => void]): Promise<() => void>
  entries(): Promise<readonly (readonly [{ address(): string }, V])[]>
}
interface Account {
  readonly data: { readonly free: bigint }
}
interface EventRecord {
  readonly event: { readonly pallet: string; readonly palletEvent: string | { readonly name: string } }
}
interface Result {
  readonly status: { readonly type: string }
  readonly events: readonly EventRecord[]
  readonly dispatchError?: { readonly type: string }
}

function eventName({ event: { pallet, palletEvent } }: EventRecord): string {
  return `${pallet}.${typeof palletEvent === 'string' ? palletEvent : palletEvent.name}`
}

class Dedot implements Wallet {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  #entry<V>(name: string): Entry<V> {
    return this.#client.query['system']![name]! as unknown as Entry<V>
  }

  async free(address: string): Promise<bigint> {
    return (await this.#entry<Account>('account')(address)).data.free
  }

  async accounts(): Promise<ReadonlyMap<string, bigint>> {
    const entries = await this.#entry<Account>('account').entries()
    return new Map(entries.map(([key, { data }]) => [key.address(), data.free]))
  }

  watchFree(address: string, heard: (free: bigint) => void): Promise<() => void> {
    const told = ({ data }: Account): void => heard(data.free)
    return this.#entry<Account>('account')(address, told) as unknown as Promise<() => void>
  }

  watchEvents(heard: (names: readonly string[]) => void): Promise<() => void> {
    const told = (records: readonly EventRecord[]): void => heard(records.map(eventName))
    return this.#entry<readonly EventRecord[]>('events')(told) as unknown as Promise<() => void>
  }

  #tx(transfers: readonly Transfer[]) {
    const { tx } = this.#client
    if (transfers.length === 0) return tx['workers']!['heartbeat']!()
    const calls = transfers.map(({ dest, amount }) => tx['balances']!['transferAllowDeath']!(dest, amount))
    return calls.length === 1 ? calls[0]! : tx['utility']!['batchAll']!(calls.map(({ call }) => call))
  }

  async fee(from: string, transfer: Transfer): Promise<bigint> {
    return (await this.#tx([transfer]).paymentInfo(from)).partialFee
  }

  send(from: Signer, transfers: readonly Transfer[], { period }: Terms = {}): Promise<Ended> {
    const pair = new Keyring({ type: from.scheme }).addFromUri(from.suri)
    const seen: string[] = []
    return new Promise((resolve, reject) => {
      const heard = ({ status, events, dispatchError }: Result): void => {
        if (status.type === 'Invalid' || status.type === 'Drop') reject(new Error(`ended as ${status.type}`))
        if (status.type === 'BestChainBlockIncluded') seen.push('inBlock')
        if (status.type !== 'Finalized') return
        seen.push('finalized')
        resolve({ seen, events: events.map(eventName), error: dispatchError && this.#errorName(dispatchError) })
      }
      const mortality = period === undefined ? { type: 'Immortal' } : { type: 'Mortal', period }
      const options = { mortality }
      const sent = this.#tx(transfers).signAndSend(pair, options, heard)
      Promise.resolve(sent as unknown as Promise<unknown>).catch(reject)
    })
  }

  #errorName(error: { readonly type: string }): string {
    const found = this.#client.registry.findErrorMeta(error as never)
    return found ? `${found.pallet}.${found.name}` : error.type
  }

  async bestNumber(): Promise<number> {
    return (await this.#client.block.best()).number
  }

  close(): Promise<void> {
    return this.#client.disconnect()
  }
}

const provider = (url: string): WsProvider => new WsProvider({ endpoint: url, retryDelayMs: 100 })

export const dedot: Library = {
  name: 'dedot',
  rewinds: true,
  connect: async (url) => new Dedot(await DedotClient.new({ provider: provider(url), cacheMetadata: false })),
}
export const dedotLegacy: Library = {
  name: 'dedot on legacy methods',
  rewinds: true,
  connect: async (url) => new Dedot(await LegacyClient.new({ provider: provider(url), cacheMetadata: false })),
}
