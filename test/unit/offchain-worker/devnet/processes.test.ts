/** Processes by name: started again only after their end, and stopped in order. */
import { expect, test } from 'vitest'
import { Processes } from '#worker/devnet/processes.ts'
import { fakeProcesses } from './fakes.ts'

function made() {
  const fakes = fakeProcesses()
  const died: string[] = []
  const processes = new Processes(
    { cli: 'cli.js', onTold: () => undefined, onDied: (name, { code }) => died.push(`${name} ${code}`) },
    fakes.launch,
  )
  return { ...fakes, processes, died }
}

test('one that runs is not started again; one that has ended is', async () => {
  const { processes, children, died } = made()
  processes.start('a', ['first'])
  expect(() => processes.start('a', ['second'])).toThrow(expect.objectContaining({ code: 'STILL_RUNNING' }))
  expect(await processes.kill('a', 'SIGKILL')).toBe('SIGKILL')
  const again = processes.start('a', ['second'])
  expect(processes.get('a')).toBe(again)
  children[1]!.die()
  processes.start('a', ['third'])
  expect(children.map(({ args }) => args)).toEqual([['first'], ['second'], ['third']])
  expect(died).toEqual(['a CHILD_DIED'])
})

test('the node and the DHT stop when all others are gone, and nothing starts afterwards', async () => {
  const { processes, log, last } = made()
  const dht = processes.startDht(1)
  last('dht').say({ kind: 'dht-ready', bootstrap: ['127.0.0.1:1'] })
  expect(await dht).toEqual(['127.0.0.1:1'])
  processes.start('a', [])
  processes.start('chain', [], true)
  processes.start('b', [])
  log.length = 0
  const closing = processes.close()
  expect(() => processes.start('c', [])).toThrow(expect.objectContaining({ code: 'STAGE_CLOSED' }))
  expect(log).toEqual(['SIGTERM a', 'SIGTERM b'])
  await closing
  expect(log).toEqual(['SIGTERM a', 'SIGTERM b', 'SIGTERM dht', 'SIGTERM chain'])
})

test('a name that no process has is refused', () => {
  const { processes } = made()
  processes.start('a', [])
  expect(() => processes.get('b')).toThrow(/expected a process of a, got "b"/)
})
