/**
 * The strategies of a simulated market: who cheats how, among whom.
 *
 * Owns: the casts. Does not own: playing them.
 *
 * In each cast one owner, the cheat, has a third of the hosters or of the encoders, or of both. The others are honest, and each has one
 * account.
 */
import type { EncoderConduct, HosterConduct, MarketFeed, MarketOptions, Participant } from './terms.ts'

/** The owner whose accounts cheat. */
export const CHEAT = 'cheat'
const HOSTERS = 12
const ENCODERS = 12
const FEEDS = 4
const COPIES = 3
/** Of the cheat, in each role. */
const ACCOUNTS = 4

/** Who takes part. */
export type Cast = Pick<MarketOptions, 'participants' | 'feeds' | 'copies'>

/** What the accounts of the cheat do. */
interface Cheating {
  readonly hosters?: HosterConduct
  readonly encoders?: EncoderConduct
  /** What it does as the supporter of the first feed. */
  readonly supporter?: MarketFeed['conduct']
  /** Whether all feeds are its own: it publishes them, and pays for them. */
  readonly isPublisher?: boolean
}

/** @see STRATEGIES */
export interface Strategy {
  readonly describe: string
  readonly cheating: Cheating
  /** Whether the cheat wants hosting, and not money. */
  readonly countsHosting?: boolean
}

/** A hoster that has dropped this share. */
const drops = (share: number): Cheating => ({ hosters: { kind: 'drops', share } })

/** All strategies of a market, by name. @param dropped share of leaves that a hoster drops */
export const strategiesWith = (dropped: number): Readonly<Record<string, Strategy>> => ({
  'drops-leaves': {
    describe: `a hoster drops ${dropped * 100} % of its leaves, and keeps their hashes`,
    cheating: drops(dropped),
  },
  'keeps-hashes': { describe: 'a hoster keeps nothing but hashes', cheating: drops(1) },
  fetches: {
    describe: 'a hoster keeps nothing, and fetches what it is asked for from another hoster',
    cheating: { hosters: { kind: 'fetches' } },
  },
  'keeps-plain': {
    describe: 'a hoster keeps the plain feed instead of its copy',
    cheating: { hosters: { kind: 'keeps-plain' } },
  },
  'same-copy': { describe: 'an encoder gives the same copy to several hosters', cheating: { encoders: 'same-copy' } },
  junk: { describe: 'an encoder encodes nothing, and sends junk', cheating: { encoders: 'junk' } },
  'one-key': { describe: 'an encoder uses one key for several copies', cheating: { encoders: 'one-key' } },
  withdraws: {
    describe: 'a supporter takes back all that it can, while its feed is hosted',
    cheating: { supporter: 'withdraws' },
    countsHosting: true,
  },
  'self-dealer': {
    describe: 'one owner publishes, pays, encodes and hosts, and keeps nothing of what it encodes for itself',
    cheating: { hosters: { kind: 'in-ring' }, encoders: 'in-ring', isPublisher: true },
  },
  ring: {
    describe: 'one owner encodes and hosts feeds of others, and keeps nothing of what it encodes for itself',
    cheating: { hosters: { kind: 'in-ring' }, encoders: 'in-ring' },
  },
})

const HONEST_HOSTER: HosterConduct = { kind: 'honest' }

const many = <T>(count: number, make: (number: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, number) => make(number))

/** The cast of a strategy. @param isHonest whether the accounts of the cheat behave */
export function castOf({ cheating }: Strategy, isHonest: boolean): Cast {
  const { hosters, encoders, supporter, isPublisher = false } = cheating
  const participants: readonly Participant[] = [
    ...many(HOSTERS, (number): Participant => {
      const name = `hoster/${number}`
      const isCheat = hosters !== undefined && number < ACCOUNTS
      const conduct = isCheat && !isHonest ? hosters : HONEST_HOSTER
      return { name, owner: isCheat ? CHEAT : name, role: 'Hoster', conduct }
    }),
    ...many(ENCODERS, (number): Participant => {
      const name = `encoder/${number}`
      const isCheat = encoders !== undefined && number < ACCOUNTS
      const conduct = isCheat && !isHonest ? encoders : 'honest'
      return { name, owner: isCheat ? CHEAT : name, role: 'Encoder', conduct }
    }),
  ]
  const feeds = many(FEEDS, (number): MarketFeed => {
    const name = `supporter/${number}`
    const isCheat = isPublisher || (supporter !== undefined && number === 0)
    const conduct = isCheat && !isHonest && supporter ? supporter : 'honest'
    return { publisher: `publisher/${number}`, supporter: name, owner: isCheat ? CHEAT : name, conduct }
  })
  return { participants, feeds, copies: COPIES }
}
