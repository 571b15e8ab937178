'use client'

import { Select } from '@/components/ui/input'
import { errorOf } from '@/lib/web/form-state'
import { Propose, type Proposing } from './propose'

type Group = { id: string; name: string }
type Nest = Proposing & { group: Group & { holds: readonly Group[] }; groups: readonly Group[] }

/** Puts a group into another: who sits in the inner one signs the stage of the outer one too. */
export function NestGroup({ group, groups, ...proposing }: Nest) {
  const offered = groups.filter(({ id }) => id !== group.id && !group.holds.some((inner) => inner.id === id))
  if (offered.length === 0) return null
  return (
    <Propose
      {...proposing}
      verb="Put a group in"
      title={`Put a group into ${group.name}`}
      fields={{ kind: 'group.nest', groupId: group.id }}
      said={`${group.name} holds it.`}
    >
      {(state) => (
        <Select
          label="Group"
          name="innerId"
          hint={`Who sits in it signs for ${group.name} too. A group cannot hold itself.`}
          error={errorOf(state, 'innerId')}
        >
          {offered.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Propose>
  )
}

type Unnest = Proposing & { group: Group; inner: Group }

/** Takes a group out again. What its people signed for the outer one on waiting requests counts no more. */
export function UnnestGroup({ group, inner, ...proposing }: Unnest) {
  return (
    <Propose
      {...proposing}
      verb={`Take out ${inner.name}`}
      title={`Take ${inner.name} out of ${group.name}`}
      fields={{ kind: 'group.unnest', groupId: group.id, innerId: inner.id }}
      variant="danger"
      said={`${group.name} no longer holds ${inner.name}.`}
    >
      <p>
        What people of {inner.name} signed for {group.name} on waiting requests counts no more, unless they
        sit there some other way.
      </p>
    </Propose>
  )
}
