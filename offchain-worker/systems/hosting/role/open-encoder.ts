/**
 * Opens an encoder in a process of its own.
 *
 * Owns: the folders of its keys and replicas, and the threads that encode. Does not own: the role.
 */
import { join } from 'node:path'
import type { LoadedRole } from '#worker/systems/system.ts'
import { createFeedSources } from '../adapters/feed-source.ts'
import { createCodecPool } from '../copies/codec-pool.ts'
import { openEncoderKeys } from '../copies/encoder-keys.ts'
import { codecThreads, encodingOffer } from '../limits.ts'
import { encoderRequires } from './copy-items.ts'
import { createEncoder } from './encoder.ts'

export const requires: LoadedRole['requires'] = encoderRequires

export const open: LoadedRole['open'] = async (options, _fault, host) => {
  const { bootstrap, address, dataDir, log, opened } = host
  const bytesPerBlock = encodingOffer(options)
  const codec = opened.add(createCodecPool({ threads: codecThreads(options) }, log), (pool) => pool.close())
  const keys = await openEncoderKeys(join(dataDir, 'encoder-keys'))
  const sources = createFeedSources({ bootstrap, host: address, dir: join(dataDir, 'replicas') }, host)
  return (account, deps) => createEncoder({ account, bytesPerBlock }, { ...deps, keys, codec, sources })
}
