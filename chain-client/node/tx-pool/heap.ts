/**
 * A binary heap.
 *
 * Owns: giving the smallest element at any time, in logarithmic time.
 */

/** Elements by an order that is negative where the first argument comes first. */
export class Heap<T> {
  readonly #items: T[]
  readonly #order: (a: T, b: T) => number

  /** @param items in any order; the heap takes the array over. */
  constructor(items: T[], order: (a: T, b: T) => number) {
    this.#items = items
    this.#order = order
    for (let i = (items.length >> 1) - 1; i >= 0; i--) this.#sink(i)
  }

  push(item: T): void {
    const items = this.#items
    let at = items.length
    items.push(item)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#order(items[parent]!, item) <= 0) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = item
  }

  /** Takes the first element out. */
  pop(): T | undefined {
    const [first] = this.#items
    const last = this.#items.pop()
    if (last !== undefined && this.#items.length > 0) {
      this.#items[0] = last
      this.#sink(0)
    }
    return first
  }

  #sink(from: number): void {
    const items = this.#items
    const item = items[from]!
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#order(items[child + 1]!, items[child]!) < 0) child++
      if (this.#order(item, items[child]!) <= 0) break
      items[at] = items[child]!
      at = child
    }
    items[at] = item
  }
}
