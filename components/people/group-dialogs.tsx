'use client'

import { Input } from '@/components/ui/input'
import { errorOf } from '@/lib/web/form-state'
import { Propose, type Proposing } from './propose'

/** A new approver group. Nobody sits in it yet. */
export function AddGroup(proposing: Proposing) {
  return (
    <Propose
      {...proposing}
      verb="Add group"
      title="Add an approver group"
      fields={{ kind: 'group.add' }}
      said="Group added."
    >
      {(state) => (
        <>
          <Input
            label="Stage"
            name="slug"
            hint="What policies call it, as in data-owners. It stays."
            autoComplete="off"
            error={errorOf(state, 'slug')}
          />
          <Input
            label="Name"
            name="name"
            hint="What people read."
            autoComplete="off"
            error={errorOf(state, 'name')}
          />
        </>
      )}
    </Propose>
  )
}

type Rename = Proposing & { group: { id: string; slug: string; name: string } }

/** Another name for people. The stage that policies ask for stays. */
export function RenameGroup({ group, ...proposing }: Rename) {
  return (
    <Propose
      {...proposing}
      verb="Rename"
      title={`Rename ${group.name}`}
      fields={{ kind: 'group.rename', groupId: group.id }}
      said="Group renamed."
    >
      {(state) => (
        <Input
          label="Name"
          name="name"
          defaultValue={group.name}
          hint={`Policies go on calling it ${group.slug}.`}
          autoComplete="off"
          error={errorOf(state, 'name')}
        />
      )}
    </Propose>
  )
}
