import { describe, expect, it } from 'vitest'
import { AccountId } from '#types/scale/account.ts'
import { snakeCase } from '#types/scale/compound.ts'
import { bytes, u128, u32, unit } from '#types/scale/primitives.ts'
import { Identity, Twox64Concat, Blake2_256 } from '#types/scale/storage-key.ts'
import { ensureNone, ensureRoot, ensureSigned } from '#chain/runtime/frame/origin.ts'
import { call, constant, event, pallet, uses } from '#chain/runtime/frame/pallet.ts'
import { doubleMap, map, nMap, value } from '#chain/runtime/frame/storage.ts'
import { account, callOf, palletRuntime } from '../../../../helpers/runtime.ts'

const Notes = pallet({
  name: 'Notes',
  docs: 'Notes that accounts leave.',
  constants: { maxLength: constant('Longest note.', u32, 8) },
  storage: {
    count: value('How many notes.', u32, 0),
    latest: value('The last note.', bytes),
    notes: map('Notes by account.', AccountId, bytes),
    votes: doubleMap('Votes by note and voter.', [u32, AccountId], u128, {
      hashers: [Twox64Concat, Identity],
      default: 0n,
    }),
    seen: nMap('Who saw what when.', [AccountId, u32, u32], unit),
    hashed: map('Keys that cannot be read back.', u32, u32, { hasher: Blake2_256 }),
  },
  events: { Noted: event('A note was left.', { who: AccountId, text: bytes }) },
  errors: { TooLong: 'The note is too long.', Empty: 'The note is empty.' },
  uses: uses<{ readonly allowed: (who: Uint8Array) => boolean }>(),
  exports: ({ storage }) => ({ count: () => storage.count.get() }),
  calls: ({ storage, emit, fail, uses, constants }, own) => ({
    leaveNote: call('Leave a note.', { noteText: bytes }, 10n, (origin, { noteText }) => {
      const who = ensureSigned(origin)
      storage.count.put(own.count() + 1)
      if (noteText.length > constants.maxLength) return fail.TooLong()
      if (!uses.allowed(who)) throw new Error('a bug of the pallet')
      storage.notes.put(who, noteText)
      emit.Noted({ who, text: noteText })
    }),
    rootOnly: call('Root only.', {}, 10n, (origin) => ensureRoot(origin)),
    inherentOnly: call('Inherents only.', {}, { weight: 10n, callIndex: 7 }, (origin) => ensureNone(origin)),
    badEvent: call('Emits what does not encode.', {}, 10n, (origin) => {
      storage.count.put(99)
      emit.Noted({ who: ensureSigned(origin), text: 5 as unknown as Uint8Array })
    }),
    lateError: call('Fails after its event.', {}, 10n, (origin) => {
      emit.Noted({ who: ensureSigned(origin), text: new Uint8Array() })
      return fail.Empty()
    }),
    endless: call('Never returns.', {}, 10n, () => {
      const deeper = (): number => deeper() + 1
      deeper()
    }),
  }),
})

/** Compile errors, each of which must stay one. Never run. */
export const typeErrors = () =>
  pallet({
    name: 'Wrong',
    docs: 'Mistakes.',
    storage: { count: value('A number.', u32, 0), names: map('Names.', u32, bytes) },
    events: { Counted: event('Counted.', { total: u32 }) },
    errors: { TooMany: 'Too many.' },
    uses: uses<{ readonly other: () => number }>(),
    exports: () => ({ own: (times: number) => times + 1 }),
    calls: ({ storage, emit, fail, uses }, own) => ({
      wrong: call('Wrong.', { amount: u128 }, 1n, (origin, args) => {
        // @ts-expect-error an argument that is not declared
        void args.price
        // @ts-expect-error an argument of another type
        storage.count.put(args.amount)
        // @ts-expect-error a storage item that is not declared
        void storage.total
        // @ts-expect-error a key of another type
        storage.names.get('first')
        // @ts-expect-error a map cannot be read without its key
        storage.names.get()
        // @ts-expect-error a value may be missing where there is no default
        storage.names.get(1).length.toFixed()
        // @ts-expect-error an event that is not declared
        emit.Lost({})
        // @ts-expect-error an event without its data
        emit.Counted({})
        // @ts-expect-error an error that is not declared
        if (origin === 'none') return fail.TooFew()
        // @ts-expect-error a pallet that is not used
        void uses.balances
        // @ts-expect-error a wrong argument to an own function
        own.own('x')
      }),
    }),
  })

const alwaysAllowed = { allowed: () => true }
const create = (config = alwaysAllowed) => palletRuntime((builder) => builder.add(5, Notes, config))

describe('a pallet', () => {
  const who = account('alice')

  it('does what its call says, storage and event', () => {
    const runtime = create()
    const call = callOf('Notes', 'leaveNote', { noteText: Uint8Array.of(1) })
    expect(runtime.run(() => runtime.frame.dispatcher.dispatch(call, { signed: who }))).toEqual({ ok: true, post: {} })
    expect(runtime.run(() => runtime.pallets.count())).toBe(1)
    expect(runtime.events()).toEqual([
      { tag: 'Notes', value: { tag: 'Noted', value: { who, text: Uint8Array.of(1) } } },
    ])
  })

  it.each([
    [
      'an error',
      callOf('Notes', 'leaveNote', { noteText: new Uint8Array(9) }),
      { tag: 'Module', value: { index: 5, error: Uint8Array.of(0, 0, 0, 0) } },
    ],
    [
      'an error after an event',
      callOf('Notes', 'lateError'),
      { tag: 'Module', value: { index: 5, error: Uint8Array.of(1, 0, 0, 0) } },
    ],
    ['a wrong origin', callOf('Notes', 'rootOnly'), { tag: 'BadOrigin', value: undefined }],
    ['a wrong origin for an inherent', callOf('Notes', 'inherentOnly'), { tag: 'BadOrigin', value: undefined }],
  ])('changes nothing after %s', (_, call, error) => {
    const runtime = create()
    const before = runtime.snapshot()
    expect(runtime.run(() => runtime.frame.dispatcher.dispatch(call, { signed: who }))).toMatchObject({
      ok: false,
      error,
    })
    expect(runtime.snapshot()).toBe(before)
    expect(runtime.events()).toEqual([])
    expect(runtime.log.errors).toEqual([])
  })

  it.each([
    ['an exception', callOf('Notes', 'leaveNote', { noteText: Uint8Array.of(1) }), 'a bug of the pallet'],
    ['an event that does not encode', callOf('Notes', 'badEvent'), 'Notes.badEvent'],
    ['a stack overflow', callOf('Notes', 'endless'), 'Maximum call stack'],
    ['a call that does not exist', callOf('Notes', 'missing'), 'Notes.missing'],
  ])('with a bug, %s, fails as Other, changes nothing and is logged with its stack', (_, call, text) => {
    const runtime = create({ allowed: () => false })
    const before = runtime.snapshot()
    const outcome = runtime.run(() => runtime.frame.dispatcher.dispatch(call, { signed: who }))
    expect(outcome).toMatchObject({ ok: false, error: { tag: 'Other' } })
    expect(runtime.snapshot()).toBe(before)
    expect(runtime.events()).toEqual([])
    expect(runtime.log.errors).toHaveLength(1)
    expect(runtime.log.errors[0]!.message).toContain(text)
    expect(runtime.log.errors[0]!.fields.stack).toContain('at ')
  })

  it('numbers its calls as declared, or as they say', () => {
    const [, notes] = create().frame.pallets
    expect(notes!.calls.map(({ name, index }) => [snakeCase(name), index])).toEqual([
      ['leave_note', 0],
      ['root_only', 1],
      ['inherent_only', 7],
      ['bad_event', 8],
      ['late_error', 9],
      ['endless', 10],
    ])
  })

  it('cannot take the index or the name of another', () => {
    const twice = () =>
      palletRuntime((builder) => [builder.add(5, Notes, alwaysAllowed), builder.add(6, Notes, alwaysAllowed)])
    expect(twice).toThrowError(expect.objectContaining({ code: 'DUPLICATE_PALLET' }))
    const sameIndex = () => palletRuntime((builder) => builder.add(0, Notes, alwaysAllowed))
    expect(sameIndex).toThrowError(expect.objectContaining({ code: 'DUPLICATE_PALLET' }))
  })
})

describe('storage items', () => {
  const Store = pallet({
    name: 'Store',
    docs: 'Storage for tests.',
    storage: Notes.storage!,
    exports: ({ storage, attempt, fail }) => ({ storage, attempt, fail }),
    errors: { No: 'No.' },
  })
  const open = () => palletRuntime((builder) => builder.add(1, Store))
  const [a, b] = [account(1), account(2)]

  it('read their default or undefined where nothing is stored', () => {
    const { run, pallets } = open()
    const { storage } = pallets
    run(() => {
      expect([storage.count.get(), storage.latest.get(), storage.votes.get(1, a)]).toEqual([0, undefined, 0n])
      expect([storage.count.has(), storage.votes.has(1, a)]).toEqual([false, false])
    })
  })

  it('put, mutate, take and remove', () => {
    const { run, pallets } = open()
    const { count, notes, seen } = pallets.storage
    run(() => {
      count.mutate((n) => n + 5)
      notes.put(a, Uint8Array.of(1))
      notes.mutate(a, (text) => Uint8Array.of(...text!, 2))
      seen.put(a, 1, 2, undefined)
      expect([count.get(), notes.get(a), seen.has(a, 1, 2)]).toEqual([5, Uint8Array.of(1, 2), true])
      expect([count.take(), count.has()]).toEqual([5, false])
      notes.mutate(a, () => undefined)
      seen.remove(a, 1, 2)
      expect([notes.has(a), seen.has(a, 1, 2)]).toEqual([false, false])
    })
  })

  it('walk their entries, all or those with the same first keys', () => {
    const { run, pallets } = open()
    const { votes } = pallets.storage
    run(() => {
      votes.put(1, a, 10n)
      votes.put(1, b, 11n)
      votes.put(2, a, 20n)
      expect([...votes.entries(1)]).toEqual([
        [[1, a], 10n],
        [[1, b], 11n],
      ])
      expect([...votes.keys()]).toHaveLength(3)
      pallets.storage.notes.put(a, Uint8Array.of(7))
      expect([...pallets.storage.notes.entries()]).toEqual([[[a], Uint8Array.of(7)]])
      expect(votes.clear(1)).toBe(2)
      expect([...votes.entries()]).toEqual([[[2, a], 20n]])
    })
  })

  it('refuse to walk keys that were only hashed', () => {
    const { run, pallets } = open()
    run(() => {
      pallets.storage.hashed.put(1, 2)
      expect(() => [...pallets.storage.hashed.keys()]).toThrowError(
        expect.objectContaining({ code: 'KEY_NOT_REVERSIBLE' }),
      )
    })
  })

  it('undo what an attempt did when it fails, and only that', () => {
    const { run, pallets } = open()
    const { storage, attempt, fail } = pallets
    run(() => {
      storage.count.put(1)
      const error = attempt(() => {
        storage.count.put(2)
        fail.No()
      })
      expect(error).toMatchObject({ tag: 'Module' })
      expect(storage.count.get()).toBe(1)
      expect(attempt(() => storage.count.put(3))).toBeUndefined()
      expect(storage.count.get()).toBe(3)
      expect(() =>
        attempt(() => {
          throw new TypeError('bug')
        }),
      ).toThrowError(TypeError)
    })
  })

  it('refuse values that do not encode, and keep the old ones', () => {
    const { run, pallets } = open()
    run(() => {
      pallets.storage.count.put(4)
      expect(() => pallets.storage.count.put(-1)).toThrowError(expect.objectContaining({ code: 'SCALE' }))
      expect(pallets.storage.count.get()).toBe(4)
    })
  })

  it('cannot be reached outside of a block', () => {
    const { pallets } = open()
    expect(() => pallets.storage.count.get()).toThrowError(expect.objectContaining({ code: 'NO_EXTERNALITIES' }))
  })
})
