/** The table of faults: a process can commit each of them, and honest members answer each in the right way. */
import { expect, test } from 'vitest'
import { ATTESTOR_FAULTS } from '#worker/systems/attestation/role/faults.ts'
import { FAULT_NAMES, FAULTS } from '#worker/systems/coinflip/protocol/faults.ts'
import { faultNamed } from '#worker/systems/coinflip/protocol/faulty-member.ts'
import { simulateCoinflip } from '#worker/systems/coinflip/simulation/run.ts'
import { runCoinflipSession } from '#worker/systems/coinflip/simulation/session.ts'
import { GOOD_CONDITIONS } from '#worker/simulation/conditions.ts'
import { chanceFrom } from '#worker/simulation/random.ts'

test.each(FAULT_NAMES)('%s by one of four is no honest member’s end', (name) => {
  const dishonest = new Map([[1, faultNamed(name)]])
  const { exits, breaches, end } = runCoinflipSession({
    chance: chanceFrom(name),
    peers: 4,
    conditions: GOOD_CONDITIONS,
    dishonest,
  })
  expect(breaches).toEqual([])
  if (end?.kind === 'agreed') expect(end.convicted.filter((rank) => rank !== 1)).toEqual([])
  else expect(end).toMatchObject({ kind: 'restarted' })
  const without = end?.kind === 'restarted' ? new Set([...end.absent, ...end.convicted]) : undefined
  expect(without ?? new Set([1])).toEqual(new Set([1]))
  if (end?.kind === 'agreed' && end.by === 'votes') expect(exits.filter((exit) => exit !== undefined)).toHaveLength(3)
})

test('attestors pick theirs from it', () => {
  expect(FAULT_NAMES).toEqual(expect.arrayContaining([...ATTESTOR_FAULTS]))
})

test('a name that is not in it is answered with all that are, each with what it does', async () => {
  const args = { seed: '1', peers: [3, 3], dishonest: [1, 1], first: 0, sessions: 1, json: true } as const
  const refused = simulateCoinflip({ ...args, signing: 'simulated', strategy: 'kind' })
  await expect(refused).rejects.toThrow(/expected mixed or one of these, got kind/)
  for (const [name, { does }] of Object.entries(FAULTS))
    await expect(refused).rejects.toThrow(new RegExp(`\\n  ${name} +${does}`))
})
