/**
 * Signed extrinsics, made by polkadot-js: it knows each transaction extension by name, and what the extension signs.
 *
 * Owns: the adaptation of our key pairs, and mortality. Does not own: nonces.
 */
import type { ApiPromise } from '@polkadot/api'
import { concatBytes } from '#types/bytes.ts'
import type { Keypair } from '#types/crypto/suri.ts'
import { encode } from '#types/scale/codec.ts'
import { Era, eraBirth, eraDeath, mortalEra } from '#types/scale/era.ts'
import type { BlockRef } from './chain-rpc.ts'

/**
 * How long a signature stays valid, in blocks: long enough for a busy chain, short enough that a lost extrinsic soon
 * dies.
 */
const ERA_BLOCKS = 64

/** Index of each scheme in `MultiSignature`. */
const SIGNATURE_INDEX = { ed25519: 0, sr25519: 1, ecdsa: 2 } as const

export interface SignedExtrinsic {
  /** With the length prefix, as the node expects it. */
  readonly wire: Uint8Array
  /** The first block in which it is not valid. */
  readonly death: number
}

/** The part of a key pair that polkadot-js needs to sign an extrinsic. */
const pairOf = ({ scheme, accountId, sign }: Keypair) => ({
  addressRaw: accountId,
  sign: (message: Uint8Array, options?: { readonly withType?: boolean }): Uint8Array => {
    const signature = sign(message)
    return options?.withType ? concatBytes(Uint8Array.of(SIGNATURE_INDEX[scheme]), signature) : signature
  },
})

/** Signs `call` for {@link ERA_BLOCKS} blocks from `birth` on. The chain must never revert the block `birth`. */
export function signExtrinsic(
  api: ApiPromise,
  keypair: Keypair,
  call: Uint8Array,
  { nonce, birth }: { readonly nonce: number; readonly birth: BlockRef },
): SignedExtrinsic {
  const era = mortalEra(ERA_BLOCKS, birth.number)
  // An era this short begins exactly at its birth block, so the signature covers that block's hash.
  if (eraBirth(era, birth.number) !== birth.number) throw new RangeError(`${ERA_BLOCKS} blocks are too long for an era`)
  const extrinsic = api.tx(api.registry.createType('Call', call))
  const pair = pairOf(keypair) as unknown as Parameters<typeof extrinsic.sign>[0]
  const signed = extrinsic.sign(pair, {
    blockHash: birth.hash,
    era: api.registry.createType('ExtrinsicEra', encode(Era, era)),
    genesisHash: api.genesisHash,
    nonce,
    runtimeVersion: api.runtimeVersion,
  })
  return { wire: signed.toU8a(), death: eraDeath(era, birth.number) }
}
