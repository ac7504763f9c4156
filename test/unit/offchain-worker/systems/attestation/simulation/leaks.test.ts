/** Leaking attestors in a world of rounds: a hoster that buys of them gets their own audits, and nothing of the others'. */
import { describe, expect, test } from 'vitest'
import { blake2b256 } from '#types/crypto/hash.ts'
import { hideMagic } from '#types/domain/coinflip/coinflip.ts'
import { permutation } from '#types/domain/draw.ts'
import { GOOD_CONDITIONS } from '#worker/simulation/conditions.ts'
import { identityOf, sessionIdentities } from '#worker/simulation/identities.ts'
import { Leaks, type SlotsOf } from '#worker/systems/attestation/simulation/leaks.ts'
import { runRounds } from '#worker/systems/attestation/simulation/play.ts'
import { worldOf } from '#worker/systems/attestation/simulation/run.ts'
import type { RoundsResult } from '#worker/systems/attestation/simulation/terms.ts'
import type { Coinflip } from '#worker/systems/coinflip/protocol/terms.ts'

const PEERS = 10

const play = (hoster: 'audit-buyer' | 'slot-buyer', leaking: number, sessions = 1): Promise<RoundsResult> =>
  runRounds(
    worldOf(
      {
        peers: PEERS,
        hosters: 1,
        sessions,
        hoster,
        lost: 0,
        dishonest: leaking,
        strategy: 'leaking',
        seed: '1',
        json: false,
      },
      GOOD_CONDITIONS,
    ),
  )
const verdicts = ({ closed }: RoundsResult): string[] =>
  closed.map(({ verdict, served, unserved }) => `${verdict} ${served}/${unserved}`)

describe('a hoster that serves leaking attestors only', () => {
  test.each([
    [1, 'Fail 1/9'],
    [3, 'Fail 3/7'],
    [7, 'Pass 7/3'],
  ])('gets of %i among ten: %s', async (leaking, verdict) => {
    const result = await play('audit-buyer', leaking)
    expect(verdicts(result)).toEqual([verdict])
    expect(result.readers.sessions).toBeGreaterThan(10)
    expect(result.readers.refused).toBe(result.readers.sessions)
    for (const { attestor, result: finding, received } of result.audits) {
      if (attestor < leaking) expect(finding).toBe('served')
      else expect([finding, received]).toEqual(['unserved', 0])
    }
    expect(result.breaches).toEqual([])
  })

  test.each([4, 6])('gets of %i among ten a draw after the other, and no verdict', async (leaking) => {
    const result = await play('audit-buyer', leaking)
    expect(verdicts(result)).toEqual(Array.from({ length: 4 }, () => `Inconclusive ${leaking}/${PEERS - leaking}`))
    expect(result.breaches).toEqual([])
  })
})

test('a hoster that buys the order of the slots passes, and may refuse readers in the sold ones only', async () => {
  const result = await play('slot-buyer', 4, 3)
  // Slots overlap a little, so a draw can be inconclusive by chance; the redraw of that round passes.
  const closed = result.closed.map(({ verdict }) => verdict)
  expect(closed.filter((verdict) => verdict === 'Pass')).toHaveLength(3)
  expect(closed.length).toBeLessThanOrEqual(4)
  expect(closed).not.toContain('Fail')
  const { sessions, refused } = result.readers
  expect(refused).toBeGreaterThan(sessions / 10)
  // The sold slots are four of ten.
  expect(refused).toBeLessThan(sessions / 2)
  expect(result.breaches).toEqual([])
})

test('a bought number tells whose slot it is, and refuses all but the keys of the sellers in theirs', () => {
  const members = sessionIdentities(5)
  const [hoster, reader] = [identityOf('hoster').publicKey, identityOf('reader').publicKey]
  const magic = blake2b256(hoster)
  const exit = { magic, value: magic, transcript: [], transcriptRoot: magic }
  const held = { words: [], values: [], lies: [] }
  const knowing: Coinflip = { phase: 'Confirm', held, step: () => [{ kind: 'exit', exit }] }
  const leaks = new Leaks()
  const seller = leaks.member(knowing, members[2]!.publicKey)
  const record: SlotsOf = {
    hosterKey: hoster,
    auditFrom: 110,
    endsAt: 160,
    members: members.map(({ publicKey }) => ({ account: publicKey, noiseKey: publicKey })),
    agreement: { transcript: [], hiddenMagic: hideMagic(magic) },
  }
  const refuses = leaks.refusing('slots', hoster)
  const refused = (): number[] =>
    Array.from({ length: 62 }, (_, i) => 100 + i).filter((block) => {
      leaks.onBlock(block, [record])
      return refuses([], reader)
    })
  expect(refused()).toEqual([])
  seller.step({ kind: 'start' })
  const place = permutation(magic, 'slot', 5).indexOf(2)
  expect(refused()).toEqual(Array.from({ length: 10 }, (_, i) => 110 + 10 * place + i))
  leaks.onBlock(110 + 10 * place, [record])
  expect(leaks.refusing('slots', reader)([], reader)).toBe(false)
})
