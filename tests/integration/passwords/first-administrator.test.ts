import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pool } from '@/lib/data/database'
import { setUp } from '@/lib/ops/setup'
import { beFirstAdministrator } from '@/lib/usecases/passwords/be-first-administrator'
import { openSetupLink } from '@/lib/usecases/setup/open-setup-link'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { no, yes } from '@/tests/harness/demo'
import { PASSWORD, setUpFactor, whoIs } from './world'

let db: FreshDatabase

beforeAll(async () => {
  db = await freshDatabase()
  Object.assign(process.env, {
    COUNTERSIGN_SECRET: 'test-secret-test-secret-test-secret-test',
    COUNTERSIGN_DEMO: '0',
    COUNTERSIGN_PASSWORDS: '1',
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'access@example.org',
  })
}, 180_000)
afterAll(() => db.dispose())

const be = (email: string, right: string | undefined, password = PASSWORD) =>
  beFirstAdministrator({ name: 'Ada', email, password }, right, {})

describe('the first administrator', () => {
  test('is one of six who choose a password with the right of the printed link', async () => {
    const link = await setUp('https://console.example')
    const { right } = yes(await openSetupLink({ secret: link?.split('#')[1] ?? '' }))
    expect(no(await be('nobody@example.org', undefined))).toBe('setup_link_void')
    expect(no(await be('nobody@example.org', 'x'.repeat(43)))).toBe('setup_link_void')
    expect(await be('ada@example.org', right, 'ada@example.org twice')).toMatchObject({
      refusal: { fields: { password: expect.stringContaining('e-mail') } },
    })
    const all = await Promise.all(Array.from({ length: 6 }, (_, at) => be(`ada-${at}@example.org`, right)))
    const [first, ...others] = all.filter(({ ok }) => ok)
    expect(others).toEqual([])
    if (!first) throw new Error('Nobody is administrator.')
    const { rows } = await pool().query('select role, given_by from role_holding')
    expect(rows).toEqual([{ role: 'administrator', given_by: 'setup_link' }])

    const found = await whoIs(yes(first).signInId)
    expect(found).toMatchObject({ lacks: 'set_up', actor: { roles: [] } })
    if (!found) throw new Error('Nobody is signed in.')
    const { signedIn } = await setUpFactor(found.actor)
    expect((await whoIs(signedIn.signInId))?.actor.roles).toEqual(['administrator'])
    expect(no(await be('late@example.org', right))).toBe('setup_link_void')
  }, 180_000)
})
