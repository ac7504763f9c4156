/**
 * Runtime APIs for the setup of a chain: the keys of its authors, and block 0.
 *
 * Owns: SessionKeys and GenesisBuilder. Does not own: the presets.
 * Source: sp-session runtime_api.rs, sp-genesis-builder lib.rs, frame-support genesis_builder_helper.rs.
 */
import { fromUtf8, utf8 } from '#types/bytes.ts'
import { keypairFromSuri } from '#types/crypto/suri.ts'
import { AssayError, messageOf } from '#types/errors.ts'
import { named, option, tuple, vec } from '#types/scale/compound.ts'
import { bytes, fixedBytes, str, unit } from '#types/scale/primitives.ts'
import { result } from '#types/scale/result.ts'
import { executionFailed, method, runtimeApi, type ApiConfig, type RuntimeApi } from './api-shape.ts'
import { fallbacks, genesisFromJson, genesisToJson } from './genesis-config.ts'
import { PRESETS } from './presets.ts'

const KeyTypeId = named(fixedBytes(4), ['sp_core', 'crypto', 'KeyTypeId'])
/** The only session key is Aura's. */
const AURA_KEY_TYPE = utf8('aura')
const AURA_KEY_BYTES = 32

/** The public session keys of a secret URI. This runtime has no keystore, so only the node can make keys without a seed. */
function generateKeys(seed: Uint8Array | undefined): Uint8Array {
  if (!seed)
    throw executionFailed(
      'expected a seed, as the runtime has no keystore, got none: use author_rotateKeys of the node',
    )
  try {
    return keypairFromSuri(fromUtf8(seed), 'sr25519').publicKey
  } catch (thrown) {
    throw executionFailed(`expected a seed that is a secret URI: ${messageOf(thrown)}`, thrown)
  }
}

/** Keys of block authors. */
export const sessionKeys = (): RuntimeApi =>
  runtimeApi('SessionKeys', 'Session keys runtime api.', {
    generate_session_keys: method(
      'Generate a set of session keys from a seed, a secret URI in UTF-8.\n\nReturns the concatenated SCALE encoded public keys. They are not stored.',
      { seed: option(bytes) },
      bytes,
      ({ seed }) => generateKeys(seed),
    ),
    decode_session_keys: method(
      'Decode the given public session keys.\n\nReturns the list of public raw public keys + key type.',
      { encoded: bytes },
      option(vec(tuple(bytes, KeyTypeId))),
      ({ encoded }) => (encoded.length === AURA_KEY_BYTES ? [[encoded, AURA_KEY_TYPE] as const] : undefined),
    ),
  })

/** The sections of a preset as JSON; by default those that may be left out. */
const presetJson = ({ frame }: ApiConfig, values = fallbacks(frame.pallets)): Uint8Array =>
  utf8(JSON.stringify(genesisToJson(frame.pallets, values)))

function parseJson(json: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(json))
  } catch (thrown) {
    throw new AssayError('BAD_GENESIS', `expected JSON in UTF-8: ${messageOf(thrown)}`, {}, { cause: thrown })
  }
}

/** Genesis values from JSON. @throws AssayError `BAD_GENESIS` */
function genesisFrom({ frame }: ApiConfig, json: Uint8Array): Readonly<Record<string, unknown>> {
  const parsed = parseJson(json)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new AssayError('BAD_GENESIS', 'expected an object with a section for each pallet, got other JSON')
  return genesisFromJson(frame.pallets, parsed, '')
}

/** The API that makes block 0 from JSON. */
export const genesisBuilder = (config: ApiConfig): RuntimeApi =>
  runtimeApi('GenesisBuilder', 'API to interact with `RuntimeGenesisConfig` for the runtime.', {
    build_state: method(
      'Build the genesis state from JSON with the values of all pallets; those with defaults may be left out.',
      { json: bytes },
      result(unit, str),
      ({ json }) => {
        try {
          config.genesis(genesisFrom(config, json))
          return { ok: true as const, value: undefined }
        } catch (thrown) {
          if (!(thrown instanceof AssayError)) throw thrown
          return { ok: false as const, error: thrown.message }
        }
      },
    ),
    get_preset: method(
      'Returns the genesis values as JSON: of a preset, or for `None` the defaults.\n\nNone where no preset has this name.',
      { id: option(str) },
      option(bytes),
      ({ id }) => {
        if (id === undefined) return presetJson(config)
        return Object.hasOwn(PRESETS, id) ? presetJson(config, PRESETS[id]!()) : undefined
      },
    ),
    preset_names: method('Returns the names of the presets.', {}, vec(str), () => Object.keys(PRESETS)),
  })
