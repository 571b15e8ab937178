import { notFound } from 'next/navigation'
import { CedarText } from '@/components/policies/cedar-text'
import { PolicyList } from '@/components/policies/policy-list'
import { VersionTable } from '@/components/policies/version-table'
import { Callout } from '@/components/ui/callout'
import { Empty } from '@/components/ui/empty'
import { Fact, Facts } from '@/components/ui/facts'
import { Link } from '@/components/ui/link'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { Part } from '@/components/ui/part'
import { shortDigest } from '@/components/ui/short-digest'
import { Moment } from '@/components/ui/time'
import { listPolicyVersions, type PolicyVersion } from '@/lib/data/policy-history'
import { loadedPolicySet } from '@/lib/usecases/facts/policy-in-force'
import { titleFor } from '@/lib/web/page-title'
import { requireActor } from '@/lib/web/session'

export const generateMetadata = titleFor('policy.see', 'Policies')

type Props = { searchParams: Promise<{ set?: string | string[] }> }

const HEAD = (
  <PageHead title="Policies">
    Policy decides every request, and again every issue. What it says is Cedar, and each policy has a sentence
    for people.
  </PageHead>
)

export default async function PoliciesPage({ searchParams }: Props) {
  const { set } = await searchParams
  await requireActor('policy.see', set === undefined ? '/policies' : `/policies?set=${set}`)
  const versions = await listPolicyVersions()
  const shown = versions.find(({ since, serial }) => (set === undefined ? since : String(serial) === set))
  if (!shown && set !== undefined) notFound()
  return (
    <div className="wrap">
      {HEAD}
      {shown ? <OneSet shown={shown} versions={versions} /> : <NoSet />}
    </div>
  )
}

const NoSet = () => (
  <Empty title="No policy set is in force." action={<LinkButton href="/">Go to Home</LinkButton>}>
    Without one every request is refused.
  </Empty>
)

async function OneSet({ shown, versions }: { shown: PolicyVersion; versions: readonly PolicyVersion[] }) {
  const loaded = await loadedPolicySet(shown.version)
  const policies = [...loaded.entries.values()]
  return (
    <>
      {shown.since ? null : (
        <Callout tone="neutral" title={`Set v${shown.serial} is not in force.`}>
          Decisions it made can still be replayed. <Link href="/policies">See the set in force</Link>
        </Callout>
      )}
      <Facts>
        <Fact label="Set">
          <code>v{shown.serial}</code>
        </Fact>
        <Fact label="Version">
          <code title={shown.version}>{shortDigest(shown.version.slice(0, 16))}</code>
        </Fact>
        <Fact label={shown.since ? 'In force since' : 'Stored'}>
          <Moment at={shown.since ?? shown.created} />
        </Fact>
        <Fact label="Policies">{policies.length}</Fact>
      </Facts>
      <PolicyList
        policies={policies.map(({ id, effect, says, cedar, file, demand }) => ({
          id,
          effect,
          says,
          cedar,
          file,
          demand,
        }))}
      />
      <Part title="Schema" aside="What policies may speak of">
        <details>
          <summary>Schema text</summary>
          <CedarText text={loaded.schema} label="Schema text" />
        </details>
      </Part>
      <VersionTable versions={versions} shown={shown.serial} />
    </>
  )
}
