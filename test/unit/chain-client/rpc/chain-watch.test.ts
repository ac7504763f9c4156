import { expect, it, vi } from 'vitest'
import { createChainWatch } from '#chain/rpc/chain-watch.ts'
import { Subscription } from '#chain/rpc/subscriptions.ts'
import { fakeNode, key } from './fake-node.ts'

it('forgets subscriptions that have closed', () => {
  const node = fakeNode()
  const watch = createChainWatch(node)
  const pushes = (['new', 'all', 'finalized', 'storage'] as const).map((kind) => {
    const subscription = new Subscription(kind, kind, () => undefined)
    const push = vi.spyOn(subscription, 'push')
    if (kind === 'storage') watch.storage(subscription, [key('a')])
    else watch.heads(kind, subscription)
    subscription.close()
    return push
  })
  const block = node.add([[key('a'), key('b')]])
  node.emit({ kind: 'finalized', block, pruned: [] })
  for (const push of pushes) expect(push).toHaveBeenCalledTimes(1)
})
