/** polkadot-api (PAPI) as a wallet, on the modern JSON-RPC and on the methods that it falls back to. */
import { createClient, type PolkadotClient, type TxEvent } from 'polkadot-api'
import { getPolkadotSigner } from 'polkadot-api/signer'
import { getWsProvider } from 'polkadot-api/ws'
import { WebSocket, type ClientOptions } from 'ws'
import type { Ended, Library, Signer, Terms, Transfer, Wallet } from './wallet.ts'

const SCHEMES = { sr25519: 'Sr25519', ed25519: 'Ed25519', ecdsa: 'Ecdsa' } as const

interface Account {
  readonly data: { readonly free: bigint }
}
interface Named {
  readonly type: string
  readonly value: { readonly type: string }
}

const eventName = ({ type, value }: Named): string => `${type}.${value.type}`

/** `Module` errors are `{ type: 'Module', value: { type: pallet, value: { type: error } } }`. */
function errorName(error: unknown): string {
  const { type, value } = error as { type: string; value: { type: string; value?: { type: string } } }
  return type === 'Module' ? `${value.type}.${value.value!.type}` : type
}

class Papi implements Wallet {
  readonly #client: PolkadotClient

  constructor(client: PolkadotClient) {
    this.#client = client
  }

  get #api() {
    return this.#client.getUnsafeApi()
  }

  async free(address: string): Promise<bigint> {
    const { data } = (await this.#api.query['System']!['Account']!.getValue(address, { at: 'best' })) as Account
    return data.free
  }

  async accounts(): Promise<ReadonlyMap<string, bigint>> {
    const entries = await this.#api.query['System']!['Account']!.getEntries({ at: 'best' })
    return new Map(entries.map(({ keyArgs, value }) => [String(keyArgs[0]), (value as Account).data.free]))
  }

  watchFree(address: string, heard: (free: bigint) => void): Promise<() => void> {
    const values = this.#api.query['System']!['Account']!.watchValue(address, { at: 'best' })
    return new Promise((resolve, reject) => {
      const subscription = values.subscribe({
        next: (found: unknown) => {
          const { value } = found as { value: Account }
          heard(value.data.free)
          resolve(() => subscription.unsubscribe())
        },
        error: reject,
      })
    })
  }

  watchEvents(heard: (names: readonly string[]) => void): Promise<() => void> {
    const values = this.#api.query['System']!['Events']!.watchValue({ at: 'best' })
    return new Promise((resolve, reject) => {
      const subscription = values.subscribe({
        next: (found: unknown) => {
          const { value } = found as { value: readonly { readonly event: Named }[] }
          heard(value.map(({ event }) => eventName(event)))
          resolve(() => subscription.unsubscribe())
        },
        error: reject,
      })
    })
  }

  #tx(transfers: readonly Transfer[]) {
    const { tx } = this.#api
    if (transfers.length === 0) return tx['Workers']!['heartbeat']!()
    const calls = transfers.map(({ dest, amount }) =>
      tx['Balances']!['transfer_allow_death']!({ dest: { type: 'Id', value: dest }, value: amount }),
    )
    return calls.length === 1
      ? calls[0]!
      : tx['Utility']!['batch_all']!({ calls: calls.map(({ decodedCall }) => decodedCall) })
  }

  fee(from: string, transfer: Transfer): Promise<bigint> {
    return this.#tx([transfer]).getEstimatedFees(from)
  }

  send(from: Signer, transfers: readonly Transfer[], { period }: Terms = {}): Promise<Ended> {
    // It goes into the address as it is, so for ecdsa too it is the account that is wanted.
    const papiSigner = getPolkadotSigner(from.accountId, SCHEMES[from.scheme], (message) => from.sign(message))
    const mortality = period === undefined ? ({ mortal: false } as const) : ({ mortal: true, period } as const)
    const seen: string[] = []
    return new Promise((resolve, reject) => {
      const next = (event: TxEvent): void => {
        if (event.type === 'txBestBlocksState' && event.found) seen.push('inBlock')
        if (event.type !== 'finalized') return
        seen.push('finalized')
        const events = event.events.map((each) => eventName(each as Named))
        resolve({ seen, events, error: event.ok ? undefined : errorName(event.dispatchError) })
      }
      this.#tx(transfers).signSubmitAndWatch(papiSigner, { mortality }).subscribe({ next, error: reject })
    })
  }

  async bestNumber(): Promise<number> {
    return (await this.#client.getBestBlocks())[0]!.number
  }

  async close(): Promise<void> {
    this.#client.destroy()
  }
}

/** A socket whose node lists no modern methods: PAPI goes by that list. */
class LegacySocket extends WebSocket {
  constructor(url: string, protocols?: string | string[], options?: ClientOptions) {
    super(url, protocols, options)
    const emit = this.emit.bind(this)
    this.emit = (name: string | symbol, ...args: unknown[]) =>
      emit(name, ...(name === 'message' ? [withoutModern(args[0] as Buffer), ...args.slice(1)] : args))
  }
}

function withoutModern(data: Buffer): Buffer {
  const message = JSON.parse(data.toString()) as { result?: { methods?: readonly string[] } }
  const methods = message.result?.methods
  if (!methods) return data
  const legacy = methods.filter((name) => !/^(chainHead|chainSpec|transaction|transactionWatch|archive)_/.test(name))
  return Buffer.from(JSON.stringify({ ...message, result: { methods: legacy } }))
}

const library = (name: string, socket: unknown, rewinds: boolean): Library => ({
  name,
  rewinds,
  async connect(url) {
    const websocketClass = socket as typeof globalThis.WebSocket
    const client = createClient(getWsProvider(url, { websocketClass }))
    await client.getFinalizedBlock()
    return new Papi(client)
  },
})

export const papi = library('polkadot-api', WebSocket, true)
/** Legacy heads have no word for a revert, and it takes the lower ones for old news. */
export const papiLegacy = library('polkadot-api on legacy methods', LegacySocket, false)
