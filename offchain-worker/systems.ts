/**
 * The systems of this program.
 *
 * Owns: their list. Roles, scenarios, simulations and commands follow from it, and so does help. Does not own: what a system is (systems/system.ts).
 */
import { attestation } from './systems/attestation/system.ts'
import { coinflip } from './systems/coinflip/system.ts'
import { hosting } from './systems/hosting/system.ts'
import type { System } from './systems/system.ts'

export const SYSTEMS: readonly System[] = [hosting, attestation, coinflip]
