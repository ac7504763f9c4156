/**
 * JSON-RPC over HTTP POST, GET /health and /health/readiness, and CORS.
 *
 * Owns: the HTTP side of the port, and the check of Host and Origin. Does not own: the upgrade to WebSocket.
 * Source: jsonrpsee server (POST of application/json, 413, 415), polkadot-sdk substrate/client/rpc-servers
 * (node_health, --rpc-cors, host_filtering).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorText, mostRequestBytes, tooBig, type Access, type Rpc } from './dispatcher.ts'
import type { RpcLimits } from './limits.ts'

/**
 * Origins from which browsers may call: all, or the listed ones, such as `http://localhost:3000`, or
 * `http://localhost:*` for any port.
 */
export type AllowedOrigins = 'all' | readonly string[]

const ANY_PORT = ':*'

/** Whether an `Origin` header is allowed. A caller that is no browser sends none. */
export function originAllowed(origin: string | undefined, allowed: AllowedOrigins): boolean {
  if (origin === undefined || allowed === 'all') return true
  return allowed.some((each) =>
    each.endsWith(ANY_PORT)
      ? origin.replace(/:\d{1,5}$/, '') === each.slice(0, -ANY_PORT.length)
      : origin === each.replace(/\/$/, ''),
  )
}

const HTTP_PORT = 80

/**
 * Whether a `Host` header names this server. A malicious site can make its own name lead to this address; then the
 * header has that name. The server checks this only if it limits origins, as Substrate does.
 * @param hosts names without port.
 */
export function hostAllowed(host: string | undefined, hosts: readonly string[], port: number): boolean {
  const named = /^(?<name>\[[0-9a-f:.]+\]|[^:]+)(?::(?<port>\d{1,5}))?$/i.exec(host ?? '')?.groups
  return (
    named !== undefined && hosts.includes(named['name']!.toLowerCase()) && Number(named['port'] ?? HTTP_PORT) === port
  )
}

/** The reason to refuse a request by its headers; undefined to admit it. */
export type Doorkeeper = (request: IncomingMessage) => string | undefined

export interface HttpDeps {
  readonly rpc: Rpc
  readonly access: () => Access
  readonly limits: RpcLimits
  readonly origins: AllowedOrigins
  readonly doorkeeper: Doorkeeper
}

/** Answers one HTTP request. Never rejects. */
export async function serveHttp(request: IncomingMessage, response: ServerResponse, deps: HttpDeps): Promise<void> {
  const { origin } = request.headers
  const refusal = deps.doorkeeper(request)
  if (refusal !== undefined) return reply(response, 403, refusal)
  if (origin !== undefined) allowOrigin(response, deps.origins === 'all' ? '*' : origin)
  if (request.method === 'OPTIONS') return preflight(response)
  const path = request.url?.split('?', 1)[0]
  if (path === '/health' || path === '/health/readiness') return health(request, response, path, deps)
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST, OPTIONS')
    return reply(response, 405, 'Send JSON-RPC 2.0 as a POST of application/json, or connect by WebSocket')
  }
  if (!isJson(request.headers['content-type']))
    return reply(response, 415, 'Supplied content type is not allowed. Content-Type: application/json is required')
  const mostBytes = mostRequestBytes(deps.limits, deps.access())
  const body = await readBody(request, mostBytes)
  if (body === 'aborted') return
  if (body === 'tooBig') {
    response.setHeader('Connection', 'close')
    return replyJson(response, 413, errorText('null', tooBig(mostBytes)))
  }
  const text = await deps.rpc.request(body.toString('utf8'), deps.access())
  if (text === undefined) response.writeHead(204).end()
  else replyJson(response, 200, text)
}

/** As node_health: the fields of system_health, or an empty answer that says by its status whether the node is ready. */
async function health(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { rpc, access }: HttpDeps,
): Promise<void> {
  if (request.method !== 'GET') {
    response.setHeader('Allow', 'GET')
    return reply(response, 405, 'Ask for the health of the node with GET')
  }
  const text = await rpc.request('{"jsonrpc":"2.0","id":0,"method":"system_health","params":[]}', access())
  const { result } = JSON.parse(text ?? '{}') as { readonly result?: { readonly isSyncing: boolean } }
  if (path === '/health') return replyJson(response, result ? 200 : 500, JSON.stringify(result ?? null))
  response.writeHead(result?.isSyncing === false ? 200 : 500).end()
}

const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/json(?:-rpc)?\s*(?:;|$)/i.test(contentType)

/** The body. Never keeps more than `limit` bytes of it in memory. */
function readBody(request: IncomingMessage, limit: number): Promise<Buffer | 'tooBig' | 'aborted'> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.resolve('tooBig')
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limit) {
        request.pause()
        resolve('tooBig')
      } else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks, length)))
    request.on('error', () => resolve('aborted'))
    request.on('close', () => resolve('aborted'))
  })
}

function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin)
  response.setHeader('Vary', 'Origin')
}

const PREFLIGHT_MAX_AGE_S = 3600

function preflight(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', 'POST, GET, OPTIONS')
  response.setHeader('Access-Control-Allow-Headers', 'Content-Type')
  response.setHeader('Access-Control-Max-Age', String(PREFLIGHT_MAX_AGE_S))
  response.writeHead(204).end()
}

function replyJson(response: ServerResponse, status: number, json: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(json)
}

/** A plain text reply for people: what went wrong and what to do. */
export function reply(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${message}\n`)
}
