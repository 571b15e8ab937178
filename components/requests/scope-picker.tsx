import { useId } from 'react'
import { Checkbox } from '@/components/ui/checkbox'
import { FieldGroup } from '@/components/ui/field'
import { Sensitivity } from '@/components/ui/small-marks'
import type { ServerChoice } from './form-draft'

type Props = {
  servers: readonly ServerChoice[]
  chosen: readonly string[]
  onToggle: (scopeId: string) => void
  error: string | undefined
}

/** Every scope on offer, by resource server. */
export function ScopePicker({ servers, chosen, onToggle, error }: Props) {
  const id = useId()
  return (
    <FieldGroup label="Scopes" error={error}>
      <p className="hint">Scope: one action on one resource. Tick only what this task needs.</p>
      {servers.map(({ id: serverId, name, domains, scopes }) => (
        // biome-ignore lint/a11y/useSemanticElements: the fieldset around it carries the name of the field
        <div key={serverId} role="group" aria-labelledby={`${id}-${serverId}`}>
          <p className="server">
            <span id={`${id}-${serverId}`}>{name}</span>
            <span>{domains}</span>
          </p>
          {scopes.map((scope) => (
            <Checkbox
              key={scope.id}
              checked={chosen.includes(scope.id)}
              onChange={() => onToggle(scope.id)}
              end={<Sensitivity level={scope.sensitivity} />}
            >
              <b>{scope.action}</b> <code>{scope.path}</code>
            </Checkbox>
          ))}
        </div>
      ))}
    </FieldGroup>
  )
}
