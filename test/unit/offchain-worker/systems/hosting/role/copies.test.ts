/** Encoders and hosters on the real pallets: a copy is made, proven and given on, whoever is killed, gone or dishonest. */
import { describe, expect, test } from 'vitest'
import { encodeCall } from '#chain/api/descriptors.ts'
import { commitSegment } from '#worker/systems/hosting/role/copy-items.ts'
import { shareOf } from '#worker/systems/hosting/role/copy-faults.ts'
import { CopyStage, feed, happened } from '../../../../../helpers/hosting/copy-stage.ts'
import { memoryCodec } from '../../../../../helpers/hosting/memory-copies.ts'

const kinds = (progress: readonly { readonly kind: string }[]): readonly string[] => progress.map(({ kind }) => kind)

test('a copy is encoded, confirmed, proven and paid for; the key is gone when it is whole', async () => {
  const stage = new CopyStage()
  await stage.begin()
  const { segments, generation } = await stage.toState(0n, 'Live')
  expect(segments).toMatchObject([{ from: 0, to: feed.blocks.length }])
  expect(generation).toBe(0)
  await stage.until('a proof', () => stage.all(happened.proven).length >= 2)
  expect([...stage.keys.values()].flatMap(({ kept }) => [...kept.keys()])).toEqual([])
  expect([...stage.served.values()]).toEqual([1])
  const encoder = stage.encoders.find(({ progress }) => kinds(progress).includes('encoded'))!
  expect(encoder.codec.made()).toBe(feed.blocks.length)
  expect([stage.all(happened.failed), stage.all(happened.missed), stage.refused, stage.broken]).toEqual([
    [],
    [],
    [],
    [],
  ])
})

test('several copies go to several hosters, each under a key of its own', async () => {
  const stage = new CopyStage({ encoders: 3, hosters: 3 })
  await stage.begin(2)
  const first = await stage.toState(0n, 'Live')
  const second = await stage.toState(1n, 'Live')
  expect(first.segments[0]!.modulus).not.toEqual(second.segments[0]!.modulus)
  expect(first.hoster!.account).not.toEqual(second.hoster!.account)
  expect([stage.all(happened.failed), stage.refused, stage.broken]).toEqual([[], [], []])
})

describe('a process that is killed goes on where it was', () => {
  test.each(['duty-taken', 'key-made', 'encoding', 'encoded', 'duty-ended'])('an encoder at %s', async (kind) => {
    const stage = new CopyStage()
    await stage.begin()
    await stage.until(kind, () => stage.encoders.some(({ progress }) => kinds(progress).includes(kind)))
    const encoder = stage.encoders.find(({ progress }) => kinds(progress).includes(kind))!
    stage.crash(encoder)
    await stage.blocks(1)
    stage.start(encoder)
    await stage.toState(0n, 'Live')
    await stage.until('a proof', () => stage.all(happened.proven).length >= 1)
    expect([stage.all(happened.failed), stage.refused, stage.broken]).toEqual([[], [], []])
    expect([...stage.keys.values()].flatMap(({ kept }) => [...kept.keys()])).toEqual([])
  })

  test.each(['duty-taken', 'pinning', 'pinned', 'hosting', 'challenged'])('a hoster at %s', async (kind) => {
    const stage = new CopyStage()
    await stage.begin()
    await stage.until(kind, () => stage.hosters.some(({ progress }) => kinds(progress).includes(kind)))
    const hoster = stage.hosters.find(({ progress }) => kinds(progress).includes(kind))!
    stage.crash(hoster)
    await stage.blocks(1)
    stage.start(hoster)
    await stage.toState(0n, 'Live')
    await stage.until('proofs', () => stage.all(happened.proven).length >= 2)
    expect([stage.all(happened.failed), stage.all(happened.missed), stage.refused, stage.broken]).toEqual([
      [],
      [],
      [],
      [],
    ])
  })
})

test('an encoder that is killed before it commits makes no block again that it has noted', async () => {
  const stage = new CopyStage()
  await stage.begin()
  await stage.until('the end', () => stage.encoders.some(({ progress }) => kinds(progress).includes('encoded')))
  const encoder = stage.encoders.find(({ progress }) => kinds(progress).includes('encoded'))!
  stage.crash(encoder)
  stage.start(encoder)
  await stage.toState(0n, 'Live')
  expect(encoder.codec.made()).toBe(feed.blocks.length)
})

describe('an encoder that is gone', () => {
  test('for ever: the hoster closes its segment by the last checkpoint, and another one goes on from there', async () => {
    const stage = new CopyStage()
    await stage.begin()
    await stage.toState(0n, 'Encoding')
    const encoder = stage.partyOf(0n, 'encoder')!
    // It sends five blocks, signs for them after five seconds, and is gone.
    const { codec } = encoder
    encoder.codec = {
      ...codec,
      encode: (...args) => (codec.made() < 5 ? codec.encode(...args) : new Promise(() => {})),
    }
    await stage.until('a checkpoint', () => stage.hosters.some(({ progress }) => kinds(progress).includes('pinning')))
    stage.crash(encoder)
    const { segments, generation } = await stage.toState(0n, 'Live')
    expect(generation).toBe(0)
    expect(segments).toMatchObject([
      { from: 0, to: 5 },
      { from: 5, to: feed.blocks.length },
    ])
    await stage.until('a proof', () => stage.all(happened.proven).length >= 1)
    expect(stage.all(happened.failed)).toMatchObject([{ fault: 'NotEncoded' }])
    expect([stage.refused, stage.broken]).toEqual([[], []])
  })
})

describe('a hoster', () => {
  test('that is gone is replaced: its encoder commits without it, and is not the one to blame', async () => {
    const stage = new CopyStage()
    await stage.begin()
    await stage.toState(0n, 'Assigned')
    const hoster = stage.partyOf(0n, 'hoster')!
    stage.crash(hoster)
    await stage.toState(0n, 'Confirming')
    await stage.until('a failure', () => stage.all(happened.failed).length > 0)
    const [failed] = stage.all(happened.failed)
    expect(failed).toMatchObject({ fault: 'NotConfirmed' })
    await stage.toState(0n, 'Live')
    expect(stage.partyOf(0n, 'hoster')).not.toBe(hoster)
    expect(stage.broken).toEqual([])
  })

  test('that leaves serves on until another one has the copy, and then deletes its own', async () => {
    const stage = new CopyStage({ encoders: 3, hosters: 2 })
    await stage.begin()
    await stage.toState(0n, 'Live')
    const hoster = stage.partyOf(0n, 'hoster')!
    stage.crash(hoster)
    stage.leaving.add(hoster.name)
    stage.start(hoster)
    await stage.until('the copy has ended', () => stage.all(happened.ended).length > 0)
    await stage.blocks(2)
    const other = stage.hosters.find((each) => each !== hoster)!
    expect(stage.partyOf(1n, 'hoster')).toBe(other)
    expect([...stage.copies.get(hoster.name)!.disks.keys()]).toEqual([])
    expect([stage.served.get(hoster.name), stage.served.get(other.name)]).toEqual([0, 1])
    expect([stage.all(happened.failed), stage.broken]).toEqual([[], []])
  })
})

describe('what ended while no process ran is deleted', () => {
  test('a copy that its hoster lost', async () => {
    const stage = new CopyStage({ encoders: 3, hosters: 2 })
    await stage.begin()
    await stage.toState(0n, 'Live')
    const hoster = stage.partyOf(0n, 'hoster')!
    stage.crash(hoster)
    await stage.until('the copy is given to another one', () => {
      const { generation, state } = stage.copy(0n)!
      return generation === 1 && state === 'Live'
    })
    const { disks } = stage.copies.get(hoster.name)!
    expect([...disks.keys()]).toEqual([0n])
    stage.start(hoster)
    await stage.blocks(3)
    expect([...disks.keys()]).toEqual([])
    expect(stage.broken).toEqual([])
  })

  test('the key of an encoder that was too late', async () => {
    const stage = new CopyStage()
    await stage.begin()
    await stage.toState(0n, 'Assigned')
    const encoder = stage.partyOf(0n, 'encoder')!
    await stage.until('its key', () => stage.keys.get(encoder.name)!.kept.size > 0)
    stage.crash(encoder)
    await stage.toState(0n, 'Live')
    expect(stage.keys.get(encoder.name)!.kept.size).toBe(1)
    stage.start(encoder)
    await stage.blocks(3)
    expect(stage.keys.get(encoder.name)!.kept.size).toBe(0)
    expect(stage.broken).toEqual([])
  })
})

describe('a dishonest encoder', () => {
  test('that sends junk is told, is believed nothing, and convicted where it commits to the junk', async () => {
    const stage = new CopyStage()
    await stage.begin()
    await stage.toState(0n, 'Encoding')
    const encoder = stage.partyOf(0n, 'encoder')!
    const last = feed.blocks.length - 1
    encoder.codec = memoryCodec((encoded, count) => (count === last ? encoded.fill(0xff) : encoded))
    await stage.until('a failure', () => stage.all(happened.failed).length > 0)
    expect(stage.all(happened.failed)).toMatchObject([{ fault: 'BadEncoding' }])
    expect(kinds(encoder.progress)).toContain('block-refused')
    await stage.toState(0n, 'Live')
    expect(stage.broken).toEqual([])
  })

  test('that gives two hosters the same copy is refused by the second one', async () => {
    const stage = new CopyStage({ encoders: 1, hosters: 3 })
    stage.encoders[0]!.fault = 'same-copy'
    await stage.begin()
    await stage.toState(0n, 'Live')
    const first = stage.partyOf(0n, 'hoster')!
    stage.crash(first)
    await stage.until('a refusal', () => kinds(stage.encoders[0]!.progress).includes('block-refused'))
    await stage.until('a failure of its segment', () => stage.all(happened.failed).length >= 2)
    expect(stage.all(happened.failed).map(({ fault }) => fault)).toEqual(['StorageMissed', 'RootsDiffer'])
    expect(stage.broken).toEqual([])
  })

  test('that has one key for all copies cannot accept a second one', async () => {
    const stage = new CopyStage({ encoders: 1, hosters: 3 })
    stage.encoders[0]!.fault = 'one-key'
    await stage.begin()
    await stage.toState(0n, 'Live')
    stage.crash(stage.partyOf(0n, 'hoster')!)
    await stage.until('a second failure', () => stage.all(happened.failed).length >= 2)
    expect(stage.all(happened.failed).map(({ fault }) => fault)).toEqual(['StorageMissed', 'NotAccepted'])
    expect(stage.refused).toEqual([expect.stringMatching(/^encoder-0: .*acceptCopy.*Hosting\.ModulusUsed$/)])
    expect(stage.broken).toEqual([])
  })
})

test('an encoder that sends nothing and commits to anything does not have its hoster blamed', async () => {
  const stage = new CopyStage()
  await stage.begin()
  await stage.toState(0n, 'Encoding')
  const encoder = stage.partyOf(0n, 'encoder')!
  stage.crash(encoder)
  const end = { to: feed.blocks.length, leaves: 12n, root: new Uint8Array(32).fill(1) }
  const call = encodeCall(commitSegment, { copy: 0n, generation: 0, end })
  void stage.world.port(encoder.name).submit('a lie', call)
  await stage.until('a failure', () => stage.all(happened.failed).length > 0)
  expect(stage.all(happened.failed)).toMatchObject([{ fault: 'RootsDiffer', blamed: undefined }])
  expect(stage.broken).toEqual([])
})

describe('a dishonest hoster', () => {
  test.each(['hash-only', 'drops:0.9', 'plain', 'fetches'])(
    'with the fault %s misses two challenges, and the copy goes to another',
    async (fault) => {
      const stage = new CopyStage()
      for (const hoster of stage.hosters) hoster.fault = fault
      await stage.begin()
      await stage.toState(0n, 'Live')
      await stage.until('a failure', () => stage.all(happened.failed).length > 0)
      expect(stage.all(happened.failed)).toMatchObject([{ fault: 'StorageMissed' }])
      expect(stage.all(happened.missed)).toHaveLength(2)
      expect(stage.all(happened.proven)).toEqual([])
      expect(stage.broken).toEqual([])
    },
  )
})

test.each(['junk:2', 'junk:x', 'drops:0'])('the fault %s is refused', (fault) => {
  const kind = fault.split(':')[0]!
  expect(() => shareOf(fault, kind)).toThrow(/expected (junk|drops):SHARE with a share between 0 and 1/)
})
