import { describe, expect, it, onTestFinished } from 'vitest'
import { fromUtf8, utf8 } from '#types/bytes.ts'
import { attachChannel } from '#worker/p2p/channel.ts'
import type { FrameChannel } from '#worker/p2p/channel.ts'
import { keyName } from '#worker/p2p/identity.ts'
import { openMesh } from '#worker/p2p/mesh.ts'
import type { Mesh, MeshOptions } from '#worker/p2p/mesh-interface.ts'
import { data, hello, parseMeshFrame, type MeshFrame } from '#worker/p2p/mesh-frames.ts'
import type { PeerNetwork } from '#worker/p2p/network.ts'
import { freshKeyPair, joinNetwork, testDeps, useDht } from '../../../helpers/dht.ts'
import { until } from '../../../helpers/until.ts'

const PROTOCOL = 'assay/test/1'
const MAX_FRAME_BYTES = 1_000

interface Node {
  network: PeerNetwork
  mesh: Mesh
  got: { from: string; text: string }[]
  states: string[]
}

function open(network: PeerNetwork, members: Uint8Array[], id: string, extra: Partial<MeshOptions> = {}): Node {
  const got: Node['got'] = []
  const states: string[] = []
  const options: MeshOptions = {
    protocol: PROTOCOL,
    id: utf8(id),
    members,
    maxFrameBytes: MAX_FRAME_BYTES,
    onMessage: (from, frame) => got.push({ from: keyName(from), text: fromUtf8(frame) }),
    onPeer: (_key, state) => states.push(state),
    ...extra,
  }
  const mesh = openMesh(network, options, testDeps)
  onTestFinished(() => mesh.close())
  return { network, mesh, got, states }
}

describe('mesh', () => {
  const bootstrap = useDht()
  const networks = (count: number): Promise<PeerNetwork[]> =>
    Promise.all(Array.from({ length: count }, () => joinNetwork(bootstrap())))

  it.each([3, 5])('%i members exchange frames, also those sent before anybody was up', async (count) => {
    const joined = await networks(count)
    const members = joined.map(({ publicKey }) => publicKey)
    const nodes = joined.map((network) => open(network, members, `exchange ${count}`))
    nodes.forEach(({ mesh }, i) => expect(mesh.broadcast(utf8(`early ${i}`))).toBe(count - 1))
    await until('everybody is up', () => nodes.every(({ mesh }) => mesh.connected().length === count - 1))
    nodes.forEach(({ mesh }, i) => mesh.broadcast(utf8(`late ${i}`)))
    await until('everything arrived', () => nodes.every(({ got }) => got.length === 2 * (count - 1)))
    nodes.forEach(({ got }, i) => {
      members.forEach((member, j) => {
        const fromMember = got.filter(({ from }) => from === keyName(member)).map(({ text }) => text)
        expect(fromMember).toEqual(i === j ? [] : [`early ${j}`, `late ${j}`])
      })
    })
    expect(nodes[0]?.mesh.dropped()).toEqual({ oversized: 0, malformed: 0, flood: 0, expelled: 0, unsent: 0 })
  })

  it('a direct frame reaches its member only', async () => {
    const joined = await networks(3)
    const members = joined.map(({ publicKey }) => publicKey)
    const [a, b, c] = joined.map((network) => open(network, members, 'direct')) as [Node, Node, Node]
    a.mesh.send(b.network.publicKey, utf8('secret'))
    a.mesh.broadcast(utf8('after'))
    await until('c got the broadcast', () => c.got.length === 1 && b.got.length === 2)
    expect(c.got.map(({ text }) => text)).toEqual(['after'])
    expect(b.got.map(({ text }) => text)).toEqual(['secret', 'after'])
  })

  it('a stranger gets no channel, and is not banned should it become a member', async () => {
    const [a, b, stranger] = (await networks(3)) as [PeerNetwork, PeerNetwork, PeerNetwork]
    const honest = [a, b].map((network) => open(network, [a.publicKey, b.publicKey], 'closed club'))
    const all = [a.publicKey, b.publicKey, stranger.publicKey]
    const intruder = open(stranger, all, 'closed club')
    intruder.mesh.broadcast(utf8('let me in'))
    await until('the stranger is connected', () => stranger.connected().length === 2)
    honest[0]?.mesh.broadcast(utf8('members only'))
    await until('members talk', () => honest[1]?.got.length === 1)
    expect(intruder.mesh.connected()).toEqual([])
    expect(intruder.got).toEqual([])
    expect(honest.map(({ mesh }) => mesh.connected().length)).toEqual([1, 1])

    const admitted = open(a, all, 'open club')
    const guest = open(stranger, all, 'open club')
    guest.mesh.send(a.publicKey, utf8('now?'))
    await until('the former stranger is heard', () => admitted.got.length === 1)
    expect(honest[0]?.got).toEqual([])
  })

  it('two sessions share an identity without mixing, and one can end before the other', async () => {
    const [a, b] = (await networks(2)) as [PeerNetwork, PeerNetwork]
    const members = [a.publicKey, b.publicKey]
    const first = [a, b].map((network) => open(network, members, 'first')) as [Node, Node]
    const second = [a, b].map((network) => open(network, members, 'second')) as [Node, Node]
    first[0].mesh.broadcast(utf8('one'))
    second[0].mesh.broadcast(utf8('two'))
    await until('both arrived', () => first[1].got.length === 1 && second[1].got.length === 1)
    expect([first[1].got[0]?.text, second[1].got[0]?.text]).toEqual(['one', 'two'])
    expect(a.connected()).toHaveLength(1)

    first[0].mesh.close()
    await until('the end of the first is seen', () => first[1].mesh.connected().length === 0)
    second[1].mesh.broadcast(utf8('still here'))
    await until('the second goes on', () => second[0].got.length === 1)

    const third = [a, b].map((network) => open(network, members, 'third')) as [Node, Node]
    third[1].mesh.broadcast(utf8('three'))
    await until('a later session works', () => third[0].got.length === 1)
  })

  it('a member that opens the session long after the other is met on the connection they have', async () => {
    const [a, b] = (await networks(2)) as [PeerNetwork, PeerNetwork]
    const members = [a.publicKey, b.publicKey]
    const first = [a, b].map((network) => open(network, members, 'already open')) as [Node, Node]
    const early = open(a, members, 'opened late')
    early.mesh.broadcast(utf8('waiting for you'))
    first[0].mesh.broadcast(utf8('ping'))
    await until('b has seen and refused the early session', () => first[1].got.length === 1)
    first[1].mesh.broadcast(utf8('pong'))
    await until('a knows', () => first[0].got.length === 1)
    const late = open(b, members, 'opened late')
    await until('it is delivered', () => late.got.length === 1)
    expect(early.mesh.connected()).toHaveLength(1)
  })

  it('refuses to open one session twice, and names what is wrong with a frame', async () => {
    const [a, b] = (await networks(2)) as [PeerNetwork, PeerNetwork]
    const { mesh } = open(a, [b.publicKey], 'once')
    expect(() => open(a, [b.publicKey], 'once')).toThrow(expect.objectContaining({ code: 'CHANNEL_IN_USE' }))
    const tooLarge = new Uint8Array(MAX_FRAME_BYTES + 1)
    expect(() => mesh.broadcast(tooLarge)).toThrow(expect.objectContaining({ code: 'FRAME_TOO_LARGE' }))
    const stranger = freshKeyPair().publicKey
    expect(() => mesh.send(stranger, utf8('hi'))).toThrow(expect.objectContaining({ code: 'UNKNOWN_MEMBER' }))
    mesh.close()
    expect(() => mesh.broadcast(utf8('hi'))).toThrow(expect.objectContaining({ code: 'MESH_CLOSED' }))
    open(a, [b.publicKey], 'once')
  })

  it('the queue for an absent member is bounded', async () => {
    const a = await joinNetwork(bootstrap())
    const { mesh } = open(a, [freshKeyPair().publicKey], 'absent', { maxQueuedFrames: 2 })
    expect([1, 2, 3].map(() => mesh.broadcast(utf8('x')))).toEqual([1, 1, 0])
    expect(mesh.dropped().unsent).toBe(1)
  })

  it('a connection that breaks is made again and loses nothing', async () => {
    const [a, b] = (await networks(2)) as [PeerNetwork, PeerNetwork]
    const members = [a.publicKey, b.publicKey]
    const [left, right] = [a, b].map((network) => open(network, members, 'broken')) as [Node, Node]
    const hangUp: (() => void)[] = []
    onTestFinished(
      a.attach({ wants: () => true, onConnection: (connection) => hangUp.push(() => connection.destroy()) }),
    )
    await until('both are up', () => left.states.length > 0 && right.states.length > 0)
    left.mesh.broadcast(utf8('before'))
    hangUp.at(-1)?.()
    left.mesh.broadcast(utf8('during'))
    right.mesh.broadcast(utf8('from the other side'))
    await until('all arrived', () => right.got.length === 2 && left.got.length === 1)
    expect(right.got.map(({ text }) => text)).toEqual(['before', 'during'])
    expect(left.states).toEqual(['up', 'down', 'up'])
  })

  it('a member that starts again with the same key is heard, and hears what it had not acknowledged', async () => {
    const [a, keyPair] = [await joinNetwork(bootstrap()), freshKeyPair()]
    const members = [a.publicKey, keyPair.publicKey]
    const stays = open(a, members, 'restart')
    const before = await joinNetwork(bootstrap(), keyPair)
    const firstLife = open(before, members, 'restart')
    for (const text of ['1', '2', '3']) firstLife.mesh.broadcast(utf8(text))
    await until('the first life is heard', () => stays.got.length === 3)
    await before.close()
    stays.mesh.broadcast(utf8('are you back?'))
    const secondLife = open(await joinNetwork(bootstrap(), keyPair), members, 'restart')
    secondLife.mesh.broadcast(utf8('yes'))
    await until('both are heard', () => stays.got.length === 4 && secondLife.got.length === 1)
    expect(stays.got.map(({ text }) => text)).toEqual(['1', '2', '3', 'yes'])
    expect(secondLife.got.map(({ text }) => text)).toEqual(['are you back?'])
  })

  /** A member that speaks the wire format itself, to say what an honest mesh never would. */
  async function rawMember(
    id: string,
    onFrame: (bytes: Uint8Array) => void = () => {},
  ): Promise<{ node: Node; channel: FrameChannel; isOpen: () => boolean }> {
    const [network, rogue] = (await networks(2)) as [PeerNetwork, PeerNetwork]
    const node = open(network, [rogue.publicKey], id, { framesPerSecond: 1, burstFrames: 10 })
    let isOpen = false
    const opened = new Promise<FrameChannel>((resolve) => {
      const onConnection = (connection: Parameters<typeof attachChannel>[0]): void => {
        const channel = attachChannel(connection, {
          protocol: PROTOCOL,
          id: utf8(id),
          maxFrameBytes: 1 << 20,
          log: testDeps.log,
          onFrame,
          onOpen: () => {
            isOpen = true
            resolve(channel)
          },
          onClose: () => (isOpen = false),
        })
      }
      rogue.attach({ wants: () => true, onConnection })
      rogue.dial(network.publicKey)
    })
    const channel = await opened
    channel.send(hello(testDeps.randomBytes(8), new Uint8Array(8), 0))
    return { node, channel, isOpen: () => isOpen }
  }

  it('acknowledges with its next frame, with one of its own after a while, and what is said at once goes out together', async () => {
    const frames: MeshFrame[] = []
    const { node, channel } = await rawMember('acks', (bytes) => void frames.push(parseMeshFrame(bytes)!))
    await until('it is up', () => node.mesh.connected().length === 1)
    channel.send(data(1, 0, utf8('one')))
    await until('it came', () => node.got.length === 1)
    node.mesh.broadcast(utf8('answer'))
    node.mesh.broadcast(utf8('and more'))
    channel.send(data(2, 0, utf8('two')))
    await until('the rest is acknowledged', () => frames.some(({ kind }) => kind === 'ack'))
    expect(frames.filter(({ kind }) => kind !== 'hello')).toMatchObject([
      { kind: 'data', sequence: 1, received: 1, frame: utf8('answer') },
      { kind: 'data', sequence: 2, received: 1, frame: utf8('and more') },
      { kind: 'ack', sequence: 2 },
    ])
  })

  it('drops and counts oversized and malformed frames, and hears what follows them', async () => {
    const { node, channel } = await rawMember('rogue')
    channel.send(data(1, 0, new Uint8Array(500_000)))
    channel.send(new Uint8Array([9]))
    channel.send(new Uint8Array(0))
    channel.send(data(2, 0, utf8('fine')))
    channel.send(data(2, 0, utf8('a repetition')))
    channel.send(data(3, 0, utf8('also fine')))
    await until('the good frames arrived', () => node.got.length === 2)
    expect(node.got.map(({ text }) => text)).toEqual(['fine', 'also fine'])
    expect(node.mesh.dropped()).toMatchObject({ oversized: 1, malformed: 2, flood: 0 })
  })

  it('bounds a flood and cuts its sender off', async () => {
    const { node, channel, isOpen } = await rawMember('flood')
    for (let i = 1; i <= 3_000; i++) channel.send(data(i, 0, utf8('x')))
    await until('the flooder is cut off', () => node.mesh.dropped().expelled === 1 && !isOpen())
    expect(node.got.length).toBeLessThan(15)
    expect(node.mesh.dropped().flood).toBe(1_001)
    expect(node.mesh.connected()).toEqual([])
  })
})
