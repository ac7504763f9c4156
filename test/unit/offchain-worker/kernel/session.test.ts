/**
 * A session of any machine on a mesh and a clock: early frames wait, a timer replaces the one before, the exit ends the phase's
 * timer while ticks go on, and closing ends all and leaves the mesh.
 */
import { expect, test } from 'vitest'
import type { Clock } from '#types/clock.ts'
import type { Log } from '#types/log.ts'
import type { Mesh, MeshOptions } from '#worker/p2p/mesh-interface.ts'
import { runSession, type SessionWatch } from '#worker/kernel/session.ts'
import { createScheduler } from '#worker/simulation/scheduler.ts'
import { ASK_MS, callFrame, QUIET_MS, rollCall, type Call, type RollCallExit } from '../../../helpers/roll-call.ts'

const MEMBERS = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill))
const [, ONE, TWO] = MEMBERS as [Uint8Array, Uint8Array, Uint8Array]
const HERE = callFrame('here')

/** Member 0 of three, on a mesh that the test plays and virtual time. */
function open({ early = [] as readonly Uint8Array[], watch = undefined as SessionWatch<Call> | undefined } = {}) {
  const scheduler = createScheduler()
  const timers = new Set<object>()
  const clock: Clock = {
    now: () => scheduler.now,
    setTimer(ms, callback) {
      const timer = {}
      timers.add(timer)
      const cancel = scheduler.after(ms, () => {
        timers.delete(timer)
        callback()
      })
      return () => {
        timers.delete(timer)
        cancel()
      }
    },
  }
  const said: string[] = []
  const logged: { values: object; message: string }[] = []
  const note = (values: object, message: string): void => void logged.push({ values, message })
  const log: Log = { debug: note, info: note, warn: note, error: note }
  let mesh: MeshOptions | undefined
  const network = {
    openMesh(options: MeshOptions): Pick<Mesh, 'send' | 'broadcast' | 'dropped' | 'close'> {
      mesh = options
      for (const from of early) options.onMessage(from, HERE)
      return {
        send: (to, frame) => said.push(`${frame[0]} to ${to[0]}`) > 0,
        broadcast: (frame) => said.push(`${frame[0]} to all`),
        dropped: () => ({ oversized: 2, malformed: 1, flood: 0, expelled: 0, unsent: 0 }),
        close: () => void said.push('left'),
      }
    },
  }
  const exits: RollCallExit[] = []
  const session = runSession(
    {
      machine: rollCall(MEMBERS, 0),
      protocol: 'assay/roll-call/1',
      id: new Uint8Array(32),
      members: MEMBERS,
      maxFrameBytes: 1,
      frameOf: callFrame,
      name: 'a roll call',
      fields: { number: 7 },
      watch,
    },
    { network, clock, log },
    (exit) => void exits.push(exit),
  )
  const give = (from: Uint8Array, frame: Uint8Array): void => mesh!.onMessage(from, frame)
  const passTo = (ms: number): void => {
    scheduler.post(ms - scheduler.now, () => undefined)
    while (scheduler.step(ms));
  }
  return { session, said, logged, exits, give, passTo, mesh: () => mesh!, timers }
}

test('opens the mesh that the options name', () => {
  const { mesh } = open()
  expect(mesh()).toMatchObject({ protocol: 'assay/roll-call/1', members: MEMBERS, maxFrameBytes: 1 })
})

test('what comes while the mesh is being opened is heard after the start, in its order', () => {
  const { exits, said } = open({ early: [TWO, ONE] })
  expect(said).toEqual(['0 to all'])
  expect(exits).toEqual([{ present: [0, 2, 1], inputs: ['start', 'message', 'message'] }])
})

test('a timer takes the place of the one before, and so does a tick', () => {
  const { exits, give, passTo, timers, said } = open()
  expect(timers.size).toBe(2)
  passTo(QUIET_MS - 1)
  give(ONE, HERE)
  expect(timers.size).toBe(2)
  passTo(2 * QUIET_MS - 2)
  expect(exits).toEqual([])
  passTo(2 * QUIET_MS - 1)
  expect(exits.map(({ present }) => present)).toEqual([[0, 1]])
  // Three times before the call, and three times after.
  expect(said.filter((each) => each === '1 to 3')).toHaveLength(6)
})

test('the exit ends the timer of its phase; the machine still ticks and answers', () => {
  const { exits, give, passTo, timers, said } = open()
  for (const from of [ONE, TWO]) give(from, HERE)
  expect(exits).toHaveLength(1)
  expect(timers.size).toBe(1)
  passTo(10 * QUIET_MS)
  expect(timers.size).toBe(1)
  give(TWO, callFrame('again'))
  expect(said).toEqual(['0 to all', '0 to 3'])
  expect(exits).toHaveLength(1)
})

test('drops are counted by reason, the mesh’s and the machine’s, and each is logged', () => {
  const { session, give, logged } = open()
  for (const frame of [HERE, HERE, HERE, Uint8Array.of(9)]) give(ONE, frame)
  expect(session.dropped()).toEqual({ duplicate: 2, malformed: 2, oversized: 2 })
  const { values, message } = logged.at(-1)!
  expect(message).toBe('a roll call frame was dropped')
  expect(values).toEqual({ number: 7, peer: `0x${'02'.repeat(32)}`, reason: 'malformed' })
})

test('closing leaves the mesh and ends the timers, once; nothing is heard or said after', () => {
  const { session, exits, give, passTo, timers, said, logged } = open()
  session.close()
  session.close()
  expect(timers.size).toBe(0)
  for (const from of [ONE, TWO]) give(from, HERE)
  give(ONE, callFrame('again'))
  passTo(10 * QUIET_MS)
  expect([said, exits]).toEqual([['0 to all', 'left'], []])
  const dropped = { malformed: 1, oversized: 2 }
  expect(logged).toEqual([{ values: { number: 7, dropped }, message: 'a roll call session was left' }])
})

test('a watch sees what is said and what is taken, not what is dropped, and sees it before the exit', () => {
  const seen: string[] = []
  const watch: SessionWatch<Call> = {
    sent: (call, to, at) => void seen.push(`${at}: said ${call} to ${to?.[0] ?? 'all'}`),
    received: (from, frame, at) => void seen.push(`${at}: took ${frame[0]} of ${from[0]}`),
  }
  const { exits, give, passTo } = open({ watch })
  passTo(ASK_MS)
  for (const frame of [HERE, HERE]) give(ONE, frame)
  give(TWO, HERE)
  const asked = [ONE, TWO].map((to) => `${ASK_MS}: said again to ${to[0]}`)
  expect(seen).toEqual(['0: said here to all', ...asked, `${ASK_MS}: took 0 of 2`, `${ASK_MS}: took 0 of 3`])
  expect(exits).toHaveLength(1)
})
