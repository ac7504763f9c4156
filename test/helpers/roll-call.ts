/**
 * A tiny protocol for tests of what runs machines: each member calls, and ends once all have called or none has for a while.
 *
 * Owns: its machine. Does not own: anything that a system uses.
 */
import { equalBytes } from '#types/bytes.ts'
import type { Machine, MachineInput, MachineOutput } from '#worker/kernel/machine.ts'

/** `here` is said to all, `again` to one that is missed. Whoever hears `again` answers by `here`, also when it is done. */
export type Call = 'here' | 'again'
type Drop = 'malformed' | 'duplicate'
/** Members that called, by rank, in the order of their calls; and the inputs that the machine was given. */
export interface RollCallExit {
  readonly present: readonly number[]
  readonly inputs: readonly string[]
}
export type RollCall = Machine<'Calling', Call, Drop, RollCallExit>
type Output = MachineOutput<'Calling', Call, Drop, RollCallExit>

/** A call that adds a member puts the end off by so much. */
export const QUIET_MS = 1_000
/** So often members that are missed are asked; a call that adds a member puts that off too. */
export const ASK_MS = 300

const CALLS: readonly Call[] = ['here', 'again']
/** One byte. */
export const callFrame = (call: Call): Uint8Array => Uint8Array.of(CALLS.indexOf(call))

/** The machine of the member at `self`. */
export function rollCall(members: readonly Uint8Array[], self: number): RollCall {
  const present = [self]
  const inputs: string[] = []
  let phase: RollCall['phase'] = 'Calling'
  const end = (): Output => {
    phase = 'Done'
    return { kind: 'exit', exit: { present: [...present], inputs: [...inputs] } }
  }
  const hear = (from: Uint8Array, frame: Uint8Array): Output[] => {
    const call = frame.length === 1 ? CALLS[frame[0]!] : undefined
    const rank = members.findIndex((key) => equalBytes(key, from))
    if (call === undefined || rank < 0) return [{ kind: 'dropped', from, reason: 'malformed' }]
    const answer: Output[] = call === 'again' ? [{ kind: 'send', to: from, message: 'here' }] : []
    if (present.includes(rank) || phase === 'Done')
      return call === 'again' ? answer : [{ kind: 'dropped', from, reason: 'duplicate' }]
    present.push(rank)
    return [...answer, ...(present.length === members.length ? [end()] : wait())]
  }
  const wait = (): Output[] => [
    { kind: 'timer', phase: 'Calling', ms: QUIET_MS },
    { kind: 'tick', ms: ASK_MS },
  ]
  const ask = (): Output[] => {
    const missed = members.filter((_, rank) => !present.includes(rank))
    return [...missed.map((to): Output => ({ kind: 'send', to, message: 'again' })), { kind: 'tick', ms: ASK_MS }]
  }
  return {
    get phase() {
      return phase
    },
    step(input: MachineInput<'Calling'>): readonly Output[] {
      inputs.push(input.kind)
      if (input.kind === 'message') return hear(input.from, input.frame)
      if (input.kind === 'timeout') return [end()]
      if (input.kind === 'tick') return ask()
      return [{ kind: 'broadcast', message: 'here' }, ...wait()]
    },
  }
}
