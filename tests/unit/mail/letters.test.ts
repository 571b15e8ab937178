import { expect, it } from 'vitest'
import { htmlOf, textOf } from '@/lib/mail/letter'
import { invitationLetter, resetLetter } from '@/lib/mail/letters'

const consoleUrl = 'https://access.example.org'
const secret = 'A'.repeat(43)

it('carries the secret once, behind the #', () => {
  const letter = resetLetter({ consoleUrl, secret })
  expect(textOf(letter).split(secret)).toHaveLength(2)
  expect(textOf(letter)).toContain(`${consoleUrl}/reset#${secret}`)
  expect(htmlOf(letter).split(secret)).toHaveLength(2)
})

it('says what somebody typed as text', () => {
  const name = `<img src=x onerror="alert(1)">&'`
  const html = htmlOf(invitationLetter({ consoleUrl, secret, name, invitedBy: 'Ada', tenant: 'Example' }))
  expect(html).not.toContain('<img')
  expect(html).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;')
})
