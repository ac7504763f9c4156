/**
 * Measures the times of a coinflip's member: until it is connected to all others, in each phase, and in all.
 *
 * Owns: reading these times from a state machine's outputs and a mesh's news.
 */
import { toHex } from '#types/bytes.ts'
import type { Clock } from '#types/clock.ts'
import type { CoinflipPhaseName } from '#types/domain/coinflip/coinflip.ts'
import type { Coinflip, CoinflipOutput } from '../protocol/terms.ts'
import type { MemberTimings } from './channel.ts'

/** A stopwatch. It runs from its creation. */
export interface Stopwatch {
  /** The same state machine, with its outputs watched. */
  of(machine: Coinflip): Coinflip
  /** For the mesh: called with each peer that comes or goes. */
  readonly onPeer: (publicKey: Uint8Array, state: 'up' | 'down') => void
  /** Milliseconds so far; the last phase ends with the exit. */
  read(): MemberTimings
}

export interface StopwatchOptions {
  /** Number of other members. */
  readonly others: number
  readonly onPhase: (phase: CoinflipPhaseName) => void
}

/** A watch for one session. */
export function createStopwatch({ others, onPhase }: StopwatchOptions, clock: Clock): Stopwatch {
  const began = clock.now()
  const entered = new Map<CoinflipPhaseName, number>()
  const come = new Set<string>()
  let mesh: number | undefined
  let ended: number | undefined
  const note = (output: CoinflipOutput): void => {
    if (output.kind === 'exit') ended ??= clock.now()
    // A phase sets a timer at its begin, and again when it asks around.
    if (output.kind !== 'timer' || entered.has(output.phase)) return
    entered.set(output.phase, clock.now())
    onPhase(output.phase)
  }
  return {
    of: (machine) => ({
      get phase() {
        return machine.phase
      },
      get held() {
        return machine.held
      },
      step(input) {
        const outputs = machine.step(input)
        for (const output of outputs) note(output)
        return outputs
      },
    }),
    onPeer(publicKey, state) {
      if (state === 'up') come.add(toHex(publicKey))
      if (come.size === others) mesh ??= clock.now() - began
    },
    read() {
      const total = (ended ?? clock.now()) - began
      const starts = [...entered]
      const phases = starts.map(([phase, at], i) => [phase, (starts[i + 1]?.[1] ?? began + total) - at] as const)
      return { ...(mesh === undefined ? {} : { mesh }), phases: Object.fromEntries(phases), total }
    },
  }
}
