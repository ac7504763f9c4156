/**
 * dev_snapshot, dev_revert, dev_impersonate, dev_stopImpersonating, dev_dropTransaction.
 *
 * Owns: these methods. Does not own: the powers behind them.
 */
import { toHex } from '#types/bytes.ts'
import type { Node } from '#chain/node/node-interface.ts'
import type { Methods } from '../method.ts'
import { accountId, either, hash, oneOf, u32 } from '../params.ts'
import { devMethod } from './dev-error.ts'

const whom = either(accountId, oneOf('all'))

/** @param told waits until every client has been told of a jump. */
export function devSnapshotMethods(node: Node, told: () => Promise<void>): Methods {
  return {
    dev_snapshot: devMethod({}, () => node.dev.snapshot()),
    dev_revert: devMethod({ id: u32 }, async ({ id }) => {
      const reverted = await node.dev.revert(id)
      await told()
      return reverted
    }),
    dev_impersonate: devMethod({ account: whom }, ({ account }) => {
      node.dev.impersonate(account, true)
      return null
    }),
    dev_stopImpersonating: devMethod({ account: whom }, ({ account }) => {
      node.dev.impersonate(account, false)
      return null
    }),
    dev_dropTransaction: devMethod({ hash }, ({ hash: transaction }) =>
      node.removeExtrinsics([transaction]).map(toHex),
    ),
  }
}
