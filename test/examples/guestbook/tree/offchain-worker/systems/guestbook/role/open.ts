/**
 * A greeter in a process of its own. It needs no ports but those of every worker.
 *
 * Owns: fitting the role to its manifest. Does not own: the role.
 */
import type { LoadedRole } from '#worker/systems/system.ts'
import { greeterRequires } from './chain-items.ts'
import { createGreeter } from './greeter.ts'

export const requires: LoadedRole['requires'] = greeterRequires

export const open: LoadedRole['open'] = async () => (_account, deps) => createGreeter(deps)
