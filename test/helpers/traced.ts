/** A runtime with a pallet that does everything that a trace can show, and a log that keeps all levels. */
import { AccountId } from '#types/scale/account.ts'
import { bytes, u128, u32 } from '#types/scale/primitives.ts'
import type { FrameBuilder } from '#chain/runtime/frame/construct.ts'
import { ensureSigned } from '#chain/runtime/frame/origin.ts'
import { call, event, pallet } from '#chain/runtime/frame/pallet.ts'
import { map, value } from '#chain/runtime/frame/storage.ts'
import type { RuntimeLog } from '#chain/runtime/runtime-interface.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import type { Trie } from '#chain/trie/trie.ts'
import { TestChain } from './runtime.ts'

export const Diary = pallet({
  name: 'Diary',
  docs: 'What happened, for tests.',
  storage: {
    count: value('How many there are.', u32, 0),
    pages: map('Pages by author.', AccountId, bytes),
  },
  events: { Written: event('A page was written.', { who: AccountId, page: bytes, paid: u128 }) },
  errors: { TooLong: 'The page is too long.', Never: 'It always fails.' },
  calls: ({ storage, emit, fail, console, attempt }) => ({
    write: call('Writes a page.', { page: bytes, paid: u128 }, 1_000n, (origin, { page, paid }) => {
      const who = ensureSigned(origin)
      console.log('writes', who, { page, paid })
      storage.pages.put(who, page)
      storage.count.mutate((n) => n + 1)
      emit.Written({ who, page, paid })
      if (page.length > 4) return fail.TooLong()
    }),
    try: call('Tries something that fails, and goes on.', {}, 1_000n, () => {
      attempt(() => {
        storage.count.put(100)
        fail.Never()
      })
      if (storage.count.get() === 0) storage.count.put(1)
    }),
    greet: call(
      'Logs an account, for anybody.',
      { whom: AccountId },
      {
        weight: 1_000n,
        validateUnsigned({ whom }) {
          console.log('asked for', whom)
          return { provides: [whom] }
        },
      },
      (_, { whom }) => console.info('hello', whom),
    ),
    crash: call('Has a bug.', {}, 1_000n, (origin) => {
      console.warn('before the bug')
      throw new TypeError(`a bug for ${typeof origin}`)
    }),
    walk: call('Reads every page.', {}, 1_000n, () => void [...storage.pages.entries()]),
  }),
  hooks: ({ console, block }) => ({
    onFinalize() {
      console.debug('block', block(), 'ends')
    },
  }),
})

export const addDiary = (builder: FrameBuilder): void => void builder.add(40, Diary)

interface Line {
  readonly level: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

/** A log that keeps what it is told. Everything below `least` is not enabled. */
export function keepingLog(least: 'debug' | 'info' = 'debug') {
  const lines: Line[] = []
  const at = (level: string) => (fields: Line['fields'], message: string) => void lines.push({ level, fields, message })
  const log: RuntimeLog = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    isLevelEnabled: (level) => level !== 'debug' || least === 'debug',
  }
  return { log, lines }
}

/** A block on the genesis of a chain with {@link Diary}: built, and ready to be looked at again. */
export function diary(least: 'debug' | 'info' = 'debug') {
  const chain = new TestChain(undefined, addDiary)
  const { log, lines } = keepingLog(least)
  const runtime = createRuntime({ log, extend: addDiary })
  const parent: Trie = chain.state
  const context = { parentHash: chain.hash, number: 1, digest: chain.digest(1n) }
  const inherents = { timestampMs: 1000n }
  return {
    chain,
    runtime,
    lines,
    parent,
    context,
    inherents,
    /** Builds the block and gives its body, what came of each extrinsic that was asked for, and the state after. */
    build(wires: readonly Uint8Array[]) {
      const open = runtime.openBlock(parent, context)
      const first = open.applyInherents(inherents)
      const outcomes = wires.map((wire) => open.apply(runtime.decode(wire)))
      const { state, header } = open.finalize()
      return { body: [...first, ...wires], outcomes, state, header }
    },
  }
}
