/**
 * The network of a worker on Hyperswarm.
 *
 * Owns: fitting meshes and Noise keys to the kernel's network port. Does not own: what happens on a wire (p2p/).
 */
import { noiseKeyPair, signWithNoiseKey, type NoiseKeyPair } from '../p2p/identity.ts'
import type { MeshDeps } from '../p2p/mesh-interface.ts'
import { openMesh } from '../p2p/mesh.ts'
import type { PeerNetwork } from '../p2p/network.ts'
import type { NetworkPort, NoiseIdentity } from './ports.ts'

/** @see createHyperNetwork */
export interface HyperNetworkOptions {
  /** The swarm under the registered identity. The caller that opened it closes it. */
  readonly network: PeerNetwork
  readonly keyPair: NoiseKeyPair
}

const identityOf = (keyPair: NoiseKeyPair): NoiseIdentity => ({
  publicKey: keyPair.publicKey,
  sign: (message) => signWithNoiseKey(keyPair, message),
})

/** The network port of a worker whose swarm is open. */
export const createHyperNetwork = ({ network, keyPair }: HyperNetworkOptions, deps: MeshDeps): NetworkPort => ({
  identity: identityOf(keyPair),
  singleUse: (seed) => identityOf(noiseKeyPair(seed)),
  openMesh: (mesh) => openMesh(network, mesh, deps),
})
