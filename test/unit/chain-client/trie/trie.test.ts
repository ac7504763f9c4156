import { describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { TrieError } from '#chain/trie/errors.ts'
import { MAX_KEY_BYTES } from '#chain/trie/node-codec.ts'
import { orderedRoot } from '#chain/trie/ordered-root.ts'
import { prove, verifyProof } from '#chain/trie/proof.ts'
import { EMPTY_ROOT, Trie, type Change } from '#chain/trie/trie.ts'
import { createMemoryStore, entriesOf, persist } from '../../../helpers/trie.ts'

const NOTHING = new Uint8Array()
const long = (fill: number, length = 40): Uint8Array => new Uint8Array(length).fill(fill)

/** The error that `run` throws. */
function thrownBy(run: () => unknown): TrieError {
  try {
    run()
  } catch (error) {
    expect(error).toBeInstanceOf(TrieError)
    return error as TrieError
  }
  throw new Error('expected a TrieError, got none')
}

/** A trie of some thousand keys below three prefixes, with short and long values. */
function sample(size = 600): Change[] {
  return Array.from({ length: size }, (_, i): Change => {
    const key = blake2b256(utf8(`key ${i}`)).slice(0, 4 + (i % 20))
    key[0] = i % 3
    return [key, long(i & 0xff, i % 70)]
  })
}

describe('root', () => {
  it('of nothing is the hash of the empty node', () => {
    expect(toHex(Trie.empty().root())).toBe('0x03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314')
    expect(Trie.empty().root()).toEqual(EMPTY_ROOT)
  })

  // Encodings from sp-trie's tests codec_trie_single_tuple and codec_trie_two_tuples_disjoint_keys.
  it.each([
    ['a single entry', [['0xaa', '0xbb']], '0x42aa04bb'],
    [
      'two keys without common nibbles',
      [
        ['0x4819', '0xfe'],
        ['0x1314', '0xff'],
      ],
      '0x8012001443031404ff1443081904fe',
    ],
  ] as const)('of %s is the hash of the encoding sp-trie gives', (_, entries, encoding) => {
    const trie = Trie.empty().apply(entries.map(([key, value]) => [fromHex(key), fromHex(value)]))
    expect(toHex(trie.root())).toBe(toHex(blake2b256(fromHex(encoding))))
  })

  it('stores values of 33 bytes by hash in version 1 only, of 32 bytes in neither', () => {
    const nodes = (length: number, stateVersion: 0 | 1): number =>
      [
        ...Trie.empty({ stateVersion })
          .apply([[utf8('k'), long(1, length)]])
          .newNodes(),
      ].length
    expect([nodes(32, 0), nodes(33, 0), nodes(32, 1), nodes(33, 1)]).toEqual([1, 1, 1, 2])
  })

  it('of a list maps compact indices to values', () => {
    const values = [utf8('a'), utf8('b'), long(3)]
    const changes = values.map((value, i): Change => [Uint8Array.of(i << 2), value])
    expect(orderedRoot(values, 0)).toEqual(Trie.empty({ stateVersion: 0 }).apply(changes).root())
    expect(orderedRoot(values, 1)).toEqual(Trie.empty({ stateVersion: 1 }).apply(changes).root())
    expect(orderedRoot([], 1)).toEqual(EMPTY_ROOT)
  })

  it.each([61, 62, 63, 64, 65, 317, 318, 319, 574, MAX_KEY_BYTES * 2 - 1])(
    'and all entries survive a partial key of %i nibbles',
    (nibbles) => {
      // A branch at the first nibble or at none, so that the leaves below have odd and even partial keys.
      const key = (first: number): Uint8Array =>
        Uint8Array.of(first, ...long(7, (nibbles + (nibbles % 2)) / 2 - (nibbles % 2)))
      const changes: Change[] = [
        [key(nibbles % 2 === 1 ? 0x10 : 0x11), utf8('one')],
        [key(nibbles % 2 === 1 ? 0x20 : 0x12), utf8('two')],
      ]
      const store = createMemoryStore()
      const trie = Trie.empty().apply(changes)
      persist(trie, store)
      expect(entriesOf(Trie.open(trie.root(), store))).toEqual(entriesOf(trie))
      expect(entriesOf(trie)).toHaveLength(2)
    },
  )

  it('is reached also at the greatest depth keys allow', () => {
    const changes = Array.from({ length: MAX_KEY_BYTES + 1 }, (_, i): Change => [long(9, i), Uint8Array.of(1)])
    const trie = Trie.empty().apply(changes)
    trie.root()
    expect(trie.keys(NOTHING, undefined, 1e6)).toHaveLength(MAX_KEY_BYTES + 1)
    expect([...Trie.empty().diff(trie)]).toHaveLength(MAX_KEY_BYTES + 1)
    expect(trie.apply(changes.map(([key]) => [key, null])).root()).toEqual(EMPTY_ROOT)
  })
})

describe('apply', () => {
  it('lets the last change to a key win', () => {
    const key = utf8('key')
    expect(
      Trie.empty()
        .apply([
          [key, utf8('a')],
          [key, null],
        ])
        .root(),
    ).toEqual(EMPTY_ROOT)
    expect(
      Trie.empty()
        .apply([
          [key, null],
          [key, utf8('a')],
        ])
        .get(key),
    ).toEqual(utf8('a'))
  })

  it('returns the same trie if nothing changes, also for long values known only by hash', () => {
    const store = createMemoryStore()
    const trie = Trie.empty().apply(sample())
    persist(trie, store)
    const opened = Trie.open(trie.root(), store)
    for (const same of [trie, opened]) {
      expect(same.apply(entriesOf(trie))).toBe(same)
      expect(
        same.apply([
          [utf8('absent'), null],
          [Uint8Array.of(0), null],
        ]),
      ).toBe(same)
      expect(same.apply([])).toBe(same)
    }
  })

  it('refuses keys that are too long and leaves the trie as it was', () => {
    const trie = Trie.empty().apply([[utf8('a'), utf8('b')]])
    const error = thrownBy(() =>
      trie.apply([
        [utf8('a'), null],
        [new Uint8Array(MAX_KEY_BYTES + 1), utf8('c')],
      ]),
    )
    expect(error.code).toBe('TRIE_KEY_TOO_LONG')
    expect(trie.get(utf8('a'))).toEqual(utf8('b'))
    expect(trie.get(new Uint8Array(MAX_KEY_BYTES + 1))).toBeUndefined()
  })

  it('does not share bytes with its callers', () => {
    const value = long(1)
    const trie = Trie.empty().apply([[utf8('a'), value]])
    const root = trie.root()
    value[0] = 9
    trie.get(utf8('a'))![0] = 9
    trie.root()[0] = 9
    expect(trie.get(utf8('a'))).toEqual(long(1))
    expect(trie.root()).toEqual(root)
  })
})

describe('keys', () => {
  const changes = sample()
  const trie = Trie.empty().apply(changes)

  it('pages through a prefix without gaps or repetitions', () => {
    const all = entriesOf(trie).map(([key]) => toHex(key))
    const prefixed = all.filter((key) => key.startsWith('0x01'))
    const paged: string[] = []
    for (let after: Uint8Array | undefined; ;) {
      const page = trie.keys(Uint8Array.of(1), after, 7)
      if (page.length === 0) break
      after = page.at(-1)
      paged.push(...page.map(toHex))
    }
    expect(paged).toEqual(prefixed)
    expect(prefixed.length).toBeGreaterThan(100)
  })

  it('starts after keys that are absent, outside the prefix, or prefixes of others', () => {
    const small = Trie.empty().apply([
      [fromHex('0x01'), long(1)],
      [fromHex('0x0102'), long(2)],
      [fromHex('0x03'), long(3)],
    ])
    const from = (prefix: `0x${string}`, after: `0x${string}`): string[] =>
      small.keys(fromHex(prefix), fromHex(after), 10).map(toHex)
    expect(from('0x', '0x')).toEqual(['0x01', '0x0102', '0x03'])
    expect(from('0x', '0x01')).toEqual(['0x0102', '0x03'])
    expect(from('0x', '0x0101')).toEqual(['0x0102', '0x03'])
    expect(from('0x', '0x0102')).toEqual(['0x03'])
    expect(from('0x', '0x02')).toEqual(['0x03'])
    expect(from('0x01', '0x00')).toEqual(['0x01', '0x0102'])
    expect(from('0x01', '0x03')).toEqual([])
    expect(from('0x04', '0x00')).toEqual([])
    expect(small.keys(NOTHING, undefined, 0)).toEqual([])
  })

  it('reads only what a page needs', () => {
    const store = createMemoryStore()
    persist(trie, store)
    store.reads = 0
    const opened = Trie.open(trie.root(), store)
    expect(store.reads).toBe(0)
    expect(opened.keys(Uint8Array.of(2), undefined, 5)).toHaveLength(5)
    expect(store.reads).toBeLessThan(25)
  })
})

describe('diff', () => {
  it('lists what was added, changed and removed, in order, and visits only that', () => {
    const store = createMemoryStore()
    const trie = Trie.empty().apply(sample(3000))
    persist(trie, store)
    const [one, two] = trie.keys(Uint8Array.of(1), undefined, 2)
    const later = trie.apply([
      [one!, null],
      [two!, utf8('changed')],
      [Uint8Array.of(2, 2, 2), long(5)],
    ])
    persist(later, store)
    store.reads = 0
    const found = [...Trie.open(trie.root(), store).diff(Trie.open(later.root(), store))]
    expect(found).toEqual([
      { key: one, before: trie.get(one!), after: undefined },
      { key: two, before: trie.get(two!), after: utf8('changed') },
      { key: Uint8Array.of(2, 2, 2), before: undefined, after: long(5) },
    ])
    expect(store.reads).toBeLessThan(60)
    expect([...trie.diff(trie.apply([]))]).toEqual([])
  })
})

describe('closestDescendantMerkleValue', () => {
  it('is the root at the root, bytes for small nodes, the hash for others, nothing if no key has the prefix', () => {
    const small = Trie.empty().apply([
      [fromHex('0x4819'), fromHex('0xfe')],
      [fromHex('0x1314'), fromHex('0xff')],
    ])
    expect(small.closestDescendantMerkleValue(NOTHING)).toEqual(small.root())
    expect(toHex(small.closestDescendantMerkleValue(fromHex('0x13'))!)).toBe('0x43031404ff')
    expect(small.closestDescendantMerkleValue(fromHex('0x14'))).toBeUndefined()
    expect(small.closestDescendantMerkleValue(fromHex('0x131415'))).toBeUndefined()
    const before = Trie.empty().apply(sample())
    const after = before.apply([[Uint8Array.of(1, 1, 1), long(1)]])
    const at = (trie: Trie, byte: number) => trie.closestDescendantMerkleValue(Uint8Array.of(byte))
    expect(at(before, 1)).toHaveLength(32)
    expect(at(before, 1)).not.toEqual(at(after, 1))
    expect(at(before, 2)).toEqual(at(after, 2))
  })
})

describe('persistence', () => {
  it('lists each node once over a chain of blocks, and again after a failed write', () => {
    const store = createMemoryStore()
    let trie = Trie.empty({ store })
    const written = new Set<string>()
    for (let block = 0; block < 20; block++) {
      trie = trie.apply(sample(600).slice(block * 30, block * 30 + 30))
      const first = [...trie.newNodes()].map(({ hash }) => toHex(hash))
      const again = [...trie.newNodes()].map(({ hash }) => toHex(hash))
      expect(again).toEqual(first)
      persist(trie, store)
      expect([...trie.newNodes()]).toEqual([])
      for (const hash of new Set(first)) {
        expect(written.has(hash)).toBe(false)
        written.add(hash)
      }
    }
    expect(entriesOf(Trie.open(trie.root(), store))).toEqual(entriesOf(trie))
  })

  it('unloads down to the bound and reads everything back', () => {
    const store = createMemoryStore()
    const trie = Trie.empty({ store }).apply(sample())
    const entries = entriesOf(trie)
    persist(trie, store)
    const fork = trie.apply([[utf8('not yet written'), long(4)]])
    store.reads = 0
    entriesOf(fork)
    expect(store.reads).toBe(0)
    fork.unload(20)
    expect(entriesOf(trie)).toEqual(entries)
    expect(store.reads).toBeGreaterThan(entries.length / 2)
    expect(fork.get(utf8('not yet written'))).toEqual(long(4))
    expect([...trie.diff(fork)]).toHaveLength(1)
  })

  it('keeps what is not persisted, and everything without a store', () => {
    for (const trie of [Trie.empty({ store: createMemoryStore() }), Trie.empty()]) {
      const full = trie.apply(sample())
      full.root()
      full.unload(1)
      expect(entriesOf(full)).toHaveLength(entriesOf(Trie.empty().apply(sample())).length)
    }
  })
})

describe('a damaged store', () => {
  const store = createMemoryStore()
  const trie = Trie.empty().apply(sample())
  persist(trie, store)

  it('is reported by the hash of what is missing', () => {
    const key = sample()[39]![0]
    const proof = prove(trie, [key])
    expect(proof.length).toBeGreaterThan(2)
    for (const bytes of proof) {
      const hash = toHex(blake2b256(bytes))
      store.map.delete(hash)
      const error = thrownBy(() => Trie.open(trie.root(), store).get(key))
      store.map.set(hash, bytes)
      expect(error.code).toBe('TRIE_NODE_MISSING')
      expect(error.meta['hash']).toBe(hash)
    }
  })

  it('is reported if the bytes of a node or value do not hash to its name', () => {
    const small = Trie.empty().apply([[utf8('key'), long(1)]])
    const other = Trie.empty().apply([[utf8('key'), long(2)]])
    const [own, foreign] = [small, other].map((trie) => [...trie.newNodes()])
    for (const [i, { hash }] of own!.entries()) {
      const damaged = createMemoryStore()
      for (const node of own!) damaged.map.set(toHex(node.hash), node.bytes)
      damaged.map.set(toHex(hash), foreign![i]!.bytes)
      const error = thrownBy(() => Trie.open(small.root(), damaged).get(utf8('key')))
      expect(error.code).toBe('TRIE_NODE_CORRUPT')
      expect(error.meta).toEqual({ hash: toHex(hash), got: toHex(foreign![i]!.hash) })
    }
    expect(own).toHaveLength(2)
  })

  // Bytes under their right hash that are no node: what decoding alone must find.
  it.each([
    ['nothing', '0x', 'header'],
    ['an unknown header', '0x05', 'expected a node header, got 0x05'],
    ['an empty node inside another', '0x8001000400', 'expected a node header, got 0x00'],
    ['a partial key cut short', '0x42', '1 bytes of partial key'],
    ['padding that is not zero', '0x41f104bb', 'zero nibble'],
    ['a partial key beyond all bounds', `0x7f${'ff'.repeat(20)}00`, 'at most 1024 nibbles'],
    ['a value cut short', '0x42aa08bb', '2 bytes of value'],
    ['a value of gigabytes', '0x42aafeffffff', 'bytes of value'],
    ['a value length in big-integer mode', '0x42aa03ffffffff', 'below 2^30'],
    ['a value hash cut short', '0x22aabb', '32 bytes of value hash'],
    ['bytes after the end', '0x42aa04bb00', 'expected the end'],
    ['a branch without children', '0x800000', 'branch with children'],
    ['a bitmap cut short', '0x8012', '1 bytes of child bitmap'],
    ['a child above 32 bytes', `0x80010084${'00'.repeat(33)}`, 'at most 32 bytes, got 33'],
    ['a child of no bytes', '0x80010000', 'header'],
    ['a child hash cut short', `0x80010080${'00'.repeat(31)}`, '32 bytes of child hash'],
  ])('is reported for %s', (_, hex, problem) => {
    const bytes = fromHex(hex)
    const hash = blake2b256(bytes)
    const error = thrownBy(() => Trie.open(hash, { get: () => bytes }).get(fromHex('0xaa')))
    expect(error.code).toBe('TRIE_NODE_CORRUPT')
    expect(error.meta['hash']).toBe(toHex(hash))
    expect(error.message).toContain(problem)
  })

  it('is not asked for a root of wrong length', () => {
    expect(thrownBy(() => Trie.open(long(0, 31), store)).code).toBe('TRIE_BAD_ROOT')
    expect(thrownBy(() => verifyProof(long(0, 31), [], NOTHING)).code).toBe('TRIE_BAD_ROOT')
  })
})

describe('proofs', () => {
  const trie = Trie.empty().apply(sample())

  it('show values, short and long, and absence, for several keys at once', () => {
    const keys = [...sample(20).map(([key]) => key), utf8('absent'), NOTHING]
    const proof = prove(trie, keys)
    for (const key of keys) expect(verifyProof(trie.root(), proof, key)).toEqual(trie.get(key))
    expect(new Set(proof.map(toHex)).size).toBe(proof.length)
  })

  it('of the empty trie needs no nodes', () => {
    expect(prove(Trie.empty(), [NOTHING])).toEqual([])
    expect(verifyProof(EMPTY_ROOT, [], NOTHING)).toBeUndefined()
  })

  it('fail with any node left out, and under another root', () => {
    const key = sample()[59]![0]
    expect(trie.get(key)!.length).toBeGreaterThan(32)
    const proof = prove(trie, [key])
    expect(proof.length).toBeGreaterThan(2)
    for (let i = 0; i < proof.length; i++)
      expect(thrownBy(() => verifyProof(trie.root(), proof.toSpliced(i, 1), key)).code).toBe('TRIE_PROOF_INVALID')
    expect(thrownBy(() => verifyProof(long(1, 32), proof, key)).code).toBe('TRIE_PROOF_INVALID')
  })
})
