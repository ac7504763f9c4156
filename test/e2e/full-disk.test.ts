/** A node whose disk is full for a while loses nothing that it told as final or acknowledged. */
import { expect, test } from 'vitest'
import { fromHex, toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { AccountInfo } from '#types/scale/account.ts'
import { decode } from '#types/scale/codec.ts'
import { Blake2_128Concat, storageKey, storagePrefix } from '#types/scale/storage-key.ts'
import { startCli } from '../helpers/cli.ts'
import { loadClient, type LoadClient } from '../helpers/load.ts'
import { smallDisk } from '../helpers/small-disk.ts'
import { patiently } from '../helpers/patience.ts'

const DISK_BYTES = 24 << 20
const LEFT_BYTES = 32_768
const DEADLINE_MS = patiently(60_000)
const TEST_DEADLINE_MS = 4 * DEADLINE_MS
/** Blocks finalized after the disk has room again. */
const LATER_BLOCKS = 20
const FREE = 123_456_789_000_000_000n

const { accountId } = keypairFromSuri('//Nobody')
const address = toSs58(accountId)
const accountKey = toHex(storageKey(storagePrefix('System', 'Account'), [[Blake2_128Concat, accountId]]))

interface Head {
  readonly number: string
}

const finalizedNumber = async (client: LoadClient): Promise<number> =>
  Number(((await client.call('chain_getHeader', await client.call('chain_getFinalizedHead'))) as Head).number)
const isRefusing = async (client: LoadClient): Promise<boolean> =>
  'storage' in ((await client.call('system_health')) as object)

test('finalized blocks and acknowledged writes survive', { timeout: TEST_DEADLINE_MS }, async ({ skip }) => {
  const small = await smallDisk(DISK_BYTES)
  if (!small) return skip('this process may not mount a tmpfs')
  const start = async () => {
    const pace = ['--sealing', 'interval', '--block-time', '20', '--finality-delay', '20']
    const node = ['chain', '--rpc-port', '0', '--json', '--verify-threads', '0', '--base-path', small.path]
    const run = startCli([...node, ...pace])
    const { endpoint } = await run.line(({ kind }) => kind === 'chain-ready', DEADLINE_MS)
    return { run, client: await loadClient(String(endpoint)) }
  }
  const first = await start()
  const told = new Map<number, string>()
  await first.client.subscribe('chain_subscribeFinalizedHeads', (head) => {
    told.set(Number((head as Head).number), JSON.stringify(head))
  })
  await small.fill(LEFT_BYTES)
  await expect.poll(() => isRefusing(first.client), { timeout: DEADLINE_MS }).toBe(true)
  await expect(first.client.call('dev_setBalance', address, String(FREE))).rejects.toThrow('free some space')
  const stood = await finalizedNumber(first.client)
  await small.free()
  await expect.poll(() => isRefusing(first.client), { timeout: DEADLINE_MS }).toBe(false)
  await expect.poll(() => finalizedNumber(first.client), { timeout: DEADLINE_MS }).toBeGreaterThan(stood + LATER_BLOCKS)
  await first.client.call('dev_setBalance', address, String(FREE))
  first.run.process.kill('SIGINT')
  expect(await first.run.exit(DEADLINE_MS), first.run.stderr()).toBe(0)
  first.client.close()
  // One line when it began, one when it ended.
  expect(first.run.stderr().match(/"msg":/g)).toHaveLength(2)

  const second = await start()
  expect(await finalizedNumber(second.client)).toBeGreaterThanOrEqual(Math.max(...told.keys()))
  for (const [number, head] of told) {
    const hash = await second.client.call('chain_getBlockHash', number)
    expect(JSON.stringify(await second.client.call('chain_getHeader', hash))).toBe(head)
  }
  const account = (await second.client.call('state_getStorage', accountKey)) as string
  expect(decode(AccountInfo, fromHex(account)).data.free).toBe(FREE)
  second.run.process.kill('SIGINT')
  expect(await second.run.exit(DEADLINE_MS)).toBe(0)
  second.client.close()
})
