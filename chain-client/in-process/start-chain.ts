/**
 * A whole chain in this process, for tests: it starts in milliseconds and needs no port.
 *
 * Owns: wiring runtime, node and RPC, and ending them all.
 */
import { createVirtualClock } from '#chain/node/clock.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { createLocalRpc } from '#chain/rpc/server.ts'
import type { RuntimeOptions } from '#chain/runtime/runtime.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { silentLog, type Log } from '#types/log.ts'
import { dedotProvider, type DedotProvider } from './dedot.ts'
import { createDevClient, type DevClient } from './dev-client.ts'
import { createEntrance, type Entrance } from './entrance.ts'
import { createLocalClient } from './local-client.ts'
import { papiProvider, type PapiProvider } from './papi.ts'
import { polkadotJsProvider, type PolkadotJsProvider } from './polkadot-js.ts'

/** Options of the chain: those of any node. It keeps its data in memory unless you name a folder. */
export interface StartChainOptions extends NodeOptions {
  /**
   * `'virtual'`: block times do not follow the machine's clock. They advance with each block by the block time of
   * interval sealing (six seconds if the sealing is another one), and with `dev.timeTravel`. The chain then seals only
   * for a transaction or on request.
   */
  readonly clock?: 'system' | 'virtual'
  /** Adds pallets, such as the one under test. */
  readonly extend?: RuntimeOptions['extend']
  /** Whether a block may have its parent's time. Default false. */
  readonly allowSameTimestamps?: boolean
  /** Default: silent. */
  readonly log?: Log
}

/** A chain in this process. */
export interface InProcessChain {
  readonly node: Node
  readonly dev: DevClient
  /**
   * A provider for each library. Each call makes a new client. @throws AssayError `CHAIN_CLOSED` once the chain is
   * closed.
   */
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
 * Starts a chain. By default it seals a block for each transaction at once.
 * @throws AssayError as `startNode` does.
 */
export async function startChain(options: StartChainOptions = {}): Promise<InProcessChain> {
  const { clock, extend, allowSameTimestamps = false, log = silentLog, ...nodeOptions } = options
  const runtime = createRuntime({ log, allowSameTimestamps, ...(extend && { extend }) })
  const { sealing } = nodeOptions
  const stepMs = sealing?.kind === 'interval' ? sealing.blockTimeMs : VIRTUAL_STEP_MS
  const virtual = clock === 'virtual' && { clock: createVirtualClock(VIRTUAL_START_MS, stepMs) }
  const node = await startNode(nodeOptions, { runtime, log, ...virtual })
  try {
    return inProcess(node, createEntrance(createLocalRpc({ node, log }), log))
  } catch (thrown) {
    await node.close()
    throw thrown
  }
}

function inProcess(node: Node, entrance: Entrance): InProcessChain {
  const own = createLocalClient(entrance)
  return {
    node,
    dev: createDevClient((method, params) => own.send(method, params)),
    providers: {
      polkadotJs: () => polkadotJsProvider(entrance),
      papi: () => papiProvider(entrance),
      dedot: () => dedotProvider(entrance),
    },
    async close() {
      entrance.close()
      await node.close()
    },
  }
}
