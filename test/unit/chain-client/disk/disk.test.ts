/** A folder whose disk refuses writes for a while. */
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { u32le, utf8 } from '#types/bytes.ts'
import { openStore } from '#chain/api/store.ts'
import { Disk, type DiskState } from '#chain/disk/disk.ts'
import { openJournal } from '#worker/kernel/journal.ts'
import { smallDisk } from '../../../helpers/small-disk.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const DISK_BYTES = 8 << 20
const LEFT_BYTES = 12_288
const VALUE_BYTES = 1_000
/** Longer than every pause. Milliseconds. */
const LONG_MS = 10_000

const key = (number: number): Uint8Array => utf8(`record ${number}`)
const value = (number: number): Uint8Array => new Uint8Array(VALUE_BYTES).fill(number)

/** Writes records until one is refused. @returns the number of that one. */
async function writeUntilRefused(write: (number: number) => Promise<void>, first: number): Promise<number> {
  for (let number = first; ; number++) {
    try {
      await write(number)
    } catch (error) {
      expect(error).toMatchObject({ code: 'DISK_REFUSES' })
      return number
    }
  }
}

/** A database on a small disk, with one batch written, and a clock that the test sets. */
async function openOn(small: { readonly path: string }) {
  const folder = join(small.path, 'db')
  const clock = { now: 0 }
  const states: DiskState[] = []
  const disk = await Disk.open(folder, { now: () => clock.now, onState: (state) => states.push(state) })
  const write = (number: number): Promise<void> => disk.write([[key(number), value(number)]])
  await write(0)
  return { folder, clock, states, disk, write }
}

test('loses no acknowledged batch to a disk that was full for a moment, and says so once', async ({ skip }) => {
  const small = await smallDisk(DISK_BYTES)
  if (!small) return skip('this process may not mount a tmpfs')
  const { folder, clock, states, disk, write } = await openOn(small)
  await small.fill(LEFT_BYTES)
  const refused = await writeUntilRefused(write, 1)
  expect(refused).toBeGreaterThan(1)

  // Reads go on. Writes are refused too early, and while the disk is full.
  expect(disk.get(key(0))).toEqual(value(0))
  await expect(write(refused)).rejects.toThrow('free some space')
  clock.now += LONG_MS
  await expect(write(refused)).rejects.toMatchObject({ code: 'DISK_REFUSES' })
  expect(disk.get(key(refused - 1))).toEqual(value(refused - 1))
  await small.free()
  await expect(write(refused)).rejects.toMatchObject({ code: 'DISK_REFUSES' })
  expect(disk.refusal).toBeDefined()
  clock.now += LONG_MS
  const later = refused + 100
  for (let number = refused + 1; number < later; number++) await write(number)
  expect(states).toEqual(['refuses', 'accepts'])
  await disk.close()

  const again = await Disk.open(folder)
  for (let number = 0; number < later; number++)
    expect(again.get(key(number)), `record ${number}`).toEqual(number === refused ? undefined : value(number))
  await again.close()
})

test('keeps the journals of a worker through the same', async ({ skip }) => {
  const small = await smallDisk(DISK_BYTES)
  if (!small) return skip('this process may not mount a tmpfs')
  const [storeDir, journalDir] = [join(small.path, 'store'), join(small.path, 'journal')]
  const store = await openStore(storeDir)
  const journal = await openJournal(journalDir)
  await small.fill(LEFT_BYTES)
  const refused = [
    await writeUntilRefused((number) => store.journal.put(String(number), value(number)), 0),
    await writeUntilRefused((number) => journal.put(String(number), value(number)), 0),
  ]
  await small.free()
  const accepted = (put: () => Promise<void>): Promise<void> =>
    expect
      .poll(
        () =>
          put()
            .then(() => true)
            .catch(() => false),
        { timeout: LONG_MS, interval: 50 },
      )
      .toBe(true)
  await accepted(() => store.journal.put('later', value(7)))
  await accepted(() => journal.put('later', value(7)))
  await store.close()
  await journal.close()

  const storeAgain = await openStore(storeDir)
  const journalAgain = await openJournal(journalDir)
  const names = (count: number): string[] => [...Array.from({ length: count }, (_, number) => String(number)), 'later']
  expect((await storeAgain.journal.entries()).map(([name]) => name).toSorted()).toEqual(names(refused[0]!).toSorted())
  for (const name of names(refused[1]!)) expect(await journalAgain.get(name), name).toBeDefined()
  await storeAgain.close()
  await journalAgain.close()
})

test('is lost for good where acknowledged batches are missing after the disk refused one', async ({ skip }) => {
  const small = await smallDisk(DISK_BYTES)
  if (!small) return skip('this process may not mount a tmpfs')
  const { folder, clock, states, disk, write } = await openOn(small)
  const early = join(await tempDir(), 'early')
  await cp(folder, early, { recursive: true })
  await small.fill(LEFT_BYTES)
  await writeUntilRefused(write, 1)
  await small.free()
  await rm(folder, { recursive: true })
  await cp(early, folder, { recursive: true })
  clock.now += LONG_MS
  for (const number of [0, 1]) await expect(write(number)).rejects.toMatchObject({ code: 'DISK_LOST' })
  expect(states).toEqual(['refuses', 'lost'])
  await disk.close()
})

test('writes that wait for one another go into one batch, in order', async () => {
  const folder = await tempDir()
  const disk = await Disk.open(folder)
  await Promise.all(Array.from({ length: 100 }, (_, number) => disk.write([[utf8('last'), u32le(number)]], true)))
  expect(disk.get(utf8('last'))).toEqual(u32le(99))
  await disk.close()
})

test('refuses a folder whose CURRENT is gone', async () => {
  const folder = await tempDir()
  const disk = await Disk.open(folder)
  await disk.write([[key(0), value(0)]])
  await disk.close()
  await rm(join(folder, 'CURRENT'))
  await expect(Disk.open(folder)).rejects.toThrow('CURRENT')
})
