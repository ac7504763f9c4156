/**
 * Records the steps of a block as the tree of a trace.
 *
 * Owns: the tree under construction, and marking what a rollback undoes. Does not own: the meaning of keys and values (storage
 * places).
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { decode, type Codec } from '#types/scale/codec.ts'
import { fieldDefs } from '#types/scale/compound.ts'
import { DispatchError, type Weight } from '#types/scale/dispatch.ts'
import type { ApplyOutcome, DispatchInfo, PostDispatchInfo, RuntimeCall } from './terms.ts'
import type { BoundPallet } from './bind.ts'
import type { Origin } from './origin.ts'
import type { RuntimeEvent } from './outer-enums.ts'
import type { RawKey } from './overlay.ts'
import { render, type Json } from './render.ts'
import { stackLines, type MapStack } from './stack.ts'
import { StoragePlaces } from './storage-places.ts'
import type {
  ConsoleLevel,
  TraceBlock,
  TraceCall,
  TraceEvent,
  TraceExtrinsic,
  TraceHook,
  TraceNode,
  TraceOutcome,
  Tracer,
  TraceSpan,
  TraceStep,
  TraceWrite,
} from './trace.ts'

/** The parts of a runtime that a tracer needs. */
export interface TraceSource {
  readonly pallets: readonly BoundPallet[]
  readonly runtimeEvent: Codec<RuntimeEvent>
  readonly mapStack: MapStack
}

const weightOf = ({ refTime, proofSize }: Weight) => ({
  refTime: refTime.toString(),
  proofSize: proofSize.toString(),
})

function renderOutcome(outcome: ApplyOutcome): TraceOutcome {
  if (outcome.kind === 'success') return outcome
  if (outcome.kind === 'refused') return { kind: 'refused', error: render(outcome.error) }
  return { kind: 'failed', error: render(outcome.error, DispatchError.type), message: outcome.message }
}

/** An open span, and the bytes that it saw last under each key. */
interface OpenSpan {
  readonly node: object
  /** Set on the node when the span closes, so that they stand last in it. */
  readonly children: TraceNode[]
  readonly seen: Map<RawKey, Uint8Array | undefined>
}

const kindOf = ({ node }: OpenSpan): string | undefined => (node as Partial<TraceSpan>).kind

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && equalBytes(a, b))

/** See the module's header. One per block. */
export class BlockTracer implements Tracer {
  readonly #source: TraceSource
  readonly #places: StoragePlaces
  readonly #root: OpenSpan
  readonly #number: number
  readonly #open: OpenSpan[]
  /** Writes and events that a rollback may undo, oldest first. */
  readonly #undoable: (TraceWrite | TraceEvent)[] = []
  /** Length of `#undoable` at the start of each storage layer. */
  readonly #layers: number[] = []

  constructor(source: TraceSource, number: number) {
    this.#source = source
    this.#places = new StoragePlaces(source.pallets)
    this.#number = number
    this.#root = { node: {}, children: [], seen: new Map() }
    this.#open = [this.#root]
  }

  /** The tree so far. */
  get tree(): TraceBlock {
    return { kind: 'block', number: this.#number, children: this.#root.children }
  }

  openCall({ pallet, name, args }: RuntimeCall, origin: Origin): void {
    const bound = this.#source.pallets.find((other) => other.name === pallet)?.calls.find((call) => call.name === name)
    const from = typeof origin === 'string' ? origin : { signed: toSs58(origin.signed) }
    const shown = render(args, bound?.args.type)
    this.#push<TraceCall>({ kind: 'call', pallet, call: name, args: shown, origin: from })
  }

  openHook(pallet: string, hook: TraceHook['hook']): void {
    this.#push<TraceHook>({ kind: 'hook', pallet, hook })
  }

  openStep(step: TraceStep['step']): void {
    this.#push<TraceStep>({ kind: 'step', step })
  }

  openExtrinsic(index: number, hash: Uint8Array, signer: Uint8Array | undefined): void {
    // A placeholder; `closeExtrinsic` sets the real outcome.
    const outcome = { kind: 'success' } as const
    const by = signer && { signer: toSs58(signer) }
    this.#push<TraceExtrinsic>({ kind: 'extrinsic', index, hash: toHex(hash), ...by, outcome })
  }

  close(): void {
    const { node, children } = this.#open.pop()!
    Object.assign(node, { children })
  }

  closeCall({ actualWeight, paysFee }: PostDispatchInfo): void {
    Object.assign(this.#current.node, actualWeight && { actualWeight: weightOf(actualWeight) }, paysFee && { paysFee })
    this.close()
  }

  closeExtrinsic(outcome: ApplyOutcome): void {
    // A bug outside of calls leaves spans open in the extrinsic.
    while (kindOf(this.#current) !== 'extrinsic') this.close()
    Object.assign(this.#current.node, { outcome: renderOutcome(outcome) })
    this.close()
  }

  withdrawn(fee: bigint, tip: bigint): void {
    const extrinsic = this.#open.find((span) => kindOf(span) === 'extrinsic')
    if (extrinsic) Object.assign(extrinsic.node, { fee: { withdrawn: fee.toString(), tip: tip.toString() } })
  }

  declared(info: DispatchInfo): void {
    const { weight, class: dispatchClass, paysFee } = info
    Object.assign(this.#current.node, { weight: weightOf(weight), class: dispatchClass, paysFee })
  }

  fail(error: DispatchError, message: string, thrown: unknown): void {
    const stack = stackLines(thrown, this.#source.mapStack)
    Object.assign(this.#current.node, { failure: { error: render(error, DispatchError.type), message, stack } })
  }

  read(key: RawKey, bytes: Uint8Array | undefined): void {
    const { seen } = this.#current
    if (seen.has(key) && sameBytes(seen.get(key), bytes)) return
    seen.set(key, bytes)
    this.#add({ kind: 'read', ...this.#places.place(key), value: this.#places.value(key, bytes) })
  }

  write(key: RawKey, before: Uint8Array | undefined, after: Uint8Array | undefined): void {
    this.#current.seen.set(key, after)
    const values = { before: this.#places.value(key, before), after: this.#places.value(key, after) }
    this.#addUndoable({ kind: 'write', ...this.#places.place(key), ...values, undone: false })
  }

  walk(prefix: RawKey): void {
    this.#add({ kind: 'walk', ...this.#places.place(prefix) })
  }

  event(bytes: Uint8Array): void {
    const { tag, value } = decode(this.#source.runtimeEvent, bytes)
    const { events } = this.#source.pallets.find(({ name }) => name === tag)!
    const fields = fieldDefs(events[value.tag]!.fields)
    const data = render(value.value, { path: [], shape: { kind: 'composite', fields } })
    this.#addUndoable({ kind: 'event', pallet: tag, event: value.tag, data, undone: false })
  }

  log(level: ConsoleLevel, pallet: string, message: string, values: readonly Json[]): void {
    this.#add({ kind: 'log', level, pallet, message, values })
  }

  begin(): void {
    this.#layers.push(this.#undoable.length)
  }

  commit(): void {
    this.#layers.pop()
  }

  rollback(): void {
    const start = this.#layers.pop()!
    for (const node of this.#undoable.splice(start)) Object.assign(node, { undone: true })
  }

  get #current(): OpenSpan {
    return this.#open.at(-1)!
  }

  #push<N extends TraceSpan>(node: Omit<N, 'children'>): void {
    this.#add(node as unknown as N)
    this.#open.push({ node, children: [], seen: new Map() })
  }

  #add(node: TraceNode): void {
    this.#current.children.push(node)
  }

  #addUndoable(node: TraceWrite | TraceEvent): void {
    this.#add(node)
    this.#undoable.push(node)
  }
}
