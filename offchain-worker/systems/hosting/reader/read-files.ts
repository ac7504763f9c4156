/**
 * The work of `assay hosting read`, as a process.
 *
 * Owns: opening the feed, listing its files, getting one, progress, and stopping. Does not own: the swarm.
 */
import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fromHex } from '#types/bytes.ts'
import { systemClock } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import type { Log } from '#types/log.ts'
import type { DhtAddress } from '#worker/p2p/dht.ts'
import { noiseKeyPair } from '#worker/p2p/identity.ts'
import { closeInTime, untilStopped } from '#worker/terminal/lifecycle.ts'
import { closeWhileOpening, createOpened, type Opened } from '#worker/terminal/opened.ts'
import type { Tell } from '#worker/terminal/output.ts'
import { assertOwnAddress, makeFolder } from '#worker/terminal/places.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'
import { whileWaiting } from '#worker/terminal/silence.ts'
import { makeTemporary } from '#worker/terminal/temporary.ts'
import { createTransferProgress } from '#worker/terminal/transfer-progress.ts'
import { FEED_BLOCK_BYTES } from '../adapters/feed-files.ts'
import { bytesOf, contentOf, findFile, walkFiles, type ByteRange } from './file-walk.ts'
import { pour, saveFile } from './save.ts'
import { openSwarmFeed, type SwarmFeed } from './swarm-feed.ts'

/** @see readFiles */
export interface ReadFilesOptions {
  /** Key as hex. */
  readonly feed: string
  /** Of a file; if absent, all are listed. */
  readonly path: string | undefined
  readonly bytes: ByteRange | undefined
  /** If absent, stdout. */
  readonly output: string | undefined
  readonly bootstrap: readonly DhtAddress[]
  /** If absent, nothing that was fetched is kept. */
  readonly data: string | undefined
  readonly host: string
  readonly json: boolean
}

/** @see readFiles */
export interface ReadFilesDeps {
  readonly tell: Tell
  readonly log: Log
}

const SEED_BYTES = 32
const EXIT_FAILED = 1

/** The folder of the blocks. Without one of the person's own, it lasts as long as the command. */
async function folderOf({ data }: ReadFilesOptions, opened: Opened): Promise<string> {
  if (data === undefined)
    return opened.add(await makeTemporary('assay-read-'), (path) => rm(path, { recursive: true, force: true }))
  await makeFolder('data', data)
  return join(data, 'feeds')
}

async function open(options: ReadFilesOptions, { tell, log }: ReadFilesDeps, opened: Opened): Promise<SwarmFeed> {
  const { bootstrap, host, feed, json, path, output } = options
  await assertOwnAddress('host', host)
  const dir = await folderOf(options, opened)
  const keyPair = noiseKeyPair(new Uint8Array(randomBytes(SEED_BYTES)))
  const opening = openSwarmFeed({ bootstrap, host, key: fromHex(feed), dir, keyPair }, { clock: systemClock, log })
  // Where stdout is the content of a file, nothing else may be told there.
  const isContent = path !== undefined && output === undefined && !json
  const waiting = isContent ? opening : whileWaiting('a peer that serves the feed', opening, systemClock, tell)
  return opened.add(await waiting, (part) => part.close())
}

async function list({ length, getBlock }: SwarmFeed, tell: Tell): Promise<void> {
  let [files, bytes] = [0, 0]
  for await (const { path, size, blocks, isWhole } of walkFiles(length, getBlock)) {
    files++
    bytes += size
    const note = isWhole ? '' : ' (its author has not appended all of it)'
    tell({ kind: 'file', path, size, blocks, isWhole }, `${sizeText(size).padStart(12)}  ${path}${note}`)
  }
  tell({ kind: 'files', files, bytes, blocks: length }, `${counted(files, 'file')}, ${sizeText(bytes)}`)
}

async function get(feed: SwarmFeed, path: string, options: ReadFilesOptions, tell: Tell): Promise<void> {
  const { output, json } = options
  const file = await findFile(path, feed.length, feed.getBlock)
  const bytes = bytesOf(file, options.bytes)
  const first = file.firstBlock + Math.floor(bytes.from / FEED_BLOCK_BYTES)
  const blocks = Math.ceil((bytes.from + bytes.size) / FEED_BLOCK_BYTES) - Math.floor(bytes.from / FEED_BLOCK_BYTES)
  const heldBlocks = await feed.heldIn(first, first + blocks)
  const held = Math.min(heldBlocks * FEED_BLOCK_BYTES, bytes.size)
  const progress = createTransferProgress({ verb: 'reads', total: bytes.size }, json, tell)
  const told = async function* (): AsyncGenerator<Uint8Array> {
    let done = 0
    for await (const piece of contentOf(file, bytes, feed.getBlock)) {
      yield piece
      progress.at((done += piece.length))
    }
  }
  try {
    if (output === undefined) return await pour(process.stdout, told())
    await saveFile(output, told())
  } finally {
    progress.end()
  }
  const fetched = blocks - heldBlocks
  tell(
    { kind: 'saved', path, output, ...bytes, blocks, fetched },
    `${output} has ${sizeText(bytes.size)} of ${path}: ${counted(fetched, 'block')} fetched, ${sizeText(held)} there before`,
  )
}

/**
 * Lists the files of a feed, or gets one, until that is done or the process is asked to stop.
 * @throws AssayError `READ_STOPPED`, and those of openSwarmFeed, findFile, bytesOf, contentOf and saveFile
 */
export async function readFiles(options: ReadFilesOptions, deps: ReadFilesDeps): Promise<void> {
  const opened = createOpened()
  const work = async (): Promise<undefined> => {
    const feed = await open(options, deps, opened)
    await (options.path === undefined ? list(feed, deps.tell) : get(feed, options.path, options, deps.tell))
    return undefined
  }
  const working = work()
  try {
    const stopped = await Promise.race([working, untilStopped()])
    // The reader of stdout has what it wanted, and wants no word of it.
    if (stopped === 'EPIPE') process.exitCode = EXIT_FAILED
    else if (stopped !== undefined)
      throw new AssayError(
        'READ_STOPPED',
        'expected to read to the end, got a request to stop: run it again with the same --data, and it goes on from here',
      )
  } finally {
    await closeInTime(() => closeWhileOpening(opened, working))
  }
}
