/** Verification in threads: right answers, for any number of signatures, also when a thread dies. */
import { build } from 'esbuild'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { keypairFromSuri, type KeyScheme } from '#types/crypto/suri.ts'
import { silentLog, type Log } from '#types/log.ts'
import { createInlineVerifier, createThreadVerifier, type Verifier } from '#chain/node/verifier.ts'
import { decodeBatch, encodeBatch, type VerifyJob } from '#chain/node/verify-batch.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const TAG = { sr25519: 'Sr25519', ed25519: 'Ed25519', ecdsa: 'Ecdsa' } as const

function job(scheme: KeyScheme, message: Uint8Array, valid = true): VerifyJob {
  const pair = keypairFromSuri('//Alice', scheme)
  const value = pair.sign(message)
  if (!valid) value[5]! ^= 1
  return { signature: { tag: TAG[scheme], value }, message, account: pair.accountId }
}

const jobs: { readonly job: VerifyJob; readonly valid: boolean }[] = []
beforeAll(() => {
  for (let i = 0; i < 60; i++) {
    const scheme = (['sr25519', 'ed25519', 'ecdsa'] as const)[i % 3]!
    const valid = i % 4 !== 0
    jobs.push({ job: job(scheme, new Uint8Array(i * 7).fill(i), valid), valid })
  }
})

/** The thread's entry as the build makes it. */
async function bundle(banner = ''): Promise<URL> {
  const outfile = join(await tempDir(), 'verify-worker.mjs')
  await build({
    entryPoints: ['chain-client/node/verify-worker.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    banner: {
      js: `import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);${banner}`,
    },
  })
  return pathToFileURL(outfile)
}

function threads(entry: URL, count: number, log: Log = silentLog): Verifier {
  const verifier = createThreadVerifier({ entry, count }, log)
  onTestFinished(() => verifier.close())
  return verifier
}

const answers = (verifier: Verifier): Promise<boolean[]> => Promise.all(jobs.map(({ job }) => verifier.verify(job)))

describe('batches', () => {
  it('arrive as they were sent', () => {
    const batch = jobs.map(({ job }) => job)
    expect(decodeBatch(encodeBatch(batch))).toEqual(batch)
    expect(decodeBatch(encodeBatch([]))).toEqual([])
  })
})

describe('verifying', () => {
  it('is right in this thread', async () => {
    expect(await answers(createInlineVerifier())).toEqual(jobs.map(({ valid }) => valid))
  })

  it('is right in threads, for many at once and for one', async () => {
    const verifier = threads(await bundle(), 2)
    const [first, second] = await Promise.all([answers(verifier), answers(verifier)])
    expect(first).toEqual(jobs.map(({ valid }) => valid))
    expect(second).toEqual(first)
    expect(await verifier.verify(job('sr25519', utf8('one')))).toBe(true)
  })

  it('is done here for one alone, and in threads for several', async () => {
    const entry = join(await tempDir(), 'silent.mjs')
    await writeFile(
      entry,
      `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => undefined)`,
    )
    const verifier = threads(pathToFileURL(entry), 2)
    // The first is verified here in any case: the threads are not loaded yet.
    expect(await verifier.verify(job('sr25519', utf8('first')))).toBe(true)
    expect(await verifier.verify(job('sr25519', utf8('alone')))).toBe(true)
    const several = [verifier.verify(job('sr25519', utf8('one'))), verifier.verify(job('sr25519', utf8('two')))]
    const ended = several.map((each) => expect(each).rejects.toMatchObject({ code: 'VERIFIER_CLOSED' }))
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([...ended, verifier.close()])
  })

  it('goes on without threads where they die, and says so', async () => {
    const lines: string[] = []
    const log = { ...silentLog, error: (_: unknown, message: string) => void lines.push(message) }
    const verifier = threads(await bundle('throw new Error("no thread");'), 2, log)
    expect(await answers(verifier)).toEqual(jobs.map(({ valid }) => valid))
    expect(lines).toHaveLength(2)
  })

  it('ends what waits when it is closed', async () => {
    const verifier = threads(await bundle(), 1)
    const waiting = answers(verifier)
    await Promise.all([verifier.close(), expect(waiting).rejects.toMatchObject({ code: 'VERIFIER_CLOSED' })])
    await expect(verifier.verify(jobs[0]!.job)).rejects.toMatchObject({ code: 'VERIFIER_CLOSED' })
  })
})
