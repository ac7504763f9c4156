/** The runtime has everything that workers require of a chain, in exactly that form. */
import { Metadata, TypeRegistry } from '@polkadot/types'
import { expect, test } from 'vitest'
import { mismatches } from '#chain/api/fit.ts'
import { shapesOf } from '#chain/api/metadata-shapes.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { toHex } from '#types/bytes.ts'
import { requirements } from '#worker/kernel/chain-items.ts'

test.each(['hoster', 'attestor'] as const)('a %s finds all it needs', (role) => {
  const runtime = createRuntime({ log: { error: () => {} } })
  const metadata = new Metadata(new TypeRegistry(), toHex(runtime.metadata(14)!))
  expect(mismatches(requirements[role], shapesOf(metadata, 'assay', 1))).toEqual([])
})
