/**
 * Opens an encoder in a process of its own.
 *
 * Owns: the folders of its keys and replicas, the threads that encode, and the fault that it is started with. Does not own: the role.
 */
import { join } from 'node:path'
import type { LoadedRole } from '#worker/systems/system.ts'
import { createFeedSources } from '../adapters/feed-source.ts'
import { createCodecPool } from '../copies/codec-pool.ts'
import { openEncoderKeys } from '../copies/encoder-keys.ts'
import { codecThreads, encodingOffer } from '../limits.ts'
import { faultyCodec, faultyKeys } from './copy-faults.ts'
import { encoderRequires } from './copy-items.ts'
import { createEncoder } from './encoder.ts'

export const requires: LoadedRole['requires'] = encoderRequires

export const open: LoadedRole['open'] = async (options, fault, host) => {
  const { bootstrap, address, dataDir, log, opened } = host
  const bytesPerBlock = encodingOffer(options)
  const pool = opened.add(createCodecPool({ threads: codecThreads(options) }, log), (part) => part.close())
  const codec = faultyCodec(pool, fault, host.randomBytes)
  const keys = faultyKeys(await openEncoderKeys(join(dataDir, 'encoder-keys')), fault)
  const sources = createFeedSources({ bootstrap, host: address, dir: join(dataDir, 'replicas') }, host)
  return (account, deps) => createEncoder({ account, bytesPerBlock }, { ...deps, keys, codec, sources })
}
