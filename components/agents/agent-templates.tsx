import type { ReactNode } from 'react'
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
  /** Change and retire, for who may. */
  tools?: ReactNode
}

type Props = { templates: readonly ShownTemplate[]; mayFile: boolean; add?: ReactNode }

/** What this agent is asked for again and again. A template only fills the form: policy decides every request anew. */
export function AgentTemplates({ templates, mayFile, add }: Props) {
  if (templates.length === 0)
    return (
      <Empty
        title="This agent has no template."
        action={add ?? (mayFile ? <LinkButton href="/requests/new">New request</LinkButton> : undefined)}
      >
        A request can be filed without one.
      </Empty>
    )
  return (
    <>
      {add ? <div className="row">{add}</div> : null}
      {templates.map((template) => (
        <TemplatePart key={template.slug} template={template} mayFile={mayFile} />
      ))}
    </>
  )
}

function TemplatePart({ template, mayFile }: { template: ShownTemplate; mayFile: boolean }) {
  return (
    <Part
      title={template.name}
      aside={
        <div className="row">
          {template.tools}
          {mayFile ? (
            <LinkButton small href={`/requests/new?template=${template.slug}`}>
              Use this template
            </LinkButton>
          ) : null}
        </div>
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
  )
}
