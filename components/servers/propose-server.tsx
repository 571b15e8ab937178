'use client'

import { useState } from 'react'
import { Propose, type Proposing } from '@/components/people/propose'
import { Choices } from '@/components/ui/choices'
import { Input, Select, Textarea } from '@/components/ui/input'
import { CHECKS, type Checks as CheckName } from '@/lib/domain/check-words'
import { errorOf, type FormState } from '@/lib/web/form-state'
import { ProposeOnce, type ProposingServer } from './propose-once'

/** Registers a resource server. */
export function AddServer(proposing: ProposingServer) {
  return (
    <ProposeOnce
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
          <Checks state={state} checks="offline" />
          <Proof state={state} />
        </>
      )}
    </ProposeOnce>
  )
}

type Server = { id: string; name: string; checks: CheckName; kept: string; hasSecret: boolean }

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
          <Checks state={state} checks={server.checks} />
          <PublicKey
            state={state}
            more={
              server.hasSecret
                ? ' Leave this empty to keep its client secret, which counts no more once it has a key.'
                : ' Leave this empty to keep the key it has.'
            }
          />
          <p className="note">{server.kept}</p>
        </>
      )}
    </Propose>
  )
}

function Checks({ state, checks }: { state: FormState; checks: CheckName }) {
  return (
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
  )
}

const PROOFS = [
  { value: 'key', label: 'A public key' },
  { value: 'secret', label: 'A client secret' },
]

function Proof({ state }: { state: FormState }) {
  const [proof, setProof] = useState('key')
  return (
    <>
      <Choices
        label="How it authenticates"
        name="proof"
        choices={PROOFS}
        value={proof}
        onValueChange={setProof}
        hint="A secret is for a server or gateway that cannot sign assertions."
      />
      {proof === 'key' ? (
        <PublicKey state={state} />
      ) : (
        <p className="note">The secret is made here and shown once, when you have proposed this.</p>
      )}
    </>
  )
}

function PublicKey({ state, more = '' }: { state: FormState; more?: string }) {
  return (
    <Textarea
      label="Public key"
      name="key"
      rows={4}
      spellCheck={false}
      hint={`A JWK, public members only. It signs its client assertions with the private half.${more}`}
      error={errorOf(state, 'key')}
    />
  )
}
