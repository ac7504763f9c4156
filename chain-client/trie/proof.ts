/**
 * Read proofs: nodes that prove a key's value, or that it has none, to a reader that knows only the root.
 *
 * Owns: making and checking proofs. Does not own: their wire form (state_getReadProof).
 * Source: sp-state-machine `prove_read`, `read_proof_check`.
 */
import { compareBytes } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { TrieError } from './errors.ts'
import { binaryOf } from './strings.ts'
import { Trie } from './trie.ts'

/**
 * The distinct nodes and hashed values on the paths to `keys`, sorted by their bytes like Substrate's `StorageProof`.
 */
export function prove(trie: Trie, keys: Iterable<Uint8Array>): Uint8Array[] {
  const nodes = new Map<string, Uint8Array>()
  for (const key of keys) for (const bytes of trie.proofNodes(key)) nodes.set(binaryOf(bytes), bytes)
  return [...nodes.values()].sort(compareBytes)
}

/**
 * The value of `key` under `root` by the proof; undefined if the proof shows that there is none. Ignores nodes that are
 * not on the key's path.
 * @throws TrieError `TRIE_PROOF_INVALID` if a node on the path is missing or damaged; `TRIE_BAD_ROOT`.
 */
export function verifyProof(root: Uint8Array, proof: readonly Uint8Array[], key: Uint8Array): Uint8Array | undefined {
  const nodes = new Map(proof.map((bytes) => [binaryOf(blake2b256(bytes)), bytes]))
  try {
    return Trie.open(root, { get: (hash) => nodes.get(binaryOf(hash)) }).get(key)
  } catch (cause) {
    if (!(cause instanceof TrieError) || cause.code === 'TRIE_BAD_ROOT') throw cause
    const problem =
      cause.code === 'TRIE_NODE_MISSING'
        ? `it has no node ${cause.meta['hash']}`
        : `node ${cause.meta['hash']} is malformed`
    throw new TrieError(
      'TRIE_PROOF_INVALID',
      `expected a proof of ${proof.length} nodes to lead from the root to the key, but ${problem}; ask for the proof again ` +
        'for this key at the block of this root',
      cause.meta,
      { cause },
    )
  }
}
