/** When texts leave: how many writes a client gets. */
import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import type { Rpc } from '#chain/rpc/dispatcher.ts'
import { limitsOf } from '#chain/rpc/limits.ts'
import { serveWebSocket } from '#chain/rpc/websocket.ts'

/** A client over a socket that notes what leaves in one write: texts sent between cork and uncork. */
function open() {
  const writes: string[][] = []
  let gathered: string[] | undefined
  const stream = {
    cork: () => (gathered = []),
    uncork() {
      writes.push(gathered!)
      gathered = undefined
    },
  }
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send: (text: string) => (gathered ?? writes[writes.push([]) - 1]!).push(text),
  })
  let deliver: Parameters<Rpc['connect']>[0] = () => undefined
  const rpc: Pick<Rpc, 'connect'> = {
    connect(given) {
      deliver = given
      return { receive: () => undefined, subscriptions: 0, close: () => undefined }
    },
  }
  const log = { warn: () => undefined, error: () => undefined }
  const deps = { rpc: rpc as Rpc, access: {}, limits: limitsOf(), log, backlog: () => undefined }
  serveWebSocket(socket as unknown as WebSocket, stream as never, deps)
  return { writes, deliver: (text: string, canWait: boolean) => deliver(text, canWait) }
}

it('writes once for all that belongs to subscriptions in a turn of the event loop', async () => {
  const { writes, deliver } = open()
  setImmediate(() => {
    deliver('id', true)
    void Promise.resolve().then(() => deliver('ready', true))
  })
  setImmediate(() => deliver('block', true))
  await turn()
  expect(writes).toEqual([])
  await turn()
  expect(writes).toEqual([['id', 'ready', 'block']])
})

it('writes a reply when the callback is done, together with what waits before it', async () => {
  const { writes, deliver } = open()
  deliver('first', false)
  deliver('second', false)
  await new Promise(process.nextTick)
  expect(writes).toEqual([['first', 'second']])
  deliver('ready', true)
  deliver('reply', false)
  deliver('block', true)
  await new Promise(process.nextTick)
  expect(writes.slice(1)).toEqual([['ready', 'reply', 'block']])
  await turn()
  expect(writes).toHaveLength(2)
})
