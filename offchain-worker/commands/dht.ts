/**
 * `assay dht`: a private Hyperswarm DHT in a process of its own.
 *
 * Owns: the command line. Does not own: the DHT.
 */
import type { Argv } from 'yargs'
import { checkPort, DEFAULT_HOST, jsonOption, withValues } from '../terminal/options.ts'

/** Outside 49737 to 49741, which any Hyperswarm node on the machine takes for itself. */
const DEFAULT_DHT_PORT = 49_750

const options = (argv: Argv) =>
  argv
    .options(
      withValues({
        port: {
          type: 'number',
          default: DEFAULT_DHT_PORT,
          describe: 'UDP port of the bootstrap node; 0 takes a free one',
        },
        host: { type: 'string', default: DEFAULT_HOST, describe: 'Address to listen on' },
        ...jsonOption,
      }),
    )
    .example('$0 dht', 'a private DHT on this machine; workers join it with --bootstrap 127.0.0.1:49750')
    .example('$0 dht --port 0 --json', 'on a free port, told in one JSON line')

async function run(argv: Awaited<ReturnType<typeof options>['argv']>): Promise<void> {
  const [{ startDht }, { createTell }, { runUntilStopped }, { assertOwnAddress }] = await Promise.all([
    import('../p2p/dht.ts'),
    import('../terminal/output.ts'),
    import('../terminal/lifecycle.ts'),
    import('../terminal/places.ts'),
  ])
  await assertOwnAddress('host', argv.host)
  const dht = await startDht({ port: checkPort('port', argv.port), host: argv.host })
  const addresses = dht.bootstrap.map(({ host, port }) => `${host}:${port}`)
  const tell = (): void =>
    createTell(argv.json)(
      { kind: 'dht-ready', bootstrap: addresses },
      `private DHT ready: --bootstrap ${addresses[0]}   (Ctrl-C stops it)`,
    )
  await runUntilStopped(tell, { close: () => dht.close() })
}

/** Adds `dht` to the command line. */
export const dhtCommand = (parser: Argv): Argv =>
  parser.command('dht', 'Run a private Hyperswarm DHT for workers to meet on', options, run)
