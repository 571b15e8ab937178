import { describe, expect, it } from 'vitest'
import { mappedRights, readGroupMap } from '@/lib/domain/group-map'

const read = readGroupMap(
  '{"all":["requester"],"sec":["approver","group:security"],"own":["approver","group:data-owners","group:security"]}',
)
if (!read.ok) throw new Error(read.problem)
const { map } = read

describe('the groups of a provider', () => {
  it('give together what each of them gives, once', () => {
    expect(mappedRights(map, ['own', 'all', 'sec', 'sec'])).toEqual({
      roles: ['requester', 'approver'],
      groups: ['data-owners', 'security'],
    })
  })

  it.each([[[]], [['unknown']], [['__proto__', 'constructor', 'toString']], [['ALL', ' all']]])(
    'give nothing when they are %o',
    (groups) => {
      expect(mappedRights(map, groups)).toEqual({ roles: [], groups: [] })
    },
  )
})
