/**
 * Failures of copies in pallet Hosting: which providers go, who is blamed, and when the copy is tried again.
 *
 * Owns: these consequences. Does not own: finding that a copy has failed (encoding and challenges).
 *
 * A copy that was whole is given to others at once. One that never came that far waits longer after each try, and after some tries as
 * long as for missing providers. A copy that begins anew gets another hoster and another encoder, even where only one is to blame: in
 * its new generation the old segments are worth nothing.
 */
import type { Copy } from '#types/domain/hosting/contract.ts'
import type { CopyFaultName } from '#types/domain/hosting/market.ts'
import type { Contracts } from './contracts.ts'
import type { Copies } from './copies.ts'
import { isServed, type Site } from './sites.ts'
import type { HostingSelf } from './state.ts'

/** The provider of a copy that is to blame. */
type Blamed = 'Hoster' | 'Encoder'

/** So many disputes in a row blame nobody. An account that has more of them without a whole copy between is not the unlucky one. */
const FREE_DISPUTES = 2

/** The functions by which steps let a copy fail. */
export function createFailures({ storage, emit, uses, block }: HostingSelf, copies: Copies, contracts: Contracts) {
  const tell = ({ id, copy }: Site, fault: CopyFaultName, role: Blamed | undefined): void => {
    const blamed = (role === 'Hoster' ? copy.hoster : role && copy.encoder)?.account
    if (blamed && role) uses.workers.rate(blamed, role, 'failure')
    emit.CopyFailed({ copy: id, generation: copy.generation, fault, blamed })
  }

  const bar = (id: bigint, ...providers: readonly (Copy['hoster'] | undefined)[]): void =>
    storage.barred.put(
      id,
      providers.flatMap((provider) => (provider ? [provider.account] : [])),
    )

  /** Blocks until the next try, and how many have failed by then. */
  const nextTry = ({ copy }: Site): { readonly pause: number; readonly tries: number } => {
    const { setupTries, retryPause, queuePause } = storage.parameters.get()
    if (isServed(copy)) return { pause: 1, tries: 0 }
    const tries = copy.tries + 1
    return tries < setupTries ? { pause: retryPause * 2 ** copy.tries, tries } : { pause: queuePause, tries: 0 }
  }

  /** Gives a copy to other providers, from its first block on, after the failure was told. */
  const restart = (site: Site): void => {
    const { id, copy } = site
    const { pause, tries } = nextTry(site)
    const isGivenUp = !isServed(copy) && tries === 0
    if (isGivenUp && contracts.isLost(site)) return contracts.end(copy.contract, 'Lost')
    if (isServed(copy) && copy.isLeaving) {
      contracts.endCopy(id)
    } else {
      copies.put(id, { ...copies.vacated(site), tries, due: block() + pause })
      bar(id, copy.hoster, copy.encoder)
    }
    contracts.settle(copy.contract, isServed(copy))
  }

  return {
    /** Begins a copy anew after its encoder was convicted, and lost reputation for it. */
    convicted(site: Site, encoder: Uint8Array): void {
      const { id, copy } = site
      emit.CopyFailed({ copy: id, generation: copy.generation, fault: 'BadEncoding', blamed: encoder })
      restart(site)
    },
    /**
     * Begins a copy anew whose hoster and encoder have told different roots. Nobody can tell whose fault that is, but an account that
     * always has such disputes is blamed for the later ones.
     */
    disputed(site: Site): void {
      const { id, copy } = site
      const parties = [['Hoster', copy.hoster!.account] as const, ['Encoder', copy.encoder!.account] as const]
      const blamed = parties.filter(([role, account]) => {
        const disputes = storage.disputes.get(account) + 1
        storage.disputes.put(account, disputes)
        if (disputes > FREE_DISPUTES) uses.workers.rate(account, role, 'failure')
        return disputes > FREE_DISPUTES
      })
      const only = blamed.length === 1 ? blamed[0]![1] : undefined
      emit.CopyFailed({ copy: id, generation: copy.generation, fault: 'RootsDiffer', blamed: only })
      restart(site)
    },
    /** Begins a copy anew. @param role to blame; none where nobody can tell */
    anew(site: Site, fault: CopyFaultName, role?: Blamed): void {
      tell(site, fault, role)
      restart(site)
    },
    /** Has another encoder go on where the segments end; after too many encoders, the copy begins anew. */
    replaceEncoder(site: Site, fault: CopyFaultName): void {
      const { id, copy } = site
      const { pause, tries } = nextTry(site)
      tell(site, fault, 'Encoder')
      if (tries === 0) return restart(site)
      copies.put(id, { ...copies.dismissEncoder(site), state: 'Vacant', tries, due: block() + pause })
      bar(id, copy.encoder)
      contracts.settle(copy.contract)
    },
  }
}

/** @see createFailures */
export type Failures = ReturnType<typeof createFailures>
