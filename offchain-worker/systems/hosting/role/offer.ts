/**
 * What a worker offers on chain: space for copies, or the speed at which it encodes.
 *
 * Owns: bringing the offer on chain to what the operator wants. Does not own: who is drawn (pallet Hosting).
 */
import { encodeCall, read } from '#chain/api/descriptors.ts'
import type { Offer } from '#types/domain/hosting/contract.ts'
import { NO_OFFER } from '#types/domain/hosting/contract.ts'
import type { Duties } from '#worker/kernel/duties.ts'
import type { RoleDeps } from '#worker/kernel/ports.ts'
import { offer, offers } from './copy-items.ts'

/** What is offered. What is left out stays as it is on chain, since the account may have another role too. */
export type Offered = Partial<Omit<Offer, 'usedBytes'>>

/** Sees to it that the chain has the offer. */
export class OfferKeeper {
  readonly #account: Uint8Array
  #offered: Offered
  readonly #chain: RoleDeps['chain']
  readonly #duties: Duties
  /** The first block that was seen: part of the duty's name, so that an offer may return to what it was in an earlier life. */
  #since: number | undefined
  #isDone = false

  constructor(account: Uint8Array, offered: Offered, { chain, duties }: Pick<RoleDeps, 'chain'> & { duties: Duties }) {
    this.#account = account
    this.#offered = offered
    this.#chain = chain
    this.#duties = duties
  }

  /** Offers something else from the next block on. */
  change(offered: Offered): void {
    this.#offered = offered
    this.#isDone = false
  }

  async onBlock(number: number): Promise<void> {
    if (this.#isDone) return
    this.#since ??= number
    const known = (await read(this.#chain, offers, this.#account)) ?? NO_OFFER
    const { storageBytes, encodingBytesPerBlock } = { ...known, ...this.#offered }
    this.#isDone = storageBytes === known.storageBytes && encodingBytesPerBlock === known.encodingBytesPerBlock
    if (this.#isDone) return
    const dutyId = `hosting.offer/${this.#since}/${storageBytes}/${encodingBytesPerBlock}`
    this.#duties.ensure(dutyId, () => encodeCall(offer, { storageBytes, encodingBytesPerBlock }))
  }
}
