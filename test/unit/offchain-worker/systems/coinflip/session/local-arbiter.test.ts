/** The arbiter without a chain: votes, calls of convicts, and the members that it dismisses. */
import { expect, test } from 'vitest'
import { LocalArbiter } from '#worker/systems/coinflip/session/local-arbiter.ts'
import { SIMULATED_WINDOWS } from '#worker/systems/coinflip/simulation/terms.ts'
import { playCoinflip } from '../../../../../helpers/coinflip/recorded.ts'

const net = playCoinflip({ members: 4 })
const exit = net.play.exits[0]!
const open = (): LocalArbiter => new LocalArbiter(net.session, SIMULATED_WINDOWS)

test('more than half of the members agree, and nobody votes twice', () => {
  const arbiter = open()
  arbiter.next()
  for (const rank of [0, 0, 1]) arbiter.take(rank, { kind: 'vote', exit })
  expect(arbiter.end).toBeUndefined()
  arbiter.take(2, { kind: 'vote', exit })
  expect(arbiter.end).toMatchObject({ kind: 'agreed', by: 'votes', block: 1, convicted: [] })
})

test('an attempt without a demand is over after its last window, and not a block earlier', () => {
  const arbiter = open()
  for (let block = 0; block < 18; block++) arbiter.next()
  expect(arbiter.end).toBeUndefined()
  arbiter.next()
  expect(arbiter.end).toMatchObject({ kind: 'over', block: 19 })
})

test('a dismissed member is absent, unless the attempt has ended', () => {
  const arbiter = open()
  arbiter.dismiss([1])
  arbiter.dismiss([2])
  expect(arbiter.end).toMatchObject({ kind: 'restarted', absent: [1] })
})
