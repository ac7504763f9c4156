/**
 * An observer of a finalized chain: it sees the chain's events as they come, and the extrinsics in its blocks.
 *
 * Owns: keeping events and waiting for them, with a deadline; decoding block bodies. Does not own: their meaning for a
 * test.
 */
import { fromHex } from '#types/bytes.ts'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import { decode } from '#types/scale/codec.ts'
import type { Fields, Values } from '#types/scale/compound.ts'
import { extrinsicCodec } from '#types/scale/extrinsic.ts'
import type { ChainEventRecord } from '#chain/api/chain-port.ts'
import type { ChainClient } from '#chain/api/connect.ts'
import { decodeEvent, eventOf, type EventDescriptor } from '#chain/api/descriptors.ts'
import { Extra } from '#chain/runtime/extensions.ts'
import { construct } from '#chain/runtime/runtime.ts'
import { post } from './rpc-client.ts'

/** From anything in a round to anything later in it. */
export const ROUND_MS = 30_000

/** Events of the Attestation pallet. */
export const happened = {
  scheduled: eventOf('Attestation', 'RoundScheduled', attestationEvents.RoundScheduled),
  opened: eventOf('Attestation', 'RoundOpened', attestationEvents.RoundOpened),
  agreed: eventOf('Attestation', 'CoinflipAgreed', attestationEvents.CoinflipAgreed),
  restarted: eventOf('Attestation', 'CoinflipRestarted', attestationEvents.CoinflipRestarted),
  reported: eventOf('Attestation', 'ReportAccepted', attestationEvents.ReportAccepted),
  closed: eventOf('Attestation', 'RoundClosed', attestationEvents.RoundClosed),
  paid: eventOf('Attestation', 'Paid', attestationEvents.Paid),
  absent: eventOf('Attestation', 'AbsenceReported', attestationEvents.AbsenceReported),
} as const

const { frame } = construct({ error: () => undefined })
const wireCodec = extrinsicCodec({ call: frame.runtimeCall, extra: Extra })

/** A signed extrinsic in a block. */
export interface Signed {
  readonly block: number
  readonly signer: Uint8Array
  /** `Pallet.call` */
  readonly call: string
  readonly args: Readonly<Record<string, unknown>>
}

/** What was seen of an event. */
export type Seen<F extends Fields> = Values<F> & { readonly block: number }

/** The finalized chain as it goes by, from the first block on. */
export class Onlooker {
  readonly #events: { readonly block: number; readonly record: ChainEventRecord }[] = []
  readonly #waiters = new Set<() => void>()
  /** Number of the last finalized block. */
  latest = 0

  constructor(client: ChainClient) {
    const following = client.follow(async ({ number, events }) => {
      this.latest = number
      for (const record of events) this.#events.push({ block: number, record })
      for (const look of this.#waiters) look()
    })
    following.done.catch(() => undefined)
  }

  /** Events of that kind so far. */
  all<F extends Fields>(kind: EventDescriptor<F>): Seen<F>[] {
    return this.#events.flatMap(({ block, record }) => {
      const values = decodeEvent(kind, record)
      return values ? [{ ...values, block }] : []
    })
  }

  /** The first truthy answer of `probe`, asked with every block. */
  until<T>(what: string, probe: () => T | undefined, ms = ROUND_MS): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = probe()
        if (found === undefined) return
        clearTimeout(timer)
        this.#waiters.delete(look)
        resolve(found)
      }
      const late = (): void => {
        this.#waiters.delete(look)
        const last = this.#events.slice(-8).map(({ block, record }) => `${block}:${record.pallet}.${record.name}`)
        reject(new Error(`waited ${ms} ms for ${what}; at block ${this.latest}, last ${last.join(' ')}`))
      }
      const timer = setTimeout(late, ms)
      this.#waiters.add(look)
      look()
    })
  }
}

/** The signed extrinsics of a block. `endpoint` is the node's. */
export async function signedIn(endpoint: string, block: number): Promise<readonly Signed[]> {
  const hash = await request(endpoint, 'chain_getBlockHash', [block])
  const { block: body } = (await request(endpoint, 'chain_getBlock', [hash])) as { block: { extrinsics: string[] } }
  return body.extrinsics.flatMap((wire) => {
    const { signature, call } = decode(wireCodec, fromHex(wire))
    if (signature?.address.tag !== 'Id') return []
    return [{ block, signer: signature.address.value, call: `${call.pallet}.${call.name}`, args: call.args }]
  })
}

async function request(endpoint: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await post(endpoint, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
  return ((await response.json()) as { result: unknown }).result
}
