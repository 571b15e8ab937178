import type { ReactNode } from 'react'
import { Signature, Signatures } from '@/components/ui/signature'
import type { FormAction } from '@/components/ui/use-act'
import { counted } from '@/lib/domain/counted'
import { highestSensitivity } from '@/lib/domain/scope'
import { SENSITIVITIES } from '@/lib/domain/sensitivity'
import { termsAfter } from '@/lib/domain/terms'
import { type RequestView, type Signing, stageTitle } from '../requests/request-view'
import { cappedInWords, listed, shortDuration, subAgentsInWords } from '../requests/words'
import { type Earlier, NarrowDialog } from './narrow-dialog'
import { SignDialog, type Signed } from './sign-dialog'
import type { NarrowingAnswer } from './use-narrowing'
import type { Prepared } from './use-signing'

export type SigningActions = {
  prepare: FormAction<Prepared>
  preview: FormAction<NarrowingAnswer>
  approve: FormAction<Signed>
  deny: FormAction<Signed>
}

type Props = {
  view: RequestView
  signing: Signing
  actions: SigningActions
  signer: string
  next: ReactNode
}

/** For somebody who can sign now: the terms once more, their line, and the ways to answer. */
export function CountersignPanel({ view, signing, actions, signer, next }: Props) {
  const { request, asked, effective } = view
  const { stage, signers, after, asksOneMore } = signing
  const about = { requestId: request.id, signer, signers, prepare: actions.prepare }
  return (
    <aside className="decide no-print" aria-label="Your countersignature">
      <div className="row spread">
        <h2>{stageTitle(stage)}</h2>
        <span className="note">{afterYours(after)}</span>
      </div>
      {asksOneMore ? (
        <p className="note">
          Yours asks for one more: you sign in from where {request.requester.name} signs in.
        </p>
      ) : null}
      <TermsInShort view={view} />
      <OwnSubAgents view={view} />
      <Signatures>
        <Signature
          state="yours"
          role="Countersigned by"
          name={signer}
          note="The digest is made when you open the dialog."
        />
      </Signatures>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls of a form */}
      <div className="act" role="group" aria-label="Decide">
        <p className="bar-digest">
          {actionsInShort(effective.scopes)} for {lastsInShort(effective)}, {request.environment}
        </p>
        <SignDialog verdict="approve" sign={actions.approve} {...about}>
          <Given view={view} signing={signing} />
        </SignDialog>
        <NarrowDialog
          {...about}
          {...{ asked, left: effective, earlier: earlierOf(view), sign: actions.approve }}
          preview={actions.preview}
        />
        <SignDialog verdict="deny" sign={actions.deny} {...about}>
          <p>One no ends the request. {request.agent.slug} gets nothing.</p>
        </SignDialog>
      </div>
      <p className="note">Nothing is given before every stage is signed.</p>
      {next}
    </aside>
  )
}

function afterYours(after: number): string {
  if (after <= 0) return 'Yours completes it'
  return after === 1 ? 'One more after yours' : `${after} more after yours`
}

// On a small screen this line stands above the buttons whatever else is on the page.
function actionsInShort(scopes: readonly { action: string }[]): string {
  const actions = [...new Set(scopes.map(({ action }) => action))]
  return actions.length > 4 ? counted(scopes.length, 'scope') : listed(actions)
}

/** "30 min", "30 min and at most 3 uses". */
const lastsInShort = ({ durationSeconds, uses }: RequestView['effective']) =>
  `${shortDuration(durationSeconds)}${uses === null ? '' : ` and ${cappedInWords(null, uses)}`}`

// What each signature so far said yes to, for whoever gives less.
const earlierOf = ({ asked, changes }: RequestView): Earlier[] =>
  changes.map(({ vote }) => ({ name: vote.personName, terms: termsAfter(asked, [vote.cut]) }))

/** Whoever answers for a sub-agent signs nothing for it, and their signature keeps the task from it. */
function OwnSubAgents({ view: { effective, ownSubAgents } }: { view: RequestView }) {
  const own = effective.delegation?.agents.filter(({ id }) => ownSubAgents.includes(id)) ?? []
  if (own.length === 0) return null
  return (
    <p className="note">
      You own {listed(own.map(({ slug }) => slug))}. Once you have signed, nothing of this task can be handed
      on there.
    </p>
  )
}

function TermsInShort({ view: { request, asked, effective } }: { view: RequestView }) {
  const { scopes, durationSeconds, uses, delegation } = effective
  const servers = [...new Set(scopes.map(({ serverName }) => serverName))]
  const isShorter = durationSeconds < asked.durationSeconds
  return (
    <dl className="terms">
      <dt>Scopes</dt>
      <dd>
        {scopes.length}
        {scopes.length < asked.scopes.length ? ` of ${asked.scopes.length} asked` : ''}, highest{' '}
        {SENSITIVITIES[highestSensitivity(scopes)]}
      </dd>
      <dt>Time</dt>
      <dd>
        {shortDuration(durationSeconds)}
        {isShorter ? `, asked ${shortDuration(asked.durationSeconds)}` : null}
      </dd>
      {uses === null ? null : (
        <>
          <dt>Uses</dt>
          <dd>At most {uses}</dd>
        </>
      )}
      {asked.delegation ? (
        <>
          <dt>Sub-agents</dt>
          <dd>{delegation ? subAgentsInWords(delegation) : 'None any more'}</dd>
        </>
      ) : null}
      <dt>Environment</dt>
      <dd>{request.environment}</dd>
      <dt>Resource servers</dt>
      <dd>{servers.join(', ')}</dd>
    </dl>
  )
}

/** What a yes gives, in full: never "and 2 more" before an approval. */
function Given({ view, signing }: { view: RequestView; signing: Signing }) {
  const { request, effective, stages } = view
  const { stage, after: rest } = signing
  const later = stages
    .filter((one) => one !== stage && one.counted < one.quorum)
    .map(({ groupName }) => groupName)
  const actions = listed(effective.scopes.map(({ action }) => action))
  const left = [
    ...(rest > 0 ? [`${counted(rest, 'more person', 'more people')} of ${stage.groupName}`] : []),
    ...later,
  ]
  const when = left.length > 0 ? `once ${listed(left)} signed too` : 'as soon as you sign'
  return (
    <p>
      {request.agent.slug} gets <b>{actions}</b> for {lastsInShort(effective)}, in {request.environment},{' '}
      {when.replace('signed too', left.length === 1 && rest === 1 ? 'has signed too' : 'have signed too')}.
      {effective.delegation ? (
        <>
          {' '}
          Your signature counts for the sub-agents <b>{subAgentsInWords(effective.delegation)}</b>, too.
        </>
      ) : null}
    </p>
  )
}
