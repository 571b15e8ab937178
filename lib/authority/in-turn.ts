import { availability } from '@/lib/data/availability'

/**
 * Does each step behind the one before it. One that fails is told of and keeps none behind it from its turn, but where the
 * database does not answer or takes no changes: there each would fail alike.
 */
export async function inTurn(
  steps: readonly (() => Promise<unknown>)[],
  onFault: (fault: unknown) => void,
): Promise<void> {
  for (const step of steps)
    try {
      await step()
    } catch (fault) {
      onFault(fault)
      if (availability() !== 'open') return
    }
}
