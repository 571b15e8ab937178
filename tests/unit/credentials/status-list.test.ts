import { StatusList } from '@sd-jwt/jwt-status-list'
import { describe, expect, it } from 'vitest'
import { encodeStatuses } from '@/lib/credentials/status-list'
import fc from '@/tests/harness/fast-check'

const decoded = (lst: string) => StatusList.decompressStatusList(lst, 2)

describe('encodeStatuses', () => {
  it('is the example the standard prints for two bits', async () => {
    const printed = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3].map((status, idx) => ({ idx, status }))
    expect(await encodeStatuses(printed, 12)).toBe('eNo76fITAAPfAgc')
  })

  it('a stranger’s decoder reads each place, and all others as valid', async () => {
    const place = fc.record({ idx: fc.nat(999), status: fc.constantFrom(1, 2) })
    const places = fc.uniqueArray(place, { selector: ({ idx }) => idx })
    await fc.assert(
      fc.asyncProperty(places, async (statuses) => {
        const list = decoded(await encodeStatuses(statuses, 1000))
        const said = new Map(statuses.map(({ idx, status }) => [idx, status]))
        for (let idx = 0; idx < 1000; idx += 1) expect(list.getStatus(idx)).toBe(said.get(idx) ?? 0)
      }),
      { numRuns: 30 },
    )
  })

  it('there is no place outside and no other status', async () => {
    for (const one of [
      { idx: -1, status: 1 },
      { idx: 12, status: 1 },
      { idx: 0, status: 4 },
    ])
      await expect(encodeStatuses([one], 12)).rejects.toThrow()
  })
})
