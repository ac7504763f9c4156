/**
 * The measurements of a closed round, for people and machines.
 *
 * Owns: reading the chain's figures and putting them into words. Does not own: the measuring.
 */
import type { ChainPort } from '#chain/api/chain-port.ts'
import { readAt, storageOf } from '#chain/api/descriptors.ts'
import { MeasuredPerformance } from '#types/domain/attestation/metrics.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import { AccountId } from '#types/scale/account.ts'
import type { NameOf, Step } from '#worker/devnet/scenario.ts'

const hosterPerformance = storageOf('Attestation', 'HosterPerformance', [AccountId], MeasuredPerformance)
const attestorPerformance = storageOf('Attestation', 'AttestorPerformance', [AccountId], MeasuredPerformance)

const US_PER_MS = 1_000
const BYTES_PER_MB = 1_000_000
const PPM_PER_PERCENT = 10_000

const ms = (us: number): string => (us / US_PER_MS).toFixed(1)

function sentence(who: string, { attestors, attempts, lossPpm, speed }: MeasuredPerformance): string {
  const loss = `${(lossPpm / PPM_PER_PERCENT).toFixed(1)} % lost`
  const by = `by ${attestors} attestors over ${attempts} requests`
  if (!speed) return `${who}: ${loss}, ${by}`
  const latency = `${ms(speed.latencyP50)} / ${ms(speed.latencyP95)} / ${ms(speed.latencyP99)} ms (p50/p95/p99)`
  const throughput = `${(Number(speed.throughput) / BYTES_PER_MB).toFixed(1)} MB/s`
  return `${who}: ${latency}, ${throughput}, ${loss}, ${by}`
}

/**
 * The figures of the round's hoster and attestors, at the block with that hash. A party that too few attestors measured has none.
 */
export async function performanceSteps(
  client: ChainPort,
  at: Uint8Array,
  { id, record, nameOf }: { readonly id: number; readonly record: RoundRecord; readonly nameOf: NameOf },
): Promise<readonly Step[]> {
  const parties = [
    { role: 'hoster', account: record.hoster, item: hosterPerformance },
    ...record.members.map(({ account }) => ({ role: 'attestor', account, item: attestorPerformance })),
  ]
  const measured = await Promise.all(
    parties.map(async (party) => ({ ...party, performance: await readAt(client, at, party.item, party.account) })),
  )
  return measured.flatMap(({ role, account, performance }): Step[] => {
    if (performance?.round !== id) return []
    const who = nameOf(account)
    const notice = { kind: 'measured', role, who, ...performance }
    return [{ notice, sentence: sentence(who, performance), tone: 'quiet' }]
  })
}
