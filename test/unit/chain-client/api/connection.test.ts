import { describe, expect, it } from 'vitest'
import { AssayError } from '#types/errors.ts'
import { checkGenesis, openConnection, pauseMs, type Connection } from '#chain/api/connection.ts'
import { silentLog } from '#types/log.ts'
import { RpcRefusal, unreachable } from '#chain/api/rpc-error.ts'
import type { Session } from '#chain/api/session.ts'
import { shapesOfCodecs } from './shapes-of-codecs.ts'
import { createFakeClock } from './fake-clock.ts'

const WAIT_MS = 30_000

/** A node that can go away, come back, and answer or not. */
function setup(over: { readonly admit?: (session: Session) => void; readonly maxAttempts?: number } = {}) {
  const clock = createFakeClock()
  const node = { isUp: true, attempts: 0, drop: (): void => {}, answer: async (): Promise<unknown> => 'ok', closed: 0 }
  const open = async (): Promise<Session> => {
    node.attempts++
    if (!node.isUp) throw unreachable('ws://fake', 'connecting')
    let end: (reason: string) => void = () => {}
    const ended = new Promise<string>((resolve) => {
      end = resolve
    })
    node.drop = () => end('connection lost')
    return {
      genesisHash: new Uint8Array(32),
      shapes: shapesOfCodecs({}),
      request: () => node.answer(),
      shapesAt: async () => shapesOfCodecs({}),
      sign: () => ({ wire: new Uint8Array(), death: 0 }),
      ended,
      close: async () => {
        node.closed++
        end('closed')
      },
    }
  }
  const start = (): Connection =>
    openConnection(
      { endpoint: 'ws://fake', waitMs: WAIT_MS, maxAttempts: over.maxAttempts },
      { open, admit: over.admit ?? (() => {}), clock, random: () => 0.5, log: silentLog },
    )
  return { clock, node, start }
}

const ask = (connection: Connection): Promise<unknown> => connection.retrying((session) => session.request('m', []))

describe('connection', () => {
  it('comes back with growing pauses, however long the node was away', async () => {
    const { clock, node, start } = setup()
    node.isUp = false
    const connection = start()
    await clock.pass(3_600_000)
    // A quarter of an hour's worth of the longest pause, three quarters of 15 s, and the first few.
    expect(node.attempts).toBeGreaterThan(300)
    expect(node.attempts).toBeLessThan(340)
    node.isUp = true
    await expect(clock.run(ask(connection), 20_000)).resolves.toBe('ok')
    await clock.run(connection.close())
  })

  it('has pauses within bounds', () => {
    for (let attempt = 0; attempt < 100; attempt++) {
      for (const random of [0, 0.3, 0.999]) {
        const pause = pauseMs(attempt, () => random)
        expect(pause).toBeGreaterThanOrEqual(100)
        expect(pause).toBeLessThan(15_000)
      }
    }
    expect(pauseMs(0, () => 0)).toBe(100)
    expect(pauseMs(3, () => 0)).toBe(800)
  })

  it('asks the next session when one broke', async () => {
    const { clock, node, start } = setup()
    const connection = start()
    await clock.run(ask(connection))
    let asked = 0
    node.answer = async () => {
      if (++asked > 1) return 'again'
      node.drop()
      throw unreachable('ws://fake', 'm')
    }
    await expect(clock.run(ask(connection))).resolves.toBe('again')
    expect(connection.sessions).toBe(2)
    expect(node.closed).toBe(1)
    await clock.run(connection.close())
    expect(node.closed).toBe(3)
  })

  it('gives refusals of the node to the one who asked', async () => {
    const { clock, node, start } = setup()
    const connection = start()
    node.answer = async () => {
      throw new RpcRefusal('m', -32_602, 'no such thing', '')
    }
    await expect(clock.run(ask(connection))).rejects.toMatchObject({ code: 'RPC_REFUSED', rpcCode: -32_602 })
    await clock.run(connection.close())
  })

  it('waits for a session at most for its time', async () => {
    const { clock, node, start } = setup()
    node.isUp = false
    const connection = start()
    const began = clock.now()
    await expect(clock.run(ask(connection))).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
    expect(clock.now() - began).toBe(WAIT_MS)
    await clock.run(connection.close())
  })

  it('gives up after as many failures as it was told to bear', async () => {
    const { clock, node, start } = setup({ maxAttempts: 3 })
    node.isUp = false
    const connection = start()
    await expect(clock.run(ask(connection), 5_000)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
    await clock.pass(60_000)
    expect(node.attempts).toBe(3)
    await clock.run(connection.close())
  })

  it('ends for good on a session that may not be used', async () => {
    let genesis = 0
    const { clock, node, start } = setup({
      admit: () => checkGenesis(new Uint8Array(32), new Uint8Array(32).fill(genesis), 'ws://fake'),
    })
    const connection = start()
    await clock.run(ask(connection))
    genesis = 1
    node.drop()
    await clock.pass(60_000)
    await expect(clock.run(ask(connection))).rejects.toMatchObject({ code: 'OTHER_CHAIN' })
    expect(node.attempts).toBe(2)
    expect(node.closed).toBe(2)
    await clock.run(connection.close())
  })

  it('lets nobody wait once it is closed', async () => {
    const { clock, node, start } = setup()
    node.isUp = false
    const connection = start()
    const waiting = ask(connection)
    waiting.catch(() => undefined)
    await clock.pass(1_000)
    await clock.run(connection.close())
    await expect(waiting).rejects.toMatchObject({ code: 'CHAIN_CLOSED' })
    await expect(ask(connection)).rejects.toBeInstanceOf(AssayError)
  })
})
