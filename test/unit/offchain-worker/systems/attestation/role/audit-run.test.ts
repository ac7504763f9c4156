/** An audit's visits as connections: one after the other, each under its own seed. */
import { expect, test } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import { ReceiptRequest, receiptMessage, servedWith, SignedReceipt } from '#types/domain/hosting/receipt.ts'
import { silentLog } from '#types/log.ts'
import { decode, encode } from '#types/scale/codec.ts'
import { createAudit } from '#worker/systems/attestation/protocol/audit.ts'
import type { AuditResult } from '#worker/systems/attestation/protocol/terms.ts'
import { runAudit } from '#worker/systems/attestation/role/audit-run.ts'
import type { AuditConnection, AuditRequest } from '#worker/systems/hosting/ports.ts'
import { identityOf } from '#worker/simulation/identities.ts'
import { chunksOf, memoryFeed } from '../../../../../helpers/hosting/memory-feed.ts'

const feed = memoryFeed(40)
const hoster = identityOf('hoster')
const genesisHash = blake2b256(utf8('genesis'))
const chunks = [1, 9, 18, 30]
const seeds = ['first', 'second'].map((label) => blake2b256(utf8(label)))
const keys = ['first', 'second'].map((label) => identityOf(label).publicKey)
/** A reader with two runs. */
const seen = [[0, 1, 17, 18].map((index, at) => ({ index, at }))]
/** Nothing here takes time. */
const clock = { now: () => 0, setTimer: () => () => undefined }

/** A hoster that serves all, and what was said to it. */
function openHoster() {
  const said: string[] = []
  const requests: AuditRequest[] = []
  const auditFeed = async (request: AuditRequest): Promise<AuditConnection> => {
    const visit = requests.push(request) - 1
    const served = new Set<number>()
    said.push(`come ${visit}`)
    return {
      getBlock: async (index) => {
        served.add(index)
        return { bytes: feed.blocks[index]!, latencyMs: 1 }
      },
      prove: async (index) => feed.siblings(index),
      requestReceipt: async (bytes) => {
        const { nonce } = decode(ReceiptRequest, bytes)
        const indices = [...served].toSorted((a, b) => a - b)
        const receipt = {
          feed: feed.head.key,
          peer: keys[visit]!,
          nonce,
          ...servedWith(nonce, chunksOf(feed, indices)),
          blockNumber: 1,
          blockHash: genesisHash,
        }
        return encode(SignedReceipt, { receipt, signature: hoster.sign(receiptMessage(genesisHash, receipt)) })
      },
      close: async () => {
        said.push(`go ${visit}`)
        // A late answer of a finished visit must not count in the next one.
        request.onReceipt(utf8('late'))
      },
    }
  }
  return { said, requests, auditFeed }
}

test('a visit begins when the one before has hung up, under its own seed, and hears nothing of it', async () => {
  const machine = createAudit({
    genesisHash,
    feed: feed.head,
    hosterKey: hoster.publicKey,
    visits: keys.map((auditKey) => ({ auditKey, nonce: blake2b256(auditKey) })),
    chunks,
    isRecentBlock: () => true,
    isResumed: false,
    concurrency: 4,
    deadlineMs: 1_000,
    hurryMs: 1_000,
    thinkMs: 0,
  })
  const { said, requests, auditFeed } = openHoster()
  const result = await new Promise<AuditResult>((resolve) => {
    const request = { feed: feed.head, hoster: hoster.publicKey, timeoutMs: 1_000 }
    const timings = { connectMs: 1_000, chunkMs: 1_000, receiptMs: 1_000 }
    const randomBytes = (count: number): Uint8Array => new Uint8Array(count)
    const deps = { feeds: { auditFeed }, clock, log: silentLog, randomBytes }
    runAudit({ machine, request, seeds, timings, seen }, deps, resolve)
  })
  expect(said).toEqual(['come 0', 'go 0', 'come 1', 'go 1'])
  expect(requests.map(({ seed }) => seed)).toEqual(seeds)
  expect(result).toMatchObject({ kind: 'served', visits: 2, receipts: [{}, {}] })
  expect(result.receiptFaults).toEqual({})
})
