/**
 * An attestor's figures about the others: it measures them in the coinflip, keeps them with the outcome, and reports
 * them once the round is over.
 */
import { expect, test } from 'vitest'
import { utf8 } from '#types/bytes.ts'
import { attestationCalls } from '#types/domain/attestation/attestation.ts'
import type { CoinflipPayload } from '#types/domain/coinflip/coinflip.ts'
import { checkAttestorMetrics } from '#types/domain/attestation/metrics.ts'
import type { Report } from '#types/domain/attestation/report.ts'
import type { Log } from '#types/log.ts'
import { decode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import type { MeshOptions } from '#worker/p2p/mesh-interface.ts'
import type { FrameWatch } from '#worker/systems/coinflip/protocol/benchmark.ts'
import { signMessage, takeSeat } from '#worker/systems/coinflip/protocol/messages.ts'
import type { Coinflip, CoinflipOutput } from '#worker/systems/coinflip/protocol/terms.ts'
import { runCoinflip } from '#worker/systems/coinflip/session/run.ts'
import { Stage } from '../../../../../helpers/attestation/stage.ts'
import { recordCoinflip } from '../../../../../helpers/coinflip/recorded.ts'

const ROUND = 0
const SubmitReport = struct(attestationCalls.submitReport)

/** A hoster and four attestors at work; the next block opens a round. */
async function atWork(): Promise<Stage> {
  const stage = new Stage({ attestors: ['a', 'b', 'c', 'd'] })
  await stage.ready()
  for (const party of stage.attestors) await stage.start(party)
  await stage.order()
  return stage
}

const reportsIn = ({ parties }: Stage): Report[] =>
  parties.submissions.flatMap(({ call }) =>
    call.call === 'submitReport' ? [decode(SubmitReport, call.args).report] : [],
  )

test('each reports of each other: an echo and a reveal at least, all answered', async () => {
  const stage = await atWork()
  await stage.blocksUntil(() => stage.reports.length === 4)
  expect(stage.refused()).toEqual([])
  const reports = reportsIn(stage)
  expect(reports).toHaveLength(4)
  const missing = reports.map(({ attestorMetrics }) =>
    [0, 1, 2, 3].filter((rank) => !attestorMetrics.some((entry) => entry.rank === rank)),
  )
  // Each is missing in its own, and nobody else.
  expect(missing.flat().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3])
  for (const [at, { attestorMetrics }] of reports.entries()) {
    expect(checkAttestorMetrics(attestorMetrics, missing[at]![0]!, 4)).toBeUndefined()
    for (const { samples, lost } of attestorMetrics) expect([samples >= 2, lost]).toEqual([true, 0])
  }
})

test('an attestor killed after the coinflip reports what it had measured', async () => {
  const stage = await atWork()
  await stage.blocksUntil(() => stage.round(ROUND).agreement !== undefined)
  const [victim] = stage.attestors
  await stage.kill(victim!)
  await stage.start(victim!)
  await stage.blocksUntil(() => stage.reports.length === 4)
  expect(reportsIn(stage).map(({ attestorMetrics }) => attestorMetrics.length)).toEqual([3, 3, 3, 3])
})

test('the watch sees what is said and what is taken, not what is dropped, and the last frame before the exit it brings', () => {
  const net = recordCoinflip({ members: 3 })
  const [self, other] = net.session.members as [Uint8Array, Uint8Array]
  const { sign } = net.seats[0]!
  const say = (payload: CoinflipPayload) => signMessage(takeSeat(net.session, self, sign), payload)
  const script: CoinflipOutput[][] = [
    [{ kind: 'broadcast', message: say({ tag: 'Hello', value: undefined }) }],
    [{ kind: 'send', to: other, message: say({ tag: 'Reveal', value: self }) }],
    [{ kind: 'dropped', from: other, reason: 'duplicate' }],
    [{ kind: 'exit', exit: { magic: self, value: self, transcript: [], transcriptRoot: self } }],
  ]
  const held = { words: [], values: [], lies: [] }
  const machine: Coinflip = { phase: 'Join', held, step: () => script.shift() ?? [] }
  let mesh: MeshOptions | undefined
  const openMesh = (options: MeshOptions) => {
    mesh = options
    const dropped = () => ({ oversized: 0, malformed: 0, flood: 0, expelled: 0, unsent: 0 })
    return { send: () => true, broadcast: () => 2, dropped, close: () => {} }
  }
  const seen: unknown[] = []
  const watch: FrameWatch = {
    sent: (word, to, at) => void seen.push(['sent', word, to, at]),
    received: (from, frame, at) => void seen.push(['received', from, frame, at]),
  }
  let now = 0
  const clock = { now: () => (now += 10), setTimer: () => () => {} }
  const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const deps = { network: { openMesh }, clock, log }
  runCoinflip({ machine, session: net.session, watch }, deps, () => void seen.push('exit'))
  for (const name of ['first', 'second', 'last']) mesh!.onMessage(other, utf8(name))
  expect(seen).toEqual([
    ['sent', 'Hello', undefined, expect.any(Number)],
    ['received', other, utf8('first'), expect.any(Number)],
    ['sent', 'Reveal', other, expect.any(Number)],
    ['received', other, utf8('last'), expect.any(Number)],
    'exit',
  ])
  const times = seen.flatMap((each) => (Array.isArray(each) ? [each[3] as number] : []))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  expect(new Set(times).size).toBe(4)
})
