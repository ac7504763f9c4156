/**
 * The errors of a state trie.
 *
 * Owns: TrieError and its codes.
 */
import { AssayError, type ErrorMeta } from '#types/errors.ts'

/**
 * - `TRIE_NODE_MISSING`: the store lacks a node or hashed value that its parent names.
 * - `TRIE_NODE_CORRUPT`: the bytes do not hash to the node's name, or are no node.
 * - `TRIE_BAD_ROOT`: a root that is not 32 bytes.
 * - `TRIE_KEY_TOO_LONG`: a write to a key above `MAX_KEY_BYTES`.
 * - `TRIE_PROOF_INVALID`: a proof that does not lead from the root to the key.
 */
export type TrieErrorCode =
  | 'TRIE_NODE_MISSING'
  | 'TRIE_NODE_CORRUPT'
  | 'TRIE_BAD_ROOT'
  | 'TRIE_KEY_TOO_LONG'
  | 'TRIE_PROOF_INVALID'

/** An error of the state trie; `meta.hash` is the hex name of the node, if the error is about one. */
export class TrieError extends AssayError {
  declare readonly code: TrieErrorCode

  constructor(code: TrieErrorCode, message: string, meta: ErrorMeta = {}, options?: { cause?: unknown }) {
    super(code, message, meta, options)
  }
}
