/** What several commands share: the link to a node. */
import { expect, test } from 'vitest'
import { appsLink, reachableUrl } from '#worker/terminal/options.ts'

test.each([
  ['ws://0.0.0.0:9944', 'ws://127.0.0.1:9944'],
  ['ws://[::]:9944', 'ws://[::1]:9944'],
  ['ws://127.0.0.1:9944', 'ws://127.0.0.1:9944'],
  ['ws://10.0.0.0:9944', 'ws://10.0.0.0:9944'],
])('the link to a node at %s leads to %s', (url, reachable) => {
  expect(appsLink(reachableUrl(url))).toBe(
    `https://polkadot.js.org/apps/?rpc=${encodeURIComponent(reachable)}#/explorer`,
  )
})
