import { describe, expect, test } from 'vitest'
import type { Exclusions } from '@/lib/domain/approval'
import { PersonId } from '@/lib/domain/ids'
import { type Member, whoCanSign, whoIsAsked } from '@/lib/domain/who-is-asked'

const id = (n: number) => PersonId.parse(`P-${String(n).padStart(12, '0')}`)
const member = (n: number, more: Partial<Member> = {}): Member => ({
  personId: id(n),
  name: `Person ${n}`,
  addedBy: 'setup',
  disabled: null,
  isApprover: true,
  hasPasskey: false,
  ...more,
})
const NOBODY: Exclusions = {
  requester: { personId: id(99), issuer: 'https://idp.example', subject: 'requester' },
  agentOwners: [id(3)],
  sameAccount: [],
  grantedBy: [],
}
const anyProof = { passkey: false }
const passkeysOnly = { passkey: true }

describe('who is asked', () => {
  test('says why somebody of the group cannot answer now, those who can first', () => {
    const group = [
      member(1, { disabled: new Date(0) }),
      member(2, { isApprover: false }),
      member(3),
      member(4, { addedBy: id(4) }),
      member(5),
    ]
    expect(whoIsAsked(group, NOBODY, anyProof).map(({ name, whyNot }) => [name, whyNot])).toEqual([
      ['Person 5', null],
      ['Person 1', 'is disabled'],
      ['Person 2', 'is no approver'],
      ['Person 3', 'owns the agent'],
      ['Person 4', 'took this seat themselves'],
    ])
  })

  test('a stage that takes passkeys only says who has none yet, and no other stage does', () => {
    const group = [member(1), member(2, { hasPasskey: true })]
    const whys = (stage: { passkey: boolean }) => whoIsAsked(group, NOBODY, stage).map(({ whyNot }) => whyNot)
    expect(whys(passkeysOnly)).toEqual([null, 'has no passkey yet'])
    expect(whys(anyProof)).toEqual([null, null])
  })

  test('who could never sign is not sent for a passkey', () => {
    const [asked] = whoIsAsked([member(3)], NOBODY, passkeysOnly)
    expect(asked?.whyNot).toBe('owns the agent')
  })
})

test('who signs when only the group is looked at: nobody disabled, self-seated or without the role', () => {
  const group = [member(1), member(2, { isApprover: false }), member(3, { disabled: new Date(0) })]
  expect(whoCanSign([...group, member(4, { addedBy: id(4) })])).toEqual([id(1)])
})
