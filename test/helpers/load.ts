/**
 * Load on a node: transfers signed beforehand, and a client that keeps many requests under way.
 *
 * Owns: signing without a client library, and pipelining over one WebSocket. Does not own: measurements.
 */
import { WebSocket } from 'ws'
import { concatBytes, u32le } from '#types/bytes.ts'
import type { Keypair } from '#types/crypto/suri.ts'
import { encode, type ValueOf } from '#types/scale/codec.ts'
import { extrinsicCodec, signingPayload } from '#types/scale/extrinsic.ts'
import { Extra } from '#chain/runtime/extensions.ts'
import { construct, createRuntime } from '#chain/runtime/runtime.ts'

const log = { error: () => undefined }
const { frame } = construct(log)
const { version } = createRuntime({ log })
const wireCodec = extrinsicCodec({ call: frame.runtimeCall, extra: Extra })

export interface Transfer {
  readonly signer: Keypair
  readonly nonce: number
  /** 32 bytes. */
  readonly dest: Uint8Array
  readonly value: bigint
}

/** Signs immortal transfers for the chain with this genesis: they stay good for as long as their nonce is. */
export function transferSigner(genesisHash: Uint8Array): (transfer: Transfer) => Uint8Array {
  const { specVersion, transactionVersion } = version
  const metadataHash = Uint8Array.of(0)
  const implicit = concatBytes(u32le(specVersion), u32le(transactionVersion), genesisHash, genesisHash, metadataHash)
  return ({ signer, nonce, dest, value }) => {
    const none = undefined
    const extra: ValueOf<typeof Extra> = [none, none, none, none, 'immortal', nonce, none, 0n, 'Disabled']
    const args = { dest: { tag: 'Id', value: dest }, value }
    const call = { pallet: 'Balances', name: 'transferKeepAlive', args }
    const payload = signingPayload(encode(frame.runtimeCall, call), encode(Extra, extra), implicit)
    const proof = { tag: 'Sr25519', value: signer.sign(payload) } as const
    const address = { tag: 'Id', value: signer.accountId } as const
    return encode(wireCodec, { version: 4, signature: { address, signature: proof, extra }, call })
  }
}

/** A JSON-RPC client with any number of requests under way. */
export interface LoadClient {
  /** The result. Rejects with what the node refused, or when the connection ends first. */
  call(method: string, ...params: readonly unknown[]): Promise<unknown>
  /** Calls `heard` with each result of the subscription. */
  subscribe(method: string, heard: (result: unknown) => void, ...params: readonly unknown[]): Promise<void>
  close(): void
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

interface Answer {
  readonly id?: number
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string }
  readonly params?: { readonly subscription: string; readonly result: unknown }
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return socket
}

/** Connects to a node. */
export async function loadClient(url: string): Promise<LoadClient> {
  const socket = await open(url)
  const waiting = new Map<number, Waiting>()
  const subscriptions = new Map<unknown, (result: unknown) => void>()
  let lastId = 0
  let isClosed = false
  const answered = ({ id, result, error, params }: Answer): void => {
    if (params) return subscriptions.get(params.subscription)?.(params.result)
    const request = waiting.get(id ?? -1)
    waiting.delete(id ?? -1)
    if (error) request?.reject(new Error(`${error.code}: ${error.message}`))
    else request?.resolve(result)
  }
  socket.on('message', (data) => answered(JSON.parse((data as Buffer).toString()) as Answer))
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    isClosed = true
    for (const { reject } of waiting.values()) reject(new Error('the connection ended'))
    waiting.clear()
  })
  const send = (method: string, params: readonly unknown[], { resolve, reject }: Waiting): void => {
    if (isClosed) return reject(new Error('the connection ended'))
    const id = ++lastId
    waiting.set(id, { resolve, reject })
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
  }
  return {
    call: (method, ...params) => new Promise((resolve, reject) => send(method, params, { resolve, reject })),
    subscribe: (method, heard, ...params) =>
      new Promise((done, reject) => {
        // Before the promise's turn comes, the first notification may be here.
        const resolve = (subscription: unknown): void => {
          subscriptions.set(subscription, heard)
          done()
        }
        send(method, params, { resolve, reject })
      }),
    close: () => socket.terminate(),
  }
}
