/**
 * Execution for inspection: a block once more with every step told, and the effects of an extrinsic or a call.
 *
 * Owns: when tracing is on, and the changes that an extrinsic makes. Does not own: execution (the executive). Nothing here changes
 * a chain or writes to the log.
 */
import { AssayError } from '#types/errors.ts'
import { compareBytes, equalBytes } from '#types/bytes.ts'
import { decode } from '#types/scale/codec.ts'
import type { Change, Difference, Trie } from '#chain/trie/trie.ts'
import { Execution, type ExecutiveConfig } from './executive.ts'
import type { ParsedExtrinsic } from './extrinsics.ts'
import { rawKey, type RawKey } from './frame/overlay.ts'
import type { TraceBlock, TraceCall, TraceEvent, TraceExtrinsic, TraceNode } from './frame/trace.ts'
import { BlockTracer } from './frame/tracer.ts'
import type { BlockContext, DryRun, DryRunSubject, InherentData } from './runtime-interface.ts'

/** The parts of the runtime that both need. */
export interface RehearsalConfig extends ExecutiveConfig {
  readonly decode: (wire: Uint8Array) => ParsedExtrinsic
}

const tracerFor = ({ frame, mapStack }: RehearsalConfig, number: number): BlockTracer =>
  new BlockTracer({ pallets: frame.pallets, runtimeEvent: frame.runtimeEvent, mapStack }, number)

/** The context as before execution, marked as a trial, so that nothing is logged. */
const rehearsed = (context: BlockContext): BlockContext => ({
  parentHash: context.parentHash,
  number: context.number,
  digest: context.digest.filter(({ tag }) => tag !== 'Seal'),
  isTrial: true,
})

function traceOne(
  config: RehearsalConfig,
  open: Execution,
  body: readonly Uint8Array[],
  index: number,
  into: BlockTracer,
) {
  const wire = body[index]
  if (!wire)
    throw new AssayError(
      'UNKNOWN_EXTRINSIC',
      `expected the index of an extrinsic, 0 to ${body.length - 1}, got ${index}`,
    )
  for (const before of body.slice(0, index)) open.apply(config.decode(before))
  open.tracer = into
  open.apply(config.decode(wire))
}

/** See `Runtime.trace`. */
export function trace(
  config: RehearsalConfig,
  parent: Trie,
  context: BlockContext,
  body: readonly Uint8Array[],
  index?: number,
): TraceBlock {
  const tracer = tracerFor(config, context.number)
  const open = new Execution(config, parent, rehearsed(context), true, index === undefined ? tracer : undefined)
  if (index === undefined) {
    for (const wire of body) open.apply(config.decode(wire))
    open.finalize()
  } else traceOne(config, open, body, index, tracer)
  return tracer.tree
}

const byKey = (changes: readonly Change[]): Map<RawKey, Uint8Array | null> =>
  new Map(changes.map(([key, value]) => [rawKey(key), value]))

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && equalBytes(a, b))

/** The writes between two moments of a block on this state. */
function differences(state: Trie, earlier: readonly Change[], later: readonly Change[]): Difference[] {
  const known = byKey(earlier)
  const found: Difference[] = []
  for (const [key, value] of later) {
    const name = rawKey(key)
    const before = known.has(name) ? (known.get(name) ?? undefined) : state.get(key)
    const after = value ?? undefined
    if (!same(before, after)) found.push({ key: key.slice(), before: before?.slice(), after: after?.slice() })
  }
  return found.sort((a, b) => compareBytes(a.key, b.key))
}

/** All events in a tree that were not undone. */
function eventsIn(node: TraceNode): TraceEvent[] {
  if (node.kind === 'event') return node.undone ? [] : [node]
  return 'children' in node ? node.children.flatMap(eventsIn) : []
}

/** See `Runtime.dryRun`. */
export function dryRun(
  config: RehearsalConfig,
  parent: Trie,
  { context, inherents, subject }: { context: BlockContext; inherents: InherentData; subject: DryRunSubject },
): DryRun {
  const call = 'call' in subject ? decode(config.frame.runtimeCall, subject.call) : undefined
  const open = new Execution(config, parent, rehearsed(context), true)
  open.applyInherents(inherents)
  const earlier = open.changes
  const tracer = tracerFor(config, context.number)
  open.tracer = tracer
  const outcome = 'call' in subject ? open.dispatch(call!, subject.origin) : open.apply(subject.extrinsic)
  const traced = tracer.tree.children[0] as TraceExtrinsic | TraceCall
  return { outcome, changes: differences(parent, earlier, open.changes), events: eventsIn(traced), trace: traced }
}
