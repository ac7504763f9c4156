/** The words for the end of an attempt: the agreed number, liars and the absent by key. */
import { expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { hideMagic, type Session } from '#types/domain/coinflip/coinflip.ts'
import type { AttemptEnd } from '#worker/systems/coinflip/session/local-arbiter.ts'
import type { MemberExit } from '#worker/systems/coinflip/standalone/channel.ts'
import { verdictOn } from '#worker/systems/coinflip/standalone/verdict.ts'
import { sessionIdentities } from '#worker/simulation/identities.ts'

const members = sessionIdentities(4).map(({ publicKey }) => publicKey)
const session: Session = { genesisHash: new Uint8Array(32), round: 0, attempt: 0, members }
const keys = members.map(toHex)
const number = new Uint8Array(32).fill(1)
const root = new Uint8Array(32).fill(2)
const exit = (magic: Uint8Array): MemberExit => ({
  magic: toHex(magic),
  transcriptRoot: toHex(root),
  transcript: [],
  lies: [],
})
const agreed = (convicted: readonly number[], by: 'votes' | 'numbers' = 'votes'): AttemptEnd => ({
  kind: 'agreed',
  by,
  block: 3,
  convicted,
  agreement: { transcript: [], hiddenMagic: hideMagic(number) },
})
const lies = new Map([[1, 'BadPing']])

test('the agreed number is the one that was voted for, also where every voter is convicted', () => {
  const exits = new Map([
    [keys[0]!, exit(new Uint8Array(32))],
    [keys[1]!, exit(number)],
  ])
  expect(verdictOn({ session, end: agreed([0, 1]), exits, told: undefined, lies })).toEqual({
    kind: 'agreed',
    magic: toHex(number),
    transcriptRoot: toHex(root),
    liars: [keys[0], keys[1]],
    lies: ['', 'BadPing'],
  })
})

test('a number that members told to the arbiter needs no vote', () => {
  const told = { magic: number, transcriptRoot: root }
  const verdict = verdictOn({ session, end: agreed([], 'numbers'), exits: new Map(), told, lies })
  expect(verdict).toMatchObject({ kind: 'agreed', magic: toHex(number), transcriptRoot: toHex(root), liars: [] })
})

test('the absent and the convicted are dropped, each once', () => {
  const end: AttemptEnd = { kind: 'restarted', block: 9, absent: [1, 2], afterGate: true, convicted: [1] }
  expect(verdictOn({ session, end, exits: new Map(), told: undefined, lies })).toEqual({
    kind: 'dropped',
    dropped: [keys[1], keys[2]],
    absent: [keys[1], keys[2]],
    afterGate: true,
    liars: [keys[1]],
    lies: ['BadPing'],
  })
  const over: AttemptEnd = { kind: 'over', block: 29, convicted: [] }
  expect(verdictOn({ session, end: over, exits: new Map(), told: undefined, lies })).toEqual({ kind: 'over' })
})
