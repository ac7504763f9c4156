/**
 * The proven lies in an attestor's notes.
 *
 * Owns: which lie of a member is kept. Does not own: proving it (the ledger of a session).
 */
import { equalBytes } from '#types/bytes.ts'
import { accusedBy, spoilsNumber, type Evidence } from '#types/domain/coinflip/coinflip.ts'

/**
 * The kept lies with those that were proven since, one of each member; `undefined` where nothing is new. Two commitments take the place
 * of any other lie: only they spoil an attempt, so a member that convicts itself of less must not hide them. What an earlier process
 * kept stays.
 */
export function withLies(kept: readonly Evidence[], proven: readonly Evidence[]): readonly Evidence[] | undefined {
  const lies = [...kept]
  for (const lie of proven) {
    const at = lies.findIndex((other) => equalBytes(accusedBy(other), accusedBy(lie)))
    if (at === -1) lies.push(lie)
    else if (spoilsNumber(lie) && !spoilsNumber(lies[at]!)) lies[at] = lie
  }
  return lies.length > kept.length || lies.some((lie, at) => lie !== kept[at]) ? lies : undefined
}
