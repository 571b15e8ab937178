import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import type { FormChoices } from './form-draft'

type Props = Pick<FormChoices, 'agents' | 'servers'>

export const isNothingToAsk = ({ agents, servers }: Props): boolean =>
  agents.length === 0 || servers.length === 0

/** Instead of a form that nobody could fill in: what is missing, and whose it is to add. */
export function NothingToAsk({ agents, servers }: Props) {
  const missing = [
    ...(agents.length === 0 ? ['no agent that is not suspended'] : []),
    ...(servers.length === 0 ? ['no resource server that offers a scope'] : []),
  ]
  return (
    <Empty title="Nothing can be asked for yet." action={<LinkButton href="/">Go to Home</LinkButton>}>
      There is {missing.join(', and ')}. An administrator can add one.
    </Empty>
  )
}
