import type { ReactNode } from 'react'
import { Cell, Table } from '@/components/ui/table'
import { lastsOf } from '@/components/ui/time-words'
import { resourceLabel } from '@/lib/domain/resource-label'
import { type Terms, termsAfter } from '@/lib/domain/terms'
import { isNarrowed, type RequestView } from './request-view'
import { cappedInWords, subAgentsInWords } from './words'

const COLUMNS = [{ label: 'Who' }, { label: 'Scopes' }, { label: 'Time and uses' }] as const

/** What was asked, what each approver signed of it, and what is left of all of them. */
export function SignedTerms({ view }: { view: RequestView }) {
  const { request, asked, effective, changes } = view
  if (!isNarrowed(view)) return null
  return (
    <Table caption="Asked, signed and effective" className="access mt-4" columns={COLUMNS}>
      <Line who={`Asked by ${request.requester.name}`} asked={asked} terms={asked} />
      {changes.map(({ vote }) => (
        <Line
          key={vote.id}
          who={`Signed by ${vote.personName}`}
          asked={asked}
          terms={termsAfter(asked, [vote.cut])}
        />
      ))}
      <Line who={<b>Effective: what all of them say</b>} asked={asked} terms={effective} />
    </Table>
  )
}

type LineProps = { who: ReactNode; asked: Terms; terms: Terms }

function Line({ who, asked, terms }: LineProps) {
  const isShorter = terms.durationSeconds < asked.durationSeconds
  return (
    <tr>
      <td>{who}</td>
      <Cell label="Scopes">
        <ul>
          {asked.scopes.map((scope) => {
            const words = `${scope.action} ${resourceLabel(scope)}`
            const isGiven = terms.scopes.some(({ id }) => id === scope.id)
            return (
              <li key={scope.id}>
                {isGiven ? (
                  <code>{words}</code>
                ) : (
                  <>
                    <del>
                      <code>{words}</code>
                    </del>{' '}
                    <span className="note">struck</span>
                  </>
                )}
              </li>
            )
          })}
        </ul>
      </Cell>
      <Cell label="Time and uses">
        {isShorter ? (
          <>
            <del>{lastsOf(asked.durationSeconds)}</del>{' '}
          </>
        ) : null}
        {lastsOf(terms.durationSeconds)}
        {terms.uses === null ? null : `, ${cappedInWords(null, terms.uses)}`}
        {asked.delegation ? (
          <span className="note block">
            {terms.delegation ? `For ${subAgentsInWords(terms.delegation)}` : 'For no sub-agent'}
          </span>
        ) : null}
      </Cell>
    </tr>
  )
}
