/**
 * One connection to a node, from its opening to its end. Only this file opens one through polkadot-js.
 *
 * Owns: the socket, the metadata learnt over it, requests with deadlines. Does not own: the next session after its end.
 * A session never changes: a runtime upgrade ends it, and the next session reads the new metadata.
 */
import { ApiPromise, WsProvider } from '@polkadot/api'
import { toHex } from '#types/bytes.ts'
import type { Keypair } from '#types/crypto/suri.ts'
import { AssayError } from '#types/errors.ts'
import type { BlockRef } from './chain-rpc.ts'
import { withDeadline, type Clock } from '#types/clock.ts'
import { shapesOf } from './metadata-shapes.ts'
import { RpcRefusal, timedOut, unreachable } from './rpc-error.ts'
import type { ChainShapes } from './shapes.ts'
import { signExtrinsic, type SignedExtrinsic } from './signer.ts'

export interface Session {
  readonly genesisHash: Uint8Array
  readonly shapes: ChainShapes
  /** @throws AssayError `CHAIN_UNREACHABLE`, `CHAIN_TIMEOUT`; RpcRefusal. */
  request(method: string, params: readonly unknown[]): Promise<unknown>
  /** The shapes by which a block was executed: the shapes in its parent's state. */
  shapesAt(hash: Uint8Array, parent: Uint8Array): Promise<ChainShapes>
  sign(call: Uint8Array, options: { readonly nonce: number; readonly birth: BlockRef }): SignedExtrinsic
  /** Resolves with the reason once the session is useless. */
  readonly ended: Promise<string>
  close(): Promise<void>
}

export interface SessionOptions {
  readonly endpoint: string
  readonly keypair: Keypair
  readonly clock: Clock
  /** Deadline of the opening, in milliseconds. */
  readonly openMs: number
  readonly requestMs: number
  readonly onFinalized: () => void
}

/**
 * Tells polkadot-js that there are no subscriptions. Then it starts no subscription of its own to runtime upgrades (a
 * session ends at those), and no timers that outlive the session. Our own subscriptions still work.
 */
class SessionProvider extends WsProvider {
  override get hasSubscriptions(): boolean {
    return false
  }
}

/** The codes that polkadot-js gives to answers that are not valid JSON-RPC. */
const POLKADOT_OWN_CODES = new Set([-99_999, -99_998])

function translate(endpoint: string, method: string, thrown: unknown): AssayError {
  if (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'number' &&
    !POLKADOT_OWN_CODES.has(thrown.code)
  ) {
    const data = 'data' in thrown ? thrown.data : undefined
    return new RpcRefusal(
      method,
      thrown.code,
      thrown.message,
      typeof data === 'string' ? data : JSON.stringify(data ?? ''),
    )
  }
  return unreachable(endpoint, method, thrown)
}

/** A promise, and the function that resolves it. */
function createEnd(): { readonly ended: Promise<string>; readonly end: (reason: string) => void } {
  let end: (reason: string) => void = () => {}
  const ended = new Promise<string>((resolve) => {
    end = resolve
  })
  return { ended, end }
}

async function openSocket({ endpoint, clock, openMs }: SessionOptions, provider: WsProvider): Promise<void> {
  const opened = new Promise<void>((resolve, reject) => {
    provider.on('connected', () => resolve())
    provider.on('disconnected', () => reject(unreachable(endpoint, 'connecting')))
  })
  const late = (): AssayError => unreachable(endpoint, `connecting (waited ${openMs} ms)`)
  // connect() only starts the connection. A failure comes later, as an event.
  await Promise.all([withDeadline(clock, openMs, opened, late), provider.connect()])
}

type ProviderInterface = NonNullable<NonNullable<ConstructorParameters<typeof ApiPromise>[0]>['provider']>

async function openApi({ endpoint, clock, openMs }: SessionOptions, provider: WsProvider): Promise<ApiPromise> {
  // The types of polkadot-js do not fit exactOptionalPropertyTypes.
  const api = new ApiPromise({ provider: provider as ProviderInterface, noInitWarn: true })
  try {
    return await withDeadline(clock, openMs, api.isReadyOrError, () =>
      timedOut(endpoint, 'reading its metadata', openMs),
    )
  } catch (thrown) {
    await api.disconnect()
    throw thrown instanceof Error ? thrown : unreachable(endpoint, 'reading its metadata')
  }
}

/** @throws AssayError `CHAIN_UNREACHABLE`, `CHAIN_TIMEOUT`, `UNSUPPORTED_TYPE`. Leaves no socket behind. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { endpoint, clock, requestMs, keypair } = options
  const provider = new SessionProvider(endpoint, false)
  const { ended, end } = createEnd()
  provider.on('disconnected', () => end('connection lost'))
  const close = async (): Promise<void> => {
    end('closed')
    await provider.disconnect()
  }
  const request = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const late = (): AssayError => {
      // A connection can die silently. End this session and let the next one tell.
      end(`no answer to ${method}`)
      return timedOut(endpoint, method, requestMs)
    }
    try {
      return await withDeadline(clock, requestMs, provider.send(method, [...params]), late)
    } catch (thrown) {
      throw thrown instanceof AssayError ? thrown : translate(endpoint, method, thrown)
    }
  }
  try {
    await openSocket(options, provider)
    const api = await openApi(options, provider)
    const shapes = shapesOf(
      api.runtimeMetadata,
      api.runtimeVersion.specName.toString(),
      api.runtimeVersion.specVersion.toNumber(),
    )
    await subscribe(options, provider, shapes.specVersion, end)
    return {
      genesisHash: api.genesisHash.toU8a(),
      shapes,
      request,
      shapesAt: createShapesAt(options, api, shapes, request),
      sign: (call, signing) => signExtrinsic(api, keypair, call, signing),
      ended,
      close: async () => {
        end('closed')
        await api.disconnect()
      },
    }
  } catch (thrown) {
    await close()
    throw thrown instanceof AssayError ? thrown : translate(endpoint, 'connecting', thrown)
  }
}

/** Finalized heads fire `wake`; another runtime version ends the session. */
async function subscribe(
  { endpoint, clock, requestMs, onFinalized }: SessionOptions,
  provider: WsProvider,
  specVersion: number,
  end: (reason: string) => void,
): Promise<void> {
  const heads = provider.subscribe('chain_finalizedHead', 'chain_subscribeFinalizedHeads', [], () => onFinalized())
  const versions = provider.subscribe(
    'state_runtimeVersion',
    'state_subscribeRuntimeVersion',
    [],
    (_, version: unknown) => {
      const isOther =
        typeof version === 'object' &&
        version !== null &&
        'specVersion' in version &&
        version.specVersion !== specVersion
      if (isOther) end('runtime upgraded')
    },
  )
  const late = (): AssayError => timedOut(endpoint, 'subscribing to finalized blocks', requestMs)
  await withDeadline(clock, requestMs, Promise.all([heads, versions]), late)
}

const specVersionOf = (version: unknown): unknown =>
  typeof version === 'object' && version !== null && 'specVersion' in version ? version.specVersion : undefined

/**
 * Nearly all blocks have the running version and so the session's shapes. polkadot-js keeps those of older versions.
 */
function createShapesAt(
  { endpoint, clock, requestMs }: SessionOptions,
  api: ApiPromise,
  shapes: ChainShapes,
  request: Session['request'],
): Session['shapesAt'] {
  const older = new Map<unknown, ChainShapes>()
  return async (hash, parent) => {
    const version = specVersionOf(await request('state_getRuntimeVersion', [toHex(parent)]))
    if (version === shapes.specVersion) return shapes
    const known = older.get(version)
    if (known) return known
    const late = (): AssayError => timedOut(endpoint, 'reading the metadata of an earlier runtime', requestMs)
    const { metadata, runtimeVersion } = await withDeadline(clock, requestMs, api.getBlockRegistry(hash), late)
    const made = shapesOf(metadata, runtimeVersion.specName.toString(), runtimeVersion.specVersion.toNumber())
    older.set(version, made)
    return made
  }
}
