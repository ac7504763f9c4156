import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Overlay, keyBytes, rawKey } from '#chain/runtime/frame/overlay.ts'
import { Trie } from '#chain/trie/trie.ts'

const bytes = (...of: number[]) => Uint8Array.from(of)
const under = (text: string) => rawKey(new TextEncoder().encode(text.padEnd(34, '.')))
const EVERYTHING = ''

describe('Overlay', () => {
  it('keeps keys byte for byte', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i)
    expect(keyBytes(rawKey(all))).toEqual(all)
  })

  it('reads through to the state, and its own writes first', () => {
    const overlay = new Overlay(Trie.empty().apply([[bytes(1), bytes(10)]]))
    expect(overlay.get(rawKey(bytes(1)))).toEqual(bytes(10))
    overlay.put(rawKey(bytes(1)), bytes(11))
    expect(overlay.get(rawKey(bytes(1)))).toEqual(bytes(11))
    overlay.put(rawKey(bytes(1)), undefined)
    expect(overlay.get(rawKey(bytes(1)))).toBeUndefined()
    expect(overlay.changes()).toEqual([[bytes(1), null]])
  })

  it('refuses to close a layer that is not open, and changes while one is', () => {
    const overlay = new Overlay(Trie.empty())
    expect(() => overlay.commit()).toThrowError(expect.objectContaining({ code: 'NO_LAYER' }))
    overlay.begin()
    expect(() => overlay.changes()).toThrowError(expect.objectContaining({ code: 'OPEN_LAYER' }))
  })

  it('refuses layers without end', () => {
    const overlay = new Overlay(Trie.empty())
    for (let i = 0; i < 255; i++) overlay.begin()
    expect(() => overlay.begin()).toThrowError(expect.objectContaining({ code: 'LAYER_LIMIT' }))
  })

  it('pages through more keys of the state than one page holds', () => {
    const state = Trie.empty().apply(
      Array.from({ length: 600 }, (_, i) => [bytes(7, i >> 8, i & 255), bytes(1)] as const),
    )
    const overlay = new Overlay(state)
    overlay.put(rawKey(bytes(7, 0, 5)), undefined)
    overlay.put(rawKey(bytes(7, 0, 5, 1)), bytes(2))
    expect([...overlay.keys(rawKey(bytes(7)))]).toHaveLength(600)
  })

  it('behaves as a stack of maps, whatever the order of writes, layers and walks', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'ab', 'abc')
    const step = fc.oneof(
      fc.tuple(fc.constant('put'), key, fc.option(fc.uint8Array({ maxLength: 3 }), { nil: undefined })),
      fc.tuple(fc.constantFrom('begin', 'commit', 'rollback', 'walk', 'read'), key, fc.constant(undefined)),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(key, { maxLength: 3 }), (steps, initial) => {
        const base = new Map(initial.map((name) => [under(name), bytes(9)]))
        const overlay = new Overlay(Trie.empty().apply([...base].map(([k, v]) => [keyBytes(k), v] as const)))
        const stack = [base]
        for (const [act, name, value] of steps) {
          const top = stack.at(-1)!
          if (act === 'put') {
            overlay.put(under(name), value)
            if (value) top.set(under(name), value)
            else top.delete(under(name))
          } else if (act === 'begin') {
            overlay.begin()
            stack.push(new Map(top))
          } else if (act === 'commit' && stack.length > 1) {
            overlay.commit()
            stack.splice(-2, 1)
          } else if (act === 'rollback' && stack.length > 1) {
            overlay.rollback()
            stack.pop()
          } else if (act === 'read') {
            expect(overlay.get(under(name))).toEqual(top.get(under(name)))
          } else if (act === 'walk') {
            const present = [...overlay.keys(EVERYTHING)].filter((k) => overlay.get(k) !== undefined)
            expect(present).toEqual([...top.keys()].sort())
          }
        }
      }),
    )
  })
})
