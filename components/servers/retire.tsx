'use client'

import { Propose, type Proposing } from '@/components/people/propose'

type Words = { words: readonly string[] }

/** Takes a scope out of what can be asked for. */
export function RetireScope({
  scope,
  words,
  ...proposing
}: Proposing & Words & { scope: { id: string; serverId: string; action: string } }) {
  return (
    <Propose
      {...proposing}
      verb="Retire"
      title={`Retire ${scope.action}`}
      variant="danger"
      fields={{ kind: 'scope.retire', serverId: scope.serverId, scopeId: scope.id }}
      said={`${scope.action} retired.`}
    >
      <Impact words={words} />
    </Propose>
  )
}

/** Takes a resource server out, with everything it offers. */
export function RemoveServer({
  server,
  words,
  ...proposing
}: Proposing & Words & { server: { id: string; name: string } }) {
  return (
    <Propose
      {...proposing}
      verb="Remove"
      title={`Remove ${server.name}`}
      variant="danger"
      fields={{ kind: 'server.remove', serverId: server.id }}
      said={`${server.name} removed.`}
    >
      <Impact words={words} />
    </Propose>
  )
}

function Impact({ words }: Words) {
  return (
    <ul>
      {words.map((sentence, at) => (
        <li key={sentence} className="mt-2">
          {at === 0 ? <b>{sentence}</b> : sentence}
        </li>
      ))}
    </ul>
  )
}
