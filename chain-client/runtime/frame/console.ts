/**
 * `console` in pallets: values that a developer wants to see while a block is built.
 *
 * Owns: where they go (the node's log, the trace) and the place that stands beside them. Does not own: rendering values. It has no
 * effect on the chain: a pallet runs the same whether anybody listens. It costs nothing to pallets that do not use it, and next to
 * nothing while nobody listens.
 */
import { Blake2_128Concat, storageKey, storagePrefix } from '#types/scale/storage-key.ts'
import type { RuntimeLog } from './terms.ts'
import type { CurrentExternalities, Externalities } from './externalities.ts'
import { rawKey } from './overlay.ts'
import { render, renderLine } from './render.ts'
import type { ConsoleLevel } from './trace.ts'

/**
 * The pallets' way to log any values: texts stay as they are, bytes are hex, existing accounts SS58, numbers decimal, the rest
 * JSON. A line also tells block, extrinsic, pallet and call. It stays when the call fails. The log shows it where a block is really
 * built, and not while the pool validates or somebody tries an extrinsic; a trace always shows it.
 */
export interface Console {
  debug(...values: readonly unknown[]): void
  /** Level info. */
  log(...values: readonly unknown[]): void
  info(...values: readonly unknown[]): void
  warn(...values: readonly unknown[]): void
  error(...values: readonly unknown[]): void
}

const accounts = storagePrefix('System', 'Account')

/** Whether there is an account of these 32 bytes. It peeks into the overlay, because a trace shows only what pallets read. */
const accountIn =
  ({ overlay }: Externalities) =>
  (bytes: Uint8Array): boolean =>
    overlay.peek(rawKey(storageKey(accounts, [[Blake2_128Concat, bytes]]))) !== undefined

function write(
  env: Externalities,
  pallet: string,
  level: ConsoleLevel,
  values: readonly unknown[],
  log: RuntimeLog,
): void {
  const { tracer, isTrial, block, extrinsicIndex, where } = env
  const isLogged = !isTrial && log[level] !== undefined && log.isLevelEnabled?.(level) !== false
  if (!tracer && !isLogged) return
  const hints = { isAccount: accountIn(env) }
  const message = renderLine(values, hints)
  tracer?.log(
    level,
    pallet,
    message,
    values.map((value) => render(value, undefined, hints)),
  )
  if (!isLogged) return
  const place = {
    ...(extrinsicIndex !== undefined && { extrinsic: extrinsicIndex }),
    ...(where !== undefined && { where }),
  }
  log[level]?.({ block: block.number, ...place, pallet }, message)
}

/** The console of one pallet. */
export function createConsole(current: CurrentExternalities, pallet: string, log: RuntimeLog): Console {
  const at =
    (level: ConsoleLevel) =>
    (...values: readonly unknown[]): void =>
      write(current.get(), pallet, level, values, log)
  return { debug: at('debug'), log: at('info'), info: at('info'), warn: at('warn'), error: at('error') }
}
