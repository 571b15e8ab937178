'use client'

import { Propose, type Proposing } from '@/components/people/propose'
import { Input, Select, Textarea } from '@/components/ui/input'
import { CHECKS, type Checks } from '@/lib/domain/check-words'
import { errorOf, type FormState } from '@/lib/web/form-state'

/** Registers a resource server. */
export function AddServer(proposing: Proposing) {
  return (
    <Propose
      {...proposing}
      verb="Add resource server"
      title="Add resource server"
      fields={{ kind: 'server.add' }}
      said="Resource server added."
    >
      {(state) => (
        <>
          <Input label="Name" name="name" required autoComplete="off" error={errorOf(state, 'name')} />
          <Input
            label="Identifier"
            name="identifier"
            required
            autoComplete="off"
            spellCheck={false}
            hint="Its address, as in https://tickets.example. Tokens for it name it to the letter."
            error={errorOf(state, 'identifier')}
          />
          <Input
            label="Type"
            name="type"
            required
            autoComplete="off"
            spellCheck={false}
            hint="What kind of resources it has, as in tickets. It stays as it is."
            error={errorOf(state, 'type')}
          />
          <Checking state={state} checks="offline" />
        </>
      )}
    </Propose>
  )
}

type Server = { id: string; name: string; checks: Checks; kept: string }

/** Another way to check credentials, or another key. */
export function ChangeServer({ server, ...proposing }: Proposing & { server: Server }) {
  return (
    <Propose
      {...proposing}
      verb="Change"
      title={`Change ${server.name}`}
      fields={{ kind: 'server.set', serverId: server.id }}
      said={`${server.name} changed.`}
    >
      {(state) => (
        <>
          <Checking state={state} checks={server.checks} keeps />
          <p className="note">{server.kept}</p>
        </>
      )}
    </Propose>
  )
}

function Checking({ state, checks, keeps }: { state: FormState; checks: Checks; keeps?: boolean }) {
  return (
    <>
      <Select
        label="How it checks"
        name="checks"
        defaultValue={checks}
        hint="Uses of a grant are counted only where it asks before each call."
        error={errorOf(state, 'checks')}
      >
        {Object.entries(CHECKS).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </Select>
      <Textarea
        label="Public key"
        name="key"
        rows={4}
        spellCheck={false}
        hint={`A JWK, public members only. It signs its client assertions with the private half.${keeps ? ' Leave this empty to keep the key it has.' : ''}`}
        error={errorOf(state, 'key')}
      />
    </>
  )
}
