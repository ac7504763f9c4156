/** The attestor's part in a round, from the draw to its report: honest or not, killed or not. */
import { loadNotes, saveNotes } from '#worker/systems/attestation/role/notes.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeCall } from '#chain/api/descriptors.ts'
import { toHex } from '#types/bytes.ts'
import { decode } from '#types/scale/codec.ts'
import { struct } from '#types/scale/compound.ts'
import { attestationCalls } from '#types/domain/attestation/attestation.ts'
import { MAX_VISITS, sessionOf } from '#types/domain/attestation/report.ts'
import { sessionId, type SignedCommitment } from '#types/domain/coinflip/coinflip.ts'
import { forgeFraud, silentFrom, type Fault } from '#worker/systems/coinflip/protocol/adversaries.ts'
import { createCoinflip } from '#worker/systems/coinflip/protocol/coinflip.ts'
import type { Coinflip, CoinflipOptions } from '#worker/systems/coinflip/protocol/terms.ts'
import { coinflipWithFault, createFaultyCoinflip } from '#worker/systems/coinflip/protocol/faulty-member.ts'
import type { MakeRole } from '#worker/kernel/role.ts'
import { submitCoinflipOutcome, submitEvidence } from '#worker/systems/attestation/role/chain-items.ts'
import type { FeedServer } from '#worker/systems/hosting/ports.ts'
import { LIMITS } from '../../../../../helpers/attestation/limits.ts'
import { find, kindsOf, type Party } from '../../../../../helpers/attestation/parties.ts'
import { Stage, type StageOptions } from '../../../../../helpers/attestation/stage.ts'
import { signedCommitment } from '../../../../../helpers/attestation/statements.ts'
import { memoryFeed } from '../../../../../helpers/hosting/memory-feed.ts'

/** The first of the chain. */
const ROUND = 0
/** Nobody pauses as readers do: what an audit takes is what the hoster takes. */
const AUDITS = { audit: { thinkMs: 0 } }
/** From one ordinary reader to the next, where there are any. */
const READER_MS = 1_000
/** Less than an auditor waits for a block. */
const STALL_MS = 3_000
let stage: Stage
let attestors: readonly Party[]

const attests = (party: Party, options: Parameters<Stage['parties']['attests']>[1] = {}): MakeRole =>
  stage.parties.attests(party.feeds, { ...AUDITS, ...options })
const start = (party: Party, makeRole?: MakeRole): Promise<void> => stage.start(party, makeRole)
const kill = (party: Party): Promise<void> => stage.kill(party)

/** A hoster and four attestors that have registered, of whom none runs. */
async function setUp(options: Partial<StageOptions> = {}): Promise<void> {
  stage = new Stage({ attestors: ['a', 'b', 'c', 'd'], ...options })
  ;({ attestors } = stage)
  for (const party of attestors) party.makeRole = attests(party)
  await stage.ready()
}

beforeEach(() => setUp())
afterEach(() => expect(stage.broken).toEqual([]))

const open = (): Promise<void> => stage.order()
const agreed = (): boolean => stage.round(ROUND).agreement !== undefined
const dutiesOf = (party: Party): readonly string[] => stage.dutiesOf(party)
const keyOf = (party: Party): Uint8Array => party.identity.publicKey
const accountsOf = (...parties: readonly Party[]): readonly string[] =>
  parties.map(({ account }) => toHex(account)).toSorted()
/** The chain's errors for evidence after a faster member's, and for an outcome after another of its author. */
const KNOWN = 'submitEvidence: AlreadyConvicted'
const LATE = 'submitCoinflipOutcome: AlreadyVoted'

/**
 * The next block opens the round, and its coinflip is played. But before a member's word reaches the chain, the member's two words do,
 * and the accounts of the others vote for different numbers. So the chain gives the try up and goes on without the member: with the
 * next block.
 */
async function giveUpFirstTry(spoiler: Party): Promise<void> {
  await stage.seal()
  const { members, attempt } = stage.round(ROUND)
  const sid = sessionId(sessionOf(stage.world.chain.genesisHash, ROUND, stage.round(ROUND)))
  const author = { noise: spoiler.identity }
  const [first, second] = [1, 2].map((fill) => {
    const commitment = new Uint8Array(32).fill(fill)
    return signedCommitment(sid, ROUND, author, { commitment, auditKeyHash: commitment })
  }) as [SignedCommitment, SignedCommitment]
  const evidence = { tag: 'Equivocation', value: { first, second } } as const
  const others = attestors.filter((each) => each !== spoiler)
  stage.act(others[0]!.name, encodeCall(submitEvidence, { round: ROUND, attempt, evidence }))
  for (const other of others) {
    const transcript = members.map(() => ({ commitment: keyOf(other), auditKeyHash: keyOf(other) }))
    const outcome = { tag: 'Agreed', value: { transcript, hiddenMagic: keyOf(other) } } as const
    stage.act(other.name, encodeCall(submitCoinflipOutcome, { round: ROUND, attempt, outcome }))
  }
  await stage.rest()
  for (let block = 0; block <= LIMITS.objectionWindow; block++) await stage.block()
}

test('an honest round: one number, an audit each in its slot, four reports that the chain accepts as served', async () => {
  for (const attestor of attestors) await start(attestor)
  await open()
  await stage.blocksUntil(agreed)
  await stage.blocksUntil(() => stage.reports.length === 4)
  expect(stage.refused()).toEqual([])
  expect(stage.reports.every(({ served }) => served)).toBe(true)
  for (const attestor of attestors) {
    expect(dutiesOf(attestor)).toEqual([`attestation.outcome/${ROUND}/0`, `attestation.report/${ROUND}/0`])
  }
  // The last report has closed the round.
  expect(attestors.every((attestor) => kindsOf(attestor).includes('duty-ended'))).toBe(true)
  expect(stage.world.journalOf(attestors[0]!.peer).keys()).toEqual(['membership/register'])
})

test('nothing that tells the number leaves an attestor before END', async () => {
  for (const attestor of attestors) await start(attestor)
  await open()
  await stage.block()
  const { endsAt } = stage.round(ROUND)
  await stage.blocksUntil(() => stage.number === endsAt)
  expect(stage.parties.submissions.some(({ dutyId }) => dutyId.startsWith('attestation.report'))).toBe(false)
  expect(attestors.every((attestor) => find(attestor, 'audit-done'))).toBe(true)
  await stage.block()
  expect(attestors.map((attestor) => dutiesOf(attestor).at(-1))).toEqual(
    attestors.map(() => `attestation.report/${ROUND}/0`),
  )
  await stage.block()
  expect(stage.reports).toHaveLength(4)
})

test('attestors look at the feed’s readers from the agreement to their slots, and no longer', async () => {
  for (const attestor of attestors) await start(attestor)
  await open()
  await stage.blocksUntil(agreed)
  await stage.block()
  await stage.block()
  const isWaiting = (attestor: Party): boolean => !find(attestor, 'audit-started')
  for (let most = 0; most < 4; most++) {
    expect(stage.parties.observing).toHaveLength(attestors.filter(isWaiting).length)
    await stage.block()
  }
  await stage.blocksUntil(() => stage.reports.length === 4)
  expect(stage.parties.observing).toEqual([])
})

test('an attestor reads on as readers do', async () => {
  // Ordinary readers come, a few in each block.
  stage.parties.traffic.begin({ feed: stage.feed.head, hoster: keyOf(stage.hoster) }, READER_MS)
  for (const attestor of attestors) await start(attestor)
  await open()
  await stage.blocksUntil(() => stage.reports.length === 4)
  expect(stage.reports.every(({ served }) => served)).toBe(true)
  // The slot of the first may come before it has seen anybody.
  const most = Math.max(...attestors.map((attestor) => find(attestor, 'audit-done')!.planned))
  expect(most).toBeGreaterThan(3 + 4)
})

test('a hoster that has lost blocks: whoever asked for one reports unserved, with receipts for the rest', async () => {
  for (let index = 0; index < stage.feed.head.length; index += 2) stage.parties.conduct.lost.add(index)
  for (const attestor of attestors) await start(attestor)
  await open()
  await stage.blocksUntil(() => stage.reports.length === 4)
  expect(stage.refused()).toEqual([])
  const partial = attestors.filter((attestor) => find(attestor, 'audit-done')?.result !== 'served')
  expect(partial.length).toBeGreaterThan(0)
  expect(stage.reports.filter(({ served }) => !served)).toHaveLength(partial.length)
})

/** Without the kind of the lie. */
const nameOf = (duty: string): string => (duty.startsWith('attestation.evidence/') ? duty.replace(/\/\w+$/, '') : duty)
const evidenceOf = (worker: Party): string[] =>
  dutiesOf(worker)
    .filter((duty) => duty.startsWith('attestation.evidence/'))
    .map(nameOf)
const evidenceAgainst = (liar: Party, attempt = 0): string =>
  `attestation.evidence/${ROUND}/${attempt}/${toHex(keyOf(liar))}`

const hasReported = ({ account }: Party): boolean => stage.reports.some(({ attestor }) => attestor === toHex(account))

/** The first attestor lies so; the others, started too, are returned. */
async function startWithLiar(createMember: (options: CoinflipOptions) => Coinflip) {
  const [liar, ...honest] = attestors as [Party, Party, Party, Party]
  await start(liar, attests(liar, { createMember }))
  for (const attestor of honest) await start(attestor)
  await open()
  return { liar, honest }
}

test('two words: evidence on chain, and the round goes on without the liar', async () => {
  const { liar } = await startWithLiar(coinflipWithFault('equivocate'))
  await stage.blocksUntil(() => stage.round(ROUND).attempt === 1)
  expect(stage.round(ROUND).members.map(({ account }) => account)).not.toContainEqual(liar.account)
  expect(stage.parties.submissions.some(({ dutyId }) => nameOf(dutyId) === evidenceAgainst(liar))).toBe(true)
  await stage.blocksUntil(() => stage.reports.length === 3)
  expect(find(liar, 'duty-ended')?.why).toMatch(/without us/)
})

describe('a lie that leaves the number as it is', () => {
  test.each(['bad-ping', 'bad-pong', 'forged-fraud'] as const)(
    '%s: all keep the number, audit, report and have the liar convicted',
    async (fault) => {
      const { liar, honest } = await startWithLiar(coinflipWithFault(fault))
      await stage.blocksUntil(() => honest.every((attestor) => hasReported(attestor)))
      for (const attestor of honest) expect(find(attestor, 'coinflip-exit')).toMatchObject({ liars: [keyOf(liar)] })
      expect(stage.round(ROUND).attempt).toBe(0)
      expect(honest.map(evidenceOf)).toEqual(honest.map(() => [evidenceAgainst(liar)]))
      expect(evidenceOf(liar)).toEqual([])
      expect(stage.convicted).toEqual(accountsOf(liar))
      // All tell of the liar at the same time, and the chain hears one first.
      expect(stage.refused(honest)).toEqual([KNOWN, KNOWN])
    },
  )

  test('is told at once, with the number, where it tells nothing of it', async () => {
    const { liar, honest } = await startWithLiar(coinflipWithFault('forged-fraud'))
    await stage.blocksUntil(agreed)
    for (const attestor of honest)
      expect(dutiesOf(attestor).slice(-2).map(nameOf)).toEqual([
        evidenceAgainst(liar),
        `attestation.outcome/${ROUND}/0`,
      ])
  })

  test('waits for END where it opens the number, and is told before the report', async () => {
    const { liar, honest } = await startWithLiar(coinflipWithFault('bad-ping'))
    await stage.blocksUntil(agreed)
    const { endsAt } = stage.round(ROUND)
    await stage.blocksUntil(() => stage.number === endsAt)
    expect(honest.flatMap(evidenceOf)).toEqual([])
    await stage.block()
    for (const attestor of honest)
      expect(dutiesOf(attestor).slice(-2).map(nameOf)).toEqual([evidenceAgainst(liar), `attestation.report/${ROUND}/0`])
  })

  test('is told by an attestor that was killed in between, even if it came too late to audit', async () => {
    const { liar, honest } = await startWithLiar(coinflipWithFault('bad-ping'))
    const [late, early] = honest
    await stage.blocksUntil(agreed)
    for (const attestor of [late, early]) await kill(attestor)
    await start(early)
    const { endsAt } = stage.round(ROUND)
    await stage.blocksUntil(() => stage.number === endsAt)
    await start(late)
    await stage.block()
    expect([late, early].map(evidenceOf)).toEqual([[evidenceAgainst(liar)], [evidenceAgainst(liar)]])
    expect(find(late, 'audit-started')).toBeUndefined()
  })

  test('keeps a duty open that has nothing else left to do, until the round is closed', async () => {
    const { liar, honest } = await startWithLiar(coinflipWithFault('bad-ping'))
    const [victim] = honest
    await stage.blocksUntil(agreed)
    await kill(victim)
    const { endsAt } = stage.round(ROUND)
    await stage.blocksUntil(() => stage.number === endsAt)
    await start(victim)
    await stage.block()
    await stage.block()
    await stage.block()
    expect(evidenceOf(victim)).toEqual([evidenceAgainst(liar)])
    expect(find(victim, 'duty-ended')).toBeUndefined()
    await stage.blocksUntil(() => stage.isClosed(ROUND))
    expect(find(victim, 'duty-ended')?.why).toBe('the round is closed')
    expect(stage.world.journalOf(victim.peer).keys()).toEqual(['membership/register'])
  })

  test('is told at once, where the members come to their number before the chain', async () => {
    const lie: Fault = (outgoing, ...rest) =>
      silentFrom('Reveal')(outgoing, ...rest).flatMap((each) => forgeFraud('Commit')(each, ...rest))
    const { liar, honest } = await startWithLiar((options) => createFaultyCoinflip(options, lie))
    await stage.blocksUntil(() => honest.every((attestor) => evidenceOf(attestor).length > 0))
    expect(agreed()).toBe(false)
    expect(honest.map(evidenceOf)).toEqual(honest.map(() => [evidenceAgainst(liar)]))
    await stage.blocksUntil(() => stage.reports.length === 3)
    expect(stage.round(ROUND).attempt).toBe(0)
    for (const attestor of honest) expect(find(attestor, 'coinflip-exit')).toMatchObject({ liars: [keyOf(liar)] })
  })

  test('is told beside one that leaves no number, which another member told', async () => {
    const [forger, spoiler] = attestors as [Party, Party]
    await start(
      forger,
      attests(forger, { createMember: (options) => createFaultyCoinflip(options, forgeFraud('Join')) }),
    )
    await start(spoiler, attests(spoiler, { createMember: coinflipWithFault('equivocate') }))
    for (const attestor of attestors.slice(2)) await start(attestor)
    await open()
    await stage.blocksUntil(() => stage.round(ROUND).attempt === 1)
    await stage.block()
    expect(stage.convicted.toSorted()).toEqual(accountsOf(forger, spoiler))
  })

  test.each([false, true])(
    'that opens the number of a try that was given up is told with the next one; killed in between: %s',
    async (isKilled) => {
      const [liar, ...honest] = attestors as [Party, ...Party[]]
      const [witness] = honest as [Party]
      await start(liar, attests(liar, { createMember: coinflipWithFault('bad-ping') }))
      for (const attestor of honest) await start(attestor)
      await open()
      await giveUpFirstTry(honest.at(-1)!)
      expect(find(witness, 'coinflip-exit')).toMatchObject({ liars: [keyOf(liar)] })
      expect(evidenceOf(witness)).toEqual([])
      if (isKilled) await kill(witness)
      await stage.block()
      expect(stage.round(ROUND).attempt).toBe(1)
      if (isKilled) await start(witness)
      if (isKilled) await stage.block()
      expect(evidenceOf(witness)).toEqual([evidenceAgainst(liar)])
      await stage.block()
      // Their votes on the first attempt came after the false ones.
      expect(stage.refused(honest.slice(0, -1)).filter((each) => each !== LATE && each !== KNOWN)).toEqual([])
      expect(stage.convicted.toSorted()).toEqual(accountsOf(liar, honest.at(-1)!))
    },
  )
})

test('an attestor that is paused and killed before its coinflip begins again still tells of who lied before', async () => {
  const { liar, honest } = await startWithLiar(coinflipWithFault('bad-ping'))
  const [witness] = honest
  await giveUpFirstTry(honest.at(-1)!)
  expect(find(witness, 'coinflip-exit')).toMatchObject({ liars: [keyOf(liar)] })
  await kill(witness)
  stage.operate(witness, 'pause')
  await stage.block()
  expect(stage.round(ROUND).attempt).toBe(1)
  await start(witness)
  await stage.block()
  expect(find(witness, 'duty-declined')).toBeUndefined()
  expect(evidenceOf(witness)).toEqual([evidenceAgainst(liar)])
})

test('an attestor that is left out still tells of who lied before, and keeps its duty until the round is closed', async () => {
  const { liar, honest } = await startWithLiar(coinflipWithFault('bad-ping'))
  const [witness] = honest
  await giveUpFirstTry(witness)
  for (const attestor of honest.slice(1)) await kill(attestor)
  await stage.block()
  await stage.block()
  expect(stage.round(ROUND).members).not.toContainEqual(expect.objectContaining({ account: witness.account }))
  expect(evidenceOf(witness)).toEqual([evidenceAgainst(liar)])
  expect(stage.convicted.toSorted()).toEqual(accountsOf(liar, witness))
  expect(find(witness, 'duty-ended')).toBeUndefined()
  await stage.blocksUntil(() => stage.isClosed(ROUND))
  expect(find(witness, 'duty-ended')?.why).toBe('the round is closed')
  expect(stage.world.journalOf(witness.peer).keys()).toEqual(['membership/register'])
})

test('an attestor that never comes is absent before the chain, and the round goes on without it', async () => {
  const [absent, ...present] = attestors as [Party, ...Party[]]
  for (const attestor of present) await start(attestor)
  await open()
  await stage.blocksUntil(() => stage.round(ROUND).attempt === 1)
  expect(stage.round(ROUND).members).not.toContainEqual(expect.objectContaining({ account: absent.account }))
  await stage.blocksUntil(() => stage.reports.length === 3)
  expect(stage.round(ROUND).attempt).toBe(1)
  expect(stage.convicted).toEqual([])
})

test('an attestor that the mesh never reaches takes part before the chain, audits in its slot and reports', async () => {
  const [eclipsed, ...others] = attestors as [Party, ...Party[]]
  const createMember = (options: CoinflipOptions): Coinflip => {
    const machine = createCoinflip(options)
    return {
      get phase() {
        return machine.phase
      },
      get held() {
        return machine.held
      },
      step: (input) =>
        input.kind === 'message'
          ? []
          : machine.step(input).filter(({ kind }) => kind !== 'send' && kind !== 'broadcast'),
    }
  }
  await start(eclipsed, attests(eclipsed, { createMember }))
  for (const attestor of others) await start(attestor)
  await open()
  await stage.blocksUntil(() => stage.reports.length === 4)
  expect(stage.round(ROUND).attempt).toBe(0)
  expect(stage.reports.every(({ served }) => served)).toBe(true)
  expect(find(eclipsed, 'audit-done')).toMatchObject({ result: 'served' })
  expect(stage.convicted).toEqual([])
})

test('a wrong number convicts, and the right one stands: its author still owes it, and tells it before the chain', async () => {
  const { liar, honest } = await startWithLiar(coinflipWithFault('bad-reveal'))
  await stage.blocksUntil(() => honest.every(hasReported))
  expect(stage.round(ROUND).attempt).toBe(0)
  expect(stage.convicted).toEqual(accountsOf(liar))
  expect(hasReported(liar)).toBe(false)
})

test('a paused worker takes no duty; resumed, it takes the next', async () => {
  for (const attestor of attestors) await start(attestor)
  const [paused] = attestors as [Party]
  await open()
  // The block that opens the round takes this after it has drawn the members.
  stage.operate(paused, 'pause')
  await stage.block()
  expect(stage.round(ROUND).members).toContainEqual(expect.objectContaining({ account: paused.account }))
  expect(find(paused, 'duty-declined')).toMatchObject({ round: ROUND, why: 'the worker is paused' })
  expect(find(paused, 'coinflip-started')).toBeUndefined()
  expect(paused.progress.filter(({ kind }) => kind === 'status')).toEqual([
    { kind: 'status', status: 'Active' },
    { kind: 'status', status: 'Paused' },
  ])
  stage.operate(paused, 'resume')
  await open()
  await stage.block()
  expect(find(paused, 'coinflip-started')).toMatchObject({ round: ROUND + 1 })
})

describe('killed and started again', () => {
  const restart = async (worker: Party): Promise<void> => {
    await kill(worker)
    await start(worker)
  }

  test('in the coinflip: it commits to the same number and nobody is convicted', async () => {
    // Time enough for the one that comes blocks later.
    await setUp({ parameters: { coinflipWindow: 20, roundLength: 40 } })
    const [victim, late, ...others] = attestors as [Party, Party, ...Party[]]
    for (const attestor of [victim, ...others]) await start(attestor)
    await open()
    await stage.block()
    const journal = stage.world.journalOf(victim.peer)
    const noted = (await journal.get(`attestor/${ROUND}/0`))!
    await restart(victim)
    await stage.block()
    expect(await journal.get(`attestor/${ROUND}/0`)).toEqual(noted)
    await start(late)
    await stage.blocksUntil(agreed)
    expect(stage.round(ROUND).attempt).toBe(0)
    await stage.blocksUntil(() => stage.reports.length === 4)
    expect(find(victim, 'coinflip-exit')).toMatchObject({ liars: [] })
  })

  test('after the coinflip, before its slot', async () => {
    for (const attestor of attestors) await start(attestor)
    await open()
    await stage.blocksUntil(agreed)
    await restart(attestors[1]!)
    await stage.blocksUntil(() => stage.reports.length === 4)
    expect(stage.refused()).toEqual([])
  })

  test('in its audit: what the hoster served before is nobody’s fault', async () => {
    // Large enough for the two processes to read on elsewhere.
    await setUp({ feed: memoryFeed(100) })
    for (const attestor of attestors) await start(attestor)
    const victim = attestors[2]!
    const { conduct } = stage.parties
    const served: number[] = []
    // The hoster's answers are on their way when the process dies.
    const serveFeed: FeedServer['serveFeed'] = (request) =>
      stage.hoster.feeds.serveFeed({
        ...request,
        onServed(reader, index) {
          if (find(victim, 'audit-started') && served.push(index) === 1) conduct.extraMs = STALL_MS
          request.onServed(reader, index)
        },
      })
    await kill(stage.hoster)
    await start(stage.hoster, stage.parties.hosts({ serveFeed }))
    await open()
    await stage.until(() => served.length > 0)
    await stage.pass(STALL_MS / 2)
    await kill(victim)
    const before = served.splice(0)
    conduct.extraMs = 0
    await start(victim)
    await stage.until(() => find(victim, 'audit-done') !== undefined)
    expect(before.filter((index) => !served.includes(index))).not.toEqual([])
    await stage.blocksUntil(() => stage.reports.length === 4)
    expect(find(victim, 'audit-done')).toMatchObject({ result: 'served', why: '' })
    expect(stage.refused()).toEqual([])
  })

  test('after its audit: the report is made of the notes, the hoster is not asked again', async () => {
    for (const attestor of attestors) await start(attestor)
    const victim = attestors[2]!
    await open()
    await stage.blocksUntil(() => find(victim, 'audit-done') !== undefined)
    await restart(victim)
    await stage.blocksUntil(() => stage.reports.length === 4)
    expect(kindsOf(victim).filter((kind) => kind === 'audit-started')).toHaveLength(1)
  })

  test('after its audit, whose blocks the chain has left since: it audits anew', async () => {
    for (const attestor of attestors) await start(attestor)
    const victim = attestors[2]!
    await open()
    await stage.blocksUntil(() => find(victim, 'audit-done') !== undefined)
    await kill(victim)
    const journal = stage.world.journalOf(victim.peer)
    const notes = (await loadNotes(journal, ROUND, 0))!
    expect(notes.auditAt).toBeDefined()
    const left = { number: stage.number + 1_000, hash: new Uint8Array(32) }
    await saveNotes(journal, ROUND, 0, { ...notes, auditAt: left })
    await start(victim)
    await stage.blocksUntil(() => stage.reports.length === 4)
    expect(kindsOf(victim).filter((kind) => kind === 'audit-started')).toHaveLength(2)
    expect(stage.refused()).toEqual([])
  })

  test('after everything: no duty is submitted twice', async () => {
    for (const attestor of attestors) await start(attestor)
    const victim = attestors[3]!
    await open()
    await stage.blocksUntil(() => stage.reports.length === 4)
    const duties = dutiesOf(victim)
    await restart(victim)
    await stage.block()
    expect(dutiesOf(victim)).toEqual(duties)
    expect(new Set(duties).size).toBe(duties.length)
    expect(stage.reports).toHaveLength(4)
  })

  test('too late for its slot: it says nothing rather than "unserved"', async () => {
    for (const attestor of attestors) await start(attestor)
    const victim = attestors[0]!
    await open()
    await stage.blocksUntil(agreed)
    await kill(victim)
    const { endsAt } = stage.round(ROUND)
    await stage.blocksUntil(() => stage.number === endsAt + 1)
    await start(victim)
    await stage.block()
    expect(stage.reports).toHaveLength(3)
    expect(kindsOf(victim).at(-1)).toBe('duty-ended')
  })

  test('after its slot but before END: it does not audit late', async () => {
    for (const attestor of attestors) await start(attestor)
    await open()
    await stage.blocksUntil(agreed)
    for (const attestor of attestors) await kill(attestor)
    const { endsAt } = stage.round(ROUND)
    await stage.blocksUntil(() => stage.number === endsAt - 1)
    const before = attestors.filter((attestor) => find(attestor, 'audit-started')).length
    for (const attestor of attestors) await start(attestor)
    await stage.block()
    const late = attestors.filter((attestor) => find(attestor, 'duty-ended')?.why === 'our slot has passed')
    // Only the last slot reaches to END.
    expect(late.length).toBeGreaterThanOrEqual(3 - before)
    expect(late.some((attestor) => find(attestor, 'audit-started'))).toBe(false)
  })

  test('late in the coinflip: it takes part before the chain, and nobody is absent', async () => {
    const [late, ...others] = attestors as [Party, ...Party[]]
    for (const attestor of others) await start(attestor)
    await open()
    await stage.blocksUntil(() => stage.number >= stage.round(ROUND).openedAt + LIMITS.coinflipWindow)
    await start(late)
    await stage.blocksUntil(() => stage.reports.length === 4)
    expect(stage.round(ROUND).attempt).toBe(0)
  })

  test('too late for the coinflip: it starts no session', async () => {
    await start(attestors[0]!)
    await open()
    await kill(attestors[0]!)
    await stage.blocksUntil(() => stage.isClosed(ROUND))
    await start(attestors[0]!)
    await stage.block()
    expect(find(attestors[0]!, 'coinflip-started')).toBeUndefined()
  })
})

test('a report carries the number that everyone committed to and opens the own commitment', async () => {
  for (const attestor of attestors) await start(attestor)
  await open()
  await stage.blocksUntil(() => stage.reports.length === 4)
  const magics = stage.parties.submissions
    .filter(({ call }) => call.call === 'submitReport')
    .map(({ call }) => decode(struct(attestationCalls.submitReport), call.args).report)
  expect(new Set(magics.map(({ magic }) => Buffer.from(magic).toString('hex'))).size).toBe(1)
  expect(new Set(magics.flatMap(({ auditKeys }) => auditKeys.map(toHex))).size).toBe(4 * MAX_VISITS)
})
