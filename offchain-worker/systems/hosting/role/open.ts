/**
 * What a worker's role is given to do, from its command line: feeds to host, or rounds to attest; and the known faults.
 *
 * Owns: publishing the folder, and the copy with holes of a lossy hoster. Does not own: the roles (roles/) or feeds (p2p/).
 */
import { join } from 'node:path'
import { sample } from '#types/domain/draw.ts'
import { feedBytes } from '#types/domain/hosting/feed.ts'
import { systemClock } from '#types/clock.ts'
import { AssayError } from '#types/errors.ts'
import { parseFault, type WorkerFault } from '#worker/systems/attestation/devnet/scenarios.ts'
import { createFeedStore, type FeedStore } from '../adapters/feed-store.ts'
import type { NoiseKeyPair } from '#worker/p2p/identity.ts'
import { coinflipWithFault } from '#worker/systems/coinflip/protocol/faulty-member.ts'
import { ATTESTOR_FAULTS } from '#worker/systems/attestation/role/faults.ts'
import { chainFeedHead } from '../adapters/hyper-network.ts'
import type { RoleOptions } from '#worker/kernel/worker.ts'
import type { Opened } from '#worker/terminal/opened.ts'
import type { Tell } from '#worker/terminal/output.ts'
import type { WorkerArguments } from '#worker/commands/worker.ts'

/** @see prepareWork */
export interface WorkDeps {
  /** Signs what a hoster publishes. */
  readonly author: NoiseKeyPair
  readonly opened: Opened
  readonly tell: Tell
}

/** What the role does, and the store that its feeds are in. */
export interface Work {
  readonly role: RoleOptions
  readonly store: FeedStore
}

function faultOf(text: string | undefined): WorkerFault | undefined {
  if (text === undefined) return undefined
  const fault = parseFault(text)
  if (fault) return fault
  throw new AssayError(
    'BAD_FAULT',
    `--fault: expected lossy:SHARE or one of ${ATTESTOR_FAULTS.join(', ')}, got ${JSON.stringify(text)}`,
  )
}

const openStore = async (argv: WorkerArguments, name: string, opened: Opened): Promise<FeedStore> =>
  opened.add(await createFeedStore({ dir: join(argv.data, name) }, { clock: systemClock }), (store) => store.close())

/** Publishes a folder and hosts it: whole, or where the hoster is to be lossy, a copy with holes. */
async function prepareHosting(
  argv: WorkerArguments,
  folder: string,
  { author, opened, tell }: WorkDeps,
): Promise<Work> {
  const fault = faultOf(argv.fault)
  const whole = await openStore(argv, 'feeds', opened)
  const { feed } = await whole.publish(folder, { keyPair: author })
  const head = await chainFeedHead(feed)
  const [blocks, bytes] = [head.length, feedBytes(head)]
  tell({ kind: 'published', feed: head.key, blocks, bytes }, `published ${folder}: ${blocks} blocks, ${bytes} bytes`)
  const role: RoleOptions = { role: 'hoster', feeds: [{ key: head.key, head }] }
  if (fault?.kind !== 'lossy') return { role, store: whole }
  const holed = await openStore(argv, 'feeds-with-holes', opened)
  const kept = Math.ceil(blocks * (1 - fault.lost))
  await holed.copy(feed, { keep: sample(head.key, 'kept', kept, blocks) })
  return { role, store: holed }
}

/**
 * Opens the feed store and makes the role's options.
 * @throws AssayError `BAD_FAULT`, and those of the feed store
 */
export async function prepareWork(argv: WorkerArguments, deps: WorkDeps): Promise<Work> {
  if (argv.publish !== undefined) return prepareHosting(argv, argv.publish, deps)
  const fault = faultOf(argv.fault)
  const lies = fault && fault.kind !== 'lossy' ? { createMember: coinflipWithFault(fault.kind) } : {}
  return { role: { role: 'attestor', ...lies }, store: await openStore(argv, 'feeds', deps.opened) }
}
