/**
 * One WebSocket client.
 *
 * Owns: its flow: replies corked into few writes, requests held back while it does not read or too many are under way,
 * the drop of a reader that is too slow, heartbeats, and the end of its subscriptions. Does not own: what is answered
 * (dispatcher.ts) nor which clients are let in (server.ts).
 */
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import type { Rpc, RpcConnection, RpcLog } from './dispatcher.ts'
import type { RpcLimits } from './limits.ts'

export interface WebSocketClient {
  /** Says goodbye with a close code; {@link terminate} ends those that do not answer. */
  close(code: number, reason: string): void
  terminate(): void
  /** Sends a ping, or drops the client where the last one went unanswered. */
  heartbeat(): void
}

export interface WebSocketClientDeps {
  readonly rpc: Rpc
  readonly limits: RpcLimits
  readonly log: RpcLog
}

/** Serves a WebSocket until it closes. `stream` is the socket under it. */
export function serveWebSocket(socket: WebSocket, stream: Duplex, deps: WebSocketClientDeps): WebSocketClient {
  const { limits, log } = deps
  const connection = deps.rpc.connect(send)
  const inbox = createInbox(connection, limits, () => socket.bufferedAmount, {
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  })
  const cork = createCork(stream)
  let alive = true

  function send(text: string): void {
    if (socket.readyState !== socket.OPEN) return
    cork()
    socket.send(text, sent)
    if (socket.bufferedAmount > limits.dropBytes) drop(`it has not read ${socket.bufferedAmount} bytes`)
  }

  // One function for all sends. What waits for the client to read goes on as it reads, and a reading client is alive.
  function sent(): void {
    alive = true
    inbox.pump()
  }

  function drop(reason: string): void {
    log.warn({ reason, subscriptions: connection.subscriptions }, `RPC client dropped: ${reason}`)
    connection.close()
    socket.terminate()
  }

  socket.on('message', (data: RawData) => inbox.take(textOf(data)))
  socket.on('pong', () => (alive = true))
  socket.on('error', (error) => log.warn({ err: error }, `RPC client failed: ${error.message}`))
  socket.on('close', () => connection.close())

  return {
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    heartbeat() {
      // It waits for us, and while we do not read from it we do not see its pongs.
      if (inbox.paused() && socket.bufferedAmount === 0) return
      if (!alive) return drop('it did not answer a ping')
      alive = false
      socket.ping()
    },
  }
}

/**
 * One write for all that is sent in a turn of the event loop: a pipelining client would cost a system call per reply
 * otherwise. Call it before sending.
 */
function createCork(stream: Duplex): () => void {
  let corked = false
  const uncork = (): void => {
    corked = false
    stream.uncork()
  }
  return () => {
    if (corked) return
    corked = true
    stream.cork()
    process.nextTick(uncork)
  }
}

/** ws gives one Buffer per message in its default mode (`nodebuffer`). */
const textOf = (data: RawData): string => (data as Buffer).toString('utf8')

/** Requests that wait because their client does not read, or has too many under way. */
function createInbox(
  connection: RpcConnection,
  limits: RpcLimits,
  unsentBytes: () => number,
  source: { pause(): void; resume(): void },
): { take(text: string): void; pump(): void; paused(): boolean } {
  const waiting: string[] = []
  let underWay = 0
  let paused = false

  const full = (): boolean => underWay >= limits.pending || unsentBytes() > limits.pauseBytes

  function answer(text: string): void {
    const done = connection.receive(text)
    if (!done) return
    underWay++
    void done.then(() => {
      underWay--
      pump()
    })
  }

  function pump(): void {
    if (!paused) return
    while (waiting.length > 0 && !full()) answer(waiting.shift()!)
    if (waiting.length > 0 || full()) return
    paused = false
    source.resume()
  }

  return {
    take(text) {
      // Messages of a chunk that was read already still come after the pause; they are few.
      if (paused) waiting.push(text)
      else answer(text)
      if (paused || !full()) return
      paused = true
      source.pause()
    },
    pump,
    paused: () => paused,
  }
}
