/** Genesis values and their JSON follow from the pallets' declarations, also for an added pallet. */
import { describe, expect, it } from 'vitest'
import { AccountId } from '#types/scale/account.ts'
import { struct, vec } from '#types/scale/compound.ts'
import { boundedBytes, bool, u8 } from '#types/scale/primitives.ts'
import { pallet } from '#chain/runtime/frame/pallet.ts'
import { value } from '#chain/runtime/frame/storage.ts'
import { genesisFromJson, genesisToJson } from '#chain/runtime/genesis-config.ts'
import { construct } from '#chain/runtime/runtime.ts'
import { account, devGenesis, TestChain, TestLog } from '../../../helpers/runtime.ts'

const zoo = pallet({
  name: 'PettingZoo',
  docs: 'Animals from the first block on.',
  storage: { isOpen: value('Whether one may come in.', bool, false) },
  genesis: {
    config: struct({ isOpen: bool, keepers: vec(AccountId, 2), legs: vec(u8), sign: boundedBytes(4) }),
    build: ({ storage }, { isOpen }) => storage.isOpen.put(isOpen),
  },
})
const { pallets } = construct(new TestLog(), (builder) => builder.add(77, zoo)).frame

const values = {
  ...devGenesis,
  pettingZoo: { isOpen: true, keepers: [account('keeper')], legs: [2, 4], sign: Uint8Array.of(1, 2) },
}
const json = (): ReturnType<typeof JSON.parse> => JSON.parse(JSON.stringify(genesisToJson(pallets, values)))

describe('a pallet that declares genesis values', () => {
  it('has them printed, read back as the same values, and stored', () => {
    expect(json().pettingZoo).toMatchObject({ isOpen: true, legs: '0x0204', sign: '0x0102' })
    const read = genesisFromJson(pallets, json(), '')
    expect(read).toEqual({ ...values, sudo: { key: values.sudo.key } })
    const chain = new TestChain(read, (builder) => builder.add(77, zoo))
    const plain = new TestChain(devGenesis)
    expect([...chain.state.diff(plain.state)]).toHaveLength(1)
  })

  it('is asked for them where it has no fallback', () => {
    const { pettingZoo: _, ...rest } = json()
    expect(() => genesisFromJson(pallets, rest, '$.')).toThrow('$.pettingZoo: expected a section')
  })

  it.each([
    ['more than its codec takes', { keepers: Array.from({ length: 3 }, () => `0x${'11'.repeat(32)}`) }, '.keepers'],
    ['more bytes than its codec takes', { sign: '0x0000000000' }, '.sign'],
    ['a number out of range', { legs: [1, 2] }, '.legs'],
    ['no boolean', { isOpen: 1 }, '.isOpen'],
  ])('refuses %s, naming the place', (_, change, place) => {
    const wrong = { ...json(), pettingZoo: { ...json().pettingZoo, ...change } }
    expect(() => genesisFromJson(pallets, wrong, '$.genesis.')).toThrow(
      expect.objectContaining({
        code: 'BAD_GENESIS',
        message: expect.stringMatching(/^\$\.genesis\.pettingZoo.*: expected .*, got /),
        meta: expect.objectContaining({ path: `$.genesis.pettingZoo${place}` }),
      }),
    )
  })
})
