/**
 * The options of `assay chain`.
 *
 * Owns: names, defaults and checks. Does not own: what a node makes of them.
 */
import type { Argv } from 'yargs'
import { DEFAULT_POOL_LIMITS } from '#chain/node/tx-pool/limits.ts'
import {
  checkWithin,
  DEFAULT_HOST,
  DEFAULT_RPC_PORT,
  jsonOption,
  logOption,
  notInherited,
  withValues,
} from '../terminal/options.ts'

/** Half of Substrate's habitual 6 s. */
const DEFAULT_BLOCK_TIME_MS = 3_000
/** More than any machine here has cores; each costs memory and time to start. */
const MOST_VERIFY_THREADS = 128
/** Node.js has no longer texts. */
const MOST_MESSAGE_MIB = 511

/** The chain spec, which `export-spec` takes too. */
export const specOption = {
  chain: { type: 'string', describe: 'Chain spec file (default: the development chain)' },
} as const

/** Adds the options to a command line. */
export const chainOptions = (argv: Argv) =>
  argv
    .options(
      withValues(
        notInherited({
          ...specOption,
          'base-path': { type: 'string', describe: 'Folder for chain data, kept between runs' },
          tmp: { type: 'boolean', describe: 'Keep chain data in memory (the default without --base-path)' },
          'rpc-port': {
            type: 'number',
            default: DEFAULT_RPC_PORT,
            describe: 'Port for WebSocket and HTTP; 0 takes a free one',
          },
          'rpc-host': { type: 'string', default: DEFAULT_HOST, describe: 'Address to listen on' },
          'rpc-cors': {
            type: 'string',
            array: true,
            default: ['all'],
            describe:
              'Web pages that may connect: all, or origins such as http://localhost:* (then Host is checked too)',
          },
          'rpc-methods': {
            choices: ['auto', 'safe', 'unsafe'] as const,
            default: 'auto' as const,
            describe:
              'Unsafe methods (dev_*, engine_*, author_insertKey, …): served on loopback addresses only, never, or always',
          },
          'rpc-max-request-size': {
            type: 'number',
            describe: 'Largest request, MiB (default: 15, and 257 for the dev_* methods)',
          },
          'rpc-max-response-size': {
            type: 'number',
            describe: 'Largest response, MiB (default: 15, and 257 for the dev_* methods)',
          },
          sealing: {
            choices: ['instant', 'interval', 'manual'] as const,
            default: 'instant' as const,
            describe:
              'When blocks are made: for each transaction, by the clock, or on engine_createBlock; on a virtual clock an interval is over as soon as there is a transaction',
          },
          'block-time': {
            type: 'number',
            default: DEFAULT_BLOCK_TIME_MS,
            describe: 'Milliseconds between blocks (--sealing interval), and between their times (--clock virtual)',
          },
          clock: {
            choices: ['system', 'virtual'] as const,
            default: 'system' as const,
            describe:
              'Where blocks have their time from; the virtual one moves by a block time a block, and by dev_timeTravel, and never with the machine',
          },
          'timestamp-interval': {
            type: 'number',
            describe: "Milliseconds from a block's time to the next one's, whatever the clock says",
          },
          'allow-same-timestamps': {
            type: 'boolean',
            default: false,
            describe: 'Whether a block may have the time of its parent (--timestamp-interval 0, dev_setNextTimestamp)',
          },
          seed: {
            type: 'number',
            describe: 'With --clock virtual: the same requests in the same order make the same block hashes',
          },
          'mock-signature-host': {
            type: 'boolean',
            describe: "Take Chopsticks' mock signature (0xdeadbeef, then cd bytes) for any account",
          },
          'pool-limit': {
            type: 'number',
            default: DEFAULT_POOL_LIMITS.ready.count,
            describe: 'Most transactions that are ready for a block; the one with the lowest priority leaves',
          },
          'finality-delay': { type: 'number', describe: 'Milliseconds from best to finalized' },
          'load-state': { type: 'string', describe: 'Dump to begin with, as --dump-state or dev_dumpState made it' },
          'dump-state': { type: 'string', describe: 'File to dump the chain to, history included, when the node ends' },
          'blocks-pruning': {
            alias: 'keep-blocks',
            type: 'string',
            default: 'archive',
            describe: 'Final blocks that stay, with their states: archive for all, or a number such as 256',
          },
          'state-pruning': {
            type: 'string',
            default: 'archive',
            describe: 'Final blocks whose states stay: archive for all, or a number such as 256',
          },
          'verify-threads': { type: 'number', describe: 'Threads that verify signatures (default: one for each core)' },
          ...jsonOption,
          ...logOption,
        }),
      ),
    )
    // Not `conflicts`: that one is inherited, and puts --tmp into the help of the subcommands.
    .check(({ tmp, basePath, seed, clock, 'verify-threads': verifyThreads, ...sizes }) => {
      checkWithin('pool-limit', sizes['pool-limit'], 1, Number.MAX_SAFE_INTEGER)
      if (verifyThreads !== undefined) checkWithin('verify-threads', verifyThreads, 0, MOST_VERIFY_THREADS)
      for (const name of ['rpc-max-request-size', 'rpc-max-response-size'] as const)
        if (sizes[name] !== undefined) checkWithin(name, sizes[name], 1, MOST_MESSAGE_MIB)
      if (seed !== undefined && !(clock === 'virtual' && Number.isSafeInteger(seed) && seed >= 0))
        throw new Error(`--seed: expected a whole number from 0, and --clock virtual beside it, got ${seed}`)
      if (tmp && basePath !== undefined) throw new Error('--tmp and --base-path are mutually exclusive')
      return true
    }, false)

/** What the command line says. */
export type ChainArguments = Awaited<ReturnType<typeof chainOptions>['argv']>
