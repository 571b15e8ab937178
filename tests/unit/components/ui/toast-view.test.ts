import { expect, it, vi } from 'vitest'
import type { Toast } from '@/components/ui/toast'
import { isThere, show, toastManager } from '@/components/ui/toast-view'

/** What the manager hands to the place where toasts appear. */
async function said(words: Toast) {
  const add = vi.spyOn(toastManager, 'add')
  await show(words)
  const [options] = add.mock.lastCall ?? []
  add.mockRestore()
  return options
}

it('says nothing before the live region is there to be heard', async () => {
  const add = vi.spyOn(toastManager, 'add')
  const showing = show({ title: 'R-7F3K approved.' })
  await Promise.resolve()
  expect(add).not.toHaveBeenCalled()
  isThere()
  await showing
  expect(add).toHaveBeenCalledTimes(1)
  add.mockRestore()
})

it('is a good result that leaves by itself unless told otherwise', async () => {
  expect(await said({ title: 'R-7F3K approved.', text: '1 stage is left.', note: 'Trail 48,214' })).toEqual({
    title: 'R-7F3K approved.',
    timeout: 8_000,
    data: { tone: 'good', text: '1 stage is left.', note: 'Trail 48,214' },
  })
})

it('stays until it is closed when something went wrong', async () => {
  expect(await said({ tone: 'bad', title: 'Nothing was filed.' })).toMatchObject({
    timeout: 0,
    data: { tone: 'bad' },
  })
})
