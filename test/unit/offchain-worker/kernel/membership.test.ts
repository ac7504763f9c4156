/** Whether an account can join: told before anything else is opened. */
import { expect, test } from 'vitest'
import { WorkerRecord } from '#types/domain/worker.ts'
import { encode } from '#types/scale/codec.ts'
import { assertCanJoin } from '#worker/kernel/membership.ts'
import { fakeClient } from '../devnet/fakes.ts'

const ZEROS = new Uint8Array(32)
const JOINING = { account: ZEROS, capacity: 4, role: 'Attestor' } as const

/** A chain that has this worker and no balances. */
const chainWith = (worker: Uint8Array | undefined) => ({
  ...fakeClient(),
  storage: async (_pallet: string, item: string) => (item === 'Workers' ? worker : undefined),
})

test('an account without tokens is told what it lacks and what to do', async () => {
  await expect(assertCanJoin(chainWith(undefined), JOINING)).rejects.toMatchObject({
    code: 'BOND_NOT_COVERED',
    message: expect.stringMatching(/got 0\.0000 ASY: send tokens to 5C/),
  })
})

test('a worker that is registered has its bond already', async () => {
  const record = encode(WorkerRecord, {
    name: '',
    noiseKey: ZEROS,
    roles: ['Attestor'],
    capacity: 4,
    duties: 0,
    status: 'Active',
    registeredAt: 1,
    lastSeen: 1,
  })
  await assertCanJoin(chainWith(record), JOINING)
})
