/** The guestbook: guests sign pages, and workers greet them. */
import { checkWithin } from '#worker/terminal/options.ts'
import { scenario, simulation, type System } from '../system.ts'

const DEFAULT_PAGES = 5
const MOST_PAGES = 100
const pages = {
  type: 'number',
  default: DEFAULT_PAGES,
  describe: `Pages that guests sign, 1 to ${MOST_PAGES}`,
} as const

export const guestbook: System = {
  name: 'guestbook',
  describe: 'Guests sign pages, and greeters greet them',
  roles: [
    {
      name: 'Greeter',
      describe: 'greets every page of the guestbook',
      options: {},
      faults: [],
      load: () => import('./role/open.ts'),
    },
  ],
  steps: {},
  tellers: async () => (await import('./devnet/story.ts')).TELLERS,
  scenarios: {
    guestbook: scenario({
      describe: 'a greeter is killed and comes back, and every page is greeted once',
      options: { pages },
      check: ({ pages: count }) => checkWithin('pages', count, 1, MOST_PAGES),
      load: async (options) => (await import('./devnet/scenario.ts')).guestbookScenario(options),
    }),
  },
  simulations: {
    guestbook: simulation({
      describe: 'Guests and greeters on the real pallet',
      options: { pages },
      examples: [['guestbook --pages 20', 'twenty pages, two greeters']],
      check: ({ pages: count }) => checkWithin('pages', count, 1, MOST_PAGES),
      run: async (options) => (await import('./simulation/run.ts')).simulateGuestbook(options),
    }),
  },
  commands: [],
}
