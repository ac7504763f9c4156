/** Hosting: hosters that serve Hypercores and sign for what they served, and readers. */
import type { System } from '#worker/systems/system.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'
import { shortHex } from '#worker/terminal/shown.ts'
import { hostingCommand } from './command.ts'
import { FOLDER_OPTIONS } from './limits.ts'
import { readCommand } from './reader/command.ts'

export const hosting: System = {
  name: 'hosting',
  describe: 'Hypercores served by hosters to anybody',
  roles: [
    {
      name: 'Hoster',
      describe: 'publishes a folder as a Hypercore and serves it',
      options: {
        publish: { type: 'string', demandOption: true, describe: 'Folder to publish as a Hypercore and host' },
        ...FOLDER_OPTIONS,
      },
      faults: ['lossy:SHARE'],
      load: () => import('./role/open.ts'),
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
    read: {
      tone: 'quiet',
      sentence: ({ reader, served, asked }) =>
        `${String(reader)}: ${String(served)} of ${counted(Number(asked), 'chunk')}`,
    },
  },
  tellers: async () => ({}),
  scenarios: {},
  simulations: {},
  commands: [readCommand, hostingCommand],
}
