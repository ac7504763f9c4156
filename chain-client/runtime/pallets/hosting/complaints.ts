/**
 * Complaints about encodings in pallet Hosting: what follows for the encoder, or for the account that complained.
 *
 * Owns: these consequences, and the deposit of a complaint. Does not own: the judgement (copy/complaint.ts of the domain).
 *
 * An account that complains without proof costs every node the work of judging. So it pays, also where the encoding is good. A proven
 * complaint costs no fee. Nobody earns by one: an encoder that convicted itself would get its own bond back.
 */
import { judge, type EncodingComplaint } from '#types/domain/hosting/copy/complaint.ts'
import type { Segment } from '#types/domain/hosting/copy/segment.ts'
import type { Encoding } from './encoding.ts'
import type { Failures } from './failures.ts'
import type { Pools } from './pools.ts'
import type { Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

const TOKEN = 10n ** 12n
/** What an account loses whose complaint convicts nobody. */
export const COMPLAINT_DEPOSIT = TOKEN

/** The rooms of the pallet that complaints need. */
interface Rooms {
  readonly pools: Pools
  readonly failures: Failures
  readonly encoding: Encoding
}

/** The functions by which a call accuses an encoder. */
export function createComplaints({ emit, uses }: HostingSelf, { pools, failures, encoding }: Rooms) {
  return {
    /** A segment of a copy: one that both have told, or after these the one that its encoder has told; otherwise undefined. */
    segmentAt(site: Site, at: number): Segment | undefined {
      const { segments, pending } = site.copy
      return segments[at] ?? (at === segments.length && pending ? encoding.segmentOf(site, pending) : undefined)
    },
    /** Judges a complaint. @returns whether it convicts the encoder of the segment */
    judge(site: Site, segment: Segment, complaint: EncodingComplaint, complainer: Uint8Array): boolean {
      const { id, copy, contract } = site
      const { generation } = copy
      const identity = {
        genesis: uses.system.blockHash(0)!,
        feed: contract.feed,
        copy: id,
        generation,
        modulus: segment.modulus,
      }
      if (judge({ identity, segment, tree: contract.tree }, complaint) === 'bad') {
        uses.workers.rate(segment.encoder, 'Encoder', 'malice')
        pools.fine(contract.feed, segment.encoder)
        failures.convicted(site, segment.encoder)
        return true
      }
      uses.balances.burn(complainer, COMPLAINT_DEPOSIT, 'preserve')
      emit.ComplaintRefuted({ copy: id, generation, complainer })
      return false
    },
  }
}
