/**
 * dev_dryRun and dev_trace: what an extrinsic would do, and what it did.
 *
 * Owns: these methods. Does not own: executing.
 * Source of dev_dryRun: Chopsticks, packages/chopsticks/src/plugins/dry-run. Differences: preimages, HTML and relay
 * chain messages are refused as unknown parameters; signatures are not checked; without `raw` the answer has outcome,
 * changes, events and trace.
 */
import { toHex } from '#types/bytes.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { nextTimestamp, slotDigest } from '#chain/node/slots.ts'
import type { DryRunSubject } from '#chain/runtime/runtime-interface.ts'
import { SLOT_DURATION_MS } from '#chain/runtime/pallets/aura.ts'
import type { Difference } from '#chain/trie/trie.ts'
import { RPC_CODE, RpcError } from '../errors.ts'
import type { Methods } from '../method.ts'
import { accountId, boolean, bytes, either, hash, oneOf, optional, record, u32 } from '../params.ts'
import { devMethod } from './dev-error.ts'
import { MAX_SEARCHED, type FoundTransaction, type TransactionSearch } from './transaction-search.ts'

const subject = either(bytes, record({ call: bytes, address: either(accountId, oneOf('root', 'none')) }))
const dryRunOptions = record({ extrinsic: subject, at: optional(hash), raw: optional(boolean) })
const place = either(hash, record({ block: hash, index: optional(u32) }))

const valueHex = (value: Uint8Array | undefined): string | null => (value ? toHex(value) : null)

/** Chopsticks' raw form: keys with their new values. */
const rawDiff = (changes: readonly Difference[]) => changes.map(({ key, after }) => [toHex(key), valueHex(after)])

const diffJson = (changes: readonly Difference[]) =>
  changes.map(({ key, before, after }) => ({ key: toHex(key), before: valueHex(before), after: valueHex(after) }))

type Subject = ReturnType<(typeof subject)['decode']>

function subjectOf(node: Node, given: Subject): DryRunSubject {
  if (given instanceof Uint8Array) return { extrinsic: node.runtime.decode(given) }
  const { call, address } = given
  return { call, origin: address instanceof Uint8Array ? { signed: address } : address }
}

function dryRun(node: Node, options: ReturnType<(typeof dryRunOptions)['decode']>): unknown {
  const parent = node.at(options.at ?? node.best().hash)
  const timestampMs = nextTimestamp(parent.state, 0, node.runtime.minimumPeriodMs)
  const context = {
    parentHash: parent.hash,
    number: parent.number + 1,
    digest: [slotDigest(timestampMs, SLOT_DURATION_MS)],
    isTrial: true,
  }
  const tried = subjectOf(node, options.extrinsic)
  // A runtime that is asked for the payload remembers it, and refuses an extrinsic that signs another payload.
  if ('extrinsic' in tried) node.runtime.signingPayload(parent, tried.extrinsic)
  const { outcome, changes, events, trace } = node.runtime.dryRun(parent.state, context, { timestampMs }, tried)
  if (options.raw && outcome.kind === 'refused')
    throw new RpcError(
      RPC_CODE.invalidParams,
      `Invalid params: expected a valid transaction, got one that the runtime refuses: ${outcome.error.reason}`,
    )
  if (options.raw) return rawDiff(changes)
  const told = outcome.kind === 'failed' ? { kind: outcome.kind, message: outcome.message } : outcome
  return { outcome: told, storageDiff: diffJson(changes), events, trace }
}

async function findExtrinsic(search: TransactionSearch, wanted: Uint8Array): Promise<FoundTransaction> {
  const found = await search.find(wanted)
  if (found) return found
  throw new RpcError(
    RPC_CODE.invalidParams,
    `Invalid params: expected the hash of an extrinsic in one of the last ${MAX_SEARCHED} blocks, got ${toHex(wanted)}`,
  )
}

async function trace(
  node: Node,
  search: TransactionSearch,
  given: ReturnType<(typeof place)['decode']>,
): Promise<unknown> {
  const found =
    given instanceof Uint8Array
      ? await findExtrinsic(search, given)
      : { block: node.block(given.block), index: given.index }
  const { block, index } = found
  if (!block || block.header.number === 0)
    throw new RpcError(RPC_CODE.invalidParams, 'Invalid params: expected a stored block that was executed, got none')
  const { parentHash, number, digest } = block.header
  const context = { parentHash, number, digest, isTrial: true }
  return { blockHash: toHex(block.hash), ...node.runtime.trace(node.stateAt(parentHash), context, block.body, index) }
}

export function devRehearsalMethods(node: Node, search: TransactionSearch): Methods {
  return {
    dev_dryRun: devMethod({ options: dryRunOptions }, ({ options }) => dryRun(node, options)),
    dev_trace: devMethod({ extrinsicOrPlace: place }, ({ extrinsicOrPlace }) => trace(node, search, extrinsicOrPlace)),
  }
}
