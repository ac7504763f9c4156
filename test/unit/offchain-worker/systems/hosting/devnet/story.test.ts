/** Hosting as people read it: every copy from its draw to its repair. */
import { expect, test } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { hostingEvents } from '#types/domain/hosting/market.ts'
import { encode } from '#types/scale/codec.ts'
import { struct, type Values } from '#types/scale/compound.ts'
import { tellHosting } from '#worker/systems/hosting/devnet/story.ts'
import { eventCalled, fakeClient } from '../../../devnet/fakes.ts'

const HASH = new Uint8Array(32).fill(5)
const FEED = new Uint8Array(32).fill(7)
const hoster = keypairFromSuri('//Hoster').accountId
const encoder = keypairFromSuri('//Encoder').accountId
const nameOf = (account: Uint8Array): string => (toHex(account) === toHex(hoster) ? 'hoster' : 'encoder')
const copy = { copy: 3n, generation: 1 } as const
const end = { to: 16, leaves: 524n, root: new Uint8Array(32).fill(9) }

type EventName = keyof typeof hostingEvents

async function told<K extends EventName>(name: K, values: Values<(typeof hostingEvents)[K]>) {
  const event = eventCalled('Hosting', name, encode(struct(hostingEvents[name]), values))
  const block = { number: 12, hash: HASH, events: [event] }
  return tellHosting(event, block, { chain: fakeClient(), nameOf })
}

test('the draw, the key, the roots and the first day of a copy', async () => {
  const provider = (account: Uint8Array) => ({ account, noiseKey: HASH })
  const assigned = { ...copy, contract: 0, feed: FEED, from: 4, hoster: provider(hoster), encoder: provider(encoder) }
  expect(await told('CopyAssigned', assigned)).toMatchObject([
    {
      notice: { kind: 'copy-assigned', block: 12, copy: 3n, hoster: 'hoster', encoder: 'encoder' },
      sentence: '#12 copy 3: the beacon drew hoster to keep it, and encoder to encode it from block 4 on',
    },
  ])
  expect(await told('CopyAccepted', { ...copy, modulus: new Uint8Array(128), until: 40 })).toMatchObject([
    { sentence: '#12 copy 3: its encoder has a key of 1024 bits, and time until block 40' },
  ])
  expect(await told('SegmentMatched', { ...copy, end })).toMatchObject([
    { sentence: expect.stringMatching(/^#12 copy 3: encoder and hoster tell the same root 0x09.*… over 524 leaves$/) },
  ])
  expect(await told('CopyLive', { ...copy, contract: 0, hoster })).toMatchObject([
    { notice: { kind: 'copy-live', hoster: 'hoster' }, sentence: '#12 copy 3 is live at hoster', tone: 'good' },
  ])
  const amount = 25n * 10n ** 11n
  expect(await told('Paid', { feed: FEED, ...copy, who: hoster, amount, for: 'Storage' })).toMatchObject([
    { notice: { who: 'hoster' }, sentence: '#12 hoster earned 2.5000 ASY by copy 3, for keeping it' },
  ])
})

test('a failure says why, and who answers for it', async () => {
  expect(await told('CopyFailed', { ...copy, fault: 'StorageMissed', blamed: hoster })).toMatchObject([
    { sentence: '#12 copy 3 failed: its hoster missed two challenges in a row; hoster loses reputation', tone: 'bad' },
  ])
  expect(await told('CopyFailed', { ...copy, fault: 'RootsDiffer', blamed: undefined })).toMatchObject([
    { sentence: '#12 copy 3 failed: encoder and hoster told different roots' },
  ])
})

test('an offer says what it is, and one of nothing says so', async () => {
  const offered = (storageBytes: bigint, encodingBytesPerBlock: number) =>
    told('Offered', { provider: hoster, storageBytes, encodingBytesPerBlock })
  expect(await offered(2n ** 20n, 65_536)).toMatchObject([
    { sentence: '#12 hoster offers to keep 1 MiB of copies and to encode 64 KiB in a block’s time' },
  ])
  expect(await offered(0n, 0)).toMatchObject([{ sentence: '#12 hoster offers nothing more' }])
})

test('every event of a copy, a contract or money is told; a change of parameters is not', async () => {
  const names = Object.keys(hostingEvents) as EventName[]
  const silent: string[] = []
  for (const name of names) {
    const event = eventCalled('Hosting', name)
    const steps = await tellHosting(
      event,
      { number: 1, hash: HASH, events: [] },
      { chain: fakeClient(), nameOf },
    ).catch(() => 'told')
    if (steps !== 'told') silent.push(name)
  }
  expect(silent).toEqual(['ParametersChanged'])
})
