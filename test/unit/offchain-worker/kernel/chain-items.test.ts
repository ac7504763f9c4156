/** The runtime has every item that workers require of a chain, in the required form. */
import { Metadata, TypeRegistry } from '@polkadot/types'
import { expect, test } from 'vitest'
import { mismatches } from '#chain/api/fit.ts'
import { shapesOf } from '#chain/api/metadata-shapes.ts'
import { createRuntime } from '#chain/runtime/runtime.ts'
import { toHex } from '#types/bytes.ts'
import { kernelRequires } from '#worker/kernel/chain-items.ts'
import { SYSTEMS } from '#worker/systems.ts'

const ROLES = SYSTEMS.flatMap(({ roles }) => roles).map((role) => [role.name, role] as const)

test.each(ROLES)('a %s finds all it needs', async (_name, role) => {
  const { requires } = await role.load()
  const runtime = createRuntime({ log: { error: () => {} } })
  const metadata = new Metadata(new TypeRegistry(), toHex(runtime.metadata(14)!))
  expect(mismatches([...kernelRequires, ...requires], shapesOf(metadata, 'assay', 1))).toEqual([])
})
