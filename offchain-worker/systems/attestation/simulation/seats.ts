/**
 * The places of workers in a simulated world, and the way from one event there to the next.
 *
 * Owns: what outlives a worker's process, its network, account names, and waiting for promises between events. Does not own: who takes a place
 * (round-world.ts), or when what happens (scheduler.ts).
 */
import { utf8 } from '#types/bytes.ts'
import { blake2b256 } from '#types/crypto/hash.ts'
import type { Clock } from '#types/clock.ts'
import type { Journal, NetworkPort, NoiseIdentity, Progress } from '#worker/kernel/ports.ts'
import type { Worker, WorkerOptions } from '#worker/kernel/worker.ts'
import type { FeedClient, FeedServer } from '#worker/systems/hosting/ports.ts'
import { identityFrom } from '#worker/simulation/identities.ts'
import type { AuditConduct, HosterConduct, Hosting } from '#worker/systems/hosting/simulation/hosting.ts'
import type { Meshes } from '#worker/simulation/simulated-mesh.ts'

/** The account that a name decides on. */
export const accountOf = (name: string): Uint8Array => blake2b256(utf8(`assay/simulation/account/${name}`))

/** A worker's place in the world: what outlives its process. */
export interface Seat {
  readonly peer: number
  readonly account: Uint8Array
  readonly identity: NoiseIdentity
  readonly work: Pick<WorkerOptions, 'role' | 'makeRole'>
  readonly network: NetworkPort
  readonly journal: Journal
  readonly clock: Clock
  readonly report: (progress: Progress) => void
  worker: Worker | undefined
  life: number
}

/** Whose feeds they are, and how it behaves there. */
interface FeedTerms extends Pick<Seat, 'peer' | 'identity' | 'clock'> {
  readonly hosts: HosterConduct
  readonly audits: AuditConduct
}

/** A worker's network in this world. */
export const networkOf = ({ identity }: Pick<Seat, 'identity'>, meshes: Meshes): NetworkPort => ({
  identity,
  singleUse: identityFrom,
  openMesh: (options) => meshes.open(identity.publicKey, options),
})

/** A worker's feeds in this world. */
export const feedsOf = (
  { peer, identity, clock, hosts, audits }: FeedTerms,
  hosting: Hosting,
): FeedClient & FeedServer => ({
  serveFeed: async (request) => hosting.serve(peer, identity.publicKey, hosts, request),
  auditFeed: (request) => {
    const { publicKey } = identityFrom(request.seed)
    return hosting.read({ peer, clock, conduct: audits, isSeen: false, publicKey }, request)
  },
  observeFeed: async ({ key }) => hosting.observe(peer, key),
})

/** So often, the machine's own events have their turn too: a test runner's messages, or collecting what only weak references hold. */
const TURN_STEPS = 1_024

/**
 * Lets everything happen that waits for nothing but promises. Node calls ticks only when no promise is left to settle, and that
 * costs a tenth of a turn of its event loop.
 */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))
const turned = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Takes one step after the other until `step` says that there is none, and lets promises settle before each and at the end. */
export async function settleAll(step: () => boolean): Promise<void> {
  await turned()
  for (let steps = 1; step(); steps++) await (steps % TURN_STEPS === 0 ? turned() : settled())
  await turned()
}
