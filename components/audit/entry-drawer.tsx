import type { ReactNode } from 'react'
import { Badge } from '@/components/ui/badge'
import { Code } from '@/components/ui/code'
import { CopyButton } from '@/components/ui/copy-button'
import { entryNumber } from '@/components/ui/entry-number'
import { Fact, Facts } from '@/components/ui/facts'
import { Link } from '@/components/ui/link'
import { LinkButton } from '@/components/ui/link-button'
import { shortDigest } from '@/components/ui/short-digest'
import { Moment } from '@/components/ui/time'
import { Timeline, type Moment as Told } from '@/components/ui/timeline'
import { EVENTS, OUTCOMES } from '@/lib/domain/events'
import { type TrailEntry, toneOfEntry } from '@/lib/domain/trail-record'
import { EntryData, EntryTexts } from './entry-data'
import { type EntryDecision, EntryDecisions } from './entry-decision'
import { aboutPath, type Place, trailPath } from './paths'

type Props = {
  entry: TrailEntry
  decisions: readonly EntryDecision[]
  /** What else happened to the same request, newest first. */
  story: readonly Told[]
  place: Place
}

/** One entry in full: who, which agent, which decisions, what changed, and the text the log holds. */
export function EntryDrawer({ entry, decisions, story, place }: Props) {
  const number = entryNumber(entry.leaf)
  return (
    <aside className="drawer" id="entry" aria-label={`Entry ${number}`}>
      <div className="row spread">
        <h2>
          Entry {number} <code className="muted">{entry.type}</code>
        </h2>
        <LinkButton href={trailPath(place)} variant="quiet" small>
          Close
        </LinkButton>
      </div>
      <p className="muted">
        {EVENTS[entry.type]} <Moment at={entry.at} />.
      </p>
      <Parties entry={entry} decisions={decisions} />
      <EntryData entry={entry} />
      {decisions.length > 0 ? <EntryDecisions decisions={decisions} /> : null}
      <EntryTexts entry={entry} />
      {entry.requestId && story.length > 0 ? (
        <section aria-label="Story" className="stack tight">
          <h3>
            The story of <Link href={aboutPath('request', entry.requestId)}>{entry.requestId}</Link>
          </h3>
          <Timeline moments={story} />
        </section>
      ) : null}
      <Stored entry={entry} />
    </aside>
  )
}

function Parties({ entry, decisions }: Pick<Props, 'entry' | 'decisions'>) {
  const { human, agent, requestId, grantId, credentialId } = entry
  return (
    <Facts>
      <Fact label="Human">
        {human ? <Link href={aboutPath('human', human.id)}>{human.name}</Link> : <None />}
      </Fact>
      <Fact label="Agent">
        {agent ? <CodeLink href={`/agents/${agent.slug}`}>{agent.slug}</CodeLink> : <None />}
      </Fact>
      <Fact label="Decision">
        <DecisionLinks entry={entry} decisions={decisions} />
      </Fact>
      <Fact label="Request">
        {requestId ? <CodeLink href={`/requests/${requestId}`}>{requestId}</CodeLink> : <None />}
      </Fact>
      <Fact label="Grant">
        {grantId && requestId ? (
          <>
            <CodeLink href={`/requests/${requestId}`}>{grantId}</CodeLink>
            <br />
            <Link className="note" href={aboutPath('grant', grantId)}>
              its entries
            </Link>
          </>
        ) : (
          <None />
        )}
      </Fact>
      <Fact label="Outcome">
        <Badge tone={toneOfEntry(entry)} plain>
          {OUTCOMES[entry.outcome]}
        </Badge>
      </Fact>
      {credentialId ? (
        <Fact label="Credential">
          <code className="break">{credentialId}</code>
        </Fact>
      ) : null}
      <Fact label="Came through">{entry.isSeeded ? `${entry.via}, seeded` : entry.via}</Fact>
    </Facts>
  )
}

function DecisionLinks({ entry, decisions }: Pick<Props, 'entry' | 'decisions'>) {
  if (entry.decisionIds.length === 0) return <None />
  return entry.decisionIds.map((id) => (
    <span key={id} className="block">
      <CodeLink
        href={decisions.some(({ decision }) => decision.id === id) ? `#${id}` : aboutPath('decision', id)}
      >
        {id}
      </CodeLink>
    </span>
  ))
}

/** The entry as the log holds it. */
function Stored({ entry }: { entry: TrailEntry }) {
  return (
    <section className="stack tight" aria-label="Stored entry">
      <div className="row">
        <span className="note">
          Leaf hash <code title={entry.leafHash}>{shortDigest(entry.leafHash.slice(0, 16))}</code>
        </span>
        <CopyButton text={entry.leafHash} label="Copy leaf hash" />
      </div>
      <details>
        <summary>Canonical entry, as it is hashed</summary>
        <Code label="Canonical entry">{entry.entry}</Code>
      </details>
    </section>
  )
}

const CodeLink = ({ href, children }: { href: string; children: ReactNode }) => (
  <Link href={href}>
    <code>{children}</code>
  </Link>
)

const None = () => <span className="note">none</span>
