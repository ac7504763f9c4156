/**
 * The measurements of a closed round, for people and machines.
 *
 * Owns: reading the chain's figures, and putting into words those that their samples allow. Does not own: the measuring.
 */
import type { ChainPort } from '#chain/api/chain-port.ts'
import { readAt, storageOf } from '#chain/api/descriptors.ts'
import { MeasuredPerformance } from '#types/domain/attestation/metrics.ts'
import type { RoundRecord } from '#types/domain/attestation/round.ts'
import { AccountId } from '#types/scale/account.ts'
import type { NameOf, Step } from '#worker/devnet/scenario.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'

const hosterPerformance = storageOf('Attestation', 'HosterPerformance', [AccountId], MeasuredPerformance)
const attestorPerformance = storageOf('Attestation', 'AttestorPerformance', [AccountId], MeasuredPerformance)

const US_PER_MS = 1_000
const PPM_PER_PERCENT = 10_000
/** Fewest answers of which a person is told a figure: fewer have no answer beyond the percentile, or only one. */
const FEWEST = { p50: 5, p95: 20, p99: 100, throughput: 10 } as const

type Speed = NonNullable<MeasuredPerformance['speed']>

/** The latencies that so many answers allow, such as `10.6 ms (p50), 16.2 ms (p95)`. */
function latencies({ samples, latencyP50Us, latencyP95Us, latencyP99Us }: Speed): readonly string[] {
  const all = [
    ['p50', latencyP50Us],
    ['p95', latencyP95Us],
    ['p99', latencyP99Us],
  ] as const
  return all.flatMap(([name, us]) => (samples < FEWEST[name] ? [] : [`${(us / US_PER_MS).toFixed(1)} ms (${name})`]))
}

/** The figures of a party in words. @param who its name */
export function performanceSentence(who: string, { attestors, attempts, lossPpm, speed }: MeasuredPerformance): string {
  const throughput =
    speed && speed.samples >= FEWEST.throughput ? [`${sizeText(Number(speed.throughputBytesPerSecond))}/s`] : []
  const loss = lossPpm === 0 ? 'none lost' : `${(lossPpm / PPM_PER_PERCENT).toFixed(1)} % lost`
  const by = `by ${counted(attestors, 'attestor')} over ${counted(attempts, 'request')}`
  return `${who}: ${[...(speed ? latencies(speed) : []), ...throughput, loss, by].join(', ')}`
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
    return [{ notice, sentence: performanceSentence(who, performance), tone: 'quiet' }]
  })
}
