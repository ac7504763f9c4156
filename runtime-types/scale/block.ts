/**
 * Blocks, and what their authors are told to put into them.
 *
 * Owns: the codecs of blocks, of inherent data and of what came of checking it. Does not own: extrinsics (extrinsic.ts), or
 * which inherents there are (the pallets).
 * Source: sp-runtime generic/block.rs, sp-inherents lib.rs, sp-timestamp lib.rs, sp-runtime lib.rs (ExtrinsicInclusionMode).
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
/** As scale-info shows a `BTreeMap`. */
const byId: TypeDef = {
  path: ['BTreeMap'],
  params: [
    { name: 'K', type: () => inherentId.type },
    { name: 'V', type: () => bytes.type },
  ],
  shape: { kind: 'composite', fields: [{ type: () => entries.type }] },
}

/** What is known outside of the chain, by the id of who wants to know. */
export const InherentData = struct({ data: { ...entries, type: byId } }, { path: ['sp_inherents', 'InherentData'] })
export type InherentData = ValueOf<typeof InherentData>

/** Id of the time: its data is a u64 of Unix milliseconds. */
export const TIMESTAMP_INHERENT: Uint8Array = utf8('timstap0')

/** Why a block's time is refused, as it stands in the errors of {@link CheckInherentsResult}. */
export const TimestampError = enumeration(['TooEarly', 'TooFarInFuture'], { path: ['sp_timestamp', 'InherentError'] })

/** Whether a block's inherents fit the data, and what is wrong by the id of the inherent. */
export const CheckInherentsResult = struct(
  { okay: bool, fatalError: bool, errors: InherentData },
  { path: ['sp_inherents', 'CheckInherentsResult'] },
)
export type CheckInherentsResult = ValueOf<typeof CheckInherentsResult>

/** Which extrinsics a block may have. */
export const ExtrinsicInclusionMode = enumeration(['AllExtrinsics', 'OnlyInherents'], {
  path: ['sp_runtime', 'ExtrinsicInclusionMode'],
})
