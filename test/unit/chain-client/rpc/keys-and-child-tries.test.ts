import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { verifyProof } from '#chain/trie/proof.ts'
import { testRpc } from './call.ts'
import { fakeNode, key } from './fake-node.ts'

const UNKNOWN = `0x${'77'.repeat(32)}`

describe('author keys', () => {
  const ferdie = toHex(keypairFromSuri('//Ferdie', 'ed25519').publicKey)

  it('are kept, told of by type, and made new', async () => {
    const rpc = testRpc()
    expect(await rpc.result('author_hasKey', ferdie, 'gran')).toBe(false)
    expect(await rpc.result('author_insertKey', 'gran', '//Ferdie', ferdie)).toBeNull()
    expect(await rpc.result('author_hasKey', ferdie, 'gran')).toBe(true)
    expect(await rpc.result('author_hasKey', ferdie, 'aura')).toBe(false)
    const session = (await rpc.result('author_rotateKeys')) as string
    expect(session).toMatch(/^0x[0-9a-f]{64}$/)
    expect(await rpc.result('author_rotateKeys')).not.toBe(session)
    expect(await rpc.result('author_hasSessionKeys', session)).toBe(true)
    expect(await rpc.result('author_hasKey', session, 'aura')).toBe(true)
    expect(await rpc.result('author_hasSessionKeys', ferdie)).toBe(false)
  })

  it('are refused in Substrate’s words, and no secret comes back', async () => {
    const rpc = testRpc()
    const BAD_TYPE = { code: 1040, message: 'Invalid key type ID format (should be of length four)' }
    for (const type of ['', 'gra', 'grand', 'ü'.repeat(4), 'x'.repeat(100_000)]) {
      expect((await rpc.call('author_insertKey', type, '//Ferdie', ferdie)).error).toMatchObject(BAD_TYPE)
      expect((await rpc.call('author_hasKey', ferdie, type)).error).toMatchObject(BAD_TYPE)
    }
    const alice = toHex(keypairFromSuri('//Alice', 'sr25519').publicKey)
    for (const [suri, publicKey] of [
      ['//Ferdie', alice],
      ['a secret that is none', alice],
      ['//Ferdie', '0x00'],
      [`//${'x'.repeat(2000)}`, alice],
    ] as const) {
      const { error } = await rpc.call('author_insertKey', 'aura', suri, publicKey)
      expect(error).toMatchObject({ code: 1040, message: 'The key store is unavailable' })
      expect(error!.data).not.toContain(suri)
      expect(await rpc.result('author_hasKey', publicKey, 'aura')).toBe(false)
    }
    expect((await rpc.call('author_hasSessionKeys', '0x00')).error).toMatchObject({
      code: 1040,
      message: 'Session keys are not encoded correctly',
    })
    expect(rpc.logged).toEqual([])
  })
})

describe('childstate', () => {
  const child = toHex(utf8(':child_storage:default:crowd'))

  it('answers like Substrate for a missing child trie', async () => {
    const rpc = testRpc(fakeNode([[key('a'), utf8('b')]]))
    const at = toHex(rpc.node.genesisHash)
    expect(await rpc.result('childstate_getKeys', child, '0x')).toEqual([])
    expect(await rpc.result('childstate_getKeysPaged', child, '0x', 10, null, at)).toEqual([])
    expect(await rpc.result('childstate_getKeysPagedAt', child, null, 10)).toEqual([])
    expect(await rpc.result('childstate_getStorage', child, '0x01')).toBeNull()
    expect(await rpc.result('childstate_getStorageHash', child, '0x01', at)).toBeNull()
    expect(await rpc.result('childstate_getStorageSize', child, '0x01')).toBeNull()
    expect(await rpc.result('childstate_getStorageEntries', child, ['0x01', '0x02'])).toEqual([null, null])
  })

  it('proves that there is none', async () => {
    const rpc = testRpc(fakeNode([[key('a'), utf8('b')]]))
    const { at, proof } = (await rpc.result('state_getChildReadProof', child, ['0x01'])) as {
      at: string
      proof: string[]
    }
    expect(at).toBe(toHex(rpc.node.genesisHash))
    const nodes = proof.map((each) => new Uint8Array(Buffer.from(each.slice(2), 'hex')))
    const root = rpc.node.best().header.stateRoot
    expect(verifyProof(root, nodes, utf8(':child_storage:default:crowd'))).toBeUndefined()
  })

  it('refuses keys that are none of a child trie, unknown blocks, and too large pages', async () => {
    const rpc = testRpc()
    const calls: [string, unknown[]][] = [
      ['childstate_getKeys', ['0x']],
      ['childstate_getKeysPaged', ['0x', 1, null]],
      ['childstate_getStorage', ['0x']],
      ['childstate_getStorageHash', ['0x']],
      ['childstate_getStorageSize', ['0x']],
      ['childstate_getStorageEntries', [['0x']]],
      ['state_getChildReadProof', [['0x']]],
    ]
    for (const [method, params] of calls) {
      expect((await rpc.call(method, '0x6162', ...params)).error, method).toEqual({
        code: 4003,
        message: 'Client error: Invalid child storage key',
      })
      expect((await rpc.call(method, child, ...params, UNKNOWN)).error, method).toMatchObject({ code: 4003 })
    }
    expect((await rpc.call('childstate_getKeysPaged', child, '0x', 1001)).error).toMatchObject({ code: 4002 })
  })
})
