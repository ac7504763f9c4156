/**
 * Every codec against made, spoilt and random bytes.
 *
 * Law: a codec refuses bytes with a ScaleError, or decodes them to a value whose encoding is exactly these bytes.
 */
import { equalBytes, toHex } from '#types/bytes.ts'
import { CoinflipMessage } from '#types/domain/coinflip/coinflip.ts'
import { SignedReceipt } from '#types/domain/hosting/receipt.ts'
import { Report } from '#types/domain/attestation/report.ts'
import { AccountInfo } from '#types/scale/account.ts'
import { decode, encode, ScaleError, type Codec } from '#types/scale/codec.ts'
import { vec } from '#types/scale/compound.ts'
import { Digest } from '#types/scale/digest.ts'
import { ApplyExtrinsicResult, RuntimeDispatchInfo, TransactionValidity } from '#types/scale/dispatch.ts'
import { Era } from '#types/scale/era.ts'
import { eventRecord } from '#types/scale/events.ts'
import { extrinsicCodec } from '#types/scale/extrinsic.ts'
import { Header } from '#types/scale/header.ts'
import { PortableRegistry } from '#types/scale/metadata-types.ts'
import { RuntimeMetadataV14 } from '#types/scale/metadata-v14.ts'
import { RuntimeMetadataV15 } from '#types/scale/metadata-v15.ts'
import { RuntimeMetadataV16 } from '#types/scale/metadata-v16.ts'
import { RuntimeMetadataPrefixed } from '#types/scale/metadata.ts'
import { MultiAddress } from '#types/scale/multi-address.ts'
import { MultiSignature } from '#types/scale/multi-signature.ts'
import { RuntimeVersion } from '#types/scale/runtime-version.ts'
import { Extra } from '#chain/runtime/extensions.ts'
import { construct } from '#chain/runtime/runtime.ts'
import { TestLog } from '../../helpers/runtime.ts'
import type { Chance } from '../chance.ts'
import { bytesFor, maybeSpoilt } from '../generate.ts'
import type { Target } from '../target.ts'

const MAX_RANDOM_BYTES = 200

function codecs(): readonly Codec<unknown>[] {
  const { frame } = construct(new TestLog())
  const { runtimeCall, runtimeEvent } = frame
  const all = [
    runtimeCall,
    vec(eventRecord(runtimeEvent)),
    extrinsicCodec({ call: runtimeCall, extra: Extra }),
    Extra,
    Header,
    Digest,
    Era,
    AccountInfo,
    MultiAddress,
    MultiSignature,
    RuntimeVersion,
    ApplyExtrinsicResult,
    TransactionValidity,
    RuntimeDispatchInfo,
    PortableRegistry,
    RuntimeMetadataV14,
    RuntimeMetadataV15,
    RuntimeMetadataV16,
    RuntimeMetadataPrefixed,
    SignedReceipt,
    Report,
    CoinflipMessage,
  ]
  return all
}

function checkCase(all: readonly Codec<unknown>[], chance: Chance): string {
  const codec = chance.pick(all)
  const bytes = chance.once(8)
    ? chance.bytes(chance.int(MAX_RANDOM_BYTES))
    : maybeSpoilt(bytesFor(codec.type, chance), chance)
  let value: unknown
  try {
    value = decode(codec, bytes)
  } catch (thrown) {
    if (thrown instanceof ScaleError) return 'refused'
    throw thrown
  }
  const again = encode(codec, value)
  if (!equalBytes(again, bytes))
    throw new Error(`${codec.type.path.join('::')}: expected ${toHex(bytes)} again, got ${toHex(again)}`)
  return 'decoded'
}

export const scale: Target = {
  name: 'scale',
  reaches: ['refused', 'decoded'],
  async open() {
    const all = codecs()
    return { run: (chance) => checkCase(all, chance), close: async () => undefined }
  },
}
