import { describe, expect, it } from 'vitest'
import { RpcRefusal } from '#chain/api/rpc-error.ts'
import { invalid } from './fake-chain.ts'
import { callFor, createHarness, FAKE_ERA } from './submit-harness.ts'

const calls = (included: readonly { readonly call: string }[]): string[] => included.map(({ call }) => call)

describe('submit', () => {
  it('gives the finalized block of the call', async () => {
    const { clock, chain, start, produce } = createHarness()
    produce(undefined, 2)
    const outcome = await clock.run(start().submit('a', callFor('x')))
    expect(outcome).toEqual({ kind: 'included', block: chain.blocks[1]?.hash, number: 1 })
    expect(chain.finalized).toBe(1)
  })

  it('signs many duties with consecutive nonces, in the order they came in', async () => {
    const { clock, chain, start, produce } = createHarness()
    const submitter = start()
    const names = Array.from({ length: 12 }, (_, i) => `duty${i}`)
    const outcomes = names.map((name) => submitter.submit(name, callFor(name)))
    produce()
    await clock.run(Promise.all(outcomes))
    expect(chain.included().map(({ call, nonce }) => [call, nonce])).toEqual(names.map((name, i) => [name, i]))
  })

  it('submits a duty once: asked again while under way, when done, and in a new run', async () => {
    const { clock, chain, start, produce } = createHarness()
    produce()
    const first = start()
    const [one, two] = await clock.run(Promise.all([first.submit('a', callFor('x')), first.submit('a', callFor('x'))]))
    const three = await clock.run(first.submit('a', callFor('x')))
    const four = await clock.run(start().submit('a', callFor('x')))
    expect([two, three, four]).toEqual([one, one, one])
    expect(chain.submitted).toHaveLength(1)
  })

  it('refuses another call under the same id', async () => {
    const { clock, start, produce } = createHarness()
    produce()
    const submitter = start()
    const running = submitter.submit('a', callFor('x'))
    await expect(submitter.submit('a', callFor('y'))).rejects.toMatchObject({ code: 'DUTY_CONFLICT' })
    await clock.run(running)
    await expect(submitter.submit('a', callFor('y'))).rejects.toMatchObject({ code: 'DUTY_CONFLICT' })
  })

  it('sends the same bytes again when the pool has lost them', async () => {
    const { clock, chain, start, produce } = createHarness()
    const outcome = start().submit('a', callFor('x'))
    await clock.pass(10)
    chain.dropPool()
    await clock.pass(20_000)
    produce()
    await clock.run(outcome)
    expect(chain.submitted).toHaveLength(2)
    expect(chain.submitted[0]).toEqual(chain.submitted[1])
    expect(calls(chain.included())).toEqual(['x'])
  })

  it('sends again at once to a node that has restarted', async () => {
    const { clock, chain, wake, start } = createHarness()
    let sessions = 1
    const outcome = start({ session: () => sessions }).submit('a', callFor('x'))
    await clock.pass(10)
    chain.dropPool()
    sessions++
    wake.fire()
    await clock.pass(10)
    chain.build()
    wake.fire()
    await clock.run(outcome, 1_000)
    expect(calls(chain.included())).toEqual(['x'])
  })

  it('signs anew when the era is over, and not before', async () => {
    const { clock, chain, start, produce } = createHarness()
    let blocks = 0
    // The pool forgets until the first signature is dead.
    produce(() => {
      if (++blocks < FAKE_ERA + 2) chain.dropPool()
    })
    await clock.run(start().submit('a', callFor('x')))
    const [included] = chain.included()
    expect(included).toMatchObject({ call: 'x', nonce: 0 })
    expect(included?.birth).toBeGreaterThanOrEqual(FAKE_ERA)
  })

  it('takes the next nonce when its own was used by another', async () => {
    const { clock, chain, start, produce } = createHarness()
    const outcome = start().submit('a', callFor('x'))
    await clock.pass(10)
    chain.usurp()
    produce(undefined, 1)
    await clock.run(outcome)
    expect(chain.included().map(({ call, nonce }) => [call, nonce])).toEqual([
      ['foreign', 0],
      ['x', 1],
    ])
  })

  it('waits for the chain when told that its nonce is outdated: it may be its own extrinsic that used it', async () => {
    const { clock, chain, wake, start } = createHarness()
    const outcome = start().submit('a', callFor('x'))
    await clock.pass(10)
    // In a best block, not finalized: sent again, it is outdated.
    chain.build(5)
    await clock.pass(40_000)
    expect(chain.submitted.length).toBeGreaterThan(1)
    chain.build(0)
    wake.fire()
    await expect(clock.run(outcome)).resolves.toMatchObject({ kind: 'included', number: 1 })
    expect(calls(chain.included())).toEqual(['x'])
  })

  it('waits while another extrinsic with its nonce has priority in the pool', async () => {
    const { clock, chain, start, produce } = createHarness()
    chain.refusals.push(new RpcRefusal('author_submitExtrinsic', 1014, 'Priority is too low', ''))
    produce()
    await expect(clock.run(start().submit('a', callFor('x')))).resolves.toMatchObject({ kind: 'included' })
    expect(calls(chain.included())).toEqual(['x'])
  })

  it.each([
    ['a bad signature, as after a runtime upgrade', invalid('Transaction has a bad signature')],
    ['an ancient birth block', invalid('Transaction has an ancient birth block')],
    ['a ban on the bytes', new RpcRefusal('author_submitExtrinsic', 1012, 'Transaction is temporarily banned', '')],
  ])('signs anew with the same nonce after %s', async (_, refusal) => {
    const { clock, chain, start, produce } = createHarness()
    chain.refusals.push(refusal)
    produce()
    await clock.run(start().submit('a', callFor('x')))
    expect(chain.submitted).toHaveLength(2)
    expect(chain.submitted[0]).not.toEqual(chain.submitted[1])
    expect(chain.included()).toMatchObject([{ call: 'x', nonce: 0 }])
  })

  it.each([
    ['a full pool', new RpcRefusal('author_submitExtrinsic', 1016, 'Immediately dropped', '')],
    ['too little money', invalid('Inability to pay some fees (e.g. account balance too low)')],
    ['an unknown validity', new RpcRefusal('author_submitExtrinsic', 1011, 'Unknown Transaction Validity', '')],
  ])('tries again after %s, and gives up when it stays so', async (_, refusal) => {
    const { clock, chain, start, produce, wake } = createHarness()
    chain.refusals.push(refusal)
    produce()
    const submitter = start()
    await expect(clock.run(submitter.submit('a', callFor('x')))).resolves.toMatchObject({ kind: 'included' })
    expect(new Set(chain.submitted.map(String)).size).toBe(1)
    chain.refusals.push(...Array.from({ length: 20 }, () => refusal))
    const second = await clock.run(submitter.submit('b', callFor('y')))
    expect(second).toEqual({ kind: 'refused', code: refusal.rpcCode, message: refusal.message })
    chain.refusals.length = 0
    wake.fire()
    await clock.pass(60_000)
    expect(calls(chain.included())).toEqual(['x'])
    await expect(clock.run(submitter.submit('b', callFor('y')))).resolves.toEqual(second)
  })

  it('gives a refused duty its nonce back', async () => {
    const { clock, chain, start, produce } = createHarness()
    chain.refusals.push(invalid('Transaction call is not expected'))
    produce()
    const submitter = start()
    await expect(clock.run(submitter.submit('a', callFor('x')))).resolves.toMatchObject({ kind: 'refused', code: 1010 })
    await clock.run(submitter.submit('b', callFor('y')))
    expect(chain.included()).toMatchObject([{ call: 'y', nonce: 0 }])
  })

  it('goes on with what an earlier run had sent, without being asked', async () => {
    const { clock, chain, start, produce } = createHarness()
    const first = start()
    const lost = first.submit('a', callFor('x')).catch((thrown: unknown) => thrown)
    await clock.pass(10)
    await first.close()
    expect(await lost).toMatchObject({ code: 'CHAIN_CLOSED' })
    chain.dropPool()
    const second = start()
    await second.resume()
    produce()
    await expect(clock.run(second.submit('a', callFor('x')))).resolves.toMatchObject({ kind: 'included' })
    expect(chain.submitted[0]).toEqual(chain.submitted[1])
    expect(calls(chain.included())).toEqual(['x'])
  })

  it('finds what was included while it was away', async () => {
    const { clock, chain, start } = createHarness()
    const first = start()
    first.submit('a', callFor('x')).catch(() => undefined)
    await clock.pass(10)
    await first.close()
    for (let i = 0; i < 30; i++) chain.build()
    const second = start()
    await second.resume()
    await expect(clock.run(second.submit('a', callFor('x')))).resolves.toMatchObject({ kind: 'included', number: 1 })
    expect(chain.submitted).toHaveLength(1)
  })

  it('does not give a new duty the nonce of one that is resumed', async () => {
    const { clock, chain, start, produce } = createHarness()
    const first = start()
    first.submit('a', callFor('x')).catch(() => undefined)
    await clock.pass(10)
    await first.close()
    chain.dropPool()
    const second = start()
    await second.resume()
    const outcome = second.submit('b', callFor('y'))
    produce()
    await clock.run(outcome)
    expect(chain.included().map(({ call, nonce }) => [call, nonce])).toEqual([
      ['x', 0],
      ['y', 1],
    ])
  })

  it('waits out a node that is away', async () => {
    const { clock, chain, start, produce } = createHarness()
    produce()
    chain.isAway = true
    const outcome = start().submit('a', callFor('x'))
    await clock.pass(60_000)
    chain.isAway = false
    await expect(clock.run(outcome)).resolves.toMatchObject({ kind: 'included' })
  })
})
