/**
 * A chain of one account in memory, with the rules that submission meets: nonces, eras, a pool that forgets, finality
 * that lags.
 *
 * Owns: those rules. Does not own: any encoding of a real chain.
 * An extrinsic is the SCALE encoding of {@link FakeExtrinsic}.
 */
import { equalBytes, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { decode, encode, type ValueOf } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { bytes, str, u32 } from '#types/scale/primitives.ts'
import type { SubmitSource } from '#chain/api/chain-rpc.ts'
import { RpcRefusal, unreachable } from '#chain/api/rpc-error.ts'

export const FakeExtrinsic = struct({ call: str, args: bytes, nonce: u32, birth: u32, death: u32, salt: u32 })
export type FakeExtrinsic = ValueOf<typeof FakeExtrinsic>

interface FakeBlock {
  readonly number: number
  readonly hash: Uint8Array
  readonly parent: Uint8Array
  readonly body: readonly Uint8Array[]
}

export interface FakeChain extends SubmitSource {
  readonly blocks: readonly FakeBlock[]
  finalized: number
  /** While true every question fails as if the node were away. */
  isAway: boolean
  /** Refuses the next submissions with these. */
  readonly refusals: RpcRefusal[]
  /** All that was handed in, refused or not. */
  readonly submitted: Uint8Array[]
  /** Makes a block of what is ready in the pool and finalizes all but the last `lag` blocks. */
  build(lag?: number): void
  dropPool(): void
  /** Somebody else uses the account's next nonce. */
  usurp(): void
  /** Replaces everything above `number` by other blocks. */
  fork(number: number): void
  /** Extrinsics in blocks. */
  included(): FakeExtrinsic[]
}

export const invalid = (text: string): RpcRefusal =>
  new RpcRefusal('author_submitExtrinsic', 1010, `1010: Invalid Transaction: ${text}`, text)

const ZERO = new Uint8Array(32)

export function createFakeChain(): FakeChain {
  let blocks: FakeBlock[] = [{ number: 0, hash: blake2b256(utf8('genesis')), parent: ZERO, body: [] }]
  let pool: Uint8Array[] = []
  let salt = 0

  const best = (): FakeBlock => blocks.at(-1)!
  const parse = (wire: Uint8Array): FakeExtrinsic => decode(FakeExtrinsic, wire)
  const nonceAt = (number: number): number =>
    blocks.slice(0, number + 1).reduce((sum, { body }) => sum + body.length, 0)

  function append(body: readonly Uint8Array[]): void {
    const number = best().number + 1
    const hash = blake2b256(utf8(`${number} ${salt++}`))
    blocks.push({ number, hash, parent: best().hash, body })
  }

  function takeReady(): Uint8Array[] {
    const taken: Uint8Array[] = []
    for (let nonce = nonceAt(best().number); ; nonce++) {
      const wire = pool.find(
        (candidate) => parse(candidate).nonce === nonce && best().number + 1 < parse(candidate).death,
      )
      if (!wire) return taken
      taken.push(wire)
    }
  }

  function refuse(wire: Uint8Array): void {
    const { nonce, death } = parse(wire)
    if (nonce < nonceAt(best().number)) throw invalid('Transaction is outdated')
    if (best().number + 1 >= death) throw invalid('Transaction has an ancient birth block')
    for (const other of pool) {
      if (equalBytes(other, wire)) throw new RpcRefusal('author_submitExtrinsic', 1013, 'Already imported', '')
      if (parse(other).nonce === nonce) throw new RpcRefusal('author_submitExtrinsic', 1014, 'Priority is too low', '')
    }
  }

  const ask = async <T>(answer: () => T): Promise<T> => {
    if (chain.isAway) throw unreachable('ws://fake', 'a question')
    return answer()
  }
  const byHash = (hash: Uint8Array): FakeBlock | undefined => blocks.find((block) => equalBytes(block.hash, hash))

  const chain: FakeChain = {
    get blocks() {
      return blocks
    },
    finalized: 0,
    isAway: false,
    refusals: [],
    submitted: [],
    build(lag = 0) {
      append(takeReady())
      pool = pool.filter((wire) => parse(wire).nonce >= nonceAt(best().number) && best().number + 1 < parse(wire).death)
      chain.finalized = Math.max(chain.finalized, best().number - lag)
    },
    dropPool() {
      pool = []
    },
    usurp() {
      const nonce = nonceAt(best().number)
      append([encode(FakeExtrinsic, { call: 'foreign', args: ZERO, nonce, birth: 0, death: 1e9, salt: salt++ })])
    },
    fork(number) {
      blocks = blocks.slice(0, number + 1)
      chain.finalized = Math.min(chain.finalized, number)
    },
    included: () => blocks.flatMap(({ body }) => body.map(parse)),
    finalizedHead: () => ask(() => ({ number: chain.finalized, hash: blocks[chain.finalized]!.hash })),
    blockHash: (number) => ask(() => blocks[number]?.hash),
    parentHash: (hash) => ask(() => byHash(hash)?.parent),
    events: (hash) =>
      ask(() => [
        { pallet: 'Fake', name: 'Block', data: encode(u32, byHash(hash)?.number ?? 0), extrinsicIndex: undefined },
      ]),
    body: (hash) => ask(() => byHash(hash)?.body ?? []),
    nonceAt: (hash) => ask(() => nonceAt(byHash(hash)!.number)),
    nextNonce: () =>
      ask(() => {
        let nonce = nonceAt(best().number)
        while (pool.some((wire) => parse(wire).nonce === nonce)) nonce++
        return nonce
      }),
    submit: (wire) =>
      ask(() => {
        chain.submitted.push(wire)
        const refusal = chain.refusals.shift()
        if (refusal) throw refusal
        refuse(wire)
        pool.push(wire)
      }),
  }
  return chain
}
