/**
 * The private DHT through which peers find each other: one bootstrapper and a few persistent nodes in one process.
 *
 * Owns: starting and stopping these nodes. Does not own: peers, each of which has an ephemeral node of its own.
 * With fewer than four storing nodes some connections stay half open (client sees it, server does not), so four is the
 * default.
 */
import { createSocket } from 'node:dgram'
import { AssayError, messageOf } from '#types/errors.ts'
import HyperDHT from 'hyperdht'

/** The UDP address of a DHT node. */
export interface DhtAddress {
  readonly host: string
  readonly port: number
}

/** @see startDht */
export interface DhtOptions {
  /** UDP port of the bootstrapper; 0 means any free one. */
  readonly port: number
  /** IPv4 address to bind and to announce. Default loopback. */
  readonly host?: string
  /** Storing nodes in addition to the bootstrapper. Default 4. */
  readonly nodes?: number
}

/** A running private DHT. */
export interface Dht {
  /** Peers need these addresses to find it. */
  readonly bootstrap: readonly DhtAddress[]
  /** Stops all nodes. Peers notice by their own timeouts. */
  close(): Promise<void>
}

const DEFAULT_STORING_NODES = 4

/** Resolves if the UDP port is free. HyperDHT itself reports a used port only as an unhandled rejection. */
function probeUdpPort(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind({ port, address: host, exclusive: true }, () => {
      const bound = socket.address().port
      socket.close(() => resolve(bound))
    })
  })
}

/**
 * Starts a bootstrapper and `nodes` persistent nodes, all in this process, and resolves once they know each other.
 * @throws AssayError `DHT_PORT_IN_USE`, `DHT_START_FAILED`
 */
export async function startDht({ port, host = '127.0.0.1', nodes = DEFAULT_STORING_NODES }: DhtOptions): Promise<Dht> {
  const running: HyperDHT[] = []
  const close = async (): Promise<void> => {
    for (const node of running.splice(0).reverse()) await node.destroy({ force: true })
  }
  try {
    const bound = await probeUdpPort(host, port)
    const bootstrapper = HyperDHT.bootstrapper(bound, host, { host })
    running.push(bootstrapper)
    await bootstrapper.fullyBootstrapped()
    const bootstrap = [{ host, port: bound }]
    for (let i = 0; i < nodes; i++) {
      const node = new HyperDHT({ bootstrap, host, ephemeral: false, firewalled: false })
      running.push(node)
      await node.fullyBootstrapped()
    }
    return { bootstrap, close }
  } catch (error) {
    await close()
    throw startError(error, host, port)
  }
}

function startError(error: unknown, host: string, port: number): AssayError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    const message = `expected UDP ${host}:${port} to be free for the DHT, got EADDRINUSE: stop the program there or choose another port`
    return new AssayError('DHT_PORT_IN_USE', message, { host, port }, { cause: error })
  }
  const message = `the DHT could not start on UDP ${host}:${port}: ${messageOf(error)}`
  return new AssayError('DHT_START_FAILED', message, { host, port }, { cause: error })
}
