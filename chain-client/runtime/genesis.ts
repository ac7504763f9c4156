/**
 * Block 0: the chain spec's genesis config becomes storage.
 *
 * Owns: checking the config against the pallets' declarations. Does not own: its JSON.
 * Source: sp-genesis-builder, frame-support traits/hooks.rs (BuildGenesisConfig).
 */
import { AssayError, messageOf } from '#types/errors.ts'
import { encode } from '#types/scale/codec.ts'
import type { Change } from '#chain/trie/trie.ts'
import type { BoundGenesis, BoundPallet } from './frame/bind.ts'
import type { Frame } from './frame/construct.ts'
import { Externalities } from './frame/externalities.ts'
import { sectionOf } from './genesis-config.ts'

const EMPTY_STATE = { get: () => undefined, keys: () => [] }

const badGenesis = (message: string, cause?: unknown) => new AssayError('BAD_GENESIS', message, {}, { cause })

/** The pallet's section, checked by encoding it: the error names the path of a value that does not encode. */
function section({ name }: BoundPallet, genesis: BoundGenesis, config: Readonly<Record<string, unknown>>): unknown {
  const key = sectionOf(name)
  const value = config[key]
  if (value === undefined) {
    if ('fallback' in genesis) return genesis.fallback
    throw badGenesis(`${key}: expected a section for pallet ${name}, got none`)
  }
  try {
    encode(genesis.config, value)
  } catch (thrown) {
    throw badGenesis(`${key}: ${messageOf(thrown)}`, thrown)
  }
  return value
}

function build(pallet: BoundPallet, genesis: BoundGenesis, config: Readonly<Record<string, unknown>>): void {
  const value = section(pallet, genesis, config)
  try {
    genesis.build(value)
  } catch (thrown) {
    if (thrown instanceof AssayError && thrown.code === 'BAD_GENESIS') throw thrown
    throw badGenesis(`${sectionOf(pallet.name)}: ${messageOf(thrown)}`, thrown)
  }
}

/**
 * Storage of block 0. Sections are named after pallets, first letter lower case.
 * @throws AssayError `BAD_GENESIS` naming section and field, expected and got.
 */
export function genesisStorage(
  { pallets, current }: Frame,
  config: Readonly<Record<string, unknown>>,
): readonly Change[] {
  const known = pallets.flatMap(({ name, genesis }) => (genesis ? [sectionOf(name)] : []))
  const stray = Object.keys(config).find((key) => !known.includes(key))
  if (stray !== undefined) throw badGenesis(`${stray}: expected one of ${known.join(', ')}, got a section unknown`)
  const env = new Externalities(EMPTY_STATE, { number: 0, parentHash: new Uint8Array(32), digest: [] })
  return current.run(env, () => {
    for (const pallet of pallets) if (pallet.genesis) build(pallet, pallet.genesis, config)
    return env.overlay.changes().map(([key, value]): Change => [new Uint8Array(key), value && new Uint8Array(value)])
  })
}
