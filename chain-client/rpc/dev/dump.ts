/**
 * dev_dumpState, dev_loadState: a whole chain as one JSON document.
 *
 * Owns: these methods. Does not own: the document.
 */
import type { Node } from '#chain/node/node-interface.ts'
import type { Methods } from '../method.ts'
import { jsonObject } from '../params.ts'
import { toHex } from '#types/bytes.ts'
import { devMethod } from './dev-error.ts'

/** @param told waits until every client has been told of a jump. */
export function devDumpMethods(node: Node, told: () => Promise<void>): Methods {
  return {
    dev_dumpState: devMethod({}, () => node.dev.dumpState()),
    dev_loadState: devMethod({ dump: jsonObject }, async ({ dump }) => {
      await node.dev.loadState(dump)
      await told()
      return toHex(node.best().hash)
    }),
  }
}
