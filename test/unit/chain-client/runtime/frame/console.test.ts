import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#types/bytes.ts'
import { toSs58 } from '#types/crypto/ss58.ts'
import { AccountId, H256 } from '#types/scale/account.ts'
import { option, struct, tuple, vec } from '#types/scale/compound.ts'
import { MultiAddress } from '#types/scale/multi-address.ts'
import { u32 } from '#types/scale/primitives.ts'
import { render, renderLine } from '#chain/runtime/frame/render.ts'
import { capturingStacks } from '#chain/runtime/frame/stack.ts'
import { badOrigin } from '#chain/runtime/frame/errors.ts'
import { alice, bob, callOf, charlie } from '../../../../helpers/runtime.ts'
import { diary } from '../../../../helpers/traced.ts'

const BOB = toSs58(bob.publicKey)
const write = (page: string) => callOf('Diary', 'write', { page: utf8(page), paid: 7n })

describe("a pallet's console", () => {
  it('tells the log values, block, extrinsic, pallet and call', () => {
    const { chain, lines, build } = diary()
    build([chain.sign(bob, write('hi'))])
    expect(lines).toContainEqual({
      level: 'info',
      message: `writes ${BOB} {"page":"0x6869","paid":"7"}`,
      fields: { block: 1, extrinsic: 1, pallet: 'Diary', where: 'Diary.write' },
    })
  })

  it('tells of hooks without an extrinsic', () => {
    const { lines, build } = diary()
    build([])
    expect(lines).toContainEqual({
      level: 'debug',
      message: 'block 1 ends',
      fields: { block: 1, pallet: 'Diary', where: 'Diary.onFinalize' },
    })
  })

  it('names the innermost call, and says what a failing call said', () => {
    const { chain, lines, build } = diary()
    build([chain.sign(bob, callOf('Utility', 'batch', { calls: [write('too long')] }))])
    expect(lines.find(({ message }) => message.startsWith('writes'))?.fields).toMatchObject({ where: 'Diary.write' })
  })

  it('shows accounts that exist as SS58, read or not, and names no call where none runs', () => {
    const { chain, lines, build } = diary()
    const greet = (whom: Uint8Array) => chain.bare(callOf('Diary', 'greet', { whom }))
    build([greet(alice.publicKey), greet(charlie.publicKey)])
    const said = lines.filter(({ level }) => level === 'info').map(({ message, fields }) => [message, fields.where])
    expect(said).toEqual([
      [`asked for ${toSs58(alice.publicKey)}`, undefined],
      [`hello ${toSs58(alice.publicKey)}`, 'Diary.greet'],
      [`asked for ${toHex(charlie.publicKey)}`, undefined],
      [`hello ${toHex(charlie.publicKey)}`, 'Diary.greet'],
    ])
  })

  it('says nothing at a level that the log leaves out', () => {
    const { chain, lines, build } = diary('info')
    build([chain.sign(bob, write('hi'))])
    expect(lines.map(({ level }) => level)).toEqual(['info'])
  })

  it('says nothing where no block is built: pool, dry runs, runtime APIs, traces', () => {
    const { chain, runtime, parent, context, inherents, lines, build } = diary()
    const wire = chain.sign(bob, write('too long'))
    const { body } = build([wire, chain.sign(bob, callOf('Diary', 'crash'))])
    lines.length = 0
    const extrinsic = runtime.decode(wire)
    const at = { state: parent, number: 0, hash: context.parentHash }
    expect(runtime.validate(at, extrinsic)).toMatchObject({ ok: true })
    const bare = runtime.decode(chain.bare(callOf('Diary', 'greet', { whom: alice.publicKey })))
    expect(runtime.validate(at, bare)).toMatchObject({ ok: true })
    runtime.openBlock(parent, { ...context, isTrial: true }).apply(extrinsic)
    runtime.call(at, 'BlockBuilder_apply_extrinsic', wire)
    runtime.dryRun(parent, context, inherents, { extrinsic })
    runtime.trace(parent, context, body)
    runtime.trace(parent, context, body, 2)
    expect(lines).toEqual([])
  })

  it('changes nothing on the chain', () => {
    const [loud, quiet] = [diary('debug'), diary('info')].map((one) =>
      one.build([one.chain.sign(bob, write('hi'), { nonce: 0 })]).state.root(),
    )
    expect(loud).toEqual(quiet)
  })
})

describe('a failing call', () => {
  it('is told at debug with a stack that points into the pallet', () => {
    const { chain, lines, build } = diary()
    build([chain.sign(bob, write('too long'))])
    const line = lines.find(({ message }) => message.includes('TooLong'))!
    expect(line).toMatchObject({
      level: 'debug',
      message: 'Diary.write failed: Diary.TooLong: The page is too long.',
      fields: { where: 'Diary.write', block: 1, extrinsic: 1 },
    })
    expect((line.fields.stack as string).split('\n')[0]).toMatch(/test\/helpers\/traced\.ts:\d+:\d+\)?$/)
  })

  it('is not told above debug', () => {
    const { chain, lines, build } = diary('info')
    build([chain.sign(bob, write('too long'))])
    expect(lines.filter(({ message }) => message.includes('TooLong'))).toEqual([])
  })

  it('with a bug is told as an error, with its stack', () => {
    const { chain, lines, build } = diary('info')
    build([chain.sign(bob, callOf('Diary', 'crash'))])
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'before the bug'],
      ['error', 'bug in Diary.crash: a bug for object'],
    ])
    expect((lines[1]!.fields.stack as string).split('\n')[0]).toMatch(/test\/helpers\/traced\.ts:\d+:\d+\)?$/)
  })

  it('captures its stack only where somebody wants it', () => {
    const limit = Error.stackTraceLimit
    expect(badOrigin().stack).not.toContain('\n    at ')
    expect(capturingStacks(true, () => badOrigin().stack)).toContain('console.test.ts')
    expect(badOrigin().stack).not.toContain('\n    at ')
    expect(Error.stackTraceLimit).toBe(limit)
  })
})

describe('rendering', () => {
  const hints = { isAccount: (bytes: Uint8Array) => bytes[0] === alice.publicKey[0] }

  it.each([
    ['plain values', ['text', 1, 2n, true, undefined, null], 'text 1 2 true null null'],
    ['bytes', [Uint8Array.of(1, 255)], '0x01ff'],
    ['accounts', [alice.publicKey, new Uint8Array(32)], `${toSs58(alice.publicKey)} 0x${'00'.repeat(32)}`],
    ['structs', [{ who: alice.publicKey, n: 3n, none: undefined }], `{"who":"${toSs58(alice.publicKey)}","n":"3"}`],
    ['enums', [{ tag: 'Id', value: Uint8Array.of(1) }], '{"tag":"Id","value":"0x01"}'],
    ['collections', [[1n, [2]], new Map([['a', 1n]]), new Set([1])], '["1",[2]] [["a","1"]] [1]'],
    ['what is no value', [new TypeError('broken'), Number.NaN, () => 1], 'broken NaN function'],
  ])('of %s', (_, values, line) => expect(renderLine(values, hints)).toBe(line))

  it('knows accounts by their type, wherever they are', () => {
    const [who, ss58] = [alice.publicKey, toSs58(alice.publicKey)]
    expect(render(who)).toMatch(/^0x/)
    expect(render(who, AccountId.type)).toBe(ss58)
    expect(render(who, H256.type)).toMatch(/^0x/)
    expect(render(who, option(AccountId).type)).toBe(ss58)
    expect(render([[1, who]], vec(tuple(u32, AccountId)).type)).toEqual([[1, ss58]])
    const nested = struct({ theOwner: option(struct({ who: AccountId })) })
    expect(render({ theOwner: { who } }, nested.type)).toEqual({ theOwner: { who: ss58 } })
    expect(render({ tag: 'Id', value: who }, MultiAddress.type)).toEqual({ tag: 'Id', value: ss58 })
  })

  it('ends where values contain themselves, and cuts what is long', () => {
    const round: Record<string, unknown> = {}
    round.self = round
    expect(JSON.stringify(render(round))).toContain('…')
    expect(render(new Uint8Array(100_000))).toMatch(/^0x0+… \(100000 bytes\)$/)
    expect(render(Array.from({ length: 5000 }, () => 0))).toHaveLength(1001)
  })
})
