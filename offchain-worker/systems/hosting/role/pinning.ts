/**
 * The copies of a hoster: it offers space, and keeps what the chain assigns to it.
 *
 * Owns: which copies are ours. Does not own: the work on a copy (pinned-work.ts).
 */
import type { FinalizedBlock } from '#chain/api/chain-port.ts'
import { read } from '#chain/api/descriptors.ts'
import { messageOf } from '#types/errors.ts'
import { createAssignments, type Assignments } from '#worker/kernel/assignments.ts'
import type { Duties } from '#worker/kernel/duties.ts'
import type { PinnedCopies } from '../copy-ports.ts'
import type { HosterDeps } from '../ports.ts'
import { copies } from './copy-items.ts'
import { createCopyKind, isProvider } from './copy-records.ts'
import { OfferKeeper } from './offer.ts'
import { PinnedWork, type FeedHost } from './pinned-work.ts'
import { forgetHead, loadHead } from './pinning-notes.ts'

/** What a hoster does with copies. */
export interface PinningOptions {
  /** Bytes of encoded copies that it offers. */
  readonly storageBytes: bigint
  /** Whether it gives its copies to others: it goes on until they have them, and offers nothing. */
  readonly isLeaving: boolean
}

/** @see createPinning */
export interface Pinning {
  onBlock(block: FinalizedBlock): Promise<void>
  /** Takes nothing more. It does not wait for its copies: they are for as long as somebody pays. */
  drain(): void
  close(): Promise<void>
}

/** The copies of that account. */
export function createPinning(
  account: Uint8Array,
  { storageBytes, isLeaving }: PinningOptions,
  deps: HosterDeps & { readonly copies: PinnedCopies; readonly duties: Duties; readonly host: FeedHost },
): Pinning {
  let isTidy = false
  const offer = new OfferKeeper(account, { storageBytes: isLeaving ? 0n : storageBytes }, deps)
  const works = new Set<PinnedWork>()
  // A storage that has failed to write takes nothing until it is opened anew, so the operator must start us again.
  const onFull = (): void => {
    deps.log.warn({}, 'the disk takes no copy: make room, and start this worker again; until then it offers no space')
    offer.change({ storageBytes: 0n })
  }
  const kind = createCopyKind(
    {
      account,
      part: 'hoster',
      isBegun: async (id) => (await loadHead(deps.journal, id)) !== undefined,
      begin: (id) => {
        const work = new PinnedWork({ account, id, isLeaving }, { ...deps, onFull })
        works.add(work)
        return work
      },
    },
    deps.chain,
  )
  const assignments: Assignments = createAssignments(account, kind, deps)
  /** Deletes the copies that ended or went to others while no process ran. */
  const tidy = async (): Promise<void> => {
    for (const stored of await deps.copies.list()) {
      const copy = await read(deps.chain, copies, stored.copy)
      if (copy && isProvider(copy, 'hoster', account)) continue
      try {
        await deps.copies.discard(stored)
        await forgetHead(deps.journal, stored.copy)
      } catch (error) {
        deps.log.warn({ copy: String(stored.copy), error: messageOf(error) }, 'a copy that ended could not be deleted')
      }
    }
    isTidy = true
  }
  return {
    async onBlock(block) {
      if (!isTidy) await tidy()
      await offer.onBlock(block.number)
      await assignments.onBlock(block)
      for (const work of works) if (work.over !== undefined) works.delete(work)
    },
    drain: () => void assignments.drain(),
    async close() {
      assignments.close()
      await Promise.all([...works].map((work) => work.closed()))
    },
  }
}
