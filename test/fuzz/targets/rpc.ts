/**
 * JSON-RPC frames: every method that the node lists with arguments of all kinds, broken envelopes, batches and plain
 * noise.
 *
 * Law: every frame that needs a reply gets one that is JSON-RPC 2.0, never an internal error. A frame whose replies are
 * all errors leaves best block, finalized block and pool unchanged.
 */
import { startNode } from '#chain/node/service.ts'
import type { Node } from '#chain/node/node-interface.ts'
import { RPC_CODE } from '#chain/rpc/errors.ts'
import { createLocalRpc } from '#chain/rpc/server.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { toHex } from '#types/bytes.ts'
import { silentLog } from '#types/log.ts'
import type { Chance } from '../chance.ts'
import type { FuzzSubject, Target } from '../target.ts'

interface Reply {
  readonly jsonrpc?: unknown
  readonly id?: unknown
  readonly method?: string
  readonly result?: unknown
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** Keys under which clients do ask: System.Account, System.Events, the code, a prefix, nothing. */
const HEX = [
  '0x',
  '0x3a636f6465',
  '0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9',
  '0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7',
  `0x${'00'.repeat(32)}`,
  '0xzz',
  '0x0',
  'deadbeef',
]
const WORDS = [
  '',
  'PERSISTENT',
  'LOCAL',
  'Core_version',
  'Metadata_metadata',
  'value',
  'closestDescendantMerkleValue',
  '//Alice',
  '🦀',
]
const NUMBERS = [0, 1, -1, 2, 15, 1000, 2 ** 32, 2 ** 53, 1.5, 1e308]

function argument(chance: Chance, hashes: readonly string[], depth = 0): unknown {
  switch (chance.int(depth > 3 ? 6 : 9)) {
    case 0:
      return chance.pick(HEX)
    case 1:
      return chance.pick(WORDS)
    case 2:
      return chance.pick(NUMBERS)
    case 3:
      return chance.pick([true, false, null])
    case 4:
      return chance.pick(hashes)
    case 5:
      return toHex(chance.bytes(chance.int(64)))
    case 6:
      return Object.fromEntries(
        ['key', 'type', 'block', 'hash', 'count']
          .slice(0, chance.int(5))
          .map((name) => [name, argument(chance, hashes, depth + 1)]),
      )
    default:
      return Array.from({ length: chance.int(4) }, () => argument(chance, hashes, depth + 1))
  }
}

function request(chance: Chance, methods: readonly string[], hashes: readonly string[]): unknown {
  const method = chance.once(20) ? chance.pick(WORDS) : chance.pick(methods)
  const params = chance.once(10)
    ? argument(chance, hashes)
    : Array.from({ length: chance.int(5) }, () => argument(chance, hashes))
  const whole: Record<string, unknown> = { jsonrpc: '2.0', id: chance.int(1000), method, params }
  if (chance.once(12)) delete whole[chance.pick(['jsonrpc', 'id', 'method', 'params'])]
  if (chance.once(12)) whole[chance.pick(['jsonrpc', 'id', 'method', 'params'])] = argument(chance, hashes)
  return whole
}

function frame(chance: Chance, methods: readonly string[], hashes: readonly string[]): string {
  const whole = chance.once(15)
    ? Array.from({ length: chance.int(4) }, () => request(chance, methods, hashes))
    : request(chance, methods, hashes)
  const text = JSON.stringify(whole)
  if (!chance.once(10)) return text
  const at = chance.int(text.length)
  return text.slice(0, at) + chance.pick(['', '\u0000', '"', '{', ']', '\\', '1e9999']) + text.slice(at + chance.int(3))
}

const face = (node: Node): string =>
  `${toHex(node.best().hash)} ${toHex(node.finalized().hash)} ${node.pending().length}`

function checkReplies(text: string, replies: readonly Reply[], before: string, after: string): string {
  for (const reply of replies) {
    if (reply.jsonrpc !== '2.0' || (reply.error === undefined) === (reply.result === undefined))
      throw new Error(`expected a JSON-RPC 2.0 reply to ${text}, got ${JSON.stringify(reply)}`)
    if (reply.error?.code === RPC_CODE.internalError)
      throw new Error(`an internal error for ${text}: ${JSON.stringify(reply.error)}`)
  }
  // A notification may well do something; nobody is told.
  if (replies.length === 0) return 'nothing owed'
  if (replies.some(({ error }) => !error)) return 'answered'
  if (before !== after) throw new Error(`expected no change by ${text}, which was refused; got ${before} -> ${after}`)
  return `refused ${replies[0]!.error!.code}`
}

/** A node of its own for the cases, begun anew where they made it grow. */
async function openSubject(): Promise<FuzzSubject> {
  const node = await startNode({ sealing: { kind: 'manual' } }, { runtime: createRuntime({ log: silentLog }) })
  await node.seal({ finalize: true })
  const rpc = createLocalRpc({ node, log: silentLog })
  const got: Reply[] = []
  let connection = rpc.connect((text) => void got.push(...[JSON.parse(text) as Reply | Reply[]].flat()))
  const listing = JSON.parse((await rpc.request('{"jsonrpc":"2.0","id":1,"method":"rpc_methods"}'))!) as {
    readonly result: { readonly methods: readonly string[] }
  }
  const { methods } = listing.result
  const hashes = [toHex(node.genesisHash), toHex(node.best().hash)]
  return {
    async run(chance) {
      const text = frame(chance, methods, hashes)
      const before = face(node)
      got.length = 0
      await connection.receive(text)
      const outcome = checkReplies(
        text,
        got.filter(({ method }) => method === undefined),
        before,
        face(node),
      )
      if (connection.subscriptions > 100) {
        connection.close()
        connection = rpc.connect((reply) => void got.push(...[JSON.parse(reply) as Reply | Reply[]].flat()))
      }
      return outcome
    },
    async close() {
      connection.close()
      rpc.close()
      await node.close()
    },
  }
}

export const rpc: Target = {
  name: 'rpc',
  reaches: ['answered', 'refused -32700', 'refused -32600', 'refused -32601', 'refused -32602', 'nothing owed'],
  open: openSubject,
}
