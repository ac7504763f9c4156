/**
 * The steps of each kind of operation, and their events.
 *
 * Owns: the events of body, call and storage, and the pages of long storage answers. Does not own: when a step runs.
 * Source: paritytech/json-rpc-interface-spec api/chainHead_v1_follow, "operation…" events.
 */
import { toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { isDescendants, storageResults, type StorageItem } from '../storage-items.ts'
import type { Step, Steps } from './operations.ts'

/** After this many items or characters of JSON, a storage answer with descendants waits for its client. */
export const PAGE_ITEMS = 1000
const PAGE_CHARACTERS = 1024 * 1024

/** An operation that tells one event. */
const once = (event: () => string): Steps => ({ next: () => ({ done: true, value: event() }) })

/** The extrinsics of a block. */
export const bodySteps = (node: Node, hash: Uint8Array, operationId: string): Steps =>
  once(() => {
    const block = node.block(hash)
    if (!block) throw new AssayError('UNKNOWN_BLOCK', `expected a stored block, got ${toHex(hash)}`)
    return JSON.stringify({ event: 'operationBodyDone', operationId, value: block.body.map(toHex) })
  })

/** The answer of a runtime API at a block. */
export const callSteps = (
  node: Node,
  hash: Uint8Array,
  call: { readonly method: string; readonly args: Uint8Array },
  operationId: string,
): Steps =>
  once(() => {
    const output = toHex(node.runtime.call(node.at(hash), call.method, call.args))
    return `{"event":"operationCallDone","operationId":"${operationId}","output":"${output}"}`
  })

/** The results of a storage query at a block, page by page. */
export function* storageSteps(
  node: Node,
  hash: Uint8Array,
  items: readonly StorageItem[],
  operationId: string,
): Generator<Step, string, void> {
  const waits = items.some(({ type }) => isDescendants(type))
  let page: string[] = []
  let characters = 0
  for (const result of storageResults(node.stateAt(hash), items)) {
    if (page.length >= PAGE_ITEMS || characters >= PAGE_CHARACTERS) {
      yield { event: itemsEvent(operationId, page), waits }
      page = []
      characters = 0
    }
    page.push(result)
    characters += result.length
  }
  if (page.length > 0) yield { event: itemsEvent(operationId, page), waits: false }
  return `{"event":"operationStorageDone","operationId":"${operationId}"}`
}

const itemsEvent = (operationId: string, items: readonly string[]): string =>
  `{"event":"operationStorageItems","operationId":"${operationId}","items":[${items.join(',')}]}`
