/**
 * A finalized chain as a test looks at it: the events that it waits for, and the extrinsics in blocks.
 *
 * Owns: naming events, and decoding block bodies. Does not own: keeping events and waiting.
 */
import { fromHex } from '#types/bytes.ts'
import { attestationEvents } from '#types/domain/attestation/attestation.ts'
import { decode } from '#types/scale/codec.ts'
import { extrinsicCodec } from '#types/scale/extrinsic.ts'
import { eventOf } from '#chain/api/descriptors.ts'
import { Extra } from '#chain/runtime/extensions.ts'
import { construct } from '#chain/runtime/runtime.ts'
import { post } from '../rpc-client.ts'
import { patiently } from '../patience.ts'

/** From anything in a round to anything later in it. */
export const ROUND_MS = patiently(30_000)

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
