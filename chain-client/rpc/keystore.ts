/**
 * author_insertKey, author_rotateKeys, author_hasKey, author_hasSessionKeys: the node's keys.
 *
 * Owns: these methods. Does not own: the keys.
 * The node only keeps these keys and reports them. It signs blocks with the authority's key that it got at its start.
 * Source: polkadot-sdk substrate/client/rpc/src/author/mod.rs, rpc-api/src/author/error.rs.
 */
import { concatBytes, fromUtf8, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { option, tuple, vec } from '#types/scale/compound.ts'
import { bytes as opaque, fixedBytes } from '#types/scale/primitives.ts'
import type { Node } from '#chain/node/node-interface.ts'
import type { SessionKeystore } from '#chain/node/session-keystore.ts'
import { RPC_CODE, RpcError } from './errors.ts'
import { method, type Methods } from './method.ts'
import { bytes, text } from './params.ts'

/** The answer of `SessionKeys_decode_session_keys`. */
const DecodedKeys = option(vec(tuple(opaque, fixedBytes(4))))
/** This chain's session keys: only Aura's. */
const SESSION_KEY_TYPES = ['aura'] as const

export function keystoreMethods(node: Node, keystore: SessionKeystore): Methods {
  return {
    author_insertKey: method({ keyType: text, suri: text, publicKey: bytes }, async (args) => {
      await keystore.insert(args.keyType, args.suri, args.publicKey).catch(refuse)
      return null
    }),
    author_rotateKeys: method({}, async () => {
      const keys: Uint8Array[] = []
      for (const keyType of SESSION_KEY_TYPES) keys.push(await keystore.generate(keyType).catch(refuse))
      return toHex(concatBytes(...keys))
    }),
    author_hasKey: method({ publicKey: bytes, keyType: text }, ({ publicKey, keyType }) => {
      try {
        return keystore.has(keyType, publicKey)
      } catch (thrown) {
        return refuse(thrown)
      }
    }),
    author_hasSessionKeys: method({ sessionKeys: bytes }, ({ sessionKeys }) => {
      const best = node.at(node.best().hash)
      const answer = node.runtime.call(best, 'SessionKeys_decode_session_keys', encode(opaque, sessionKeys))
      const keys = decode(DecodedKeys, answer)
      if (!keys) throw new RpcError(RPC_CODE.authorOther, 'Session keys are not encoded correctly')
      return keys.every(([publicKey, keyType]) => keystore.has(fromUtf8(keyType), publicKey))
    }),
  }
}

/** Substrate's messages where it has one. The reason goes into the data. */
function refuse(thrown: unknown): never {
  if (!(thrown instanceof AssayError)) throw thrown
  const message =
    thrown.code === 'BAD_KEY_TYPE'
      ? 'Invalid key type ID format (should be of length four)'
      : 'The key store is unavailable'
  throw new RpcError(RPC_CODE.authorOther, message, thrown.message, { cause: thrown })
}
