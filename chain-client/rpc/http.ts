/**
 * JSON-RPC over HTTP POST, GET /health, and CORS.
 *
 * Owns: HTTP's side of the port. Does not own: the upgrade to WebSocket (server.ts) nor what is answered (dispatcher.ts).
 * Source: jsonrpsee server (POST of application/json, 413, 415), polkadot-sdk substrate/client/rpc-servers (GET /health,
 * --rpc-cors).
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorText, tooBig, type Rpc } from './dispatcher.ts'
import type { RpcLimits } from './limits.ts'
import { HEALTH } from './system.ts'

/** Origins that browsers may call from: all of them, or those listed (`http://localhost:3000`). */
export type AllowedOrigins = 'all' | readonly string[]

/** Whether an `Origin` header is allowed. Callers that are no browsers send none. */
export const originAllowed = (origin: string | undefined, allowed: AllowedOrigins): boolean =>
  origin === undefined || allowed === 'all' || allowed.includes(origin)

export interface HttpDeps {
  readonly rpc: Rpc
  readonly limits: RpcLimits
  readonly origins: AllowedOrigins
}

/** Answers one HTTP request. Never rejects. */
export async function serveHttp(request: IncomingMessage, response: ServerResponse, deps: HttpDeps): Promise<void> {
  const { origin } = request.headers
  if (!originAllowed(origin, deps.origins)) return reply(response, 403, `Origin ${origin} is not allowed`)
  if (origin !== undefined) allowOrigin(response, deps.origins === 'all' ? '*' : origin)
  if (request.method === 'OPTIONS') return preflight(response)
  if (request.method === 'GET' && request.url === '/health') return replyJson(response, 200, JSON.stringify(HEALTH))
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST, OPTIONS')
    return reply(response, 405, 'Send JSON-RPC 2.0 as a POST of application/json, or connect by WebSocket')
  }
  if (!isJson(request.headers['content-type']))
    return reply(response, 415, 'Supplied content type is not allowed. Content-Type: application/json is required')
  const { requestBytes } = deps.limits
  const body = await readBody(request, requestBytes)
  if (body === 'aborted') return
  if (body === 'tooBig') {
    response.setHeader('Connection', 'close')
    return replyJson(response, 413, errorText('null', tooBig(requestBytes)))
  }
  const text = await deps.rpc.request(body.toString('utf8'))
  if (text === undefined) response.writeHead(204).end()
  else replyJson(response, 200, text)
}

const isJson = (contentType: string | undefined): boolean =>
  contentType !== undefined && /^application\/json(?:-rpc)?\s*(?:;|$)/i.test(contentType)

/** The body, never more than `limit` bytes of it in memory. */
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

/** A plain text reply: what went wrong and what to do, for people. */
export function reply(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${message}\n`)
}
