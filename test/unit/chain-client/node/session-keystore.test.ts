import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { createSessionKeystore, openSessionKeystore } from '#chain/node/session-keystore.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const alice = keypairFromSuri('//Alice', 'sr25519').publicKey
const aliceFile = `61757261${toHex(alice).slice(2)}`

it('keeps keys in files of Substrate’s names and form, that nobody else may read', async () => {
  const folder = join(await tempDir(), 'keystore')
  const keystore = await openSessionKeystore(folder)
  await keystore.insert('aura', '//Alice', alice)
  await keystore.insert('aura', '//Alice', alice)
  const made = await keystore.generate('gran')
  expect((await readdir(folder)).sort()).toEqual([aliceFile, `6772616e${toHex(made).slice(2)}`].sort())
  expect(await readFile(join(folder, aliceFile), 'utf8')).toBe('"//Alice"')
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  const again = await openSessionKeystore(folder)
  expect(again.has('aura', alice)).toBe(true)
  expect(again.has('gran', made)).toBe(true)
  expect(again.has('gran', alice)).toBe(false)
})

it('makes keys whose secrets are kept, each another', async () => {
  const folder = await tempDir()
  const keystore = await openSessionKeystore(folder)
  const [one, two] = [await keystore.generate('aura'), await keystore.generate('aura')]
  expect(toHex(one)).not.toBe(toHex(two))
  const suri = JSON.parse(await readFile(join(folder, `61757261${toHex(one).slice(2)}`), 'utf8')) as string
  expect(toHex(keypairFromSuri(suri, 'sr25519').publicKey)).toBe(toHex(one))
})

it('knows the keys it is told of, without a file', async () => {
  const folder = await tempDir()
  const known = [{ keyType: 'aura', publicKey: alice }]
  expect(createSessionKeystore(known).has('aura', alice)).toBe(true)
  expect((await openSessionKeystore(folder, known)).has('aura', alice)).toBe(true)
  expect(await readdir(folder)).toEqual([])
})

it('takes keys of all three schemes, and no key of another secret', async () => {
  const keystore = createSessionKeystore()
  for (const scheme of ['sr25519', 'ed25519', 'ecdsa'] as const) {
    const { publicKey } = keypairFromSuri('//Bob', scheme)
    await keystore.insert('acco', '//Bob', publicKey)
    expect(keystore.has('acco', publicKey)).toBe(true)
  }
  const soft = keypairFromSuri('//Bob/soft', 'sr25519').publicKey
  await keystore.insert('acco', '//Bob/soft', soft)
  await expect(keystore.insert('acco', '//Bob', alice)).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  await expect(keystore.insert('acco', '//Bob/soft', alice)).rejects.toMatchObject({ code: 'KEY_MISMATCH' })
  await expect(keystore.insert('acco', '', alice)).rejects.toMatchObject({ code: 'BAD_SURI' })
  expect(keystore.has('acco', alice)).toBe(false)
})

it('refuses a folder whose keys others may read, or that is none, and keeps nothing that it could not write', async () => {
  const folder = await tempDir()
  await writeFile(join(folder, aliceFile), '"//Alice"', { mode: 0o600 })
  await writeFile(join(folder, 'notes'), 'none of ours')
  expect((await openSessionKeystore(folder)).has('aura', alice)).toBe(true)
  await chmod(join(folder, aliceFile), 0o644)
  await expect(openSessionKeystore(folder)).rejects.toMatchObject({
    code: 'KEYSTORE_MODE',
    message: expect.stringContaining('expected mode 600, got 644; run: chmod 600'),
  })
  await expect(openSessionKeystore(join(folder, 'notes'))).rejects.toMatchObject({ code: 'KEYSTORE_UNREADABLE' })
  const lost = join(folder, 'lost')
  const keystore = await openSessionKeystore(lost)
  // A folder in the file's place: the name cannot be had.
  await mkdir(join(lost, aliceFile, 'taken'), { recursive: true })
  await expect(keystore.insert('aura', '//Alice', alice)).rejects.toMatchObject({ code: 'KEYSTORE_UNWRITABLE' })
  expect(keystore.has('aura', alice)).toBe(false)
  expect(await readdir(lost)).toEqual([aliceFile])
})
