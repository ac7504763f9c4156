/**
 * The cost of blocks without their signatures.
 *
 * Owns: a chain in memory and its blocks. Does not own: the pool or threads.
 */
import { verify } from '#types/crypto/signature.ts'
import { account, alice, bob, callOf, id, TestChain } from '../helpers/runtime.ts'
import { figure, median, repeated, timed, type Measurement } from './figure.ts'

const TRANSFERS = 1000
const RECIPIENTS = 500
const BLOCKS = 15
/** Until V8 has compiled what is hot. */
const WARM_UP_BLOCKS = 10
const EMPTY_BLOCKS = 300
const MAX_BLOCK_MS = 50
const VERIFICATIONS = 300
/** Above the existential deposit: the first transfers make the accounts. */
const AMOUNT = 10n ** 9n

function transfers(chain: TestChain): Uint8Array[] {
  return Array.from({ length: TRANSFERS }, (_, i) => {
    const dest = id(account(`recipient ${i % RECIPIENTS}`))
    return chain.sign(i % 2 ? alice : bob, callOf('Balances', 'transferKeepAlive', { dest, value: AMOUNT }))
  })
}

interface BlockTimes {
  readonly decodeMs: number
  readonly executeMs: number
}

async function fullBlock(chain: TestChain): Promise<BlockTimes> {
  const wires = transfers(chain)
  let decoded: ReturnType<TestChain['runtime']['decode']>[] = []
  const decodeMs = await timed(() => (decoded = wires.map((wire) => chain.runtime.decode(wire))))
  let refused = 0
  const executeMs = await timed(() => {
    const block = chain.open()
    for (const extrinsic of decoded) if (block.apply(extrinsic).kind !== 'success') refused++
    chain.adopt(block.finalize())
  })
  if (refused > 0) throw new Error(`expected ${TRANSFERS} transfers in a block, got ${refused} that failed`)
  return { decodeMs, executeMs }
}

/** Milliseconds for as many signatures as a block has, in one thread. */
async function verificationMs(): Promise<number> {
  const message = new Uint8Array(110)
  const signature = { tag: 'Sr25519', value: alice.sign(message) } as const
  const ms = await timed(() => {
    for (let i = 0; i < VERIFICATIONS; i++) verify(signature, message, alice.publicKey)
  })
  return (ms / VERIFICATIONS) * TRANSFERS
}

/** See the module's header. */
export const execution: Measurement = {
  name: 'execution',
  async measure() {
    const chain = new TestChain()
    for (let i = 0; i < WARM_UP_BLOCKS; i++) await fullBlock(chain)
    const blocks: BlockTimes[] = []
    for (let i = 0; i < BLOCKS; i++) blocks.push(await fullBlock(chain))
    const empty = await repeated(EMPTY_BLOCKS, () => timed(() => chain.build()))
    await verificationMs()
    const reference = { name: 'verifying its signatures', value: await verificationMs() }
    const execute = blocks.map(({ executeMs }) => executeMs)
    const decode = blocks.map(({ decodeMs }) => decodeMs)
    return [
      figure(`block of ${TRANSFERS} transfers, executed`, 'ms', execute, {
        aim: { is: '<=', than: MAX_BLOCK_MS },
        reference,
      }),
      figure(`block of ${TRANSFERS} transfers, decoded`, 'ms', decode, { reference }),
      figure('empty block', 'ms', empty, { reference: { name: 'the full one', value: median(execute) } }),
    ]
  },
}
