/**
 * The progress of bytes that a person waits for: how much, how fast, how long still.
 *
 * Owns: a bar in one line of a terminal, plain lines elsewhere, notices for machines, and when each is due. Does not own: counts without
 * a size (progress.ts).
 */
import { systemClock, type Clock } from '#types/clock.ts'
import type { Tell } from './output.ts'
import { sizeText } from './quantities.ts'
import { columnsOf, hasEscapes } from './screen.ts'
import { printable } from './shown.ts'

/** A transfer that is over by then needs no word. */
const QUIET_MS = 500
/** From one word to the next: a line that stays costs room. */
const BAR_EVERY_MS = 250
const LINE_EVERY_MS = 3_000
/** The rate is that of the last so many milliseconds. */
const RATE_MS = 10_000
const MS_PER_S = 1_000
const S_PER_MINUTE = 60
const BAR_WIDTH = 24
const CLEAR_LINE = '\r\u001B[2K'

/** How a transfer stands. */
export interface TransferState {
  /** Bytes. */
  readonly done: number
  readonly total: number
  /** Undefined until there is something to measure. */
  readonly bytesPerSecond: number | undefined
  /** At this rate; undefined where there is none. */
  readonly secondsLeft: number | undefined
}

/** @see createTransferProgress */
export interface TransferProgress {
  /** Notes how many bytes are there, and tells it where that is due. */
  at(done: number): void
  /** Removes the bar. */
  end(): void
}

/** @see createTransferProgress */
export interface TransferOptions {
  /** What happens, such as `downloads`. */
  readonly verb: string
  /** Bytes. */
  readonly total: number
}

/** Where and when a transfer is told. */
export interface TransferOutput {
  readonly tell: (state: TransferState) => void
  readonly everyMs: number
  readonly end: () => void
}

const timeText = (seconds: number): string => {
  const whole = Math.ceil(seconds)
  return whole < S_PER_MINUTE ? `${whole} s` : `${Math.floor(whole / S_PER_MINUTE)} min ${whole % S_PER_MINUTE} s`
}

/** The state in words, such as `downloads 12 MiB of 40 MiB (30 %), 8.0 MiB/s, 4 s left`. */
export function transferText(verb: string, { done, total, bytesPerSecond, secondsLeft }: TransferState): string {
  const share = total === 0 ? 100 : Math.floor((100 * done) / total)
  const rate = bytesPerSecond === undefined ? '' : `, ${sizeText(Math.round(bytesPerSecond))}/s`
  const left = secondsLeft === undefined ? '' : `, ${timeText(secondsLeft)} left`
  return `${verb} ${sizeText(done)} of ${sizeText(total)} (${share} %)${rate}${left}`
}

/** The share that is done as a bar of characters. */
export function barOf({ done, total }: Pick<TransferState, 'done' | 'total'>): string {
  const filled = total === 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * done) / total)
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`
}

/** Measures a transfer and tells it now and then. */
export function measureTransfer({ total }: TransferOptions, out: TransferOutput, clock: Clock): TransferProgress {
  const began = clock.now()
  /** The oldest first. */
  const samples = [{ at: began, done: 0 }]
  let told = began + QUIET_MS - out.everyMs
  return {
    at(done) {
      const now = clock.now()
      if (now - told < out.everyMs) return
      told = now
      samples.push({ at: now, done })
      while (samples.length > 2 && now - samples[1]!.at >= RATE_MS) samples.shift()
      const [oldest] = samples
      const rate = ((done - oldest!.done) * MS_PER_S) / (now - oldest!.at)
      const isKnown = rate > 0 && Number.isFinite(rate)
      const bytesPerSecond = isKnown ? rate : undefined
      out.tell({ done, total, bytesPerSecond, secondsLeft: isKnown ? (total - done) / rate : undefined })
    },
    end: out.end,
  }
}

/** The bar in a terminal, or lines in a file. */
function forPeople(verb: string): TransferOutput {
  const stream = process.stderr
  if (!hasEscapes(stream)) {
    const tell = (state: TransferState): void => void stream.write(`${printable(transferText(verb, state))}\n`)
    return { tell, everyMs: LINE_EVERY_MS, end: () => undefined }
  }
  let isOut = false
  return {
    tell(state) {
      isOut = true
      const line = printable(`${barOf(state)} ${transferText(verb, state)}`)
      stream.write(`${CLEAR_LINE}${line.slice(0, columnsOf(stream) - 1)}`)
    },
    everyMs: BAR_EVERY_MS,
    end: () => void (isOut && stream.write(CLEAR_LINE)),
  }
}

/** For machines: notices of the kind `progress`, whose rate is in bytes per second. */
function forMachines(verb: string, tell: Tell): TransferOutput {
  const notice = (state: TransferState): void => {
    const { bytesPerSecond: rate, secondsLeft: left } = state
    const [bytesPerSecond, secondsLeft] = [rate && Math.round(rate), left && Math.ceil(left)]
    tell({ kind: 'progress', verb, ...state, bytesPerSecond, secondsLeft })
  }
  return { tell: notice, everyMs: LINE_EVERY_MS, end: () => undefined }
}

/**
 * The progress of a command's transfer: on stderr for a person, because stdout may be the content; by `tell` with `--json`.
 * @param json whether the command line asks for JSON
 */
export const createTransferProgress = (options: TransferOptions, json: boolean, tell: Tell): TransferProgress =>
  measureTransfer(options, json ? forMachines(options.verb, tell) : forPeople(options.verb), systemClock)
