/**
 * The work of `assay fund` and `assay workers`.
 *
 * Owns: reading and submitting for them, and their output. Does not own: finding accounts and submitting (terminal/operator.ts).
 */
import { toSs58 } from '#types/crypto/ss58.ts'
import { formatAmount } from '#types/domain/amount.ts'
import { workerCalls } from '#types/domain/worker.ts'
import { MultiAddress } from '#types/scale/multi-address.ts'
import { compactU128 } from '#types/scale/compound.ts'
import { callOf, encodeCall, read, readEntries } from '#chain/api/descriptors.ts'
import { accounts, bonds, workers } from '../kernel/chain-items.ts'
import { accountOf, createKnownNames, signerOf, submitCall, withChain } from '../terminal/operator.ts'
import { createTell } from '../terminal/output.ts'
import { printable } from '../terminal/shown.ts'
import { tableLines } from '../terminal/table.ts'

const transfer = callOf('Balances', 'transferKeepAlive', { dest: MultiAddress, value: compactU128 })
const CALLS = {
  pause: callOf('Workers', 'pause', workerCalls.pause),
  resume: callOf('Workers', 'resume', workerCalls.resume),
} as const

interface Shared {
  readonly endpoint: string
  readonly json: boolean
}

/** Sends `amount` of the smallest unit. @param options.to name, secret or address. @throws AssayError `CALL_FAILED`, `BAD_ACCOUNT` */
export async function fund(
  options: Shared & { readonly payer: string; readonly to: string; readonly amount: bigint },
): Promise<void> {
  const { endpoint, payer, to, amount, json } = options
  const account = accountOf(to)
  await withChain({ endpoint, secret: signerOf(payer), requires: [transfer, accounts] }, async (chain) => {
    const call = encodeCall(transfer, { dest: { tag: 'Id', value: account }, value: amount })
    const block = await submitCall(chain, call)
    const free = (await read(chain, accounts, account))?.data.free ?? 0n
    const address = toSs58(account)
    createTell(json)(
      { kind: 'funded', address, amount, free, block },
      `${payer} sent ${formatAmount(amount)} to ${address} in block ${block}; it has ${formatAmount(free)}`,
    )
  })
}

/**
 * Prints the registered workers, ordered by the names that their operators chose. Several may have chosen the same, so their addresses
 * stand beside them, and the names of accounts whose secrets everybody knows.
 */
export async function listWorkers({ endpoint, json }: Shared): Promise<void> {
  await withChain({ endpoint, requires: [workers, bonds] }, async (chain) => {
    const found = await readEntries(chain, workers)
    const knownName = createKnownNames(found.length)
    const listed = await Promise.all(
      found.map(async ([[account], record]) => ({
        name: record.name,
        knownAs: knownName(account),
        address: toSs58(account),
        roles: record.roles,
        status: record.status,
        duties: record.duties,
        capacity: record.capacity,
        bond: (await read(chain, bonds, account))?.held ?? 0n,
        lastSeen: record.lastSeen,
      })),
    )
    const byName = new Intl.Collator('en', { numeric: true })
    const ordered = listed.toSorted((a, b) => byName.compare(a.name, b.name) || byName.compare(a.address, b.address))
    const rows = ordered.map((worker) => [
      printable(worker.name),
      worker.roles.join(', ').toLowerCase(),
      worker.status.toLowerCase(),
      `${worker.duties} of ${worker.capacity}`,
      formatAmount(worker.bond),
      worker.address,
      worker.knownAs ?? '',
    ])
    const lines = tableLines([['name', 'role', 'status', 'duties', 'bond', 'address', 'known as'], ...rows])
    createTell(json)({ kind: 'workers', workers: ordered }, ...(rows.length > 0 ? lines : ['no worker is registered']))
  })
}

/** Pauses or resumes a worker as its account. @throws AssayError `CALL_FAILED`, `NO_SECRET` */
export async function setStatus(
  call: keyof typeof CALLS,
  { endpoint, worker, json }: Shared & { readonly worker: string },
): Promise<void> {
  const secret = signerOf(worker)
  await withChain({ endpoint, secret, requires: [CALLS[call]] }, async (chain) => {
    const block = await submitCall(chain, encodeCall(CALLS[call], {}))
    const status = call === 'pause' ? 'Paused' : 'Active'
    const address = toSs58(accountOf(worker))
    createTell(json)(
      { kind: 'status', address, status, block },
      `${worker} is ${status.toLowerCase()} since block ${block}`,
    )
  })
}
