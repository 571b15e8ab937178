import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { keepToHttps } from '@/lib/authority/keep-to-https'
import { httpsOnly } from '@/lib/serve/https-only'

const answered = (issuer: string) =>
  new Hono()
    .use(keepToHttps(issuer))
    .get('/', (c) => c.text('x'))
    .request('/')

describe('an address with https', () => {
  test('is kept for a year', async () => {
    expect(httpsOnly('https://console.example')).toBe('max-age=31536000')
    const answer = await answered('https://authority.example')
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000')
    // Asked in the open it answers as ever: a redirect would make a mistake in an address go unnoticed.
    expect(answer.status).toBe(200)
  })

  test('of this machine alone says nothing', async () => {
    const answer = await answered('http://127.0.0.1:3001')
    expect(answer.headers.get('strict-transport-security')).toBeNull()
  })
})
