'use client'

import { Propose, type Proposing } from '@/components/people/propose'
import { Checkbox } from '@/components/ui/checkbox'
import { FieldGroup } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { errorOf, type FormState } from '@/lib/web/form-state'

type People = { people: readonly { id: string; name: string }[] }

/** Registers an agent. */
export function AddAgent({ people, tenant, ...proposing }: Proposing & People & { tenant: string }) {
  return (
    <Propose
      {...proposing}
      verb="Add agent"
      title="Add agent"
      fields={{ kind: 'agent.add' }}
      said="Agent added. Give it an identity next."
    >
      {(state) => (
        <>
          <p>It belongs to the tenant {tenant}, and acts only on what is this tenant’s.</p>
          <Input
            label="Name"
            name="slug"
            required
            autoComplete="off"
            spellCheck={false}
            hint="Lower-case letters, digits and dashes, as in refund-triage. It stays as it is."
            error={errorOf(state, 'slug')}
          />
          <Describing state={state} people={people} agent={{ purpose: '', owners: [], environments: [] }} />
        </>
      )}
    </Propose>
  )
}

type Described = { purpose: string; owners: readonly string[]; environments: readonly string[] }
type Edit = Proposing & People & { agent: Described & { id: string; slug: string } }

/** Other owners, other environments, or another purpose. */
export function EditAgent({ agent, people, ...proposing }: Edit) {
  return (
    <Propose
      {...proposing}
      verb="Change agent"
      title={`Change ${agent.slug}`}
      fields={{ kind: 'agent.set', agentId: agent.id }}
      said={`${agent.slug} changed.`}
    >
      {(state) => <Describing state={state} people={people} agent={agent} />}
    </Propose>
  )
}

function Describing({ state, people, agent }: People & { state: FormState; agent: Described }) {
  return (
    <>
      <Input
        label="Purpose"
        name="purpose"
        required
        autoComplete="off"
        defaultValue={agent.purpose}
        hint="One sentence that requesters and approvers read."
        error={errorOf(state, 'purpose')}
      />
      <FieldGroup
        label="Owners"
        hint="Owners may suspend it and end its grants. They never countersign its requests."
        error={errorOf(state, 'owners')}
      >
        {people.map(({ id, name }) => (
          <Checkbox key={id} name="owners[]" value={id} defaultChecked={agent.owners.includes(id)}>
            {name}
          </Checkbox>
        ))}
      </FieldGroup>
      <Input
        label="Environments"
        name="environments"
        required
        autoComplete="off"
        spellCheck={false}
        defaultValue={agent.environments.join(', ')}
        hint="Where it may run, with commas between, as in staging, production."
        error={errorOf(state, 'environments')}
      />
    </>
  )
}
