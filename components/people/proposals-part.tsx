'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import { Empty } from '@/components/ui/empty'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import type { FormAction } from '@/components/ui/use-act'
import { BeforeAfter } from './before-after'

export type ShownProposal = {
  id: string
  /** Whose or what: "Roles of Requester". */
  of: string
  before: string
  after: string
  /** What it was when it was proposed, if that was something else. */
  was: string | null
  /** The version of its subject that is shown. */
  shown: number
  /** Why it cannot be activated as things are. */
  problem: string | null
  /** What it means for what is there. */
  impact: readonly string[]
  by: string
  answerBy: Date
  /** What this person may answer. */
  may: { activate: boolean; reject: boolean; withdraw: boolean }
}

type Actions = {
  activate: FormAction<unknown>
  reject: FormAction<unknown>
  withdraw: FormAction<unknown>
}
type Props = { proposals: readonly ShownProposal[]; actions: Actions }

const COLUMNS = [
  { label: 'What changes' },
  { label: 'Before' },
  { label: 'After' },
  { label: 'Proposed by' },
  { label: 'Answer by' },
  { label: 'Answer', hidden: true },
]

/** Changes that wait for a second administrator, with what they would change as things are now. */
export function ProposalsPart({ proposals, actions }: Props) {
  return (
    <Part
      title="Proposals"
      aside="Proposal: a change of the rules that a second administrator activates."
      className="stack"
    >
      {proposals.length === 0 ? (
        <Empty title="No change waits for an answer." />
      ) : (
        <Table caption="Proposals" columns={COLUMNS} className="directory">
          {proposals.map((proposal) => (
            <tr key={proposal.id}>
              <Cell label="What changes">
                <span className="break">{proposal.of}</span>
                {proposal.problem ? <p className="note">{proposal.problem}</p> : null}
              </Cell>
              <Cell label="Before">
                {proposal.before}
                {proposal.was ? <p className="note">When it was proposed: {proposal.was}.</p> : null}
              </Cell>
              <Cell label="After">
                {proposal.after}
                <Impact of={proposal} />
              </Cell>
              <Cell label="Proposed by">{proposal.by}</Cell>
              <Cell label="Answer by">
                <Moment at={proposal.answerBy} />
              </Cell>
              <Cell>
                <Answers proposal={proposal} actions={actions} />
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </Part>
  )
}

const Impact = ({ of: { impact } }: { of: Pick<ShownProposal, 'impact'> }) =>
  impact.map((says) => (
    <p key={says} className="note mt-1">
      {says}
    </p>
  ))

function Answers({ proposal, actions }: { proposal: ShownProposal; actions: Actions }) {
  const { of, may, before, after } = proposal
  const common = { small: true, fields: { proposalId: proposal.id } } as const
  return (
    <div className="row">
      {may.activate ? (
        <ActDialog
          {...common}
          fields={{ proposalId: proposal.id, shown: proposal.shown }}
          verb="Activate"
          title={`Activate: ${of}`}
          working="Activating"
          action={actions.activate}
          said={`${of} changed.`}
        >
          <BeforeAfter before={before} after={after} />
          <Impact of={proposal} />
          <p className="muted">{proposal.by} proposed it. It takes effect at once.</p>
        </ActDialog>
      ) : null}
      {may.reject ? (
        <ActDialog
          {...common}
          verb="Reject"
          title={`Reject: ${of}`}
          working="Rejecting"
          variant="danger"
          action={actions.reject}
          said="Proposal rejected."
        >
          <p>
            {of} stays as it is: {before}.
          </p>
        </ActDialog>
      ) : null}
      {may.withdraw ? (
        <ActDialog
          {...common}
          verb="Withdraw"
          title={`Withdraw: ${of}`}
          working="Withdrawing"
          action={actions.withdraw}
          said="Proposal withdrawn."
        >
          <p>
            {of} stays as it is: {before}.
          </p>
        </ActDialog>
      ) : null}
    </div>
  )
}
