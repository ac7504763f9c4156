/**
 * Ambient types for Holepunch's modules, which have none.
 *
 * Owns: only the members that this project calls. Every signature was read in the pinned sources (hypercore 11.37.1,
 * hyperswarm 4.17.2, hyperdht 6.34.0, protomux 3.12.1, hypercore-crypto 3.7.0).
 */
declare module 'hyperdht' {
  import type { EventEmitter } from 'node:events'

  export interface KeyPair {
    publicKey: Buffer
    secretKey: Buffer
  }

  export interface Address {
    host: string
    port: number
  }

  /** A Noise stream over UDX (@hyperswarm/secret-stream). `userData` holds its Protomux once there is one. */
  export interface NoiseConnection extends EventEmitter {
    readonly publicKey: Buffer
    readonly remotePublicKey: Buffer
    readonly isInitiator: boolean
    readonly destroyed: boolean
    end(): this
    /** Resolves once the written bytes have gone out; false if the stream broke before. */
    flush(): Promise<boolean>
    destroy(error?: Error): this
  }

  export interface Options {
    bootstrap?: readonly Address[]
    host?: string
    port?: number
    ephemeral?: boolean
    firewalled?: boolean
  }

  export default class HyperDHT extends EventEmitter {
    constructor(options?: Options)
    /** Throws synchronously on a bad port or host; the bind itself fails in `fullyBootstrapped()`. */
    static bootstrapper(port: number, host: string, options?: Options): HyperDHT
    static keyPair(seed?: Uint8Array): KeyPair
    fullyBootstrapped(): Promise<void>
    /** Nodes in the routing table. */
    toArray(options?: { limit?: number }): Address[]
    destroy(options?: { force?: boolean }): Promise<void>
  }
}

declare module 'hyperswarm' {
  import type { EventEmitter } from 'node:events'
  import type HyperDHT from 'hyperdht'
  import type { KeyPair, NoiseConnection } from 'hyperdht'

  /** One `join()` of a topic. */
  export interface PeerDiscoverySession {
    flushed(): Promise<boolean>
    refresh(): Promise<void>
    destroy(): Promise<void>
  }

  export interface Options {
    dht: HyperDHT
    keyPair: KeyPair
    maxPeers?: number
    maxParallel?: number
  }

  export default class Hyperswarm extends EventEmitter {
    constructor(options: Options)
    readonly dht: HyperDHT
    /** `refresh()` announces again. It has no effect if the identity does not listen. */
    readonly server: { refresh(): void }
    /** Announces this key pair, so that `joinPeer` finds it. `join()` with `server: true` does it too. */
    listen(): Promise<unknown>
    join(topic: Uint8Array, options?: { client?: boolean; server?: boolean }): PeerDiscoverySession
    joinPeer(publicKey: Uint8Array): void
    leavePeer(publicKey: Uint8Array): void
    destroy(options?: { force?: boolean }): Promise<void>
    on(event: 'connection', listener: (connection: NoiseConnection) => void): this
  }
}

declare module 'protomux' {
  import type { NoiseConnection } from 'hyperdht'

  /** compact-encoding's cursor. The bytes between `start` and `end` are still to decode. */
  export interface State {
    start: number
    end: number
    buffer: Uint8Array
  }

  export interface Encoding<T> {
    preencode(state: State, value: T): void
    encode(state: State, value: T): void
    decode(state: State): T
  }

  export interface Message<T> {
    /** False: written, but the stream wants a pause until `ondrain`. */
    send(value: T): boolean
  }

  export interface MessageOptions<T> {
    encoding: Encoding<T>
    /** Protomux waits for a returned promise before it gives up the channel. */
    onmessage?: (value: T, channel: object) => unknown
  }

  /** A channel. If `H` is not void, its sides exchange a handshake when they open it. */
  export interface Channel<H = void> {
    readonly opened: boolean
    readonly closed: boolean
    readonly drained: boolean
    readonly messages: readonly Message<unknown>[]
    open(handshake: H): void
    close(): void
    /** Null assigns a number to messages that are not read. */
    addMessage<T>(message: MessageOptions<T> | null): Message<T>
  }

  export interface ChannelOptions<H = void> {
    protocol: string
    aliases?: readonly string[]
    id: Uint8Array
    handshake?: Encoding<H>
    messages?: readonly (MessageOptions<unknown> | null)[]
    onopen?: (handshake: H) => void
    onclose?: (isRemote: boolean) => void
    ondrain?: () => void
  }

  export default class Protomux {
    constructor(stream: NoiseConnection)
    static from(stream: NoiseConnection): Protomux
    /** Null if the stream is destroyed, or the same protocol and id are open already. */
    createChannel<H = void>(options: ChannelOptions<H>): Channel<H> | null
    /** Protomux calls `notify` when the remote opens this protocol and id and no channel of ours waits for it. */
    pair(name: { protocol: string; id: Uint8Array }, notify: () => void): void
    unpair(name: { protocol: string; id: Uint8Array }): void
    /** Everything sent until `uncork` goes out as one message of the stream. */
    cork(): void
    uncork(): void
    /** Handles a frame, or one message of a batch, for the channel that the remote calls `remoteId`; 0 is Protomux itself. */
    protected _decode(remoteId: number, state: State): unknown
    /** The remote opens a channel. */
    protected _onopensession(state: State): unknown
    protected _safeDestroy(error: unknown): void
    protected _warn(error: unknown): void
  }
}

declare module 'hypercore' {
  import type { EventEmitter } from 'node:events'
  import type { Duplex } from 'node:stream'
  import type { KeyPair, NoiseConnection } from 'hyperdht'

  /** The RocksDB of one or several cores. */
  export interface CoreStorage {
    ready(): Promise<void>
    close(): Promise<void>
  }

  /** The state that all sessions of one core share. This project only creates it and passes it on. */
  export interface Core {
    ready(): Promise<void>
    close(): Promise<void>
    hasSession(): boolean
  }

  /** The caller's fields. For hash, quorum and namespace Hypercore has defaults. */
  export interface Manifest {
    version: number
    signers: readonly { publicKey: Uint8Array }[]
  }

  export interface TreeNode {
    index: number
    size: number
    hash: Buffer
  }

  export interface BlockProof {
    block: { index: number; value: Buffer | null; nodes: TreeNode[] }
  }

  export interface Proof {
    fork: number
    upgrade: { start: number; length: number; nodes: TreeNode[]; additionalNodes: TreeNode[]; signature: Buffer | null }
  }

  /** A tree that a proof leads to. */
  export interface VerifiedTree {
    length: number
    fork: number
    roots: TreeNode[]
  }

  export interface ReplicationPeer {
    readonly remotePublicKey: Buffer
  }

  export interface CoreOptions {
    key?: Uint8Array
    manifest?: Manifest
    createIfMissing?: boolean
    /** Follow an author to a fork. This deletes the blocks that the author has truncated. */
    allowFork?: boolean
    /** Ask each peer for a longer tree without being told to. */
    eagerUpgrade?: boolean
  }

  export default class Hypercore extends EventEmitter {
    constructor(storage: string, key: Uint8Array, options?: { manifest?: Manifest; createIfMissing?: boolean })
    constructor(options: { core: Core })
    static key(publicKey: Uint8Array): Buffer
    static discoveryKey(key: Uint8Array): Buffer
    /** Options of its RocksDB: bytes of a write buffer, of which there are two, and of its log at least; and most open files. */
    static defaultStorage(directory: string, options?: { writeBufferSize?: number; maxOpenFiles?: number }): CoreStorage
    static createCore(storage: CoreStorage, options: CoreOptions): Core

    /** Tree hash at a length from stored nodes alone. `treeHash()` may wait for ever for the last block. */
    static treeHashFromStorage(core: Hypercore, length?: number): Promise<Buffer>

    readonly key: Buffer
    readonly discoveryKey: Buffer
    readonly length: number
    readonly byteLength: number
    readonly fork: number
    readonly peers: readonly ReplicationPeer[]
    ready(): Promise<void>
    close(): Promise<void>
    append(blocks: readonly Uint8Array[], options: { keyPair: KeyPair }): Promise<unknown>
    has(index: number): Promise<boolean>
    /**
     * With `wait: false`, null if the block is not stored. Otherwise throws code REQUEST_TIMEOUT after `timeout`
     * milliseconds; with 0 it waits for ever.
     */
    get(index: number, options: { wait: false } | { timeout: number }): Promise<Buffer | null>
    update(options: { wait: boolean }): Promise<boolean>
    /** Until the returned function is called, `update` waits for a first peer. */
    findingPeers(): () => void
    /** `nodes`: the height above the block to which the proof leads. */
    proof(options: { block: { index: number; nodes: number } }): Promise<BlockProof>
    proof(options: { upgrade: { start: number; length: number } }): Promise<Proof>
    /** Checks the signature of a proof from block 0 on. Touches nothing that is stored. */
    verifyFullyRemote(proof: Proof): Promise<VerifiedTree>
    getManifest(options: { raw: true }): Buffer | null
    replicate(connection: NoiseConnection): NoiseConnection
    replicate(isInitiator: boolean, options: { keepAlive: false }): Duplex
    on(event: 'append', listener: () => void): this
    /** The key has signed another tree of that length, which the proof leads to. All sessions of the core close next. */
    on(event: 'conflict', listener: (length: number, fork: number, proof: Proof) => void): this
    on(event: 'upload', listener: (index: number, byteLength: number, peer: ReplicationPeer) => void): this
    on(
      event: 'verification-error',
      listener: (error: Error, request: { block?: { index: number } | null } | null) => void,
    ): this
    off(event: 'conflict', listener: (length: number, fork: number, proof: Proof) => void): this
    off(event: 'upload', listener: (index: number, byteLength: number, peer: ReplicationPeer) => void): this
  }
}

declare module 'hypercore-crypto' {
  const crypto: {
    sign(message: Uint8Array, secretKey: Uint8Array): Buffer
  }
  export default crypto
}
