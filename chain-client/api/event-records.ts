/**
 * System.Events split into one record an event, with its fields left as bytes.
 *
 * Owns: the split, and the names of dispatch errors. Does not own: the meaning of the fields.
 */
import { inside, Reader, ScaleError } from '#types/scale/codec.ts'
import { readCompactLength } from '#types/scale/compact.ts'
import { DispatchError } from '#types/scale/dispatch.ts'
import { Phase } from '#types/scale/events.ts'
import type { CallFailure, ChainEventRecord } from './chain-port.ts'
import type { ChainShapes } from './shapes.ts'
import { skipValue } from './skip.ts'

const TOPIC_BYTES = 32

function readRecord(shapes: ChainShapes, from: Reader): ChainEventRecord {
  const phase = Phase.read(from)
  const palletIndex = from.byte('pallet index')
  const pallet = shapes.byIndex.get(palletIndex)
  const eventIndex = from.byte('event index')
  const event = pallet?.events.get(eventIndex)
  if (!pallet || !event)
    throw new ScaleError('an event of the metadata', `pallet ${palletIndex} event ${eventIndex}`, from.offset - 2)
  const start = from.offset
  for (const field of event.fields) skipValue(field.type(), from)
  const data = from.bytes.slice(start, from.offset)
  from.advance(readCompactLength(from) * TOPIC_BYTES, 'topics')
  return {
    pallet: pallet.name,
    name: event.name,
    data,
    extrinsicIndex: phase.tag === 'ApplyExtrinsic' ? phase.value : undefined,
  }
}

/**
 * The events of a block, in order. `value` is the value of System.Events, undefined if the block deposited none.
 * @throws ScaleError if the bytes do not fit the metadata.
 */
export function splitEvents(shapes: ChainShapes, value: Uint8Array | undefined): readonly ChainEventRecord[] {
  if (!value) return []
  const from = new Reader(value)
  const count = readCompactLength(from)
  const records: ChainEventRecord[] = []
  for (let i = 0; i < count; i++) {
    try {
      records.push(readRecord(shapes, from))
    } catch (thrown) {
      throw inside(thrown, `System.Events[${i}]`)
    }
  }
  if (from.remaining > 0) throw new ScaleError('the end of System.Events', `${from.remaining} bytes more`, from.offset)
  return records
}

/** Names a dispatch error. An error of a pallet has the pallet's name and its own. */
function nameFailure(shapes: ChainShapes, error: DispatchError): CallFailure {
  if (error.tag === 'Module') {
    const pallet = shapes.byIndex.get(error.value.index)
    const name = pallet?.errors.get(error.value.error[0] ?? 0)?.name
    return pallet && name !== undefined
      ? { pallet: pallet.name, name }
      : { text: `Module ${error.value.index} error ${error.value.error.join('.')}` }
  }
  return { text: typeof error.value === 'string' ? `${error.tag}: ${error.value}` : error.tag }
}

/**
 * How the extrinsic at `index` ended: undefined for success, otherwise the failure.
 * @throws ScaleError if the block has no System event for it.
 */
export function dispatchFailure(
  shapes: ChainShapes,
  events: readonly ChainEventRecord[],
  index: number,
): CallFailure | undefined {
  for (const { pallet, name, data, extrinsicIndex } of events) {
    if (extrinsicIndex !== index || pallet !== 'System') continue
    if (name === 'ExtrinsicSuccess') return undefined
    if (name === 'ExtrinsicFailed') return nameFailure(shapes, DispatchError.read(new Reader(data)))
  }
  throw new ScaleError(`System.ExtrinsicSuccess or ExtrinsicFailed of extrinsic ${index}`, 'neither')
}
