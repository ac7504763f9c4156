/**
 * What can be wrong with a state trie.
 *
 * Owns: TrieError and its codes. Does not own: when they are thrown (node-codec.ts, node-source.ts, proof.ts, trie.ts).
 */
import { AssayError, type ErrorMeta } from '#types/errors.ts'

/**
 * - `TRIE_NODE_MISSING`: a node or hashed value named by its parent is not in the store.
 * - `TRIE_NODE_CORRUPT`: its bytes do not hash to its name, or are no node.
 * - `TRIE_BAD_ROOT`: a root that is not 32 bytes.
 * - `TRIE_KEY_TOO_LONG`: a key above `MAX_KEY_BYTES` was to be written.
 * - `TRIE_PROOF_INVALID`: a proof that does not lead from the root to the key.
 */
export type TrieErrorCode =
  | 'TRIE_NODE_MISSING'
  | 'TRIE_NODE_CORRUPT'
  | 'TRIE_BAD_ROOT'
  | 'TRIE_KEY_TOO_LONG'
  | 'TRIE_PROOF_INVALID'

/** An error of the state trie; `meta.hash` is the hex name of the node in question, where there is one. */
export class TrieError extends AssayError {
  declare readonly code: TrieErrorCode

  constructor(code: TrieErrorCode, message: string, meta: ErrorMeta = {}, options?: { cause?: unknown }) {
    super(code, message, meta, options)
  }
}
