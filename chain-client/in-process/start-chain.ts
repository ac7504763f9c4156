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
import { dedotProvider, type DedotProvider } from './dedot.ts'
import { createDevClient, type DevClient } from './dev-client.ts'
import { createEntrance, type Entrance } from './entrance.ts'
import { createLocalClient } from './local-client.ts'
import { papiProvider, type PapiProvider } from './papi.ts'
import { polkadotJsProvider, type PolkadotJsProvider } from './polkadot-js.ts'

/** How the chain runs: as any node, in memory unless it is given a folder. */
export interface StartChainOptions extends NodeOptions {
  /**
   * `'virtual'`: block times move by the block time of interval sealing (otherwise six seconds) a block and by `dev.timeTravel`, and
   * not with the machine's clock: nothing is sealed but for a transaction or when asked.
   */
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
  /** A provider for each library; each call is a client of its own. @throws AssayError `CHAIN_CLOSED` once the chain is closed. */
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
