import { expect, it, vi } from 'vitest'
import { dismissToast, toast, toasts } from '@/components/ui/toast-store'

it('keeps the newest three, tells who listens, and forgets what is dismissed', () => {
  const listener = vi.fn()
  const leave = toasts.subscribe(listener)
  for (const title of ['one', 'two', 'three', 'four']) toast({ title })
  expect(toasts.now().map(({ title }) => title)).toEqual(['two', 'three', 'four'])
  expect(listener).toHaveBeenCalledTimes(4)

  const [oldest] = toasts.now()
  dismissToast(oldest?.id ?? -1)
  expect(toasts.now().map(({ title }) => title)).toEqual(['three', 'four'])

  leave()
  toast({ title: 'five' })
  expect(listener).toHaveBeenCalledTimes(5)
})

it('says nothing on the server', () => {
  expect(toasts.onServer()).toEqual([])
})
