/**
 * Ambient types for Hypercore's wire format.
 *
 * Owns: the types for talking to Hypercore peers without a Hypercore. They were read in the pinned sources (hypercore
 * 11.37.1: lib/messages.js, lib/caps.js, Replicator#_makePeer; protomux 3.12.1). Does not own: types for whole
 * Hypercores (hyper.d.ts).
 */
declare module 'hypercore/lib/messages.js' {
  import type { Encoding } from 'protomux'

  export interface WireHandshake {
    seeks: boolean
    capability: Uint8Array
  }

  export interface WireSync {
    fork: number
    length: number
    remoteLength: number
    canUpgrade: boolean
    uploading: boolean
    downloading: boolean
    hasManifest: boolean
    allowPush: boolean
  }

  export interface WireRequest {
    id: number
    fork: number
    block: { index: number; nodes: number } | null
    hash: null
    seek: null
    upgrade: null
    manifest: boolean
    priority: number
  }

  export interface WireData {
    request: number
    fork: number
    block: {
      index: number
      value: Buffer
      nodes: readonly { index: number; size: number; hash: Buffer }[]
    } | null
  }

  export interface WireNoData {
    request: number
    reason: number
  }

  export interface WireWant {
    start: number
    length: number
    any: boolean
  }

  export interface WireBitfield {
    start: number
    /** Bit 0 of word 0 is block `start`. */
    bitfield: Uint32Array
  }

  export interface WireRange {
    drop: boolean
    start: number
    length: number
  }

  const messages: {
    wire: {
      handshake: Encoding<WireHandshake>
      sync: Encoding<WireSync>
      request: Encoding<WireRequest>
      data: Encoding<WireData>
      noData: Encoding<WireNoData>
      want: Encoding<WireWant>
      bitfield: Encoding<WireBitfield>
      range: Encoding<WireRange>
    }
  }
  export default messages
}

declare module 'hypercore/lib/caps.js' {
  const caps: {
    /** 32 bytes that prove, on this connection, that the sender knows the feed's key. */
    replicate(isInitiator: boolean, key: Uint8Array, handshakeHash: Uint8Array): Buffer
  }
  export default caps
}

declare module 'hyperdht' {
  interface NoiseConnection {
    /** 64 bytes, the same on both sides, and different on every connection. */
    readonly handshakeHash: Buffer
  }
}
