/** Chain specs: the node can read every spec that it prints, and names the path of a value that it cannot read. */
import { describe, expect, it } from 'vitest'
import { toHex } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { fromSs58, toSs58 } from '#types/crypto/ss58.ts'
import { developmentSpec, exportSpec, parseSpec } from '#chain/node/chain-spec.ts'

const json = (): ReturnType<typeof JSON.parse> => JSON.parse(exportSpec(developmentSpec()))

describe('the development chain', () => {
  it('endows the well-known accounts', () => {
    const names = ['Alice', 'Bob', 'Charlie', 'Dave', 'Eve', 'Ferdie'].flatMap((name) => [
      `//${name}`,
      `//${name}//stash`,
    ])
    const { genesis } = developmentSpec()
    expect(genesis.balances.map(([account]) => toHex(account))).toEqual(
      names.map((suri) => toHex(keypairFromSuri(suri).publicKey)),
    )
    expect(toHex(genesis.sudo.key)).toBe(toHex(fromSs58('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY')))
  })

  it('is printed as it is read', () => {
    const spec = developmentSpec()
    expect(parseSpec(exportSpec(spec), 'spec.json')).toEqual(spec)
    const more = { ...spec, genesis: { ...spec.genesis, randomness: { seed: new Uint8Array(32).fill(7) } } }
    expect(parseSpec(exportSpec(more), 'spec.json')).toEqual(more)
  })
})

describe('reading', () => {
  it('takes accounts as SS58 of any prefix or hex, and amounts as text or number', () => {
    const spec = json()
    const alice = developmentSpec().genesis.sudo.key
    spec.genesis.balances = [
      [toHex(alice), 5],
      [toSs58(alice, 0), '340282366920938463463374607431768211455'],
    ]
    const { balances } = parseSpec(JSON.stringify(spec), 'x').genesis
    expect(balances).toEqual([
      [alice, 5n],
      [alice, (1n << 128n) - 1n],
    ])
  })

  it.each([
    ['name', '', '$.name'],
    ['id', 'Not An Id', '$.id'],
    ['id', '../up', '$.id'],
    ['chainType', 'Test', '$.chainType'],
    ['properties', [], '$.properties'],
    ['properties.tokenDecimals', 12.5, '$.properties.tokenDecimals'],
    ['properties.ss58Format', '42', '$.properties.ss58Format'],
    ['genesis.balances', {}, '$.genesis.balances'],
    ['genesis.balances.3.1', '-1', '$.genesis.balances[3][1]'],
    ['genesis.balances.3.1', '340282366920938463463374607431768211456', '$.genesis.balances[3][1]'],
    ['genesis.balances.3.1', 1e21, '$.genesis.balances[3][1]'],
    ['genesis.balances.0', ['a'], '$.genesis.balances[0]'],
    ['genesis.sudo.key', '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQX', '$.genesis.sudo.key'],
    ['genesis.sudo.key', '0x12', '$.genesis.sudo.key'],
    ['genesis.sudo.key', 7, '$.genesis.sudo.key'],
    ['genesis.aura.authorities', [], '$.genesis.aura.authorities'],
    ['genesis.aura.authorities', ['0x', '0x'], '$.genesis.aura.authorities[0]'],
    ['genesis.aura', undefined, '$.genesis.aura'],
    ['genesis', undefined, '$.genesis'],
    ['genesis.attestation.attestors', 12.5, '$.genesis.attestation.attestors'],
    ['genesis.attestation.attestors', 4_294_967_296, '$.genesis.attestation.attestors'],
    ['genesis.attestation.attestors', undefined, '$.genesis.attestation.attestors'],
    ['genesis.attestation.magicRule', 'Sum', '$.genesis.attestation.magicRule'],
    ['genesis.attestation.hosterReward', -1, '$.genesis.attestation.hosterReward'],
    ['genesis.blances', [], '$.genesis.blances'],
    ['genesis.__proto__x', [], '$.genesis.__proto__x'],
    ['genesis.randomness', { seed: '0x00' }, '$.genesis.randomness.seed'],
  ])('refuses %s = %j, naming %s', (path, value, named) => {
    const spec = json()
    const steps = path.split('.')
    const last = steps.pop()!
    steps.reduce((at, step) => at[step], spec)[last] = value
    expect(() => parseSpec(JSON.stringify(spec), 'x')).toThrow(
      expect.objectContaining({ code: 'BAD_SPEC', message: expect.stringContaining(` at ${named}, got `) }),
    )
  })

  it.each([
    ['name', '$.name'],
    ['genesis.balances', '$.genesis.balances[0]'],
    ['genesis.blances', '$.genesis.blances'],
  ])('refuses JSON at %s that is nested deeper than it can be printed, naming %s', (path, named) => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const spec = json()
    const steps = path.split('.')
    const last = steps.pop()!
    steps.reduce((at, step) => at[step], spec)[last] = 'deep'
    expect(() => parseSpec(JSON.stringify(spec).replace('"deep"', deep), 'x')).toThrow(
      expect.objectContaining({
        code: 'BAD_SPEC',
        message: expect.stringContaining(` at ${named}, got a value too deep`),
      }),
    )
  })

  it('takes numbers beyond 2^53 to the last digit, and no other for them', () => {
    const amount = 1_152_921_504_606_846_977n
    const spec = json()
    spec.name = 'about 1152921504606846977'
    spec.genesis.balances[0][1] = 'A'
    const text = JSON.stringify(spec).replace('"A"', String(amount))
    const read = parseSpec(text, 'x')
    expect(read.genesis.balances![0]![1]).toBe(amount)
    expect(read.name).toBe(spec.name)
    for (const wrong of ['0.12345678901234567890', '1e30', '-1152921504606846977', String(1n << 128n)])
      expect(() => parseSpec(JSON.stringify(spec).replace('"A"', wrong), 'my.json')).toThrow(
        /^my\.json: expected .* at \$\.genesis\.balances\[0\]\[1\], got /,
      )
  })

  /** A spec as a node of polkadot-sdk writes it. */
  const substrates = (genesis: object, rest: object = {}): string =>
    JSON.stringify({
      name: 'Development',
      id: 'dev',
      chainType: 'Development',
      bootNodes: ['/ip4/127.0.0.1/tcp/30333/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'],
      telemetryEndpoints: null,
      protocolId: null,
      properties: { tokenDecimals: [12], tokenSymbol: ['UNIT'], isEthereum: false },
      codeSubstitutes: {},
      ...rest,
      genesis,
    })

  it.each(['config', 'patch'])('takes a spec as Substrate writes it, with a %s', (kind) => {
    const [alice, bob] = ['//Alice', '//Bob'].map((suri) => toSs58(keypairFromSuri(suri).publicKey))
    const values = {
      system: {},
      aura: { authorities: [alice] },
      balances: { balances: [[alice, 'AMOUNT']], devAccounts: null },
      sudo: { key: bob },
      timestamp: {},
    }
    const withAmount = (text: string): string => text.replace('"AMOUNT"', String(2n ** 60n))
    const spec = parseSpec(withAmount(substrates({ runtimeGenesis: { code: '0x00', [kind]: values } })), 'x')
    expect(spec.properties).toEqual({
      ss58Format: 42,
      tokenDecimals: [12],
      tokenSymbol: ['UNIT'],
      isEthereum: false,
    })
    expect(spec.genesis.balances).toEqual([[fromSs58(alice!), 2n ** 60n]])
    expect(parseSpec(exportSpec(spec), 'x')).toEqual(spec)
    expect(parseSpec(withAmount(substrates({ runtime: values }, { properties: null })), 'x')).toMatchObject({
      genesis: { balances: spec.genesis.balances },
      properties: developmentSpec().properties,
    })
  })

  it('lays a patch over the defaults', () => {
    const { genesis } = developmentSpec()
    const patch = { ...json().genesis, attestation: { attestors: 7 } }
    const read = parseSpec(substrates({ runtimeGenesis: { patch } }), 'x')
    expect(read.genesis.attestation).toEqual({ ...genesis.attestation, ...read.genesis.attestation, attestors: 7 })
    expect(read.genesis.attestation!.attestors).toBe(7)
  })

  it.each([
    ['$.genesis.raw', { raw: { top: {} } }],
    ['$.genesis.runtimeGenesis', { runtimeGenesis: {} }],
    ['$.genesis.runtimeGenesis.config.aura', { runtimeGenesis: { config: { aura: 7 } } }],
    ['$.genesis.runtime.balances.blances', { runtime: { ...json().genesis, balances: { balances: [], blances: 1 } } }],
    ['$.genesis.runtime.system', { runtime: { ...json().genesis, system: { code: '0x' } } }],
    ['$.genesis.runtime.sudo.key', { runtime: { ...json().genesis, sudo: { key: 7 } } }],
  ])('names the path in Substrate’s form: %s', (path, genesis) => {
    expect(() => parseSpec(substrates(genesis), 'my.json')).toThrow(
      expect.objectContaining({
        code: 'BAD_SPEC',
        message: expect.stringMatching(
          new RegExp(`^my\\.json: expected .* at ${path.replaceAll(/[$.]/g, '\\$&')}, got `),
        ),
      }),
    )
  })

  it('takes one authority, as this node authors alone', () => {
    const spec = json()
    spec.genesis.aura.authorities.push(spec.genesis.aura.authorities[0])
    expect(() => parseSpec(JSON.stringify(spec), 'x')).toThrow(
      'expected a list of 1 at $.genesis.aura.authorities, got 2 items',
    )
  })

  it('refuses what is no JSON, naming the file', () => {
    expect(() => parseSpec('{"name": ', 'my.json')).toThrow(
      expect.objectContaining({ code: 'BAD_SPEC', message: expect.stringContaining('my.json') }),
    )
    expect(() => parseSpec('null', 'x')).toThrow('an object at $')
  })
})
