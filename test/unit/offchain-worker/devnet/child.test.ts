/** One real child process: its lines, its last error, and its stop. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startChild } from '#worker/devnet/child.ts'
import { tempDir } from '../../../helpers/temp-dir.ts'

const MS = 15_000

/** A child that runs this JavaScript, and what was heard of it. */
async function start(script: string) {
  const cli = join(await tempDir(), 'cli.cjs')
  await writeFile(cli, `const tell = (kind, n) => console.log(JSON.stringify({ kind, n }))\n${script}`)
  const heard: { told: unknown[]; said: string[]; died: string[] } = { told: [], said: [], died: [] }
  const child = startChild({
    name: 'it',
    args: ['play'],
    cli,
    onTold: (told) => heard.told.push(told),
    onSaid: (line) => heard.said.push(line),
    onDied: ({ code, message }) => heard.died.push(`${code}: ${message}`),
  })
  onTestFinished(() => void child.stop('SIGKILL'))
  return { child, heard }
}

test('a line is waited for by its kind and by what it says; what is no line of JSON is not told', async () => {
  const { child, heard } = await start(
    `console.log('no JSON'); tell('step', 1); tell('else', 2); tell('step', 3); setInterval(() => {}, 1000)`,
  )
  expect(await child.told('step', MS, ({ n }) => n === 3)).toEqual({ kind: 'step', n: 3 })
  expect(await child.told('step', MS)).toEqual({ kind: 'step', n: 1 })
  expect(heard.told).toHaveLength(3)
  expect(child.lines).toEqual(heard.told)
  await expect(child.told('step', 20, ({ n }) => n === 4)).rejects.toMatchObject({ code: 'CHILD_SILENT' })
  expect(child.isRunning).toBe(true)
  expect(await child.stop('SIGKILL')).toBe('SIGKILL')
  expect(child.isRunning).toBe(false)
  expect(heard.died).toEqual([])
})

test('a wait whose condition throws ends with that error, and the others go on', async () => {
  const { child } = await start(`setTimeout(() => tell('step', 1), 200); setInterval(() => {}, 1000)`)
  const odd = (): never => {
    throw new Error('odd')
  }
  const waits = [child.told('step', MS, odd), child.told('step', MS)]
  await expect(waits[0]).rejects.toThrow('odd')
  expect(await waits[1]).toEqual({ kind: 'step', n: 1 })
  await expect(child.told('step', MS, odd)).rejects.toThrow('odd')
})

test('the error that ends it goes to the waits and to onDied, and other lines of stderr are passed on', async () => {
  const { child, heard } = await start(
    `console.error('a warning'); console.error('{"kind":"error","code":"PORT_IN_USE","message":"the port is taken"}'); process.exitCode = 1`,
  )
  await expect(child.told('ready', MS)).rejects.toMatchObject({ code: 'PORT_IN_USE', message: 'it: the port is taken' })
  expect(heard).toEqual({ told: [], said: ['a warning'], died: ['PORT_IN_USE: it: the port is taken'] })
  await expect(child.told('more', MS)).rejects.toMatchObject({ code: 'PORT_IN_USE' })
  expect(await child.stop()).toBe(1)
})

test('one that ends without a word has died', async () => {
  const { child, heard } = await start('process.exitCode = 3')
  await expect(child.told('ready', MS)).rejects.toMatchObject({ code: 'CHILD_DIED' })
  expect(heard.died).toEqual(['CHILD_DIED: it: expected a running process, it ended (exit code 3)'])
})
