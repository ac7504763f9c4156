/**
 * archive_v1_*: any stored block, also blocks that no client follows.
 *
 * Owns: these methods except storage.
 * Source: paritytech/json-rpc-interface-spec api/archive_v1_*; polkadot-sdk substrate/client/rpc-spec-v2/src/archive.
 */
import { toHex } from '#types/bytes.ts'
import { messageOf } from '#types/errors.ts'
import { encode } from '#types/scale/codec.ts'
import { Header } from '#types/scale/header.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { archiveStorageMethods } from './archive-storage.ts'
import { method, type Methods } from './method.ts'
import { bytes, hash, text, u32 } from './params.ts'

export function archiveMethods(node: Node): Methods {
  return {
    archive_v1_body: method({ hash }, ({ hash: at }) => node.block(at)?.body.map(toHex) ?? null),
    archive_v1_header: method({ hash }, ({ hash: at }) => {
      const block = node.block(at)
      return block ? toHex(encode(Header, block.header)) : null
    }),
    archive_v1_finalizedHeight: method({}, () => node.finalized().header.number),
    archive_v1_genesisHash: method({}, () => toHex(node.genesisHash)),
    archive_v1_hashByHeight: method({ height: u32 }, ({ height }) => hashesAt(node, height).map(toHex)),
    archive_v1_call: method({ hash, function: text, callParameters: bytes }, (args) => {
      if (!node.block(args.hash)) return null
      try {
        const value = node.runtime.call(node.at(args.hash), args.function, args.callParameters)
        return { success: true, value: toHex(value) }
      } catch (thrown) {
        return { success: false, error: messageOf(thrown) }
      }
    }),
    ...archiveStorageMethods(node),
  }
}

/** The final block of that number. Above the final head: the blocks of all live branches. */
function hashesAt(node: Node, height: number): readonly Uint8Array[] {
  if (height > node.finalized().header.number)
    return node.unfinalized().flatMap(({ header, hash }) => (header.number === height ? [hash] : []))
  const found = node.hashAt(height)
  return found ? [found] : []
}
