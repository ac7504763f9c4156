/**
 * The types that @polkadot/typegen generated from our metadata: they are up to date, and code against @polkadot/api can
 * use them. The type-level tests run in the type check; here they only stand.
 */
import { readFileSync } from 'node:fs'
import type { ApiPromise } from '@polkadot/api'
import type { SubmittableExtrinsic } from '@polkadot/api/types'
import { describe, expect, expectTypeOf, it } from 'vitest'
import '#types/generated/augment-api.ts'
import '#types/generated/types-lookup.ts'
import { toHex } from '#types/bytes.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'

const METADATA_VERSION = 15
const metadataFile = new URL('../../runtime-types/generated/metadata.json', import.meta.url)

type RequestRound = ApiPromise['tx']['attestation']['requestRound']

/** What a user of the api would write. Not called: there is no node here. */
const roundOf = async (api: ApiPromise, round: number) => (await api.query.attestation.rounds(round)).unwrap()

describe('runtime-types/generated', () => {
  it('is generated from the metadata that the runtime has now', () => {
    const runtime = createRuntime({ log: { error: () => undefined } })
    const { result } = JSON.parse(readFileSync(metadataFile, 'utf8')) as { readonly result: string }
    const isFresh = result === toHex(runtime.metadata(METADATA_VERSION)!)
    expect(isFresh, 'the pallets changed since the types were generated: run `npm run types`').toBe(true)
  })

  it('types a call and its arguments', () => {
    expectTypeOf<RequestRound>().toBeCallableWith('5GrwvaEF', new Uint8Array(32))
    expectTypeOf<ReturnType<RequestRound>>().toEqualTypeOf<SubmittableExtrinsic<'promise'>>()
    // @ts-expect-error A round is requested of a hoster for a feed: one argument is too few.
    expectTypeOf<RequestRound>().toBeCallableWith('5GrwvaEF')
    // @ts-expect-error A number names no account.
    expectTypeOf<RequestRound>().toBeCallableWith(1, new Uint8Array(32))
  })

  it('types storage down to the fields of our own types', () => {
    expectTypeOf(roundOf).returns.resolves.toHaveProperty('hoster')
    expectTypeOf(roundOf).returns.resolves.not.toHaveProperty('nobody')
  })
})
