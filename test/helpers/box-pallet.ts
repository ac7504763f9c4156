/** A pallet that accepts unsigned transactions. */
import { equalBytes, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { H256 } from '#types/scale/account.ts'
import { bytes, u32 } from '#types/scale/primitives.ts'
import type { FrameBuilder } from '#chain/runtime/frame/construct.ts'
import { ensureNone } from '#chain/runtime/frame/origin.ts'
import { call, event, pallet } from '#chain/runtime/frame/pallet.ts'
import { map, value } from '#chain/runtime/frame/storage.ts'
import { refTime } from '#chain/runtime/frame/weights.ts'

/** Who knows the word whose hash is stored may open the box, once, without an account. */
const boxPallet = pallet({
  name: 'Box',
  docs: 'A box that opens by a word.',
  storage: {
    lock: value('Hash of the word.', H256, blake2b256(utf8('sesame'))),
    opened: map('Words used.', bytes, u32),
  },
  events: { Opened: event('The box was opened.', { word: bytes }) },
  errors: { Jammed: 'The box does not open.' },
  calls: ({ storage, emit, fail, block }) => ({
    open: call(
      'Open the box.',
      { word: bytes },
      {
        weight: refTime(1_000n),
        validateUnsigned({ word }, source) {
          if (storage.opened.has(word)) return { kind: 'invalid', reason: 'Stale' }
          const isKey = word.length > 100 || equalBytes(blake2b256(word), storage.lock.get())
          if (!isKey) return { kind: 'invalid', reason: 'BadProof' }
          return { provides: [word], priority: source === 'Local' ? 9n : 5n, longevity: 7n, propagate: false }
        },
      },
      (origin, { word }) => {
        ensureNone(origin)
        if (word.length > 100) return fail.Jammed()
        storage.opened.put(word, block())
        emit.Opened({ word })
      },
    ),
    shut: call('Shut the box.', {}, refTime(1_000n), (origin) => ensureNone(origin)),
    knock: call(
      'Knock.',
      {},
      { weight: 0n, validateUnsigned: () => ({ provides: [utf8('knock')], requires: [utf8('sesame')] }) },
      (origin) => ensureNone(origin),
    ),
    flood: call(
      'Say much.',
      {},
      { weight: refTime(10n ** 13n), validateUnsigned: () => ({ provides: [utf8('flood')] }) },
      (origin) => ensureNone(origin),
    ),
    crash: call(
      'Fall over.',
      {},
      {
        weight: 0n,
        validateUnsigned() {
          throw new Error('oops')
        },
      },
      (origin) => ensureNone(origin),
    ),
  }),
})

/** Adds the box to a runtime. */
export const withBox = (builder: FrameBuilder): void => void builder.add(42, boxPallet)
