import type { ReactNode } from 'react'
import { ActDialog } from '@/components/ui/act-dialog'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import { UntrustedWords } from '@/components/ui/untrusted'
import type { FormAction } from '@/components/ui/use-act'
import { visibleParts } from '@/lib/domain/clean-text'

export type ShownSignIn = {
  id: string
  personName: string
  method: string
  started: Date
  expires: Date
  address: string | null
  userAgent: string | null
  isThisOne: boolean
}

type Props = { title: string; says: string; signIns: readonly ShownSignIn[]; end: FormAction<unknown> }

const COLUMNS = [
  { label: 'Person' },
  { label: 'How' },
  { label: 'Since' },
  { label: 'Ends by itself' },
  { label: 'From' },
  { label: 'End', hidden: true },
]

/** Sign-ins that still work. Ending one makes its cookie worthless at once. */
export function SignInsPart({ title, says, signIns, end }: Props) {
  return (
    <Part title={title} aside={says} className="stack">
      <Table caption={title} columns={COLUMNS} className="directory">
        {signIns.map((signIn) => (
          <tr key={signIn.id}>
            <Cell label="Person">
              {signIn.personName} {signIn.isThisOne ? <span className="note">this one</span> : null}
            </Cell>
            <Cell label="How">{signIn.method}</Cell>
            <Cell label="Since">
              <Moment at={signIn.started} />
            </Cell>
            <Cell label="Ends by itself">
              <Moment at={signIn.expires} />
            </Cell>
            <Cell label="From">
              <From signIn={signIn} />
            </Cell>
            <Cell>
              <ActDialog
                verb="End"
                title={`End this sign-in of ${signIn.personName}`}
                working="Ending"
                variant="danger"
                small
                action={end}
                fields={{ signInId: signIn.id }}
                said={`Sign-in of ${signIn.personName} ended.`}
              >
                <p>
                  {signIn.isThisOne
                    ? 'This is the sign-in you are using. You are signed out.'
                    : 'Whoever uses it is signed out with their next click.'}
                </p>
              </ActDialog>
            </Cell>
          </tr>
        ))}
      </Table>
    </Part>
  )
}

// A browser says of itself what it likes.
function From({ signIn: { address, userAgent } }: { signIn: ShownSignIn }): ReactNode {
  if (!address && !userAgent) return <span className="note">not known</span>
  return (
    <>
      {address} {userAgent ? <UntrustedWords segments={visibleParts(userAgent.slice(0, 80))} /> : null}
    </>
  )
}
