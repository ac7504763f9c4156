/** Hosting: hosters that serve Hypercores and sign for what they served, and readers. */
import type { System } from '#worker/systems/system.ts'
import { counted, sizeText } from '#worker/terminal/quantities.ts'
import { shortHex } from '#worker/terminal/shown.ts'
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
  commands: [readCommand],
}
