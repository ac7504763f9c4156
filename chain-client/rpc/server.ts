/**
 * The RPC server: WebSocket and HTTP on one port, and in-process clients.
 *
 * Owns: the port, the admission of clients, heartbeats, and the shutdown. Does not own: the protocol.
 */
import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { systemClock } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { createSessionKeystore, type SessionKeystore } from '#chain/node/session-keystore.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { createChainWatch } from './chain-watch.ts'
import { createDispatcher, mostRequestBytes, type Access, type Rpc, type RpcLog } from './dispatcher.ts'
import { hostAllowed, originAllowed, reply, serveHttp, type AllowedOrigins, type Doorkeeper } from './http.ts'
import { limitsOf, type RpcLimits } from './limits.ts'
import { createMethods } from './rpc-methods.ts'
import { deniesUnsafe, type RpcMethods } from './safety.ts'
import { randomIds } from './subscription-ids.ts'
import type { Implementation } from './system.ts'
import { serveWebSocket, type WebSocketClient } from './websocket.ts'

export interface RpcOptions {
  readonly node: Node
  readonly log: RpcLog
  /** Replaces some of the defaults, see `limitsOf`. */
  readonly limits?: Partial<RpcLimits>
  /** The answers of system_name and system_version. */
  readonly implementation?: Implementation
  /** The keystore of author_insertKey and the other key methods. Default: in memory. */
  readonly keystore?: SessionKeystore
  /** Makes subscription ids; by default random ones that nobody can guess. */
  readonly newId?: () => string
}

export interface RpcServerOptions extends RpcOptions {
  /** Default 127.0.0.1, because anyone who reaches the port may seal blocks. */
  readonly host?: string
  /** Default 9944; 0 takes a free one. */
  readonly port?: number
  /**
   * Web pages that may call. Default: all, as in Substrate's `--dev`. With a list, the server checks the `Host` header
   * too.
   */
  readonly origins?: AllowedOrigins
  /** The served methods. Default `auto`: unsafe ones only on a loopback address. */
  readonly rpcMethods?: RpcMethods
}

/** JSON-RPC without a socket. */
export interface LocalRpc extends Rpc {
  /** Stops listening to the node. Connections get no further notifications. */
  close(): void
}

export interface RpcServer {
  readonly port: number
  /** `ws://host:port`. HTTP uses the same port. */
  readonly url: string
  /** A client in this process, under the same rules as a WebSocket client. */
  readonly connect: Rpc['connect']
  /** Says goodbye to clients, ends those that do not answer, frees the port. Idempotent. The node stays open. */
  close(): Promise<void>
}

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 9944
const IMPLEMENTATION: Implementation = { name: 'Assay Node', version: packageJson.version }

/**
 * JSON-RPC over a node, for callers in this process.
 * @param pacesStops whether a chainHead client that was just stopped twice waits for the head.
 */
export function createLocalRpc(options: RpcOptions, pacesStops = false): LocalRpc {
  const limits = limitsOf(options.limits)
  const watch = createChainWatch(options.node)
  const dispatcher = createDispatcher({
    methods: createMethods({
      node: options.node,
      watch,
      implementation: options.implementation ?? IMPLEMENTATION,
      keystore: options.keystore ?? createSessionKeystore(),
      clock: systemClock,
      pacesStops,
    }),
    limits,
    log: options.log,
    newId: options.newId ?? randomIds(),
  })
  return { ...dispatcher, close: () => watch.close() }
}

/**
 * Starts serving a node.
 * @throws AssayError `PORT_IN_USE`, or `LISTEN_FAILED` if it cannot listen for another reason.
 */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, origins = 'all', rpcMethods = 'auto', log } = options
  const limits = limitsOf(options.limits)
  const rpc = createLocalRpc(options, true)
  const door = createDoor({ rpc, limits, origins, rpcMethods, host, log })
  try {
    await listen(door.server, host, port)
  } catch (thrown) {
    rpc.close()
    throw thrown
  }
  const bound = (door.server.address() as AddressInfo).port
  const heartbeat = setInterval(() => door.heartbeat(), limits.heartbeatMs)
  heartbeat.unref()
  let closing: Promise<void> | undefined
  return {
    port: bound,
    url: `ws://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    connect: (deliver, access) => rpc.connect(deliver, access),
    close() {
      closing ??= door.close().finally(() => {
        clearInterval(heartbeat)
        rpc.close()
      })
      return closing
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)))
    server.listen(port, host, resolve)
  })
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): AssayError {
  if (error.code === 'EADDRINUSE')
    return new AssayError(
      'PORT_IN_USE',
      `expected port ${port} on ${host} to be free, but something listens there: stop it, or choose another port (0 takes a free one)`,
      { host, port },
      { cause: error },
    )
  return new AssayError(
    'LISTEN_FAILED',
    `cannot listen on ${host}:${port}: ${error.message}`,
    { host, port },
    { cause: error },
  )
}

interface DoorDeps {
  readonly rpc: Rpc
  readonly limits: RpcLimits
  readonly origins: AllowedOrigins
  readonly rpcMethods: RpcMethods
  /** The configured address to listen on. */
  readonly host: string
  readonly log: RpcLog
}

/** Names of this machine for itself. */
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]']

/** If too much waits for all clients together, drops the client for which most waits. */
function createBacklog(clients: ReadonlySet<WebSocketClient>, { allBytes }: RpcLimits): (change: number) => void {
  let waiting = 0
  return (change) => {
    waiting += change
    if (change <= 0 || waiting <= allBytes) return
    let slowest: WebSocketClient | undefined
    for (const client of clients) if (!slowest || client.waitingBytes > slowest.waitingBytes) slowest = client
    slowest?.dropSlow(
      `too slow: most of ${waiting} unread bytes wait for this client, the limit for all (allBytes) is ${allBytes}`,
    )
  }
}

/** Checks Host and Origin. Like Substrate, it checks Host only if origins are limited. */
function createDoorkeeper({ origins, host: listening }: DoorDeps, port: () => number): Doorkeeper {
  const own = listening.includes(':') ? `[${listening}]` : listening
  const hosts = [...LOCAL_HOSTS, own.toLowerCase()]
  return ({ headers: { host, origin } }) => {
    if (!originAllowed(origin, origins)) return `Origin ${origin} is not allowed`
    if (origins !== 'all' && !hostAllowed(host, hosts, port())) return 'Provided Host header is not whitelisted.'
    return undefined
  }
}

/**
 * An idle connection stays open this long. Node's five seconds close connections that a busy client is about to use, and the client
 * then cannot know whether its request arrived.
 */
const KEEP_ALIVE_MS = 120_000

/** The HTTP server with its WebSocket upgrade. It admits clients and ends their connections. */
function createDoor(deps: DoorDeps): { server: Server; heartbeat(): void; close(): Promise<void> } {
  const { limits, log } = deps
  const clients = new Set<WebSocketClient>()
  const backlog = createBacklog(clients, limits)
  const doorkeeper = createDoorkeeper(deps, () => address.port)
  const access = (): Access => ({ denyUnsafe: deniesUnsafe(deps.rpcMethods, address.address) })
  let requests = 0
  const busy = (): boolean => clients.size + requests >= limits.connections
  const server = createServer((request, response) => {
    if (busy()) return reply(response, 429, `Too many connections: at most ${limits.connections} at one time`)
    requests++
    response.once('close', () => requests--)
    serveHttp(request, response, { ...deps, access, doorkeeper }).catch((error: unknown) => {
      log.error({ err: error }, 'HTTP request failed: this is a bug of the node')
      response.destroy()
    })
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.requestBytes,
  })
  // Set before any client connects. It does not change, and a closing server cannot tell it.
  let address: AddressInfo
  server.once('listening', () => {
    address = server.address() as AddressInfo
    upgrader.options.maxPayload = mostRequestBytes(limits, access())
  })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    if (doorkeeper(request) !== undefined) return refuseUpgrade(stream, 403)
    if (busy()) return refuseUpgrade(stream, 429)
    upgrader.handleUpgrade(request, stream, head, (socket) => {
      const client = serveWebSocket(socket, stream, { ...deps, access: access(), backlog })
      clients.add(client)
      socket.once('close', () => clients.delete(client))
    })
  })
  return {
    server,
    heartbeat: () => clients.forEach((client) => client.heartbeat()),
    close: () => closeDoor(server, clients, limits.closeMs),
  }
}

function refuseUpgrade(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** WebSocket close code: the server is going away. */
const GOING_AWAY = 1001

function closeDoor(server: Server, clients: ReadonlySet<WebSocketClient>, closeMs: number): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => {
      for (const client of clients) client.terminate()
      server.closeAllConnections()
    }, closeMs)
    server.close(() => {
      clearTimeout(deadline)
      resolve()
    })
    for (const client of clients) client.close(GOING_AWAY, 'the node shuts down')
    server.closeIdleConnections()
  })
}
