/**
 * A whole chain in this process: for tests, which start one in milliseconds and need no port.
 *
 * Owns: wiring runtime, node and RPC, and ending all of it. Does not own: any of them. A composition root, as cli/run-chain.ts is.
 */
import { createVirtualClock } from '#chain/node/clock.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { createLocalRpc } from '#chain/rpc/server.ts'
import type { RuntimeOptions } from '#chain/runtime/runtime.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { silentLog, type Log } from '#types/log.ts'
import { createDevClient, type DevClient } from './dev-client.ts'
import { createLocalClient, type LocalClient } from './local-client.ts'
import {
  dedotProvider,
  papiProvider,
  polkadotJsProvider,
  type DedotProvider,
  type PapiProvider,
  type PolkadotJsProvider,
} from './providers.ts'

/** How the chain runs: as any node, in memory unless it is given a folder. */
export interface StartChainOptions extends NodeOptions {
  /** `'virtual'`: block times move by six seconds a block and by `dev.timeTravel`, and not with the machine's clock. */
  readonly clock?: 'system' | 'virtual'
  /** Adds pallets, such as one under test. */
  readonly extend?: RuntimeOptions['extend']
  /** Default: silent. */
  readonly log?: Log
}

/** A chain in this process. */
export interface InProcessChain {
  readonly node: Node
  readonly dev: DevClient
  /** A provider for each library; each call is a client of its own. */
  readonly providers: {
    polkadotJs(): PolkadotJsProvider
    papi(): PapiProvider
    dedot(): DedotProvider
  }
  /** Ends the clients and the node. Idempotent. */
  close(): Promise<void>
}

const VIRTUAL_START_MS = Date.UTC(2030, 0, 1)
const VIRTUAL_STEP_MS = 6000

/**
 * Starts a chain. Sealing is instant unless told otherwise.
 * @throws AssayError as `startNode` does.
 */
export async function startChain(options: StartChainOptions = {}): Promise<InProcessChain> {
  const { clock, extend, log = silentLog, ...nodeOptions } = options
  const runtime = createRuntime({ log, ...(extend && { extend }) })
  const virtual = clock === 'virtual' && { clock: createVirtualClock(VIRTUAL_START_MS, VIRTUAL_STEP_MS) }
  const node = await startNode(nodeOptions, { runtime, log, ...virtual })
  const rpc = createLocalRpc({ node, log })
  const clients = new Set<LocalClient>()
  const connections = new Set<{ close(): void }>()
  const own = createLocalClient(rpc)
  return {
    node,
    dev: createDevClient((method, params) => own.send(method, params)),
    providers: {
      polkadotJs: () => polkadotJsProvider(rpc, clients),
      papi: () => papiProvider(rpc, connections),
      dedot: () => dedotProvider(rpc, clients),
    },
    async close() {
      own.close()
      for (const client of [...clients, ...connections]) client.close()
      rpc.close()
      await node.close()
    },
  }
}
