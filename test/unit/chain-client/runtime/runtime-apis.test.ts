/** Runtime APIs that clients do not use every day: blocks, keys, genesis, views. */
import { describe, expect, it } from 'vitest'
import { concatBytes, fromUtf8, toHex, u64le, utf8 } from '#types/bytes.ts'
import { DEFAULT_COMMITTEE_PARAMETERS } from '#types/domain/committee/parameters.ts'
import { DEFAULT_HOSTING_PARAMETERS } from '#types/domain/hosting/market-parameters.ts'
import { DEFAULT_PARAMETERS } from '#types/domain/attestation/round.ts'
import { AccountId } from '#types/scale/account.ts'
import { block as blockOf, CheckInherentsResult, InherentData, TIMESTAMP_INHERENT } from '#types/scale/block.ts'
import { decode, encode, type Codec } from '#types/scale/codec.ts'
import { option, struct, tuple, vec } from '#types/scale/compound.ts'
import { ApplyExtrinsicResult } from '#types/scale/dispatch.ts'
import { Header } from '#types/scale/header.ts'
import { bool, bytes, fixedBytes, str, u128, u32, unit } from '#types/scale/primitives.ts'
import { result } from '#types/scale/result.ts'
import { ViewFunctionId, ViewFunctionResult } from '#types/scale/view-function.ts'
import { viewId } from '#types/scale/view-function.ts'
import { EXISTENTIAL_DEPOSIT } from '#chain/runtime/pallets/balances/ledger.ts'
import { developmentGenesis } from '#chain/runtime/presets.ts'
import { developmentSpec, exportSpec } from '#chain/node/chain-spec.ts'
import { alice, bob, callOf, devGenesis, id, TestChain, UNIT } from '../../../helpers/runtime.ts'

const transfer = callOf('Balances', 'transferKeepAlive', { dest: id(alice.publicKey), value: UNIT })
/** An extrinsic on the wire is its own encoding: bytes behind their length. */
const wire: Codec<Uint8Array> = { ...bytes, write: (value, out) => out.raw(value) }
const Block = blockOf(wire)

const ask = (chain: TestChain, method: string, ...args: Uint8Array[]) =>
  chain.runtime.call(chain.at, method, concatBytes(...args))
const failsWith = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

/** Chain, and a block after it that is not in it. */
function chainAndBlock() {
  const chain = new TestChain()
  chain.build()
  const signed = chain.sign(bob, transfer)
  const timestampMs = 1_700_000_005_000n
  const open = chain.runtime.openBlock(chain.state, {
    parentHash: chain.hash,
    number: 2,
    digest: chain.digest(timestampMs / 1000n),
  })
  const inherents = open.applyInherents({ timestampMs })
  expect(open.apply(chain.runtime.decode(signed)).kind).toBe('success')
  const { header } = open.finalize()
  return { chain, header, extrinsics: [...inherents, signed] }
}

describe('Core', () => {
  it('executes a block that follows from its parent', () => {
    const { chain, header, extrinsics } = chainAndBlock()
    const before = toHex(chain.state.root())
    expect(ask(chain, 'Core_execute_block', encode(Block, { header, extrinsics }))).toEqual(new Uint8Array())
    expect(toHex(chain.state.root())).toBe(before)
    expect(chain.log.errors).toEqual([])
  })

  it.each([
    ['another parent', { parentHash: new Uint8Array(32) }, /child of block 1/],
    ['another number', { number: 9 }, /child of block 1 .*, got block 9/],
    ['another state root', { stateRoot: new Uint8Array(32) }, /expected state root 0x/],
    ['another extrinsics root', { extrinsicsRoot: new Uint8Array(32) }, /expected extrinsics root 0x/],
    ['a seal', { digest: [{ tag: 'Seal', value: [utf8('aura'), new Uint8Array(64)] }] }, /without its seal/],
  ] as const)('refuses a block with %s', (_, changed, message) => {
    const { chain, header, extrinsics } = chainAndBlock()
    const block = encode(Block, { header: { ...header, ...changed }, extrinsics })
    expect(() => ask(chain, 'Core_execute_block', block)).toThrowError(failsWith('EXECUTION_FAILED', message))
  })

  it('refuses a block with a wrong signature, or an extrinsic that cannot be applied', () => {
    const { chain, header, extrinsics } = chainAndBlock()
    const forged = extrinsics[1]!.slice()
    forged[forged.length - 1]! ^= 1
    const of = (...list: Uint8Array[]) => encode(Block, { header, extrinsics: list })
    expect(() => ask(chain, 'Core_execute_block', of(extrinsics[0]!, forged))).toThrowError(
      failsWith('EXECUTION_FAILED', 'got BadProof for 1'),
    )
    expect(() => ask(chain, 'Core_execute_block', of(extrinsics[0]!, extrinsics[1]!, extrinsics[1]!))).toThrowError(
      failsWith('EXECUTION_FAILED', 'got Stale for 2'),
    )
  })

  it('initializes a block: all extrinsics may be in it', () => {
    const { chain, header } = chainAndBlock()
    expect(ask(chain, 'Core_initialize_block', encode(Header, header))).toEqual(Uint8Array.of(0))
    // A header without a slot is no bug.
    expect(ask(chain, 'Core_initialize_block', encode(Header, { ...header, digest: [] }))).toEqual(Uint8Array.of(0))
    expect(chain.log.errors).toEqual([])
  })
})

describe('BlockBuilder', () => {
  const apply = (chain: TestChain, extrinsic: Uint8Array) =>
    decode(ApplyExtrinsicResult, ask(chain, 'BlockBuilder_apply_extrinsic', extrinsic))

  it('applies an extrinsic and forgets it', () => {
    const chain = new TestChain()
    const signed = chain.sign(bob, transfer)
    for (const _ of [1, 2]) expect(apply(chain, signed)).toEqual({ ok: true, value: { ok: true, value: undefined } })
    expect(chain.account(bob.publicKey).nonce).toBe(0)
  })

  it('tells how a call failed', () => {
    const chain = new TestChain()
    const failed = apply(chain, chain.sign(bob, callOf('Sudo', 'removeKey')))
    const error = { tag: 'Module', value: { index: 6, error: new Uint8Array(4) } }
    expect(failed).toEqual({ ok: true, value: { ok: false, error } })
  })

  it('tells why an extrinsic is refused, its signature included', () => {
    const chain = new TestChain()
    const invalid = (tag: string) => ({ ok: false, error: { tag: 'Invalid', value: { tag, value: undefined } } })
    expect(apply(chain, chain.sign(bob, transfer, { nonce: 4 }))).toEqual(invalid('Future'))
    expect(apply(chain, chain.sign(bob, transfer, { nonce: 0, implicit: utf8('other') }))).toEqual(invalid('BadProof'))
    expect(apply(chain, chain.bare(transfer))).toEqual({
      ok: false,
      error: { tag: 'Unknown', value: { tag: 'NoUnsignedValidator', value: undefined } },
    })
  })

  it('makes inherents from data, which it then applies and finds right', () => {
    const chain = new TestChain()
    chain.build()
    const now = 1_700_000_009_000n
    const data = encode(InherentData, { data: [[TIMESTAMP_INHERENT, u64le(now)]] })
    const inherents = decode(vec(bytes), ask(chain, 'BlockBuilder_inherent_extrinsics', data))
    const [only] = inherents.map((body) => encode(bytes, body))
    expect(only).toEqual(chain.bare(callOf('Timestamp', 'set', { now })))
    expect(apply(chain, only!)).toEqual({ ok: true, value: { ok: true, value: undefined } })
    expect(chain.log.errors).toEqual([])
    expect(() => ask(chain, 'BlockBuilder_inherent_extrinsics', encode(InherentData, { data: [] }))).toThrowError(
      failsWith('EXECUTION_FAILED', 'timstap0'),
    )
  })

  it.each([
    ['a time that fits', 1_700_000_009_000n, undefined],
    ['a time not after its parent', 1_700_000_001_000n, 0],
    ['a time too far ahead', 1_700_000_040_001n, 1],
  ])('checks %s', (_, time, error) => {
    const { chain, header } = chainAndBlock()
    const extrinsics = [chain.bare(callOf('Timestamp', 'set', { now: time })), chain.sign(bob, transfer)]
    const data = { data: [[TIMESTAMP_INHERENT, u64le(1_700_000_010_000n)] as const] }
    const args = [encode(Block, { header, extrinsics }), encode(InherentData, data)]
    expect(decode(CheckInherentsResult, ask(chain, 'BlockBuilder_check_inherents', ...args))).toEqual({
      okay: error === undefined,
      fatalError: error !== undefined,
      errors: { data: error === undefined ? [] : [[TIMESTAMP_INHERENT, Uint8Array.of(error)]] },
    })
  })

  it('finishes the empty block that comes next', () => {
    const chain = new TestChain()
    chain.build()
    const header = decode(Header, ask(chain, 'BlockBuilder_finalize_block'))
    expect(header).toMatchObject({ number: 2, parentHash: chain.hash })
    const data = encode(InherentData, { data: [[TIMESTAMP_INHERENT, u64le(1_700_000_001_001n)]] })
    const inherents = decode(vec(bytes), ask(chain, 'BlockBuilder_inherent_extrinsics', data))
    const extrinsics = inherents.map((body) => encode(bytes, body))
    expect(ask(chain, 'Core_execute_block', encode(Block, { header, extrinsics }))).toEqual(new Uint8Array())
  })
})

describe('SessionKeys', () => {
  const chain = new TestChain()

  it('derives the keys of a seed, and reads them', () => {
    const seed = encode(option(bytes), utf8('//Alice'))
    const keys = decode(bytes, ask(chain, 'SessionKeys_generate_session_keys', seed))
    expect(keys).toEqual(alice.publicKey)
    const read = ask(chain, 'SessionKeys_decode_session_keys', encode(bytes, keys))
    expect(decode(option(vec(tuple(bytes, fixedBytes(4)))), read)).toEqual([[alice.publicKey, utf8('aura')]])
    expect(ask(chain, 'SessionKeys_decode_session_keys', encode(bytes, utf8('short')))).toEqual(Uint8Array.of(0))
  })

  it.each([
    ['without a seed, having no keystore', undefined, 'no keystore'],
    ['of a seed that is no secret URI', utf8('one two'), 'secret URI'],
  ])('makes none %s', (_, seed, message) => {
    const call = () => ask(chain, 'SessionKeys_generate_session_keys', encode(option(bytes), seed))
    expect(call).toThrowError(failsWith('EXECUTION_FAILED', message))
  })
})

describe('GenesisBuilder', () => {
  const chain = new TestChain()
  const preset = (name: string | undefined): unknown => {
    const found = decode(option(bytes), ask(chain, 'GenesisBuilder_get_preset', encode(option(str), name)))
    return found && JSON.parse(fromUtf8(found))
  }
  const build = (json: unknown) => {
    const text = typeof json === 'string' ? json : JSON.stringify(json)
    return decode(result(unit, str), ask(chain, 'GenesisBuilder_build_state', encode(bytes, utf8(text))))
  }

  it('knows the development chain, as its chain spec has it', () => {
    expect(decode(vec(str), ask(chain, 'GenesisBuilder_preset_names'))).toEqual(['development'])
    const spec = JSON.parse(exportSpec(developmentSpec())) as { readonly genesis: unknown }
    expect(preset('development')).toEqual(spec.genesis)
    expect(preset('constructor')).toBeUndefined()
  })

  it('builds what it gives', () => {
    expect(build(preset('development'))).toEqual({ ok: true, value: undefined })
    expect(developmentGenesis().balances).toHaveLength(12)
  })

  it('gives the defaults of the pallets that have them', () => {
    expect(preset(undefined)).toEqual({
      system: {},
      session: {},
      balances: [],
      workers: { roleBond: '1000000000000', capacityBond: '4000000000000', unbonding: 150_000 },
      sudo: { key: null },
      randomness: { seed: null },
      attestation: {
        ...DEFAULT_PARAMETERS,
        hosterReward: String(DEFAULT_PARAMETERS.hosterReward),
        attestorReward: String(DEFAULT_PARAMETERS.attestorReward),
        accusationDeposit: String(DEFAULT_PARAMETERS.accusationDeposit),
        demandDeposit: String(DEFAULT_PARAMETERS.demandDeposit),
      },
      hosting: {
        ...DEFAULT_HOSTING_PARAMETERS,
        mostHosterPay: String(DEFAULT_HOSTING_PARAMETERS.mostHosterPay),
        mostEncoderPay: String(DEFAULT_HOSTING_PARAMETERS.mostEncoderPay),
      },
      committee: {
        ...DEFAULT_COMMITTEE_PARAMETERS,
        signatureFee: String(DEFAULT_COMMITTEE_PARAMETERS.signatureFee),
        deposit: String(DEFAULT_COMMITTEE_PARAMETERS.deposit),
      },
    })
  })

  const aura = { authorities: [toHex(alice.publicKey)] }
  it.each([
    ['text that is no JSON', '{', /^expected JSON in UTF-8/],
    ['a list', [], /^expected an object/],
    ['a section unknown', { aura, nothing: {} }, /^nothing: expected one of/],
    ['a section missing', {}, /^aura: expected a section/],
    ['a field unknown', { aura: { ...aura, more: 1 } }, /^aura.more: expected one of the fields authorities, got 1/],
    ['a field missing', { aura: {} }, /^aura.authorities: expected a list/],
    [
      'an account that is none',
      { aura: { authorities: ['5Grw'] } },
      /^aura.authorities\[0\]: expected an SS58 address/,
    ],
    ['an account too short', { aura: { authorities: ['0x00'] } }, /^aura.authorities\[0\]: expected an SS58 address/],
    [
      'an amount that is none',
      { aura, balances: [[aura.authorities[0], '-1']] },
      /^balances\[0\]\[1\]: expected a u128/,
    ],
    [
      'an amount too large',
      { aura, balances: [[aura.authorities[0], '9'.repeat(39)]] },
      /^balances\[0\]\[1\]: expected a u128/,
    ],
    ['a pair of three', { aura, balances: [[aura.authorities[0], '1', 2]] }, /^balances\[0\]: expected a list of 2/],
    ['something for nothing', { aura, session: [1] }, /^session: expected nothing/],
    ['bytes that are none', { aura, randomness: { seed: 'x' } }, /^randomness.seed: expected 0x and hex digits/],
    ['too few bytes', { aura, randomness: { seed: '0x00' } }, /^randomness.seed: expected 32 bytes/],
    [
      'parameters that make no sense',
      {
        aura,
        attestation: {
          ...DEFAULT_PARAMETERS,
          attestors: 1,
          hosterReward: 1,
          attestorReward: 1,
          accusationDeposit: 1,
          demandDeposit: 1,
        },
      },
      /attestors/,
    ],
  ])('refuses %s', (_, json, message) => {
    expect(build(json)).toEqual({ ok: false, error: expect.stringMatching(message) })
  })

  it('takes amounts as numbers too, and accounts in hex', () => {
    expect(build({ aura, balances: [[toHex(bob.publicKey), 5_000_000_000_000]] })).toEqual({
      ok: true,
      value: undefined,
    })
  })
})

describe('RuntimeViewFunction', () => {
  const chain = new TestChain(devGenesis)
  const view = (viewFunction: Uint8Array, input: Uint8Array) => {
    const queryId = { prefix: viewFunction.slice(0, 16), suffix: viewFunction.slice(16) }
    const args = encode(struct({ queryId: ViewFunctionId, input: bytes }), { queryId, input })
    return decode(ViewFunctionResult, ask(chain, 'RuntimeViewFunction_execute_view_function', args))
  }
  const reducible = viewId('Balances', 'reducible_balance', { who: AccountId, keepAlive: bool }, u128.type)
  const input = concatBytes(bob.publicKey, Uint8Array.of(1))

  it('answers', () => {
    const answer = view(reducible, input)
    expect(answer.ok && decode(u128, answer.value)).toBe(1_000_000n * UNIT - EXISTENTIAL_DEPOSIT)
    const rounds = view(viewId('Attestation', 'current_rounds', {}, vec(u32).type), new Uint8Array())
    expect(rounds).toEqual({ ok: true, value: Uint8Array.of(0) })
  })

  it('says that there is no such function, or that these are not its arguments', () => {
    const absent = new Uint8Array(32)
    const value = { prefix: new Uint8Array(16), suffix: new Uint8Array(16) }
    expect(view(absent, input)).toEqual({ ok: false, error: { tag: 'NotFound', value } })
    const codec = { ok: false, error: { tag: 'Codec', value: undefined } }
    expect(view(reducible, input.slice(1))).toEqual(codec)
    expect(view(reducible, concatBytes(input, Uint8Array.of(0)))).toEqual(codec)
  })
})
