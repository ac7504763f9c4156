/**
 * Opens an attestor in a process of its own.
 *
 * Owns: the folder of its replicas, and the lie that it is started with. Does not own: the role.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { coinflipWithFault } from '#worker/systems/coinflip/protocol/faulty-member.ts'
import { createHyperFeedClient } from '#worker/systems/hosting/adapters/hyper-feeds.ts'
import type { LoadedRole } from '#worker/systems/system.ts'
import { createAttestor, type AttestorOptions } from './attestor.ts'
import { attestorRequires } from './chain-items.ts'
import { ATTESTOR_FAULTS } from './faults.ts'
import { UsageError } from '#worker/terminal/usage-error.ts'

export const requires: LoadedRole['requires'] = attestorRequires

/** @throws AssayError `BAD_FAULT` */
function lies(fault: string | undefined): Pick<AttestorOptions, 'createMember'> {
  if (fault === undefined) return {}
  const known = ATTESTOR_FAULTS.find((name) => name === fault)
  if (known) return { createMember: coinflipWithFault(known) }
  throw new UsageError(
    'BAD_FAULT',
    `--fault: expected one of ${ATTESTOR_FAULTS.join(', ')}, got ${JSON.stringify(fault)}`,
  )
}

export const open: LoadedRole['open'] = async (_options, fault, host) => {
  const { bootstrap, address, dataDir } = host
  const member = lies(fault)
  const auditDir = join(dataDir, 'audits')
  // An audit that was killed leaves its replica behind. The folder is the worker's alone, so none is under way.
  await rm(auditDir, { recursive: true, force: true })
  await mkdir(auditDir, { recursive: true })
  const feeds = createHyperFeedClient({ bootstrap, host: address, auditDir }, host)
  return (account, deps) => createAttestor({ account, ...member }, { ...deps, feeds })
}
