/** Pallet Hosting: what the pool refuses before any fee, and room that others cannot fill. */
import { expect, test } from 'vitest'
import { headSignable, treeHash, type FeedHead } from '#types/domain/hosting/feed.ts'
import type { RuntimeCall } from '#chain/runtime/frame/terms.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { feedOf } from '#worker/systems/hosting/simulation/feed.ts'
import { author, outsider } from '../../../../../helpers/attestation/chain.ts'
import { donate, donor, openMarket, openPlanned, planOf, type Market } from '../../../../../helpers/hosting/market.ts'
import { callOf, UNIT, type Keypair } from '../../../../../helpers/runtime.ts'

/** The name of the error by which the pool refuses; `ok` where it does not. */
function answer(market: Market, signer: Keypair, call: RuntimeCall): string {
  const found = market.runtime.validate(market.at, market.runtime.decode(market.wires([[signer, call]])[0]!))
  if (found.ok) return 'ok'
  return found.error.reason === 'Custom' ? found.error.name : found.error.reason
}
const dispatchClass = (market: Market): unknown =>
  (market.event('System.ExtrinsicSuccess') as { dispatchInfo: { class: string } }).dispatchInfo.class

test('the pool takes each step of a copy from its provider alone, once, in time', async () => {
  const market = openPlanned()
  market.toState(0n, 'Assigned')
  const step = (keys: Keypair, call: RuntimeCall, error: string): void => {
    expect(answer(market, keys, call)).toBe('ok')
    expect(answer(market, outsider.keys, call)).toBe(`Hosting.${error}`)
    expect(answer(market, keys, { ...call, args: { ...call.args, generation: 1 } })).toBe('Hosting.WrongGeneration')
    expect(answer(market, keys, { ...call, args: { ...call.args, copy: 1n } })).toBe('Hosting.UnknownCopy')
    market.succeed([keys, call])
    expect(dispatchClass(market)).toBe('Operational')
    expect(answer(market, keys, call)).toMatch(/^Hosting\.(WrongState|NotEncoder)$/)
  }
  step(...market.acceptance(0n), 'NotEncoder')
  market.branch(() => {
    market.to(market.copy(0n).encodesUntil)
    step(...market.checkpoint(0n, market.encode(0n, 5)), 'NotHoster')
  })
  step(...market.commitment(0n), 'NotEncoder')
  step(...market.confirmation(0n), 'NotHoster')
  market.challenged(0n)
  const [keys, call] = await market.answer(0n)
  market.branch(() => {
    market.to(market.copy(0n).challenge!.until)
    expect(answer(market, keys, call)).toBe('Hosting.TooLate')
  })
  step(keys, call, 'NotHoster')
})

test('a feed whose author signed an absurd size is refused', () => {
  const writer = identityOf('author of nothing')
  const { head } = feedOf(writer, [new Uint8Array(1)])
  const roots = [{ ...head.roots[0]!, bytes: 2n ** 60n }]
  const signature = writer.sign(headSignable(head.key, treeHash(1, roots), 1, 0))
  const large: FeedHead = { ...head, roots, signature }
  const market = openMarket()
  market.succeed([author, callOf('Feeds', 'publish', { head: large })], [donor, donate(UNIT, head.key)])
  market.refuses(donor, planOf({ feed: head.key }), 'Hosting.FeedTooLarge')
})
