/**
 * How members of a simulated coinflip speak to the arbiter.
 *
 * Owns: honest and dishonest conduct there. Does not own: what members say to each other (the strategies).
 */
import { blake2b256 } from '#types/crypto/hash.ts'
import { commitTo, sessionId, type ArbitratedAttempt, type ListedWord } from '#types/domain/coinflip/coinflip.ts'
import type { Random } from '#worker/simulation/random.ts'
import type { Appeal } from '../protocol/appeals.ts'
import { signMessage, takeSeat } from '../protocol/messages.ts'
import type { CoinflipOptions, Held } from '../protocol/terms.ts'

/** What the member sees. */
export interface Sight {
  readonly attempt: ArbitratedAttempt
  readonly rank: number
  readonly held: Held
}

/** What a member says in place of the honest appeal, which is absent where nothing is due. */
export type Conduct = (appeal: Appeal | undefined, sight: Sight) => Appeal | undefined

export const honest: Conduct = (appeal) => appeal

/** Says nothing to the arbiter. */
export const silent: Conduct = () => undefined

/** Demands without need, as early as it may. */
const needless: Conduct = (appeal, { attempt, rank, held }) => {
  const { state, block, openedAt, parameters, agreement } = attempt
  const word = held.words[rank]
  if (state.flip || agreement || !word || block < openedAt + Math.ceil((2 * parameters.coinflipWindow) / 3))
    return appeal
  return { kind: 'demand', words: [{ rank, body: word.body, signature: word.signature }] }
}

/** Brings its own entry in the last block of a window, and nothing of others. */
const late =
  (mostInclusion: number): Conduct =>
  (_, { attempt, rank, held }) => {
    const { flip } = attempt.state
    if (!flip || attempt.block < flip.until - mostInclusion) return undefined
    const [word, value] = [held.words[rank], held.values[rank]]
    if (flip.stage === 'Commit')
      return word && { kind: 'words', words: [{ rank, body: word.body, signature: word.signature }] }
    return value && { kind: 'values', values: [{ rank, value }] }
  }

/** Lists another word than the one that it told the members, so that it could choose its number last. */
const secondWord =
  (options: CoinflipOptions): Conduct =>
  (_, { attempt, rank }) => {
    const { flip } = attempt.state
    if (flip?.stage !== 'Commit' || flip.listed.some((word) => word.rank === rank)) return undefined
    return { kind: 'words', words: [forged(options, rank)] }
  }

function forged({ session, self, sign, value, auditKeyHash, reading }: CoinflipOptions, rank: number): ListedWord {
  const body = { commitment: commitTo(sessionId(session), self, blake2b256(value)), auditKeyHash }
  const { signature } = signMessage(takeSeat(session, self, sign, reading), { tag: 'Commit', value: body })
  return { rank, body, signature }
}

/** The conduct of a dishonest member, drawn. */
export function drawConduct(random: Random, options: CoinflipOptions, mostInclusion: number): Conduct {
  const conducts: readonly Conduct[] = [honest, silent, needless, late(mostInclusion), secondWord(options)]
  return conducts[random.below(conducts.length)]!
}
