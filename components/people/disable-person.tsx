'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import { Textarea } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'
import { type Ending, endingWords } from './words'

type Props = {
  person: { id: string; name: string }
  ending: Ending & { soleAgents: readonly string[] }
  /** What waits for their groups, and whether somebody else can sign it. */
  waiting: readonly string[]
  action: FormAction<unknown>
}

/** Ends somebody's access at once, after saying exactly what ends. */
export function DisablePerson({ person, ending, waiting, action }: Props) {
  const lines = endingWords(ending)
  return (
    <ActDialog
      verb="Disable"
      title={`Disable ${person.name}`}
      working="Disabling"
      variant="danger"
      action={action}
      fields={{ personId: person.id }}
      said={`${person.name} disabled.`}
    >
      {(state) => (
        <>
          <p>From then on {person.name} signs in and signs nothing, and nothing is issued for them.</p>
          {lines.length === 0 ? (
            <p>They have nothing open.</p>
          ) : (
            <>
              <p>This ends at once, and stays ended when they are enabled again:</p>
              <ul className="list-disc pl-5">
                {lines.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </>
          )}
          {waiting.map((says) => (
            <p key={says}>{says}</p>
          ))}
          {ending.soleAgents.length > 0 ? (
            <p>
              Agents that nobody else owns: {ending.soleAgents.join(', ')}. Only an administrator can suspend
              them then.
            </p>
          ) : null}
          <Textarea
            label="Reason"
            name="reason"
            hint="It may stay empty. It is kept in the trail."
            error={errorOf(state, 'reason')}
            rows={2}
          />
        </>
      )}
    </ActDialog>
  )
}
