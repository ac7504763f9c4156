/**
 * The node with the real runtime: transfers under instant sealing, on disk, with a restart between.
 */
import { expect, it, onTestFinished } from 'vitest'
import { equalBytes, toHex } from '#types/bytes.ts'
import { developmentSpec, exportSpec, parseSpec } from '#chain/node/chain-spec.ts'
import type { Node, TransactionStatus } from '#chain/node/node-interface.ts'
import { startNode, type NodeOptions } from '#chain/node/service.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { recomputeRoot } from '../../../helpers/node.ts'
import { alice, bob, callOf, charlie, id, TestChain, TestLog } from '../../../helpers/runtime.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const PER_ACCOUNT = 20

async function start(options: NodeOptions): Promise<Node> {
  const node = await startNode(options, { runtime: createRuntime({ log: new TestLog() }) })
  onTestFinished(() => node.close())
  return node
}

/** Submits, and resolves with the last status when it is final. */
const settled = (node: Node, wire: Uint8Array): Promise<TransactionStatus['kind']> =>
  new Promise((resolve, reject) => {
    const watch = ({ kind }: TransactionStatus): void => {
      if (['finalized', 'usurped', 'dropped', 'invalid'].includes(kind)) resolve(kind)
    }
    node.submit(wire, watch).catch(reject)
  })

it('finalizes a flood of transfers in nonce order, and keeps all of it', async () => {
  const basePath = await tempDir()
  const spec = parseSpec(exportSpec(developmentSpec()), 'spec.json')
  const first = await start({ basePath, spec, finalityDelayMs: 10 })
  const signer = new TestChain()
  signer.hashes[0] = first.genesisHash
  const transfer = (): Uint8Array[] =>
    [alice, bob, charlie].map((from) =>
      signer.sign(from, callOf('Balances', 'transferKeepAlive', { dest: id(alice.accountId), value: 1n })),
    )
  const wires = Array.from({ length: PER_ACCOUNT }, transfer).flat()
  const ends = await Promise.all(wires.map((wire) => settled(first, wire)))
  expect(new Set(ends)).toEqual(new Set(['finalized']))
  const best = first.best()
  expect([alice, bob, charlie].map(({ accountId }) => first.nextNonce(accountId))).toEqual([20, 20, 20])
  await first.close()

  const second = await start({ basePath, spec })
  expect(toHex(second.best().hash)).toBe(toHex(best.hash))
  const bodies: string[] = []
  for (let number = 0; number <= best.header.number; number++) {
    const block = second.block(second.hashAt(number)!)!
    expect(equalBytes(recomputeRoot(second, block.hash), block.header.stateRoot)).toBe(true)
    bodies.push(...block.body.slice(1).map(toHex))
  }
  expect(bodies.toSorted()).toEqual(wires.map(toHex).toSorted())
  expect(second.nextNonce(alice.accountId)).toBe(20)
})

it('says which part of a genesis the runtime does not take', async () => {
  const spec = developmentSpec()
  const balances = [[alice.accountId, 1n]] as const
  await expect(start({ spec: { ...spec, genesis: { ...spec.genesis, balances } } })).rejects.toMatchObject({
    code: 'BAD_GENESIS',
    message: expect.stringContaining('balances'),
  })
})
