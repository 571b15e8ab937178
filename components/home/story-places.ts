import type { StoryStepKey } from '@/lib/domain/story'

type Place = { href: string; label: string; command?: string }

const TRAIL = `/audit?q=${encodeURIComponent('agent:refund-triage')}`

/** Where a step is done, and what is typed for it. */
export function placeOf(key: StoryStepKey, requestId: string | null, hasLiveGrant: boolean): Place {
  const request = requestId ? `/requests/${requestId}` : '/requests'
  const places = {
    file: { href: '/requests/new?template=resolve-a-refund-ticket', label: 'New request' },
    countersign: { href: request, label: 'Review the request' },
    mandate: { href: request, label: 'Open the request' },
    agent: { href: request, label: 'Watch the request', command: 'npm run demo:agent' },
    refused: { href: request, label: 'Open the request', command: 'npm run demo:agent' },
    revoke: {
      ...(hasLiveGrant
        ? { href: '/grants', label: 'Live grants' }
        : { href: '/requests/new?template=summarise-a-ticket', label: 'New request' }),
      command: 'npm run demo:agent -- --hold 120',
    },
    find: { href: TRAIL, label: 'Search the trail' },
  } as const satisfies Record<StoryStepKey, Place>
  return places[key]
}
