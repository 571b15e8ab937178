import { Icon } from '@/components/ui/icon'

const STATES = {
  up: { tone: 't-good', icon: 'live', says: 'Live link up' },
  joining: { tone: 't-neutral', icon: 'neutral', says: 'Live link opening' },
  lost: { tone: 't-wait', icon: 'wait', says: 'Live link lost' },
} as const

/** For the status line. Whoever holds the link says which it is. */
export function LinkState({ state }: { state: keyof typeof STATES }) {
  const { tone, icon, says } = STATES[state]
  return (
    <span className={tone}>
      <Icon name={icon} />
      {says}
    </span>
  )
}
