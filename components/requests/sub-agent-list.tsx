import { Checkbox } from '@/components/ui/checkbox'
import { Select } from '@/components/ui/input'
import { MAX_DEPTH } from '@/lib/domain/child-depth'
import { toggled } from './form-draft'
import type { SubAgentsProps } from './sub-agents'
import { levelsDown, levelsUpTo } from './words'

/** Every other agent on offer, and how far down it may go. */
export function SubAgentList({ agents, draft, onChange }: SubAgentsProps) {
  const toggle = (id: string) => onChange({ ...draft, subAgentIds: toggled(draft.subAgentIds, id) })
  return (
    <>
      <div className="picks">
        {agents
          .filter(({ id }) => id !== draft.agentId)
          .map(({ id, slug, purpose }) => (
            <Checkbox key={id} checked={draft.subAgentIds.includes(id)} onChange={() => toggle(id)}>
              <b>{slug}</b> {purpose}
            </Checkbox>
          ))}
      </div>
      <Select
        label="How deep"
        name="subAgentDepth"
        value={draft.subAgentDepth}
        onChange={(event) => onChange({ ...draft, subAgentDepth: event.target.value })}
        hint="With more levels, a sub-agent may hand it on to another one named here."
      >
        {levelsUpTo(MAX_DEPTH).map((levels) => (
          <option key={levels} value={levels}>
            {levelsDown(levels)}
          </option>
        ))}
      </Select>
    </>
  )
}
