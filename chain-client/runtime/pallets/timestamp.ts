/**
 * Pallet Timestamp: the time on chain.
 *
 * Owns: the inherent that sets the time, once a block. Does not own: the clock, which the node reads.
 * Source: pallet-timestamp lib.rs.
 */
import { AssayError } from '#types/errors.ts'
import { compactU64 } from '#types/scale/compound.ts'
import { bool, u64 } from '#types/scale/primitives.ts'
import { DispatchFailure } from '../frame/errors.ts'
import { ensureNone } from '../frame/origin.ts'
import { call, constant, pallet, uses } from '../frame/pallet.ts'
import { value } from '../frame/storage.ts'
import { refTime } from '../frame/weights.ts'

/** Least milliseconds between two blocks, by default. One, so that instant sealing may follow its transactions. */
export const MINIMUM_PERIOD_MS = 1n

/** The author gave a wrong time. Its inherent is refused; it is no bug of the chain. */
const badTimestamp = (message: string) =>
  new DispatchFailure({ tag: 'Other', value: undefined }, 'BadTimestamp', message)

/** @param minimumPeriodMs 0 allows blocks of equal times */
export const timestampPallet = (minimumPeriodMs = MINIMUM_PERIOD_MS) =>
  pallet({
    name: 'Timestamp',
    docs: 'The time, set by the author of each block.',
    constants: {
      minimumPeriod: constant('The minimum period between blocks, in milliseconds.', u64, minimumPeriodMs),
    },
    storage: {
      now: value('The current time for the current block.', u64, 0n),
      didUpdate: value('Whether the timestamp has been updated in this block.', bool, false),
    },
    uses: uses<{
      /** `OnTimestampSet`: called with each new time, milliseconds. */
      readonly onTimestampSet: (now: bigint) => void
    }>(),
    exports: ({ storage, constants }) => ({
      /** Unix time of this block in milliseconds; until the inherent has run, of the block before. */
      now: (): bigint => storage.now.get(),
      minimumPeriod: (): bigint => constants.minimumPeriod,
    }),
    calls: ({ storage, constants, uses }) => ({
      set: call(
        'Set the current time.\n\nThis call should be invoked exactly once per block, by its author.',
        { now: compactU64 },
        { weight: refTime(8_000_000n, 2n, 1n), class: 'Mandatory' },
        (origin, { now }) => {
          ensureNone(origin)
          if (storage.didUpdate.has()) throw badTimestamp('expected one timestamp a block, got a second')
          const earliest = storage.now.get() + constants.minimumPeriod
          if (now < earliest) throw badTimestamp(`expected a time of at least ${earliest} ms, got ${now} ms`)
          storage.now.put(now)
          storage.didUpdate.put(true)
          uses.onTimestampSet(now)
        },
      ),
    }),
    hooks: ({ storage }) => ({
      onFinalize() {
        if (!storage.didUpdate.take())
          throw new AssayError('NO_TIMESTAMP', 'expected a timestamp in every block, got none')
      },
    }),
    inherent: { call: 'set', args: ({ timestampMs }) => ({ now: timestampMs }) },
  })
