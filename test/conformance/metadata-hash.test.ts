/**
 * CheckMetadataHash in mode Enabled: the chain accepts the signatures of independent signers, and refuses those for
 * other metadata.
 */
import { merkleizeMetadata } from '@polkadot-api/merkleize-metadata'
import { getPolkadotSigner, withMetadataHash } from 'polkadot-api/signer'
import { Keyring } from '@polkadot/api'
import { Metadata, TypeRegistry } from '@polkadot/types'
import { describe, expect, it } from 'vitest'
import { concatBytes, toHex, u32le, utf8 } from '#types/bytes.ts'
import { decode } from '#types/scale/codec.ts'
import { ApplyExtrinsicResult, TransactionValidity } from '#types/scale/dispatch.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { alice, bob, callOf, TestChain, TestLog } from '../helpers/runtime.ts'

const token = { decimals: 12, tokenSymbol: 'ASY' }
const remark = callOf('System', 'remark', { remark: utf8('shown by a wallet') })

/** What the chain says of an extrinsic whose signature nobody has verified: valid or not, applied or not. */
function verdict(chain: TestChain, wire: Uint8Array) {
  const ask = (method: string, ...args: Uint8Array[]) => chain.runtime.call(chain.at, method, concatBytes(...args))
  const valid = ask('TaggedTransactionQueue_validate_transaction', Uint8Array.of(2), wire, chain.hash)
  return {
    valid: decode(TransactionValidity, valid),
    applied: decode(ApplyExtrinsicResult, ask('BlockBuilder_apply_extrinsic', wire)),
  }
}

/** Call, era, nonce, tip, mode; versions, genesis, birth block, no digest. */
const plainLength = 20 + 4 + 4 + 4 + 32 + 32 + 1

const accepted = { valid: { ok: true }, applied: { ok: true, value: { ok: true, value: undefined } } }
const badProof = { tag: 'Invalid', value: { tag: 'BadProof', value: undefined } }
const refused = { valid: { ok: false, error: badProof }, applied: { ok: false, error: badProof } }

describe.each([15, 16])('signed by metadata of version %i', (version) => {
  const chain = new TestChain()
  const metadata = chain.runtime.metadata(version)!
  const call = chain.runtime.decode(chain.bare(remark)).bytes.slice(1)

  /** As polkadot-api signs for a chain with this token. */
  async function byPapi(info: typeof token): Promise<Uint8Array> {
    const signer = getPolkadotSigner(alice.publicKey, 'Sr25519', (message) => alice.sign(message))
    const none: Uint8Array = new Uint8Array()
    const extension = (identifier: string, value = none, additionalSigned = none) => [
      identifier,
      { identifier, value, additionalSigned },
    ]
    const extensions = Object.fromEntries([
      extension('CheckNonZeroSender'),
      extension('CheckSpecVersion', none, u32le(chain.runtime.version.specVersion)),
      extension('CheckTxVersion', none, u32le(chain.runtime.version.transactionVersion)),
      extension('CheckGenesis', none, chain.hashes[0]),
      extension('CheckMortality', Uint8Array.of(0), chain.hashes[0]),
      extension('CheckNonce', Uint8Array.of(0)),
      extension('CheckWeight'),
      extension('ChargeTransactionPayment', Uint8Array.of(0)),
      extension('CheckMetadataHash', Uint8Array.of(0), Uint8Array.of(0)),
    ]) as Parameters<typeof signer.signTx>[1]
    return withMetadataHash(info, signer).signTx(call, extensions, metadata, 0)
  }

  /** As @polkadot/api signs, given the digest. */
  function byPolkadotJs(metadataHash: Uint8Array): Uint8Array {
    const registry = new TypeRegistry()
    registry.setMetadata(new Metadata(registry, toHex(metadata)), [
      'CheckNonZeroSender',
      'CheckSpecVersion',
      'CheckTxVersion',
      'CheckGenesis',
      'CheckMortality',
      'CheckNonce',
      'CheckWeight',
      'ChargeTransactionPayment',
      'CheckMetadataHash',
    ])
    const pair = new Keyring({ type: 'sr25519' }).addFromUri('//Alice')
    return registry
      .createType('Extrinsic', registry.createType('Call', call), { version: 4 })
      .sign(pair, {
        blockHash: chain.hashes[0]!,
        genesisHash: chain.hashes[0]!,
        nonce: 0,
        tip: 0,
        mode: 1,
        metadataHash: toHex(metadataHash),
        runtimeVersion: chain.runtime.version,
      } as never)
      .toU8a()
  }

  it('polkadot-api is accepted, and refused with BadProof for another token', async () => {
    const wire = await byPapi(token)
    expect(chain.runtime.decode(wire)).toMatchObject({
      value: { signature: { extra: expect.arrayContaining(['Enabled']) } },
    })
    expect(verdict(chain, wire)).toMatchObject(accepted)
    expect(verdict(chain, await byPapi({ decimals: 10, tokenSymbol: 'DOT' }))).toEqual(refused)
  })

  it('stands beside what is signed without a digest', async () => {
    const [hashed, plain] = [await byPapi(token), chain.sign(bob, remark, { nonce: 0 })]
    const open = chain.open()
    for (const wire of [plain, hashed]) {
      const extrinsic = chain.runtime.decode(wire)
      expect(chain.runtime.signingPayload(chain.at, extrinsic)).toBeDefined()
      expect(chain.runtime.validate(chain.at, extrinsic).ok).toBe(true)
      expect(open.apply(extrinsic)).toEqual({ kind: 'success' })
    }
    expect([plain, hashed, plain].map((wire) => verdict(chain, wire).valid.ok)).toEqual([true, true, true])
    const payloads = [plain, hashed].map((wire) => chain.runtime.signingPayload(chain.at, chain.runtime.decode(wire)))
    expect(payloads.map((payload) => payload?.length)).toEqual([plainLength, plainLength + 32])
  })

  it('polkadot-api is accepted by the runtime of a chain with another token', async () => {
    const other = new TestChain()
    const dot = { symbol: 'DOT', decimals: 10 }
    Object.assign(other, { runtime: createRuntime({ log: new TestLog(), token: dot }) })
    const wire = await byPapi({ decimals: dot.decimals, tokenSymbol: dot.symbol })
    expect(verdict(other, wire)).toMatchObject(accepted)
    expect(verdict(other, await byPapi(token))).toEqual(refused)
  })

  it('@polkadot/api is accepted, and refused with BadProof for another digest', () => {
    const digest = merkleizeMetadata(metadata, token).digest()
    expect(verdict(chain, byPolkadotJs(digest))).toMatchObject(accepted)
    expect(verdict(chain, byPolkadotJs(new Uint8Array(32).fill(1)))).toEqual(refused)
  })
})
