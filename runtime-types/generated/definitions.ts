/**
 * What typegen cannot find in the metadata; the only file of this folder that a person writes (`npm run types` writes the rest).
 *
 * Owns: the name that typegen gives to the outer call enum where a runtime API takes one. It knows that enum only of the runtimes
 * in its own list (@polkadot/typegen generate/runtime.js, `aliases`), and leaves the name of any other undeclared.
 */
import type { Call } from '@polkadot/types/interfaces/runtime'

declare global {
  type AssayRuntimeRuntimeCall = Call
}

export {}
