/** The clients of a stage: one for each account, however often it is asked for, and none that is left open. */
import { expect, test } from 'vitest'
import { AssayError } from '#types/errors.ts'
import { Clients } from '#worker/devnet/clients.ts'
import { fakeClient, type FakeClient } from './fakes.ts'

/** Clients of a chain that answers when `answer` is called. */
function made() {
  const end = new AbortController()
  const opened: FakeClient[] = []
  const answers: (() => void)[] = []
  const state = { fails: false }
  const clients = new Clients({
    endpoint: () => 'ws://it',
    signal: end.signal,
    async connect() {
      await new Promise<void>((resolve) => answers.push(resolve))
      if (state.fails) throw new AssayError('CHAIN_UNREACHABLE', 'no node')
      const client = fakeClient()
      opened.push(client)
      return client
    },
  })
  const answer = (): void => {
    for (const each of answers.splice(0)) each()
  }
  return { clients, end, opened, answers, answer, state }
}

test('an account has one client, also where it is asked for twice at the same time', async () => {
  const { clients, opened, answer } = made()
  const asked = [clients.get('//A'), clients.get('//A'), clients.get('//B')]
  answer()
  const [first, second, other] = await Promise.all(asked)
  expect(second).toBe(first)
  expect(other).not.toBe(first)
  expect(await clients.get('//A')).toBe(first)
  await clients.close()
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true, true])
})

test('a client that could not connect is made anew when it is asked for again', async () => {
  const { clients, answer, state } = made()
  state.fails = true
  const failed = clients.get('//A')
  answer()
  await expect(failed).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
  state.fails = false
  const again = clients.get('//A')
  answer()
  await again
})

test('a client that connects after the end is closed, and not handed out', async () => {
  const { clients, end, opened, answer } = made()
  const late = clients.get('//A')
  late.catch(() => undefined)
  end.abort(new AssayError('STAGE_CLOSED', 'closed'))
  answer()
  await clients.close()
  await expect(late).rejects.toMatchObject({ code: 'STAGE_CLOSED' })
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true])
  await expect(clients.get('//A')).rejects.toMatchObject({ code: 'STAGE_CLOSED' })
})
