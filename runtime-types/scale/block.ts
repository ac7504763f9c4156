/**
 * Blocks, and the inherent data for their authors.
 *
 * Owns: the codecs of blocks, of inherent data and of the result of its check. Does not own: extrinsics. Source:
 * sp-runtime generic/block.rs, sp-inherents lib.rs, sp-timestamp lib.rs, sp-runtime lib.rs (ExtrinsicInclusionMode).
 */
import { utf8 } from '../bytes.ts'
import type { Codec, ValueOf } from './codec.ts'
import { struct, tuple, vec } from './compound.ts'
import { enumeration } from './enumeration.ts'
import { Header } from './header.ts'
import { bool, bytes, fixedBytes } from './primitives.ts'
import type { TypeDef } from './type-def.ts'

/** A block of extrinsics of this kind. */
export const block = <T>(extrinsic: Codec<T>) =>
  struct(
    { header: Header, extrinsics: vec(extrinsic) },
    {
      path: ['sp_runtime', 'generic', 'block', 'Block'],
      params: [
        { name: 'Header', type: () => Header.type },
        { name: 'Extrinsic', type: () => extrinsic.type },
      ],
    },
  )

const inherentId = fixedBytes(8)
const entries = vec(tuple(inherentId, bytes))
/** The form in which scale-info shows a `BTreeMap`. */
const byId: TypeDef = {
  path: ['BTreeMap'],
  params: [
    { name: 'K', type: () => inherentId.type },
    { name: 'V', type: () => bytes.type },
  ],
  shape: { kind: 'composite', fields: [{ type: () => entries.type }] },
}

/** Facts from outside the chain, by the id of the inherent that needs them. */
export const InherentData = struct({ data: { ...entries, type: byId } }, { path: ['sp_inherents', 'InherentData'] })
export type InherentData = ValueOf<typeof InherentData>

/** Id of the time: its data is a u64 of Unix milliseconds. */
export const TIMESTAMP_INHERENT: Uint8Array = utf8('timstap0')

/** Why a block's time is refused, in the errors of {@link CheckInherentsResult}. */
export const TimestampError = enumeration(['TooEarly', 'TooFarInFuture'], { path: ['sp_timestamp', 'InherentError'] })

/** Whether a block's inherents fit the data, and each error by the id of its inherent. */
export const CheckInherentsResult = struct(
  { okay: bool, fatalError: bool, errors: InherentData },
  { path: ['sp_inherents', 'CheckInherentsResult'] },
)
export type CheckInherentsResult = ValueOf<typeof CheckInherentsResult>

/** Which extrinsics a block may have. */
export const ExtrinsicInclusionMode = enumeration(['AllExtrinsics', 'OnlyInherents'], {
  path: ['sp_runtime', 'ExtrinsicInclusionMode'],
})
