/** The keys of an encoder on disk: one for each assignment, for the owner alone, found again, and gone with the copy. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { rsaInvert, rsaPublic } from '#types/crypto/rsa.ts'
import { openEncoderKeys } from '#worker/systems/hosting/copies/encoder-keys.ts'
import { tempDir } from '../../../../../helpers/temp-dir.ts'

const BITS = 1_024
const assignment = { copy: 7n, generation: 2, from: 64 }

it('one key for each assignment, which is found again after a restart', async () => {
  const dir = join(await tempDir(), 'keys')
  const keys = await openEncoderKeys(dir)
  expect(await keys.find(assignment)).toBeUndefined()
  const made = await keys.make(assignment, BITS)
  expect(made.modulus).toHaveLength(128)
  const other = await keys.make({ ...assignment, from: 128 }, BITS)
  expect(toHex(other.modulus)).not.toBe(toHex(made.modulus))

  const again = await openEncoderKeys(dir)
  expect(toHex((await again.make(assignment, BITS)).modulus)).toBe(toHex(made.modulus))
  const found = await again.find(assignment)
  const number = new Uint8Array(128).fill(5)
  expect(toHex(rsaPublic(made.modulus).apply(rsaInvert(found!.secret, number))!)).toBe(toHex(number))
  expect(await again.list()).toHaveLength(2)
})

it('only the owner can read a key, and nothing unfinished stays', async () => {
  const dir = await tempDir()
  await writeFile(join(dir, '1-0-0.pem.unfinished'), 'half a k')
  const keys = await openEncoderKeys(dir)
  await keys.make(assignment, BITS)
  expect(await readdir(dir)).toEqual(['7-2-64.pem'])
  expect((await stat(join(dir, '7-2-64.pem'))).mode & 0o777).toBe(0o600)
  expect(await readFile(join(dir, '7-2-64.pem'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/)
})

it('the keys of a copy end with it, and no other', async () => {
  const keys = await openEncoderKeys(await tempDir())
  await keys.make(assignment, BITS)
  await keys.make({ ...assignment, generation: 3 }, BITS)
  await keys.make({ ...assignment, copy: 77n }, BITS)
  await keys.forget(7n)
  expect(await keys.list()).toEqual([{ ...assignment, copy: 77n }])
})

it('a file that is no key is an error without its bytes', async () => {
  const dir = await tempDir()
  const keys = await openEncoderKeys(dir)
  await writeFile(join(dir, '7-2-64.pem'), 'SECRET that is torn')
  await expect(keys.make(assignment, BITS)).rejects.toMatchObject({ code: 'ENCODER_KEY_UNREADABLE' })
  await expect(keys.make(assignment, BITS)).rejects.not.toThrow('SECRET')
})
