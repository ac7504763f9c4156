/**
 * Headers, blocks, statuses and versions in Substrate's JSON.
 *
 * Owns: the JSON shapes of chain types. Does not own: their SCALE encoding.
 * Source: sp-runtime generic/{header,digest,block}.rs (serde), sc-transaction-pool-api TransactionStatus, sp-version.
 */
import { toHex } from '#types/bytes.ts'
import { encode } from '#types/scale/codec.ts'
import { DigestItem } from '#types/scale/digest.ts'
import type { Header } from '#types/scale/header.ts'
import type { Block, TransactionStatus } from '#chain/node/node-interface.ts'
import type { RuntimeVersion } from '#chain/runtime/runtime-interface.ts'

/** A number as in Substrate's headers and fees: `0xcf`. */
export const hexNumber = (value: number | bigint): string => `0x${value.toString(16)}`

/** The header: number in hex, digest items as SCALE in hex. */
const headerJson = (header: Header): Readonly<Record<string, unknown>> => ({
  parentHash: toHex(header.parentHash),
  number: hexNumber(header.number),
  stateRoot: toHex(header.stateRoot),
  extrinsicsRoot: toHex(header.extrinsicsRoot),
  digest: { logs: header.digest.map((item) => toHex(encode(DigestItem, item))) },
})

const headerTexts = new WeakMap<Header, string>()

/**
 * {@link headerJson} as text. It is made once per header, because every subscriber and most explorers ask for the same
 * ones.
 */
export function headerText(header: Header): string {
  let text = headerTexts.get(header)
  if (text === undefined) {
    text = JSON.stringify(headerJson(header))
    headerTexts.set(header, text)
  }
  return text
}

/** `SignedBlock`. A dev chain has no justifications. */
export const blockText = (block: Block): string =>
  `{"block":{"header":${headerText(block.header)},"extrinsics":${JSON.stringify(block.body.map(toHex))}},"justifications":null}`

/** `TransactionStatus`: a string, or an object of one key. */
export function statusJson(status: TransactionStatus): unknown {
  switch (status.kind) {
    case 'inBlock':
    case 'retracted':
    case 'finalized':
      return { [status.kind]: toHex(status.block) }
    case 'broadcast':
      return { broadcast: status.peers }
    case 'usurped':
      return { usurped: toHex(status.by) }
    default:
      return status.kind
  }
}

/** Statuses that are the last of a transaction. */
export const isFinalStatus = ({ kind }: TransactionStatus): boolean =>
  kind === 'finalized' || kind === 'usurped' || kind === 'dropped' || kind === 'invalid'

/**
 * `RuntimeVersion` with its APIs as pairs. It gives `stateVersion` also as `systemVersion`, the name in newer clients.
 */
export const runtimeVersionJson = (version: RuntimeVersion): Readonly<Record<string, unknown>> => ({
  specName: version.specName,
  implName: version.implName,
  authoringVersion: version.authoringVersion,
  specVersion: version.specVersion,
  implVersion: version.implVersion,
  apis: version.apis.map(([id, apiVersion]) => [toHex(id), apiVersion]),
  transactionVersion: version.transactionVersion,
  systemVersion: version.stateVersion,
  stateVersion: version.stateVersion,
})
