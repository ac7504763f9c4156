/** Measurements from a member's frames: only its own answers count, each once, from the message that it answers. */
import { beforeEach, expect, test } from 'vitest'
import { compareBytes, utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import type { CoinflipPayload, Session } from '#types/domain/coinflip/coinflip.ts'
import { checkAttestorMetrics } from '#types/domain/attestation/metrics.ts'
import { createCoinflipBenchmark, type CoinflipBenchmark } from '#worker/systems/coinflip/protocol/benchmark.ts'
import { frameOf, signMessage, takeSeat } from '#worker/systems/coinflip/protocol/messages.ts'
import { sessionIdentities } from '#worker/simulation/identities.ts'

const keys = sessionIdentities(4)
const members = keys.map(({ publicKey }) => publicKey).toSorted(compareBytes)
const session: Session = { genesisHash: blake2b256(utf8('genesis')), round: 1, attempt: 0, members }
const self = members[0]!
const word = { transcriptRoot: self, word: self }
const ECHO: CoinflipPayload = { tag: 'Echo', value: [] }
const PONG: CoinflipPayload = { tag: 'Pong', value: word }
const REVEAL: CoinflipPayload = { tag: 'Reveal', value: self }

const frame = (rank: number, payload: CoinflipPayload, to?: Uint8Array): Uint8Array => {
  const { publicKey, sign } = keys[rank]!
  return frameOf(signMessage(takeSeat(session, publicKey, sign), payload, to))
}

let seen: CoinflipBenchmark
const hear = (rank: number, payload: CoinflipPayload, at: number, to?: Uint8Array): void =>
  seen.received(members[rank]!, frame(rank, payload, to), at)

beforeEach(() => {
  seen = createCoinflipBenchmark(members, self)
})

test('a session: reveals answer echoes, pongs answer pings, and who comes late to JOIN is not slow', () => {
  seen.sent('Hello', undefined, 0)
  seen.sent('Commit', undefined, 100)
  hear(1, ECHO, 5_000)
  seen.sent('Echo', undefined, 5_130)
  hear(2, ECHO, 5_135)
  for (const to of [1, 2, 3]) seen.sent('Reveal', members[to], 5_140)
  hear(1, REVEAL, 5_150, self)
  hear(2, REVEAL, 5_170, self)
  seen.sent('Ping', members[2], 5_200)
  hear(2, PONG, 5_205.5, self)
  const bytes = frame(2, ECHO).length + frame(2, REVEAL, self).length + frame(2, PONG, self).length
  expect(seen.metrics()).toEqual([
    {
      rank: 1,
      samples: 1,
      lost: 0,
      latencyP50Us: 20_000,
      latencyP95Us: 20_000,
      latencyP99Us: 20_000,
      throughputBytesPerSecond: expect.anything(),
    },
    {
      rank: 2,
      samples: 2,
      lost: 0,
      latencyP50Us: 5_500,
      latencyP95Us: 40_000,
      latencyP99Us: 40_000,
      throughputBytesPerSecond: BigInt(Math.round((bytes * 1_000) / 75.5)),
    },
    { rank: 3, samples: 0, lost: 1, latencyP50Us: 0, latencyP95Us: 0, latencyP99Us: 0, throughputBytesPerSecond: 0n },
  ])
  expect(checkAttestorMetrics(seen.metrics(), 0, 4)).toBeUndefined()
  expect(seen.of(2)).toMatchObject({
    latency: { samples: 2, method: 'word-to-answer' },
    loss: { ppm: 0, samples: 2, method: 'said-and-not-answered' },
  })
})

test('nothing is known of a member to whom nothing was said, nor of oneself', () => {
  hear(1, ECHO, 5)
  seen.sent('Hello', undefined, 6)
  seen.sent('Ping', members[2], 7)
  expect(seen.metrics().map(({ rank }) => rank)).toEqual([2])
  expect([seen.of(0), seen.of(1), seen.of(9)]).toEqual([undefined, undefined, undefined])
})

test('an answer before its word is none, and said or heard again counts from the first time', () => {
  seen.sent('Echo', undefined, 0)
  hear(1, PONG, 1, self)
  hear(1, ECHO, 2)
  expect(seen.of(1)!.latency.samples).toBe(0)
  seen.sent('Echo', members[1], 50)
  hear(1, REVEAL, 60, self)
  hear(1, REVEAL, 90, self)
  expect(seen.of(1)!.latency).toMatchObject({ samples: 1, p50: 60_000, p99: 60_000 })
})

test('what is relayed for a member is no answer of its own, and strangers and rubbish are not counted', () => {
  seen.sent('Echo', undefined, 0)
  const signature = new Uint8Array(64)
  hear(2, { tag: 'RelayReveal', value: { author: members[1]!, receiver: self, value: self, signature } }, 5, self)
  seen.received(blake2b256(self), frame(1, REVEAL, self), 5)
  seen.received(members[1]!, utf8('rubbish'), 5)
  expect(seen.of(1)).toMatchObject({ latency: { samples: 0 }, loss: { ppm: 1_000_000, samples: 1 } })
  expect(seen.of(2)!.latency.samples).toBe(0)
})
