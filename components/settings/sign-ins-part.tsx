import type { ReactNode } from 'react'
import { ActDialog } from '@/components/ui/act-dialog'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import { UntrustedWords } from '@/components/ui/untrusted'
import type { FormAction } from '@/components/ui/use-act'
import { visibleParts } from '@/lib/domain/clean-text'
import { SIGN_IN_METHODS, type SignInMethod } from '@/lib/domain/sign-in'

export type ShownSignIn = {
  id: string
  personId: string
  personName: string
  method: SignInMethod
  started: Date
  expires: Date
  idleEnds: Date
  address: string | null
  userAgent: string | null
  isThisOne: boolean
}

type Props = {
  title: string
  says: string
  signIns: readonly ShownSignIn[]
  me: string
  end: FormAction<unknown>
  endAll: FormAction<unknown>
}

/** The newest stand in the open; a list of everybody's would push the keys off the page. */
const SHOWN = 10

const COLUMNS = [
  { label: 'Person' },
  { label: 'How' },
  { label: 'Since' },
  { label: 'Ends unused' },
  { label: 'Ends at the latest' },
  { label: 'From' },
  { label: 'End', hidden: true },
]

/** Sign-ins that still work. Ending one makes its cookie worthless at once. */
export function SignInsPart({ title, says, signIns, me, end, endAll }: Props) {
  const others = signIns.filter(({ personId, isThisOne }) => personId === me && !isThisOne)
  const more = signIns.slice(SHOWN)
  return (
    <Part title={title} aside={says} className="stack">
      <SignInTable caption={title} signIns={signIns.slice(0, SHOWN)} end={end} />
      {more.length > 0 ? (
        <details>
          <summary>{more.length === 1 ? '1 earlier sign-in' : `${more.length} earlier sign-ins`}</summary>
          <SignInTable caption="Earlier sign-ins" signIns={more} end={end} />
        </details>
      ) : null}
      {others.length > 0 ? (
        <div>
          <ActDialog
            verb="End all other sign-ins"
            title="End all your other sign-ins"
            working="Ending"
            variant="danger"
            action={endAll}
            fields={{ personId: me }}
            said="All your other sign-ins ended."
          >
            <p>You stay signed in here. Wherever else you are signed in, you are signed out.</p>
          </ActDialog>
        </div>
      ) : null}
    </Part>
  )
}

function SignInTable({ caption, signIns, end }: Pick<Props, 'signIns' | 'end'> & { caption: string }) {
  return (
    <Table caption={caption} columns={COLUMNS} className="directory">
      {signIns.map((signIn) => (
        <SignInRow key={signIn.id} signIn={signIn} end={end} />
      ))}
    </Table>
  )
}

function SignInRow({ signIn, end }: { signIn: ShownSignIn; end: FormAction<unknown> }) {
  return (
    <tr>
      <Cell label="Person">
        {signIn.personName} {signIn.isThisOne ? <span className="note">this one</span> : null}
      </Cell>
      <Cell label="How">{SIGN_IN_METHODS[signIn.method]}</Cell>
      <Cell label="Since">
        <Moment at={signIn.started} />
      </Cell>
      <Cell label="Ends unused">
        <Moment at={signIn.idleEnds} />
      </Cell>
      <Cell label="Ends at the latest">
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
