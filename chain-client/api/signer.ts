/**
 * Signed extrinsics, made by polkadot-js: it knows the transaction extensions by name and what each of them signs.
 *
 * Owns: the adaptation of our key pairs, and mortality. Does not own: keys, nonces, or when to sign.
 */
import type { ApiPromise } from '@polkadot/api'
import { concatBytes } from '#types/bytes.ts'
import type { Keypair } from '#types/crypto/suri.ts'
import { encode } from '#types/scale/codec.ts'
import { Era, eraBirth, eraDeath, mortalEra } from '#types/scale/era.ts'
import type { BlockRef } from './chain-rpc.ts'

/** How long a signature stays valid, in blocks. Long enough for a busy chain, short enough for a lost one to die. */
const ERA_BLOCKS = 64

/** Index of each scheme in `MultiSignature`. */
const SIGNATURE_INDEX = { ed25519: 0, sr25519: 1, ecdsa: 2 } as const

export interface SignedExtrinsic {
  /** With length prefix, as the node takes it. */
  readonly wire: Uint8Array
  /** First block in which it is no longer valid. */
  readonly death: number
}

/** What polkadot-js asks of a pair when it signs an extrinsic. */
const pairOf = ({ scheme, accountId, sign }: Keypair) => ({
  addressRaw: accountId,
  sign: (message: Uint8Array, options?: { readonly withType?: boolean }): Uint8Array => {
    const signature = sign(message)
    return options?.withType ? concatBytes(Uint8Array.of(SIGNATURE_INDEX[scheme]), signature) : signature
  },
})

/** Signs `call` for {@link ERA_BLOCKS} from `birth` on, a block that will not be reverted. */
export function signExtrinsic(
  api: ApiPromise,
  keypair: Keypair,
  call: Uint8Array,
  { nonce, birth }: { readonly nonce: number; readonly birth: BlockRef },
): SignedExtrinsic {
  const era = mortalEra(ERA_BLOCKS, birth.number)
  // Eras this short begin at exactly the block they are made for, so its hash is the one to sign.
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
