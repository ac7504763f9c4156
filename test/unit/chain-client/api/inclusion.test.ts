import { describe, expect, it } from 'vitest'
import { encode } from '#types/scale/codec.ts'
import { createInclusion } from '#chain/api/inclusion.ts'
import type { Candidate } from '#chain/api/journal.ts'
import { createFakeChain, FakeExtrinsic, type FakeChain } from './fake-chain.ts'

/** Puts an extrinsic into the next block. */
async function include(chain: FakeChain, nonce: number): Promise<Candidate> {
  const candidate = unsent(chain, nonce)
  await chain.submit(candidate.wire)
  chain.build()
  return candidate
}

function unsent(chain: FakeChain, nonce: number, life = 8): Candidate {
  const birth = chain.finalized
  const death = birth + life
  return {
    wire: encode(FakeExtrinsic, { call: 'x', args: new Uint8Array(), nonce, birth, death, salt: 0 }),
    nonce,
    birth,
    death,
  }
}

describe('inclusion', () => {
  it('finds an extrinsic and its place, also when one that is younger is watched already', async () => {
    const chain = createFakeChain()
    const inclusion = createInclusion(chain)
    const old = await include(chain, 0)
    for (let i = 0; i < 3; i++) chain.build()
    const young = unsent(chain, 1)
    inclusion.watch(young)
    await expect(inclusion.fateOf([young])).resolves.toEqual({ kind: 'open' })
    inclusion.watch(old)
    await expect(inclusion.fateOf([old])).resolves.toEqual({
      kind: 'found',
      place: { block: chain.blocks[1]?.hash, number: 1, index: 0 },
    })
  })

  it('calls dead what is too old, and not a block sooner', async () => {
    const chain = createFakeChain()
    const inclusion = createInclusion(chain)
    const lost = unsent(chain, 0, 3)
    inclusion.watch(lost)
    for (const expected of ['open', 'open', 'open', 'dead']) {
      await expect(inclusion.fateOf([lost])).resolves.toEqual({ kind: expected })
      chain.build()
    }
  })

  it('calls dead what has lost its nonce to another, once that is final', async () => {
    const chain = createFakeChain()
    const inclusion = createInclusion(chain)
    const lost = unsent(chain, 0)
    inclusion.watch(lost)
    chain.usurp()
    await expect(inclusion.fateOf([lost])).resolves.toEqual({ kind: 'open' })
    chain.build()
    await expect(inclusion.fateOf([lost])).resolves.toEqual({ kind: 'dead' })
  })

  it('waits for all candidates of a duty to die', async () => {
    const chain = createFakeChain()
    const inclusion = createInclusion(chain)
    const candidates = [unsent(chain, 0, 1), unsent(chain, 0, 4)]
    for (const candidate of candidates) inclusion.watch(candidate)
    chain.build()
    chain.build()
    await expect(inclusion.fateOf(candidates)).resolves.toEqual({ kind: 'open' })
    for (let i = 0; i < 2; i++) chain.build()
    await expect(inclusion.fateOf(candidates)).resolves.toEqual({ kind: 'dead' })
  })
})
