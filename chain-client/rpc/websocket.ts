/**
 * One WebSocket client.
 *
 * Owns: its flow: it joins replies into few writes; it holds requests back while the client does not read or too many
 * are under way; it bounds the outbox and drops a client that reads too slowly; heartbeats; and the end of its
 * subscriptions. Does not own: the answers.
 */
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import type { Access, Rpc, RpcConnection, RpcLog } from './dispatcher.ts'
import type { RpcLimits } from './limits.ts'

export interface WebSocketClient {
  /** Bytes that wait for the client to read, not counting those that the socket has taken. */
  readonly waitingBytes: number
  /** Says goodbye with a close code; {@link terminate} ends clients that do not answer. */
  close(code: number, reason: string): void
  terminate(): void
  /** Ends a client that reads too slowly: drops the texts that wait for it, and tells it the reason. */
  dropSlow(reason: string): void
  /** Sends a ping. If the client has not answered the last one, drops it. */
  heartbeat(): void
}

export interface WebSocketClientDeps {
  readonly rpc: Rpc
  readonly access: Access
  readonly limits: RpcLimits
  readonly log: RpcLog
  /** Is told each change of {@link WebSocketClient.waitingBytes}. */
  readonly backlog: (change: number) => void
}

/**
 * WebSocket close code for a client that breaks a rule of ours: here, it must read its replies. Source: RFC 6455
 * section 7.4.1.
 */
const POLICY_VIOLATION = 1008

/** Serves a WebSocket until it closes. `stream` is the socket under it. */
export function serveWebSocket(socket: WebSocket, stream: Duplex, deps: WebSocketClientDeps): WebSocketClient {
  const { limits, log } = deps
  const cork = createCork(stream)
  const outbox = createOutbox(socket, { ...deps, cork, sent, overflow: dropSlow })
  const connection = deps.rpc.connect(outbox.send, deps.access)
  const inbox = createInbox(connection, limits, () => socket.bufferedAmount + outbox.bytes(), {
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  })
  let alive = true
  let dropped = false

  // The client reads, so it is alive, and more of the waiting texts can go out.
  function sent(): void {
    alive = true
    inbox.pump()
  }

  function forget(reason: string): void {
    log.warn({ reason, subscriptions: connection.subscriptions }, `RPC client dropped: ${reason}`)
    dropped = true
    connection.close()
    outbox.clear()
  }

  function dropSlow(reason: string): void {
    if (dropped) return
    forget(reason)
    // At most `pauseBytes` are ahead of the goodbye. A client that does not read those never learns the reason.
    socket.close(POLICY_VIOLATION, reason)
    socket.resume()
    const deadline = setTimeout(() => socket.terminate(), limits.closeMs)
    socket.once('close', () => clearTimeout(deadline))
  }

  socket.on('message', (data: RawData) => {
    if (!dropped) inbox.take(textOf(data))
  })
  socket.on('pong', () => (alive = true))
  socket.on('error', (error) => log.warn({ err: error }, `RPC client failed: ${error.message}`))
  socket.on('close', () => {
    connection.close()
    outbox.clear()
  })

  return {
    get waitingBytes() {
      return outbox.bytes()
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    dropSlow,
    heartbeat() {
      // The client waits for us. While we do not read from it we do not see its pongs.
      if (dropped || (inbox.paused() && socket.bufferedAmount === 0)) return
      if (!alive) {
        forget('it did not answer a ping')
        return socket.terminate()
      }
      alive = false
      socket.ping()
    },
  }
}

interface OutboxDeps extends Pick<WebSocketClientDeps, 'limits' | 'backlog'> {
  /** Called before each send. */
  readonly cork: (canWait: boolean) => void
  /** Called as the client reads. */
  readonly sent: () => void
  /** Called with the reason if too much waits. */
  readonly overflow: (reason: string) => void
}

/**
 * The texts that were sent to a client and that it has not read. The socket gets about `pauseBytes` of them. The rest
 * waits here, as texts that subscribers share, and can be dropped at once. Lengths count UTF-16 units; for nearly all
 * our texts these are bytes.
 */
function createOutbox(socket: WebSocket, { limits, backlog, cork, sent, overflow }: OutboxDeps) {
  let waiting: string[] = []
  let next = 0
  let bytes = 0

  const count = (change: number): void => {
    bytes += change
    backlog(change)
  }

  // One function for all sends.
  const written = (): void => {
    while (next < waiting.length && socket.bufferedAmount <= limits.pauseBytes) {
      const text = waiting[next++]!
      count(-text.length)
      write(text)
    }
    if (next === waiting.length && next > 0) {
      waiting = []
      next = 0
    }
    sent()
  }

  function write(text: string, canWait = false): void {
    cork(canWait)
    socket.send(text, written)
  }

  return {
    send(text: string, canWait: boolean): void {
      if (socket.readyState !== socket.OPEN) return
      if (waiting.length === 0 && socket.bufferedAmount <= limits.pauseBytes) return write(text, canWait)
      waiting.push(text)
      count(text.length)
      if (bytes > limits.dropBytes)
        overflow(`too slow: ${bytes} bytes unread, the limit (dropBytes) is ${limits.dropBytes}`)
    },
    /** Drops the waiting texts. */
    clear(): void {
      waiting = []
      next = 0
      count(-bytes)
    },
    bytes: () => bytes,
  }
}

/**
 * Makes one write of many sends, because each write costs a system call and wakes the client. Call it before sending. A text that can
 * wait leaves at the end of the turn of the event loop: a transaction that was submitted alone is in a block by then, so its first
 * statuses leave together. All others leave as soon as the present callback is done.
 */
function createCork(stream: Duplex): (canWait: boolean) => void {
  let isCorked = false
  /** Defined while all that is corked can wait. */
  let waiting: NodeJS.Immediate | undefined
  const uncork = (): void => {
    isCorked = false
    waiting = undefined
    stream.uncork()
  }
  return (canWait) => {
    if (isCorked && (canWait || waiting === undefined)) return
    if (!isCorked) stream.cork()
    clearImmediate(waiting)
    waiting = canWait ? setImmediate(uncork) : undefined
    if (!canWait) process.nextTick(uncork)
    isCorked = true
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
      // Messages of a chunk that was already read still come after the pause. They are few.
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
