/**
 * Runtime APIs, including metadata, with made, spoilt and random arguments.
 *
 * Law: the result is an answer, a ScaleError for arguments that do not decode, or an AssayError with a code of its own;
 * never another exception.
 */
import { AssayError } from '#types/errors.ts'
import { decode, ScaleError } from '#types/scale/codec.ts'
import { RuntimeMetadataPrefixed } from '#types/scale/metadata.ts'
import type { PortableType } from '#types/scale/metadata-types.ts'
import { TestChain } from '../../helpers/runtime.ts'
import type { Chance } from '../chance.ts'
import { bytesFor, maybeSpoilt } from '../generate.ts'
import { typeDefs } from '../portable.ts'
import type { Target } from '../target.ts'

const MAX_RANDOM_BYTES = 100

interface ApiMethod {
  readonly name: string
  readonly inputs: readonly number[]
}

/** Each API's methods with the ids of their arguments' types, as metadata tells them. */
function apiMethods(metadata: Uint8Array): { methods: readonly ApiMethod[]; types: readonly PortableType[] } {
  const decoded = decode(RuntimeMetadataPrefixed, metadata)
  if (decoded.tag !== 'V15') throw new Error(`expected metadata V15, got ${decoded.tag}`)
  const { apis, types } = decoded.value
  const methods = apis.flatMap((api) =>
    api.methods.map((each) => ({ name: `${api.name}_${each.name}`, inputs: each.inputs.map(({ type }) => type) })),
  )
  return { methods, types }
}

export const runtimeApi: Target = {
  name: 'runtime-api',
  reaches: ['answered', 'refused', 'UNKNOWN_RUNTIME_API'],
  async open() {
    const chain = new TestChain()
    chain.build()
    const { methods, types } = apiMethods(chain.runtime.metadata(15)!)
    const defs = typeDefs(types)
    const run = (chance: Chance): string => {
      const { name, inputs } = chance.pick(methods)
      const made = Buffer.concat(inputs.map((id) => bytesFor(defs(id), chance)))
      const args = chance.once(8)
        ? chance.bytes(chance.int(MAX_RANDOM_BYTES))
        : maybeSpoilt(Uint8Array.from(made), chance)
      try {
        chain.runtime.call(chain.at, chance.once(50) ? `${name}x` : name, args)
        return 'answered'
      } catch (thrown) {
        if (thrown instanceof ScaleError) return 'refused'
        if (thrown instanceof AssayError) return thrown.code
        throw thrown
      }
    }
    return { run, close: async () => undefined }
  },
}
