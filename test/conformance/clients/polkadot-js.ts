/** @polkadot/api as a wallet. */
import { ApiPromise, Keyring, WsProvider, type SubmittableResult } from '@polkadot/api'
import type { ApiOptions, SubmittableExtrinsic } from '@polkadot/api/types'
import type { Ended, Library, Signer, Terms, Transfer, Wallet } from './wallet.ts'

type Tx = SubmittableExtrinsic<'promise'>
type DispatchError = NonNullable<SubmittableResult['dispatchError']>

const RECONNECT_MS = 100

type Watchable = (...args: readonly unknown[]) => Promise<() => void>

interface Account {
  readonly data: { readonly free: { toBigInt(): bigint } }
}

class PolkadotJs implements Wallet {
  readonly #api: ApiPromise

  constructor(api: ApiPromise) {
    this.#api = api
  }

  async free(address: string): Promise<bigint> {
    const { data } = (await this.#api.query.system.account(address)) as unknown as Account
    return data.free.toBigInt()
  }

  async accounts(): Promise<ReadonlyMap<string, bigint>> {
    const entries = await this.#api.query.system.account.entries()
    return new Map(
      entries.map(([key, value]) => [String(key.args[0]), (value as unknown as Account).data.free.toBigInt()]),
    )
  }

  watchFree(address: string, heard: (free: bigint) => void): Promise<() => void> {
    const told = (account: Account): void => heard(account.data.free.toBigInt())
    return this.#watch('account', address, told)
  }

  watchEvents(heard: (names: readonly string[]) => void): Promise<() => void> {
    const told = (records: readonly { readonly event: { section: string; method: string } }[]): void =>
      heard(records.map(({ event }) => eventName(event)))
    return this.#watch('events', told)
  }

  /** Without the generated types, which know other values than those looked at here. */
  #watch(item: string, ...args: readonly unknown[]): Promise<() => void> {
    const query = this.#api.query['system'] as unknown as Readonly<Record<string, Watchable>>
    return query[item]!(...args)
  }

  #tx(transfers: readonly Transfer[]): Tx {
    const { tx } = this.#api
    if (transfers.length === 0) return tx['workers']['heartbeat']()
    const calls = transfers.map(({ dest, amount }) => tx['balances']['transferAllowDeath'](dest, amount))
    return calls.length === 1 ? calls[0]! : tx['utility']['batchAll'](calls)
  }

  async fee(from: string, transfer: Transfer): Promise<bigint> {
    return (await this.#tx([transfer]).paymentInfo(from)).partialFee.toBigInt()
  }

  send(from: Signer, transfers: readonly Transfer[], { period }: Terms = {}): Promise<Ended> {
    const pair = new Keyring({ type: from.scheme }).addFromUri(from.suri)
    const seen: string[] = []
    return new Promise((resolve, reject) => {
      const heard = ({ status, events, dispatchError, isError }: SubmittableResult): void => {
        if (isError) return reject(new Error(`ended as ${status.type}`))
        if (status.isInBlock) seen.push('inBlock')
        if (!status.isFinalized) return
        seen.push('finalized')
        const error = dispatchError && this.#errorName(dispatchError)
        resolve({ seen, events: events.map(({ event }) => eventName(event)), error })
      }
      const era = period === undefined ? { era: 0 } : { era: period }
      this.#tx(transfers).signAndSend(pair, era, heard).catch(reject)
    })
  }

  #errorName(error: DispatchError): string {
    if (!error.isModule) return error.toString()
    const { section, name } = this.#api.registry.findMetaError(error.asModule)
    return `${pascal(section)}.${name}`
  }

  async bestNumber(): Promise<number> {
    return (await this.#api.derive.chain.bestNumber()).toNumber()
  }

  close(): Promise<void> {
    return this.#api.disconnect()
  }
}

const pascal = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}`
const eventName = ({ section, method }: { readonly section: string; readonly method: string }): string =>
  `${pascal(section)}.${method}`

export const polkadotJs: Library = {
  name: '@polkadot/api',
  rewinds: true,
  async connect(url) {
    const provider = new WsProvider(url, RECONNECT_MS) as NonNullable<ApiOptions['provider']>
    return new PolkadotJs(await ApiPromise.create({ provider, noInitWarn: true }))
  },
}
