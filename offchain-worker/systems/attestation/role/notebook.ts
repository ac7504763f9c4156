/**
 * The notes on one attempt of a round's coinflip, as they grow while we take part.
 *
 * Owns: the order in which things happen. What is noted is in the journal before anybody can read it here, so whatever is read here may be
 * acted on; and of an attempt that we have left nothing more is noted. Does not own: what the notes hold.
 */
import type { Journal } from '#worker/kernel/ports.ts'
import { loadNotes, newNotes, saveNotes, type AttemptNotes } from './notes.ts'

/** @see openNotebook */
export interface Notebook {
  readonly attempt: number
  /** What the journal holds; `undefined` before we have taken part. */
  readonly notes: AttemptNotes | undefined
  /** Whether we have left the attempt. */
  readonly isClosed: boolean
  /** The notes, with secrets drawn and kept if there are none. @throws what the journal throws */
  begin(draw: (count: number) => Uint8Array): Promise<AttemptNotes>
  /**
   * Changes notes that have begun. Resolves once the journal has them: with `true` where we may act on them, with `false` where we have
   * left the attempt.
   * @throws what the journal throws
   */
  keep(change: Partial<AttemptNotes>): Promise<boolean>
  /** We leave the attempt. */
  close(): void
}

class AttemptNotebook implements Notebook {
  readonly attempt: number
  readonly #journal: Journal
  readonly #round: number
  #notes: AttemptNotes | undefined
  #isClosed = false
  /** One write after the other, or one would undo what the other changed. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(journal: Journal, round: number, attempt: number, notes: AttemptNotes | undefined) {
    this.#journal = journal
    this.#round = round
    this.attempt = attempt
    this.#notes = notes
  }

  get notes(): AttemptNotes | undefined {
    return this.#notes
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  async begin(draw: (count: number) => Uint8Array): Promise<AttemptNotes> {
    return this.#notes ?? this.#write(newNotes(draw))
  }

  async keep(change: Partial<AttemptNotes>): Promise<boolean> {
    const before = this.#writing
    const written = before.then(async () => {
      if (this.#notes && !this.#isClosed) await this.#write({ ...this.#notes, ...change })
    })
    this.#writing = written.catch(() => undefined)
    await written
    return !this.#isClosed
  }

  close(): void {
    this.#isClosed = true
  }

  async #write(notes: AttemptNotes): Promise<AttemptNotes> {
    await saveNotes(this.#journal, this.#round, this.attempt, notes)
    return (this.#notes = notes)
  }
}

/**
 * The notebook of an attempt, with what an earlier process noted.
 * @param isOurs whether the notes are of this session. A chain that went back may have drawn other members since.
 * @throws what the journal throws
 */
export async function openNotebook(
  journal: Journal,
  round: number,
  attempt: number,
  isOurs: (notes: AttemptNotes) => boolean = () => true,
): Promise<Notebook> {
  const notes = await loadNotes(journal, round, attempt)
  return new AttemptNotebook(journal, round, attempt, notes && isOurs(notes) ? notes : undefined)
}
