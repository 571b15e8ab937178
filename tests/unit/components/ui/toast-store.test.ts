import { describe, expect, it, vi } from 'vitest'
import { toast, toastManager } from '@/components/ui/toast-store'

/** What the manager hands to the place where toasts appear. */
function said(words: Parameters<typeof toast>[0]) {
  const add = vi.spyOn(toastManager, 'add')
  toast(words)
  const [options] = add.mock.lastCall ?? []
  add.mockRestore()
  return options
}

describe('a toast', () => {
  it('is a good result that leaves by itself unless told otherwise', () => {
    expect(said({ title: 'R-7F3K approved.', text: '1 stage is left.', note: 'Trail 48,214' })).toEqual({
      title: 'R-7F3K approved.',
      timeout: 8_000,
      data: { tone: 'good', text: '1 stage is left.', note: 'Trail 48,214' },
    })
  })

  it('stays until it is closed when something went wrong', () => {
    expect(said({ tone: 'bad', title: 'Nothing was filed.' })).toMatchObject({
      timeout: 0,
      data: { tone: 'bad' },
    })
  })
})
