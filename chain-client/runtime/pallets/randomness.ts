/**
 * Pallet Randomness: the beacon.
 *
 * Owns: b(n) = BLAKE2b-256(b(n-1) | hash of block n-1 | bytes mixed in during block n), and its recent values. Does not own: the
 * draws. A pallet that needs numbers which nobody could choose takes b of a block AFTER the request; before, an author could still
 * choose among blocks. Coinflip results, mixed in, take that choice away too.
 * Source: facts on datdot's protocol (beacon).
 */
import { concatBytes, utf8 } from '#types/bytes.ts'
import { blake2b256Of } from '#types/crypto/hash.ts'
import { H256 } from '#types/scale/account.ts'
import { option, struct } from '#types/scale/compound.ts'
import { u32 } from '#types/scale/primitives.ts'
import { Twox64Concat } from '#types/scale/storage-key.ts'
import { constant, pallet } from '../frame/pallet.ts'
import { map, value } from '../frame/storage.ts'

/** Blocks for which values are kept. */
const HISTORY_BLOCKS = 512

const GENESIS_DOMAIN = utf8('assay/beacon')

export const randomnessPallet = pallet({
  name: 'Randomness',
  docs: 'A beacon: one random value a block, from all blocks and coinflips before it.',
  constants: { historyBlocks: constant('Number of recent blocks whose values are kept.', u32, HISTORY_BLOCKS) },
  storage: {
    beacon: value('The value of the last finished block.', H256, new Uint8Array(32)),
    values: map('The values of recent blocks by block number.', u32, H256, { hasher: Twox64Concat }),
    mixed: value('What was mixed in since the last value: a running hash.', H256),
  },
  exports: ({ storage }) => ({
    /** Adds bytes that nobody could foresee, such as the result of a coinflip, to this block's value. */
    mix(bytes: Uint8Array): void {
      const before = storage.mixed.get()
      storage.mixed.put(before ? blake2b256Of(before, bytes) : blake2b256Of(bytes))
    },
    /** b(n), 32 bytes; undefined for blocks not finished yet or longer ago than the history. */
    at: (number: number): Uint8Array | undefined => storage.values.get(number),
  }),
  hooks: ({ storage, constants, block, parentHash }) => ({
    onFinalize() {
      const number = block()
      const next = blake2b256Of(
        concatBytes(storage.beacon.get(), parentHash(), storage.mixed.take() ?? new Uint8Array()),
      )
      storage.beacon.put(next)
      storage.values.put(number, next)
      if (number >= constants.historyBlocks) storage.values.remove(number - constants.historyBlocks)
    },
  }),
  genesis: {
    config: struct({ seed: option(H256) }),
    fallback: { seed: undefined },
    build({ storage }, { seed }) {
      const first = blake2b256Of(GENESIS_DOMAIN, seed ?? new Uint8Array())
      storage.beacon.put(first)
      storage.values.put(0, first)
    },
  },
})
