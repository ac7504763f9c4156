/** Hosting: hosters that serve Hypercores and sign for what they served, and readers. */
import type { System } from '#worker/systems/system.ts'
import { readCommand } from './reader/command.ts'

const SHOWN_HASH_CHARACTERS = 18

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
        `published ${String(blocks)} blocks (${String(bytes)} bytes) as feed ${String(feed).slice(0, SHOWN_HASH_CHARACTERS)}…`,
    },
    hosting: { sentence: () => 'hosts the feed' },
    read: {
      tone: 'quiet',
      sentence: ({ reader, served, asked }) => `${String(reader)}: ${String(served)} of ${String(asked)} chunks`,
    },
  },
  tellers: async () => ({}),
  scenarios: {},
  simulations: {},
  commands: [readCommand],
}
