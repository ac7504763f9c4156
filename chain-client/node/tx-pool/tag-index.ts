/**
 * Which transactions name a tag.
 *
 * Owns: a map from strings to sets that leaves no empty set behind.
 */

const NONE: ReadonlySet<string> = new Set()

/** Tag to ids. */
export class TagIndex {
  readonly #ids = new Map<string, Set<string>>()

  get(tag: string): ReadonlySet<string> {
    return this.#ids.get(tag) ?? NONE
  }

  add(tag: string, id: string): void {
    const ids = this.#ids.get(tag)
    if (ids) ids.add(id)
    else this.#ids.set(tag, new Set([id]))
  }

  delete(tag: string, id: string): void {
    const ids = this.#ids.get(tag)
    if (ids?.delete(id) && ids.size === 0) this.#ids.delete(tag)
  }
}
