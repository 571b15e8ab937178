import { Badge } from '@/components/ui/badge'
import { Link } from '@/components/ui/link'
import { Part } from '@/components/ui/part'
import { counted } from '@/lib/domain/counted'
import type { PolicyNote, StageDemand } from '@/lib/domain/question'
import { CedarText } from './cedar-text'

export type ShownPolicy = PolicyNote & { file: string; demand: StageDemand | null }

/** The policies as they are read: file by file, in order. */
export function PolicyList({ policies }: { policies: readonly ShownPolicy[] }) {
  const files = [...new Set(policies.map(({ file }) => file))]
  return files.map((file) => (
    <Part
      key={file}
      title={<code>{file}</code>}
      aside={counted(policies.filter((one) => one.file === file).length, 'policy', 'policies')}
    >
      <div className="policies">
        {policies
          .filter((one) => one.file === file)
          .map((policy) => (
            <OnePolicy key={policy.id} policy={policy} />
          ))}
      </div>
    </Part>
  ))
}

function OnePolicy({ policy }: { policy: ShownPolicy }) {
  return (
    <article id={policy.id} aria-label={`Policy ${policy.id}`}>
      <div className="row">
        <Effect policy={policy} />
        <Link href={`/audit?policy=${policy.id}`} title="Every entry this policy decided">
          <code>{policy.id}</code>
        </Link>
        {policy.demand ? <span className="note">{demandWords(policy.demand)}</span> : null}
      </div>
      <p>{policy.says}</p>
      <CedarText text={policy.cedar} label={`Cedar text of ${policy.id}`} />
    </article>
  )
}

function Effect({ policy: { effect, demand } }: { policy: ShownPolicy }) {
  if (effect === 'permit')
    return (
      <Badge tone="good" plain>
        Allows
      </Badge>
    )
  return demand ? (
    <Badge tone="wait" plain>
      Refuses until signed
    </Badge>
  ) : (
    <Badge tone="bad" plain>
      Refuses
    </Badge>
  )
}

const demandWords = ({ name, quorum, order, sameDevice }: StageDemand) =>
  [
    `Stage ${order}: ${name}`,
    quorum === 1 ? 'one signature' : `${quorum} signatures`,
    ...(sameDevice ? ['one more if somebody signs from where the requester signs in'] : []),
  ].join(', ')
