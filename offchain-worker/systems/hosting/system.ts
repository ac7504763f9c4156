/** Hosting: hosters that serve Hypercores and sign for what they served, encoders that make their copies unique, and readers. */
import { scenario, simulation, type System } from '#worker/systems/system.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'
import { shortHex } from '#worker/terminal/shown.ts'
import { hostingCommand } from './command.ts'
import { checkHostingOptions, HOSTING_OPTIONS } from './devnet/options.ts'
import { COPY_OPTIONS, ENCODER_OPTIONS, FOLDER_OPTIONS } from './limits.ts'
import { readCommand } from './reader/command.ts'
import { ENCODER_FAULTS, HOSTER_FAULTS } from './role/faults.ts'

const howFar =
  (verb: string) =>
  ({ copy, blocks, of }: Readonly<Record<string, unknown>>): string =>
    `${verb} copy ${String(copy)}: ${String(blocks)} of ${counted(Number(of), 'block')}`

export const hosting: System = {
  name: 'hosting',
  describe: 'Hypercores served by hosters to anybody',
  roles: [
    {
      name: 'Hoster',
      describe: 'serves Hypercores: a folder that it publishes, and encoded copies of the feeds of others',
      options: {
        publish: { type: 'string', describe: 'Folder to publish as a Hypercore and host' },
        ...FOLDER_OPTIONS,
        ...COPY_OPTIONS,
      },
      faults: HOSTER_FAULTS,
      load: () => import('./role/open.ts'),
    },
    {
      name: 'Encoder',
      describe: 'makes a copy of a feed for each hoster that nobody else has',
      options: ENCODER_OPTIONS,
      faults: ENCODER_FAULTS,
      load: () => import('./role/open-encoder.ts'),
    },
  ],
  steps: {
    published: {
      sentence: ({ feed, blocks, bytes }) =>
        `published ${counted(Number(blocks), 'block')} (${sizeText(Number(bytes))}) as feed ${shortHex(String(feed))}`,
    },
    publishing: { tone: 'quiet', sentence: ({ blocks }) => `publishes: ${counted(Number(blocks), 'block')} so far` },
    skipped: { tone: 'warn', sentence: ({ path }) => `leaves out ${String(path)}: its name is not UTF-8` },
    hosting: { sentence: () => 'hosts the feed' },
    'feed-registered': {
      sentence: ({ change }) => (change === 'updated' ? 'registered the feed’s new length' : 'registered the feed'),
    },
    serving: { sentence: () => 'serves the feed' },
    'key-made': { tone: 'quiet', sentence: ({ copy }) => `made a key for copy ${String(copy)}` },
    encoding: { tone: 'quiet', sentence: howFar('encodes') },
    encoded: { sentence: ({ copy, blocks }) => `encoded ${counted(Number(blocks), 'block')} of copy ${String(copy)}` },
    'block-refused': {
      tone: 'warn',
      sentence: ({ copy, index, why }) =>
        `its hoster refuses block ${String(index)} of copy ${String(copy)} (${String(why)})`,
    },
    pinning: { tone: 'quiet', sentence: howFar('keeps') },
    pinned: { sentence: ({ copy, blocks }) => `has ${counted(Number(blocks), 'block')} of copy ${String(copy)}` },
    challenged: {
      tone: 'quiet',
      sentence: ({ copy, draws }) => `answers a challenge of ${String(draws)} draws of copy ${String(copy)}`,
    },
    'disk-full': { tone: 'bad', sentence: ({ copy }) => `its disk has no room for copy ${String(copy)}` },
    'blocks-spoiled': {
      tone: 'warn',
      sentence: ({ copy, blocks }) =>
        `its disk has spoiled ${counted(Number(blocks), 'block')} of copy ${String(copy)}: it gives the copy to others`,
    },
    'encoder-refused': {
      tone: 'warn',
      sentence: ({ copy, why }) => `hears no more of the encoder of copy ${String(copy)}: ${String(why)}`,
    },
    read: {
      tone: 'quiet',
      sentence: ({ reader, served, asked }) =>
        `${String(reader)}: ${String(served)} of ${counted(Number(asked), 'chunk')}`,
    },
  },
  tellers: async () => ({ Hosting: (await import('./devnet/story.ts')).tellHosting }),
  scenarios: {
    hosting: scenario({
      describe: 'a feed is paid for, encoded, hosted, challenged, repaired, and outlives its author',
      options: HOSTING_OPTIONS,
      check: checkHostingOptions,
      load: async (options, shared) => (await import('./devnet/play.ts')).hostingScenario({ ...options, ...shared }),
    }),
  },
  simulations: {
    hosting: simulation({
      describe: 'Cheats in a market of the real pallets, each against honesty',
      options: {
        strategy: { type: 'string', default: 'all', describe: 'One of the strategies that the table names' },
        dropped: { type: 'number', default: 0.05, describe: 'Share of its leaves that a hoster drops' },
        sessions: { type: 'number', default: 3, describe: 'Markets for each strategy, each played twice' },
        blocks: { type: 'number', default: 300, describe: 'Blocks of each market' },
        challenges: { type: 'number', default: 500, describe: 'Challenges, and draws, for each dot of a plot' },
        plot: { type: 'string', describe: 'Folder for plots, in SVG and PNG' },
      },
      examples: [
        ['hosting', 'all cheats, and what each brings against honesty'],
        ['hosting --strategy drops-leaves --dropped 0.2 --sessions 20', 'a hoster that dropped a fifth of its leaves'],
        ['hosting --sessions 20 --plot plots', 'figures with narrow intervals, and their plots'],
      ],
      run: async (args) => (await import('./simulation/market/run.ts')).simulateMarket(args),
    }),
  },
  commands: [readCommand, hostingCommand],
}
