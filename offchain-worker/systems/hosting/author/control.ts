/**
 * The way from `assay hosting update` to the process that serves the feed: nobody else can write to an author's folder meanwhile.
 *
 * Owns: the socket in that folder, its two requests, and their bounds. Does not own: packing and registering (publish.ts).
 *
 * The socket is a file that its owner alone may open. A connection has one request and one reply, each a line of JSON; bytes are hex.
 */
import { rm } from 'node:fs/promises'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { fromHex, toHex } from '#types/bytes.ts'
import { FeedHead } from '#types/domain/hosting/feed.ts'
import { FeedBranch } from '#types/domain/hosting/feed-growth.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { decode, encode } from '#types/scale/codec.ts'

const SOCKET = 'control'
/** The shortest bound of the systems that have such sockets. A longer path cannot be bound. */
const MOST_PATH_BYTES = 103
/** A path and some numbers, and a head with its proofs. */
const MOST_REQUEST_BYTES = 16_384
const MOST_REPLY_BYTES = 262_144
/** From the connection to the whole request. */
const REQUEST_MS = 5_000

/** What is to be published. */
export interface FolderToPack {
  /** An absolute path. */
  readonly folder: string
  readonly limits: { readonly maxBytes: number; readonly maxFiles: number; readonly maxDepth: number }
}

/** What an author's process does for another one. */
export interface ServedAuthor {
  /** Appends what is new in a folder. @throws AssayError those of FeedStore.publish */
  pack(what: FolderToPack): Promise<FeedHead>
  /** The feed's tree, and its roots at a length. @throws AssayError those of readBranch */
  branchAt(length: number): Promise<FeedBranch>
}

type Request = ({ readonly kind: 'pack' } & FolderToPack) | { readonly kind: 'branch'; readonly length: number }
type Reply = { readonly value: string } | { readonly code: string; readonly message: string }

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0

/** @throws AssayError `BAD_REQUEST` */
function parseRequest(text: string): Request {
  try {
    const request = JSON.parse(text) as Partial<Record<string, unknown>>
    const { kind, length, folder, limits } = request
    if (kind === 'branch' && isCount(length)) return { kind, length }
    const { maxBytes, maxFiles, maxDepth } = limits as Partial<Record<string, unknown>>
    if (kind === 'pack' && typeof folder === 'string' && isCount(maxBytes) && isCount(maxFiles) && isCount(maxDepth))
      return { kind, folder, limits: { maxBytes, maxFiles, maxDepth } }
  } catch {
    // It is refused below.
  }
  throw new AssayError('BAD_REQUEST', `expected a request of \`assay hosting update\`, got ${text.slice(0, 80)}`)
}

/** All that the other side writes. @throws AssayError `TOO_LONG` */
async function textOf(socket: Socket, mostBytes: number): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  // The other direction stays open for the reply.
  for await (const part of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    parts.push(part)
    if ((bytes += part.length) > mostBytes)
      throw new AssayError('TOO_LONG', `expected at most ${mostBytes} bytes over the socket of an author, got more`)
  }
  return Buffer.concat(parts).toString('utf8')
}

async function answer(request: Request, author: ServedAuthor): Promise<string> {
  if (request.kind === 'branch') return toHex(encode(FeedBranch, await author.branchAt(request.length)))
  return toHex(encode(FeedHead, await author.pack(request)))
}

/** What answers other processes. openControl makes it. */
export class Control {
  readonly #server: Server
  readonly #author: ServedAuthor
  readonly #sockets = new Set<Socket>()
  /** One request after the other: two that append would disturb each other. */
  #working: Promise<unknown> = Promise.resolve()

  constructor(author: ServedAuthor) {
    this.#author = author
    this.#server = createServer({ allowHalfOpen: true }, (socket) => void this.#serve(socket))
  }

  /** Resolves when others can connect. */
  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(path, resolve)
    })
  }

  /** Takes no more requests, and resolves when the one under way is done. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    await this.#working
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    // A process that goes away needs no reply.
    socket.on('error', () => undefined)
    socket.setTimeout(REQUEST_MS, () => socket.destroy())
    try {
      const text = await textOf(socket, MOST_REQUEST_BYTES)
      socket.setTimeout(0)
      socket.end(`${JSON.stringify(await this.#reply(text))}\n`)
    } catch {
      socket.destroy()
    }
  }

  #reply(text: string): Promise<Reply> {
    const reply = this.#working.then(async (): Promise<Reply> => {
      try {
        return { value: await answer(parseRequest(text), this.#author) }
      } catch (error) {
        return { code: error instanceof AssayError ? error.code : 'AUTHOR', message: messageOf(error) }
      }
    })
    this.#working = reply
    return reply
  }
}

/**
 * Answers `assay hosting update` from now on. The caller holds the lock of the author's folder, so a socket that lies there is of a
 * process that was killed.
 * @throws AssayError `NO_CONTROL` where the folder can have no socket
 */
export async function openControl(dir: string, author: ServedAuthor): Promise<Control> {
  const path = join(dir, SOCKET)
  const bytes = Buffer.byteLength(path)
  if (bytes > MOST_PATH_BYTES)
    throw new AssayError('NO_CONTROL', `expected a path of at most ${MOST_PATH_BYTES} bytes for a socket, got ${bytes}`)
  const control = new Control(author)
  try {
    await rm(path, { force: true })
    await control.listen(path)
  } catch (error) {
    throw new AssayError('NO_CONTROL', `${path} cannot be a socket: ${messageOf(error)}`, {}, { cause: error })
  }
  return control
}

/** @returns undefined where no process listens */
async function connect(path: string): Promise<Socket | undefined> {
  const socket = createConnection({ path, allowHalfOpen: true })
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })
}

async function ask(socket: Socket, request: Request): Promise<Uint8Array> {
  socket.end(`${JSON.stringify(request)}\n`)
  const text = await textOf(socket, MOST_REPLY_BYTES).catch(() => '')
  if (text === '')
    throw new AssayError(
      'AUTHOR_GONE',
      'expected an answer of the process that serves the feed, got none: it has ended, so run the command again',
    )
  const reply = JSON.parse(text) as Reply
  if ('code' in reply) throw new AssayError(reply.code, reply.message)
  return fromHex(reply.value)
}

/** The process that serves the feed of an author's folder; undefined where none does. Its calls throw `AUTHOR_GONE` where it ends. */
export async function findServed(dir: string): Promise<ServedAuthor | undefined> {
  const path = join(dir, SOCKET)
  const first = await connect(path)
  if (!first) return undefined
  first.destroy()
  const asked = async (request: Request): Promise<Uint8Array> => {
    const socket = await connect(path)
    if (!socket) throw new AssayError('AUTHOR_GONE', `expected a process that serves the feed in ${dir}, got none`)
    return ask(socket, request)
  }
  return {
    pack: async (what) => decode(FeedHead, await asked({ kind: 'pack', ...what })),
    branchAt: async (length) => decode(FeedBranch, await asked({ kind: 'branch', length })),
  }
}
