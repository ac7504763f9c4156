/**
 * The copies on chain that are ours, as hoster or as encoder.
 *
 * Owns: finding and reading them. Does not own: the work on them.
 */
import type { ChainPort, FinalizedBlock } from '#chain/api/chain-port.ts'
import { decodeEvent, read, readEntriesOf } from '#chain/api/descriptors.ts'
import { equalBytes } from '#types/bytes.ts'
import type { Contract, Copy, Provider } from '#types/domain/hosting/contract.ts'
import type { HostingParameters } from '#types/domain/hosting/market-parameters.ts'
import type { Assignment, AssignmentKind } from '#worker/kernel/assignments.ts'
import { blockReader } from '#worker/kernel/block-events.ts'
import type { NamesCopy } from '../copy-ports.ts'
import { contracts, copies, copiesOf, copyAssigned, hostingParameters } from './copy-items.ts'

/** A copy with its contract. */
export interface CopyRecord {
  readonly id: bigint
  readonly copy: Copy
  readonly contract: Contract
}

/** The first block of the present segment. */
export const segmentStart = ({ copy, contract }: Pick<CopyRecord, 'copy' | 'contract'>): number =>
  copy.segments.at(-1)?.to ?? contract.from

/** The work on a copy. */
export type CopyWork = Assignment<CopyRecord, HostingParameters>

/** @see createCopyKind */
export interface CopyKindOptions {
  readonly account: Uint8Array
  /** In which part of a copy the account is looked for. */
  readonly part: 'hoster' | 'encoder'
  readonly isBegun: (id: bigint, record: CopyRecord) => Promise<boolean>
  readonly begin: (id: bigint) => CopyWork
}

/** Whether that account has that part in a copy which is not over. */
export const isProvider = (copy: Copy, part: CopyKindOptions['part'], account: Uint8Array): boolean => {
  const provider: Provider | undefined = copy[part]
  return copy.state !== 'Ended' && provider !== undefined && equalBytes(provider.account, account)
}

const assignedIn = blockReader((event) => decodeEvent(copyAssigned, event))

class CopyKind implements AssignmentKind<string, CopyRecord, HostingParameters, NamesCopy> {
  readonly #options: CopyKindOptions
  readonly #chain: ChainPort

  constructor(options: CopyKindOptions, chain: ChainPort) {
    this.#options = options
    this.#chain = chain
  }

  async underWay(): Promise<readonly string[]> {
    const entries = await readEntriesOf(this.#chain, copiesOf, this.#options.account)
    return entries.map(([[, id]]) => String(id))
  }

  begunIn(block: FinalizedBlock): readonly string[] {
    const { account, part } = this.#options
    return assignedIn(block).flatMap((assigned) =>
      equalBytes(assigned[part].account, account) ? [String(assigned.copy)] : [],
    )
  }

  async read(key: string): Promise<CopyRecord | undefined> {
    const id = BigInt(key)
    const copy = await read(this.#chain, copies, id)
    const contract = copy && (await read(this.#chain, contracts, copy.contract))
    return contract && { id, copy, contract }
  }

  isOurs({ copy }: CopyRecord): boolean {
    return isProvider(copy, this.#options.part, this.#options.account)
  }

  isBegun(key: string, record: CopyRecord): Promise<boolean> {
    return this.#options.isBegun(BigInt(key), record)
  }

  readShared(): Promise<HostingParameters | undefined> {
    return read(this.#chain, hostingParameters)
  }

  begin(key: string): CopyWork {
    return this.#options.begin(BigInt(key))
  }

  names(key: string): NamesCopy {
    return { copy: key }
  }
}

/** The copies in which that account has that part. */
export const createCopyKind = (
  options: CopyKindOptions,
  chain: ChainPort,
): AssignmentKind<string, CopyRecord, HostingParameters, NamesCopy> => new CopyKind(options, chain)
