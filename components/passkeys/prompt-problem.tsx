import { Callout } from '@/components/ui/callout'
import type { Problem } from './prompt'

/** Why the browser's prompt came to nothing, where somebody pressed for it. */
export function PromptProblem({ problem }: { problem: Problem | null }) {
  if (!problem) return null
  return (
    <Callout tone="wait" role="alert" title={problem.title}>
      {problem.text}
    </Callout>
  )
}
