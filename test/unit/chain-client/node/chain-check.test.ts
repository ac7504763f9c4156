/** Reading a chain's folder from end to end. */
import { expect, it, onTestFinished } from 'vitest'
import { Disk } from '#chain/disk/disk.ts'
import { checkChain } from '#chain/node/chain-check.ts'
import { developmentSpec } from '#chain/node/chain-spec.ts'
import { numberKey } from '#chain/node/block-records.ts'
import { COLUMN, columnKey } from '#chain/node/db.ts'
import { databaseFolder, startNode } from '#chain/node/service.ts'
import { silentLog } from '#types/log.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { manualClock } from '../../../helpers/node.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const spec = developmentSpec()
const check = (basePath: string) =>
  checkChain(basePath, spec, { runtime: createRuntime({ log: silentLog }), log: silentLog })

/** A folder with a chain of three blocks, and the database in it. */
async function folderOfThree() {
  const basePath = await tempDir()
  const deps = { runtime: createRuntime({ log: silentLog }), clock: manualClock() }
  const node = await startNode({ basePath, sealing: { kind: 'manual' } }, deps)
  const hashes = [node.genesisHash]
  for (let block = 1; block <= 3; block++) hashes.push((await node.seal()).hash)
  await node.finalize(hashes[2]!)
  const root = node.best().header.stateRoot
  await node.close()
  const damage = async (key: Uint8Array, change: (value: Uint8Array) => Uint8Array | null): Promise<void> => {
    const disk = await Disk.open(databaseFolder(basePath, spec))
    onTestFinished(() => disk.close())
    await disk.write([[key, change(disk.get(key)!)]])
    await disk.close()
  }
  return { basePath, hashes, root, damage }
}

const flipLast = (value: Uint8Array): Uint8Array => value.with(value.length - 1, value.at(-1)! ^ 1)
const flipFirst = (value: Uint8Array): Uint8Array => value.with(0, value[0]! ^ 1)

it('tells what a whole chain holds', async () => {
  const { basePath } = await folderOfThree()
  expect(await check(basePath)).toEqual({ best: 3, finalized: 2, blocks: 4, items: expect.any(Number) })
})

it.each([
  ['a transaction', 'extrinsics root', 1, flipLast],
  ['a header', 'hashes to', 1, flipFirst],
] as const)('finds %s that was changed', async (_, message, number, flip) => {
  const { basePath, hashes, damage } = await folderOfThree()
  await damage(columnKey(COLUMN.block, hashes[number]!), flip)
  await expect(check(basePath)).rejects.toThrow(message)
})

it('finds a number that leads to another block, and a state that is gone', async () => {
  const first = await folderOfThree()
  await first.damage(numberKey(1), () => first.hashes[2]!)
  await expect(check(first.basePath)).rejects.toMatchObject({ code: 'DB_UNREADABLE' })
  const second = await folderOfThree()
  for (const column of [COLUMN.stateChanges, COLUMN.trieNode])
    await second.damage(columnKey(column, second.root), () => null)
  await expect(check(second.basePath)).rejects.toMatchObject({ code: 'TRIE_NODE_MISSING' })
})

it('refuses a folder without a chain, and makes none', async () => {
  const basePath = await tempDir()
  for (let attempt = 0; attempt < 2; attempt++)
    await expect(check(basePath)).rejects.toMatchObject({ code: 'NO_CHAIN' })
})
