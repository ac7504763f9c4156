/**
 * Measures how fast the other members of a coinflip answer, from the frames that pass. It sends no message for it.
 *
 * Owns: which frames answer which, and the samples of each member. Does not own: the arithmetic, which the kernel has.
 *
 * A latency is the time from our message to the other's first message that it cannot honestly send without ours: nobody reveals
 * before it has our echo, and nobody pongs without our ping. Where the other must also wait for third members, that time is
 * included. So a ping's latency is the tightest, and all are upper bounds of a round trip. JOIN and COMMIT are left out: they would
 * measure when a worker saw the block. A relayed message is no answer of its author.
 */
import { equalBytes } from '#types/bytes.ts'
import { CoinflipPayload, type CoinflipPayload as Payload } from '#types/domain/coinflip/coinflip.ts'
import type { AttestorMetrics } from '#types/domain/attestation/metrics.ts'
import { NoiseKey } from '#types/domain/worker.ts'
import { H256 } from '#types/scale/account.ts'
import { Reader } from '#types/scale/codec.ts'
import { option, struct } from '#types/scale/compound.ts'
import { u32, u8 } from '#types/scale/primitives.ts'
import { benchmark, compactMetrics, type Benchmark, type Method } from '#worker/kernel/peer-benchmark.ts'

type Word = Payload['tag']

/** Which message answers which. */
const ANSWER_TO: Readonly<Partial<Record<Word, Word>>> = { Reveal: 'Echo', Pong: 'Ping' }
const ASKS: readonly Word[] = Object.values(ANSWER_TO)

const COINFLIP_METHOD: Method = {
  latency: 'word-to-answer',
  throughput: 'bytes-from-first-word-to-last-answer',
  loss: 'said-and-not-answered',
}

/** The head of a message, up to the number of its payload's kind. */
const MessageHead = struct({ session: H256, round: u32, sender: NoiseKey, receiver: option(NoiseKey), kind: u8 })
const { shape } = CoinflipPayload.type
const KINDS = new Map(shape.kind === 'variant' ? shape.variants.map(({ index, name }) => [index, name as Word]) : [])

/** The kind of message in an accepted frame; undefined where the bytes are no message. */
function wordIn(frame: Uint8Array): Word | undefined {
  try {
    return KINDS.get(MessageHead.read(new Reader(frame)).kind)
  } catch {
    return undefined
  }
}

/** Sees a session's frames as they pass. Times are in milliseconds of one clock. */
export interface FrameWatch {
  /** We sent it to one member, or to all where `to` is undefined. */
  sent(word: Word, to: Uint8Array | undefined, at: number): void
  /** A member sent it, and the state machine accepted it. */
  received(from: Uint8Array, frame: Uint8Array, at: number): void
}

/** A session's benchmark. */
export interface CoinflipBenchmark extends FrameWatch {
  /** The benchmark of the member at `rank`; undefined where we sent it nothing that needs an answer. */
  of(rank: number): Benchmark | undefined
  /** The benchmarks of all others so far, in the form of a report. */
  metrics(): AttestorMetrics
}

/** The exchange of frames between us and another member. */
interface Exchange {
  readonly saidAt: Map<Word, number>
  readonly latenciesMs: Map<Word, number>
  firstAt: number | undefined
  lastAt: number
  /** Bytes of frames since our first message, and of those up to the last answer. */
  bytes: number
  answeredBytes: number
}

/** A benchmark of the other members, in their order; `self` is our own key among them. */
export function createCoinflipBenchmark(members: readonly Uint8Array[], self: Uint8Array): CoinflipBenchmark {
  const exchanges = members.map((): Exchange => {
    return { saidAt: new Map(), latenciesMs: new Map(), firstAt: undefined, lastAt: 0, bytes: 0, answeredBytes: 0 }
  })
  const say = (exchange: Exchange, word: Word, at: number): void => {
    if (exchange.saidAt.has(word)) return
    exchange.saidAt.set(word, at)
    exchange.firstAt ??= at
  }
  const hear = (exchange: Exchange, frame: Uint8Array, at: number): void => {
    if (exchange.firstAt === undefined) return
    exchange.bytes += frame.length
    const word = wordIn(frame)
    const asked = word && ANSWER_TO[word]
    const saidAt = asked && exchange.saidAt.get(asked)
    if (saidAt === undefined || exchange.latenciesMs.has(asked!)) return
    exchange.latenciesMs.set(asked!, at - saidAt)
    exchange.lastAt = at
    exchange.answeredBytes = exchange.bytes
  }
  const of = (rank: number): Benchmark | undefined => {
    const exchange = exchanges[rank]
    if (exchange?.firstAt === undefined) return undefined
    const { saidAt, latenciesMs, firstAt, lastAt, answeredBytes } = exchange
    const samples = { latenciesMs: [...latenciesMs.values()], bytes: answeredBytes, elapsedMs: lastAt - firstAt }
    return benchmark({ ...samples, lost: saidAt.size - latenciesMs.size }, COINFLIP_METHOD)
  }
  return {
    sent(word, to, at) {
      if (!ASKS.includes(word)) return
      exchanges.forEach((exchange, rank) => {
        const key = members[rank]!
        if (!equalBytes(key, self) && (!to || equalBytes(to, key))) say(exchange, word, at)
      })
    },
    received(from, frame, at) {
      const exchange = exchanges[members.findIndex((key) => equalBytes(key, from))]
      if (exchange) hear(exchange, frame, at)
    },
    of,
    metrics: () =>
      members.flatMap((_, rank) => {
        const measured = of(rank)
        return measured ? [{ rank, ...compactMetrics(measured) }] : []
      }),
  }
}
