import { Checkbox } from '@/components/ui/checkbox'
import { FieldGroup } from '@/components/ui/field'
import { Select } from '@/components/ui/input'
import type { Delegation } from '@/lib/domain/delegation'
import { levelsDown, levelsUpTo } from '../requests/words'
import type { Left } from './use-narrowing'

type Props = {
  asked: Delegation | null
  /** What earlier signatures left of it. */
  left: Delegation | null
  chosen: Left
  choose: (next: Left) => void
  error: string | undefined
}

/** Whom the signature counts for beside the task's own agent. Who was struck before stays struck. */
export function NarrowSubAgents({ asked, left, chosen, choose, error }: Props) {
  if (!asked) return null
  const { subAgentIds } = chosen
  const toggle = (id: string) =>
    choose({
      ...chosen,
      subAgentIds: subAgentIds.includes(id) ? subAgentIds.filter((one) => one !== id) : [...subAgentIds, id],
    })
  return (
    <>
      <FieldGroup
        label="Sub-agents"
        hint="Your signature counts for those left here, too. Strike all of them to sign for the task’s own agent alone."
        error={error}
      >
        {asked.agents.map(({ id, slug, identity }) => {
          const isLeft = left?.agents.some((one) => one.id === id) ?? false
          const isKept = isLeft && subAgentIds.includes(id)
          const words = (
            <>
              <b>{slug}</b> <code>{identity}</code>
            </>
          )
          return (
            <Checkbox
              key={id}
              name="subAgentIds[]"
              value={id}
              checked={isKept}
              disabled={!isLeft}
              onChange={() => toggle(id)}
              end={isLeft ? null : <span className="note">Struck before</span>}
            >
              {isKept ? words : <del>{words}</del>}
            </Checkbox>
          )
        })}
      </FieldGroup>
      {left ? <Depth most={left.depth} chosen={chosen} choose={choose} /> : null}
    </>
  )
}

function Depth({ most, chosen, choose }: { most: number } & Pick<Props, 'chosen' | 'choose'>) {
  return (
    <Select
      label="How deep"
      name="subAgentDepth"
      value={chosen.depth}
      onChange={(event) => choose({ ...chosen, depth: event.target.value })}
    >
      {levelsUpTo(most).map((levels) => (
        <option key={levels} value={levels}>
          {levelsDown(levels)}
        </option>
      ))}
    </Select>
  )
}
