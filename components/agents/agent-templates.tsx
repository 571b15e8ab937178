import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import { Part } from '@/components/ui/part'
import { Sensitivity } from '@/components/ui/small-marks'
import { Cell, Table } from '@/components/ui/table'
import { lastsOf } from '@/components/ui/time-words'
import type { Scope } from '@/lib/domain/scope'

export type ShownTemplate = {
  slug: string
  name: string
  goal: string
  goalCategory: string
  environment: string
  durationSeconds: number
  scopes: readonly Scope[]
}

type Props = { templates: readonly ShownTemplate[]; mayFile: boolean }

/** What this agent is asked for again and again. A template only fills the form: policy decides every request anew. */
export function AgentTemplates({ templates, mayFile }: Props) {
  if (templates.length === 0)
    return (
      <Empty
        title="This agent has no template."
        action={mayFile ? <LinkButton href="/requests/new">New request</LinkButton> : undefined}
      >
        A request can be filed without one.
      </Empty>
    )
  return templates.map((template) => (
    <Part
      key={template.slug}
      title={template.name}
      aside={
        mayFile ? (
          <LinkButton small href={`/requests/new?template=${template.slug}`}>
            Use this template
          </LinkButton>
        ) : undefined
      }
    >
      <p>{template.goal}</p>
      <p className="note">
        {template.goalCategory}, {template.environment}, {lastsOf(template.durationSeconds)}
      </p>
      <Table
        caption={`Scopes of ${template.name}`}
        className="directory"
        columns={[
          { label: 'Scope' },
          { label: 'Resource' },
          { label: 'Resource server' },
          { label: 'Sensitivity' },
        ]}
      >
        {template.scopes.map((scope) => (
          <tr key={scope.id}>
            <Cell label="Scope">
              <code>{scope.action}</code>
            </Cell>
            <Cell label="Resource">
              <code className="break">{scope.resource}</code>
            </Cell>
            <Cell label="Resource server">{scope.serverName}</Cell>
            <Cell label="Sensitivity">
              <Sensitivity level={scope.sensitivity} />
            </Cell>
          </tr>
        ))}
      </Table>
    </Part>
  ))
}
