/**
 * The RPC server: WebSocket and HTTP on one port, and in-process clients beside them.
 *
 * Owns: the port, who is let in, heartbeats, and the end of it all. Does not own: the methods (rpc-methods.ts), the
 * protocol (dispatcher.ts), or one client's flow (websocket.ts, http.ts).
 */
import { randomBytes } from 'node:crypto'
import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { AssayError } from '#types/errors.ts'
import type { Node } from '#chain/node/node-interface.ts'
import packageJson from '../../package.json' with { type: 'json' }
import { createChainWatch } from './chain-watch.ts'
import { createDispatcher, type Rpc, type RpcLog } from './dispatcher.ts'
import { originAllowed, reply, serveHttp, type AllowedOrigins } from './http.ts'
import { DEFAULT_LIMITS, type RpcLimits } from './limits.ts'
import { createMethods } from './rpc-methods.ts'
import type { Implementation } from './system.ts'
import { serveWebSocket, type WebSocketClient } from './websocket.ts'

export interface RpcOptions {
  readonly node: Node
  readonly log: RpcLog
  /** Overrides of {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<RpcLimits>
  /** What system_name and system_version tell. */
  readonly implementation?: Implementation
  /** Subscription ids; random and unguessable by default. */
  readonly newId?: () => string
}

export interface RpcServerOptions extends RpcOptions {
  /** Default 127.0.0.1: whoever reaches the port may seal blocks. */
  readonly host?: string
  /** Default 9944; 0 takes a free one. */
  readonly port?: number
  /** Default all, as Substrate's `--dev`. */
  readonly origins?: AllowedOrigins
}

/** JSON-RPC without a socket. */
export interface LocalRpc extends Rpc {
  /** Stops listening to the node. Connections get no further notifications. */
  close(): void
}

export interface RpcServer {
  readonly port: number
  /** `ws://host:port`; HTTP is on the same. */
  readonly url: string
  /** A client in this process, under the same rules as one by WebSocket. */
  readonly connect: Rpc['connect']
  /** Tells clients goodbye, ends what does not answer, frees the port. Idempotent. The node stays open. */
  close(): Promise<void>
}

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_PORT = 9944
const IMPLEMENTATION: Implementation = { name: 'Assay Node', version: packageJson.version }
const ID_BYTES = 12

/** JSON-RPC over a node, for callers in this process. */
export function createLocalRpc(options: RpcOptions): LocalRpc {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const watch = createChainWatch(options.node)
  const dispatcher = createDispatcher({
    methods: createMethods(options.node, watch, options.implementation ?? IMPLEMENTATION),
    limits,
    log: options.log,
    newId: options.newId ?? (() => randomBytes(ID_BYTES).toString('base64url')),
  })
  return { ...dispatcher, close: () => watch.close() }
}

/**
 * Starts serving a node.
 * @throws AssayError `PORT_IN_USE`, or `LISTEN_FAILED` where host and port cannot be had otherwise.
 */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, origins = 'all', log } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const rpc = createLocalRpc(options)
  const door = createDoor({ rpc, limits, origins, log })
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
    connect: (deliver) => rpc.connect(deliver),
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
  readonly log: RpcLog
}

/** The HTTP server with its WebSocket upgrade: lets clients in and sees them out. */
function createDoor(deps: DoorDeps): { server: Server; heartbeat(): void; close(): Promise<void> } {
  const { limits, origins, log } = deps
  const clients = new Set<WebSocketClient>()
  let requests = 0
  const busy = (): boolean => clients.size + requests >= limits.connections
  const server = createServer((request, response) => {
    if (busy()) return reply(response, 429, `Too many connections: at most ${limits.connections} at one time`)
    requests++
    response.once('close', () => requests--)
    serveHttp(request, response, deps).catch((error: unknown) => {
      log.error({ err: error }, 'HTTP request failed: this is a bug of the node')
      response.destroy()
    })
  })
  const upgrader = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.requestBytes,
  })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    if (!originAllowed(request.headers.origin, origins)) return refuseUpgrade(stream, 403)
    if (busy()) return refuseUpgrade(stream, 429)
    upgrader.handleUpgrade(request, stream, head, (socket) => {
      const client = serveWebSocket(socket, stream, deps)
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

/** WebSocket close code: the server goes away. */
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
