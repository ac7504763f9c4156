/**
 * Metadata on the wire: the magic number, the version, the metadata.
 *
 * Owns: the prefix. Does not own: the codecs of the versions.
 * Source: frame-metadata src/lib.rs (RuntimeMetadataPrefixed).
 */
import { ScaleError, type Codec, type ValueOf } from './codec.ts'
import { variant } from './compound.ts'
import { RuntimeMetadataV14 } from './metadata-v14.ts'
import { RuntimeMetadataV15 } from './metadata-v15.ts'
import { RuntimeMetadataV16 } from './metadata-v16.ts'
import { u32 } from './primitives.ts'

/** `meta`, little endian. */
const METADATA_MAGIC = 0x6174_656d

const RuntimeMetadata = variant(
  { V14: RuntimeMetadataV14, V15: RuntimeMetadataV15, V16: RuntimeMetadataV16 },
  { path: ['frame_metadata', 'RuntimeMetadata'], indices: { V14: 14, V15: 15, V16: 16 } },
)
export type RuntimeMetadata = ValueOf<typeof RuntimeMetadata>

/** `RuntimeMetadataPrefixed`: the metadata with its version, such as `{ tag: 'V15', value }`. */
export const RuntimeMetadataPrefixed: Codec<RuntimeMetadata> = {
  type: RuntimeMetadata.type,
  write(value, out) {
    u32.write(METADATA_MAGIC, out)
    RuntimeMetadata.write(value, out)
  },
  read(from) {
    const start = from.offset
    const magic = u32.read(from)
    if (magic !== METADATA_MAGIC)
      throw new ScaleError(`metadata magic ${METADATA_MAGIC} ("meta")`, String(magic), start)
    return RuntimeMetadata.read(from)
  },
}
