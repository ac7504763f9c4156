/**
 * The error of a command for a value that it does not take. The process ends with exit code 2.
 *
 * Owns: this class. Does not own: the codes; each module declares its own beside the code that throws them.
 */
import { AssayError } from '#types/errors.ts'

/** @see the module's header */
export class UsageError extends AssayError {}
