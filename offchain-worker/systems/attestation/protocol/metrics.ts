/**
 * An attestor's figures about a hoster's speed, from the raw samples of one audit.
 *
 * Owns: how an audit measures. Does not own: the arithmetic.
 */
import type { HosterMetrics } from '#types/domain/attestation/metrics.ts'
import { benchmark, compactMetrics, type Method, type Samples } from '#worker/kernel/peer-benchmark.ts'

const AUDIT_METHOD: Method = {
  latency: 'request-to-verified-block',
  throughput: 'bytes-from-first-request-to-last-block',
  loss: 'asked-and-not-served',
}

/** Metrics of one audit: latencies from request to verified block, and throughput over the whole time of fetching. */
export const measure = (samples: Samples): HosterMetrics => compactMetrics(benchmark(samples, AUDIT_METHOD))
