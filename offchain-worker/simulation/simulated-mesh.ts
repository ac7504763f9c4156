/**
 * Meshes of sessions over the simulated network.
 *
 * Owns: which peers are in which session, and frames that arrive before their receiver is up. Does not own: the network's links.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { AssayError } from '#types/errors.ts'
import type { MeshOptions } from '../p2p/mesh-interface.ts'
import type { NetworkPort } from '../kernel/ports.ts'
import type { SimulatedNetwork } from './network.ts'

/** Most frames kept for a member that is not up yet. In the real mesh the sender's queue keeps them. */
const MAX_WAITING = 256

interface Frame {
  readonly from: Uint8Array
  readonly bytes: Uint8Array
}

interface Session {
  readonly open: Map<string, MeshOptions>
  readonly waiting: Map<string, Frame[]>
}

/** @see createMeshes */
export interface Meshes {
  /** The mesh of a peer, by its Noise key. */
  open(self: Uint8Array, options: MeshOptions): ReturnType<NetworkPort['openMesh']>
}

/** All meshes of a simulated world. @param peerOf the number of the peer with that Noise key, in hex. */
export function createMeshes(network: SimulatedNetwork, peerOf: (key: string) => number | undefined): Meshes {
  const sessions = new Map<string, Session>()
  const sessionOf = (id: string): Session => {
    const session = sessions.get(id) ?? { open: new Map<string, MeshOptions>(), waiting: new Map<string, Frame[]>() }
    sessions.set(id, session)
    return session
  }
  const arrive = (session: Session, to: string, frame: Frame): void => {
    const there = session.open.get(to)
    if (there) return there.onMessage(frame.from, frame.bytes)
    const waiting = session.waiting.get(to) ?? []
    session.waiting.set(to, waiting)
    if (waiting.length < MAX_WAITING) waiting.push(frame)
  }
  return {
    open(self, options) {
      const id = toHex(options.id)
      const session = sessionOf(id)
      const own = toHex(self)
      if (session.open.has(own))
        throw new AssayError('MESH_OPEN', 'expected a session that is not open yet, got one that is')
      session.open.set(own, options)
      const from = peerOf(own)!
      const send = (to: Uint8Array, bytes: Uint8Array): boolean => {
        const name = toHex(to)
        const peer = peerOf(name)
        if (peer === undefined) return false
        network.send(from, peer, bytes.length, () => arrive(session, name, { from: self, bytes }))
        return true
      }
      for (const frame of session.waiting.get(own) ?? [])
        network.send(from, from, 0, () => session.open.get(own)?.onMessage(frame.from, frame.bytes))
      session.waiting.delete(own)
      return {
        send,
        broadcast: (bytes) => options.members.filter((key) => !equalBytes(key, self) && send(key, bytes)).length,
        dropped: () => ({ oversized: 0, malformed: 0, flood: 0, expelled: 0, unsent: 0 }),
        close() {
          session.open.delete(own)
          if (session.open.size === 0) sessions.delete(id)
        },
      }
    },
  }
}
