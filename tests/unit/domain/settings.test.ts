import { describe, expect, it } from 'vitest'
import { poolSizeOf } from '@/lib/domain/process-settings'
import { readSettings, settingsAsEnvironment } from '@/lib/domain/settings'

const secret = 's'.repeat(32)
const read = (env: Record<string, string>) => readSettings({ COUNTERSIGN_SECRET: secret, ...env })
const provider = {
  OIDC_ISSUER: 'https://idp.example/',
  OIDC_CLIENT_ID: 'countersign',
  OIDC_CLIENT_SECRET: 'secret',
  OIDC_GROUP_MAP: '{"Security, first line":["approver","group:security"],"everybody":["requester"]}',
}
const served = 'postgresql://app@db.example:5432/countersign'

describe('settings', () => {
  it('need nothing but a secret', () => {
    expect(read({})).toEqual({
      databaseUrl: null,
      embedded: true,
      dataDir: '.data',
      consoleUrl: 'http://localhost:3000',
      issuer: 'http://127.0.0.1:3001',
      consolePort: 3000,
      authorityPort: 3001,
      demoPortBase: 3011,
      metricsPort: null,
      secret: [secret],
      secretOld: null,
      demo: true,
      migrationDatabaseUrl: null,
      consoleProcesses: 1,
      bind: '127.0.0.1',
      signInSeconds: 43_200,
      signInIdleSeconds: 3600,
      trustedProxies: 0,
      oidc: null,
      dpopNonce: false,
      egressPrivate: [],
      bundles: null,
      limits: { callsPerAddress: 60_000, callsPerAgent: 6000, filingsPerHour: 60 },
      passwords: null,
    })
  })

  it('name what is wrong with a pool, an address to listen on, the owner’s database', () => {
    expect(() => read({ COUNTERSIGN_DATABASE_POOL: '1' })).toThrow('COUNTERSIGN_DATABASE_POOL is "1"')
    expect(() => read({ COUNTERSIGN_DATABASE_POOL: '101' })).toThrow('from 2 to 100')
    expect(() => read({ COUNTERSIGN_BIND: 'everywhere' })).toThrow('COUNTERSIGN_BIND is "everywhere"')
    expect(() => read({ MIGRATION_DATABASE_URL: 'mysql://x' })).toThrow(
      'MIGRATION_DATABASE_URL does not begin',
    )
    expect(poolSizeOf({})).toBe(16)
    expect(poolSizeOf({ COUNTERSIGN_DATABASE_POOL: '40' })).toBe(40)
  })

  it('say how many processes the console has, and that the embedded database takes one', () => {
    expect(read({ DATABASE_URL: served, COUNTERSIGN_CONSOLE_PROCESSES: '4' }).consoleProcesses).toBe(4)
    expect(read({ COUNTERSIGN_CONSOLE_PROCESSES: '1' }).consoleProcesses).toBe(1)
    expect(() => read({ COUNTERSIGN_CONSOLE_PROCESSES: '2' })).toThrow('takes 1 with the embedded database')
    for (const wrong of ['0', '17', '1.5', 'all'])
      expect(() => read({ DATABASE_URL: served, COUNTERSIGN_CONSOLE_PROCESSES: wrong })).toThrow(
        `COUNTERSIGN_CONSOLE_PROCESSES is "${wrong}". It takes a number from 1 to 16.`,
      )
  })

  it('keep demo mode on loopback, also where it listens', () => {
    expect(() => read({ COUNTERSIGN_BIND: '0.0.0.0' })).toThrow('demo mode serves loopback only')
    expect(read({ COUNTERSIGN_BIND: '0.0.0.0', COUNTERSIGN_DEMO: '0' }).bind).toBe('0.0.0.0')
    expect(read({ COUNTERSIGN_BIND: '::', COUNTERSIGN_DEMO: '0' }).bind).toBe('::')
  })

  it('let the addresses follow the ports', () => {
    const { consoleUrl, issuer } = read({ CONSOLE_PORT: '4000', AUTHORITY_PORT: '4001' })
    expect([consoleUrl, issuer]).toEqual(['http://localhost:4000', 'http://127.0.0.1:4001'])
  })

  it('keep an address that is given, without its last slash', () => {
    const given = read({ CONSOLE_PORT: '4000', COUNTERSIGN_CONSOLE_URL: 'http://localhost:9000/' })
    expect(given.consoleUrl).toBe('http://localhost:9000')
  })

  it('take the issuer to the letter, and none with a slash at its end', () => {
    const issuer = 'http://127.0.0.1:9001'
    expect(read({ COUNTERSIGN_ISSUER: issuer }).issuer).toBe(issuer)
    expect(() => read({ COUNTERSIGN_ISSUER: `${issuer}/` })).toThrow('scheme and host and nothing after')
  })

  it('make with one secret and open with those beside it', () => {
    const [next, old] = ['n'.repeat(32), 'o'.repeat(32)]
    expect(read({ COUNTERSIGN_SECRET_NEXT: next })).toMatchObject({ secret: [secret, next], secretOld: null })
    expect(read({ COUNTERSIGN_SECRET_OLD: old })).toMatchObject({ secret: [secret, old], secretOld: old })
    expect(read({ COUNTERSIGN_SECRET_NEXT: '', COUNTERSIGN_SECRET_OLD: '' }).secret).toEqual([secret])
  })

  it('treat an empty value as none', () => {
    expect(read({ DATABASE_URL: '', CONSOLE_PORT: '' }).embedded).toBe(true)
  })

  it('come back whole through a child’s environment', () => {
    const settings = read({
      DATABASE_URL: 'postgresql:///p?host=%2Frun',
      COUNTERSIGN_EMBEDDED: '1',
      METRICS_PORT: '9464',
      COUNTERSIGN_AGENT_LIMIT: '0',
    })
    expect(readSettings(settingsAsEnvironment(settings))).toEqual(settings)
    const changing = read({ COUNTERSIGN_SECRET_NEXT: 'n'.repeat(32), COUNTERSIGN_SECRET_OLD: 'o'.repeat(32) })
    expect(readSettings(settingsAsEnvironment(changing))).toEqual(changing)
    const withProvider = read({ ...provider, COUNTERSIGN_DEMO: '0' })
    expect(readSettings(settingsAsEnvironment(withProvider))).toEqual(withProvider)
  })

  it.each([
    [
      { CONSOLE_PORT: 'http' },
      'CONSOLE_PORT is "http", which is no port. It takes a number from 1 to 65535.',
    ],
    [{ AUTHORITY_PORT: '70000' }, 'AUTHORITY_PORT is "70000"'],
    [{ DEMO_PORT_BASE: '65534' }, 'from 1 to 65533'],
    [
      { METRICS_PORT: '65535' },
      'METRICS_PORT is "65535", which is no port. It takes a number from 1 to 65534.',
    ],
    [{ METRICS_PORT: '3000' }, 'METRICS_PORT and CONSOLE_PORT both take port 3000.'],
    [{ METRICS_PORT: '3010' }, 'DEMO_PORT_BASE and METRICS_PORT both take port 3011.'],
    [{ COUNTERSIGN_ISSUER: 'example.test' }, 'COUNTERSIGN_ISSUER is "example.test". It takes an address'],
    [{ COUNTERSIGN_CONSOLE_URL: 'https://example.test/app' }, 'nothing after'],
    [{ COUNTERSIGN_AGENT_LIMIT: '-1' }, 'COUNTERSIGN_AGENT_LIMIT is "-1". It takes a number from 0'],
    [{ COUNTERSIGN_DEMO: 'yes' }, 'COUNTERSIGN_DEMO is "yes". It takes 0 or 1.'],
    [{ COUNTERSIGN_SECRET: 'short' }, 'COUNTERSIGN_SECRET is shorter than 32 characters.'],
    [{ COUNTERSIGN_SECRET: '' }, 'COUNTERSIGN_SECRET is not set.'],
    [{ COUNTERSIGN_SECRET_OLD: 'short' }, 'COUNTERSIGN_SECRET_OLD is shorter than 32 characters.'],
    [{ COUNTERSIGN_SECRET_NEXT: secret }, 'COUNTERSIGN_SECRET_NEXT is the same as COUNTERSIGN_SECRET.'],
    [{ DATABASE_URL: 'mysql://db' }, 'Only PostgreSQL is served.'],
    [
      { COUNTERSIGN_SIGN_IN_MINUTES: '14' },
      'COUNTERSIGN_SIGN_IN_MINUTES is "14". It takes a number of minutes from 15 to 1440.',
    ],
    [{ COUNTERSIGN_SIGN_IN_IDLE_MINUTES: 'never' }, 'from 5 to 720'],
    [{ COUNTERSIGN_TRUSTED_PROXIES: '10.0.0.1' }, 'COUNTERSIGN_TRUSTED_PROXIES takes how many proxies'],
    [
      { DATABASE_URL: served, COUNTERSIGN_ISSUER: 'http://authority.example' },
      'COUNTERSIGN_ISSUER is http://authority.example. An address that others reach has to begin with https.',
    ],
    [{ CONSOLE_PORT: '3012' }, 'DEMO_PORT_BASE and CONSOLE_PORT both take port 3012.'],
  ])('say what is wrong with %o', (env, sentence) => {
    expect(() => read(env)).toThrow(sentence)
  })

  it('name everything that is wrong at once', () => {
    expect(() => read({ CONSOLE_PORT: '0', COUNTERSIGN_DEMO: '2' })).toThrow(
      /CONSOLE_PORT[\s\S]*COUNTERSIGN_DEMO/,
    )
  })
})

describe('passwords', () => {
  const mail = {
    SMTP_URL: 'smtps://name:secret@mail.example.org:465',
    MAIL_FROM: 'Access <access@example.org>',
  }
  const on = { COUNTERSIGN_PASSWORDS: '1', COUNTERSIGN_DEMO: '0' }

  it('are off unless asked for', () => {
    expect(read(mail).passwords).toBeNull()
  })

  it('come with a mail server, and go to the children with it', () => {
    const settings = read({ ...on, ...mail })
    expect(settings.passwords).toEqual({ smtpUrl: mail.SMTP_URL, from: mail.MAIL_FROM })
    expect(read(settingsAsEnvironment(settings))).toEqual(settings)
  })

  it.each([
    [on, 'COUNTERSIGN_PASSWORDS is 1 and SMTP_URL is not set. Invitations and resets are sent by mail.'],
    [{ ...on, SMTP_URL: mail.SMTP_URL }, 'COUNTERSIGN_PASSWORDS is 1 and MAIL_FROM is not set.'],
    [{ ...on, ...mail, SMTP_URL: 'https://mail.example.org' }, 'SMTP_URL is no mail server.'],
    [{ ...on, ...mail, SMTP_URL: 'smtp://mail.example.org/?tls=no' }, 'SMTP_URL is no mail server.'],
    [{ ...on, ...mail, MAIL_FROM: 'access' }, 'MAIL_FROM is "access".'],
    [{ ...on, ...mail, MAIL_FROM: 'A <a@b.example>\r\nBcc: <x@y.example>' }, 'MAIL_FROM is'],
    [{ ...on, ...mail, COUNTERSIGN_DEMO: '1' }, 'demo people have no password. Set COUNTERSIGN_DEMO=0.'],
    [{ COUNTERSIGN_PASSWORDS: 'on' }, 'COUNTERSIGN_PASSWORDS is "on". It takes 0 or 1.'],
  ])('say what is wrong with %o', (env, sentence) => {
    expect(() => read(env)).toThrow(sentence)
  })

  it('never repeat the password of the mail server', () => {
    expect(() => read({ ...on, ...mail, SMTP_URL: 'http://name:hidden@mail' })).not.toThrow(/hidden/)
  })
})

describe('demo mode', () => {
  it('is off beside a served database unless asked for', () => {
    expect(read({ DATABASE_URL: served }).demo).toBe(false)
  })

  it.each([
    'postgresql://app@localhost/c',
    'postgresql://app@127.0.0.1:5433/c',
    'postgresql://a@/c?host=/run/pg',
  ])('may run beside %s', (url) => {
    expect(read({ DATABASE_URL: url, COUNTERSIGN_DEMO: '1' }).demo).toBe(true)
  })

  it.each([
    served,
    'postgresql://localhost.example/c',
    'postgresql://app@localhost/c?host=db.example',
    'postgresql://app@/c?host=127.0.0.1.example',
  ])('refuses %s', (url) => {
    expect(() => read({ DATABASE_URL: url, COUNTERSIGN_DEMO: '1' })).toThrow(
      'DATABASE_URL names another machine',
    )
  })

  it('refuses an address others can reach', () => {
    expect(() => read({ COUNTERSIGN_CONSOLE_URL: 'https://example.test' })).toThrow(
      'demo mode serves loopback only',
    )
    expect(read({ COUNTERSIGN_CONSOLE_URL: 'https://example.test', COUNTERSIGN_DEMO: '0' }).demo).toBe(false)
  })

  it('refuses a real identity provider, which its people would stand beside', () => {
    expect(() => read(provider)).toThrow('OIDC_ISSUER is set and demo mode signs anyone in as anyone.')
  })
})

describe('an identity provider', () => {
  const withProvider = (changes: Record<string, string>) =>
    read({ ...provider, COUNTERSIGN_DEMO: '0', ...changes })

  it('is known by its issuer to the letter, and named by its host unless a name is given', () => {
    expect(withProvider({}).oidc).toEqual({
      issuer: 'https://idp.example/',
      clientId: 'countersign',
      clientSecret: 'secret',
      name: 'idp.example',
      scope: 'openid profile',
      groupsClaim: 'groups',
      groupMap: {
        'Security, first line': { roles: ['approver'], groups: ['security'] },
        everybody: { roles: ['requester'], groups: [] },
      },
    })
    expect(withProvider({ OIDC_NAME: 'Example SSO' }).oidc?.name).toBe('Example SSO')
  })

  it('may be on plain http on this machine only', () => {
    expect(withProvider({ OIDC_ISSUER: 'http://127.0.0.1:9000' }).oidc?.issuer).toBe('http://127.0.0.1:9000')
  })

  it.each([
    [
      { OIDC_ISSUER: 'http://idp.example' },
      'OIDC_ISSUER is "http://idp.example". It takes the https address',
    ],
    [{ OIDC_ISSUER: 'https://idp.example/?x=1' }, 'without query'],
    [{ OIDC_CLIENT_ID: '' }, 'OIDC_CLIENT_ID is not set, and other OIDC settings are.'],
    [{ OIDC_CLIENT_SECRET: '' }, 'OIDC_CLIENT_SECRET is not set'],
    [{ OIDC_GROUP_MAP: '' }, 'OIDC_GROUP_MAP is not set'],
    [{ OIDC_GROUP_MAP: 'admins=administrator' }, 'OIDC_GROUP_MAP: It is not JSON.'],
    [{ OIDC_GROUP_MAP: '{}' }, 'OIDC_GROUP_MAP: It names no group'],
    [{ OIDC_GROUP_MAP: '{"a":["administrator"],"a":[]}' }, 'names a member twice'],
    [{ OIDC_GROUP_MAP: '{"a":"administrator"}' }, 'gives each group a list of texts'],
    [
      { OIDC_GROUP_MAP: '{"a":["admin"]}' },
      '"admin" is neither requester, approver, auditor, administrator or',
    ],
    [{ OIDC_GROUP_MAP: '{"a":["group:Security"]}' }, '"group:Security" is neither'],
    [{ OIDC_SCOPE: 'profile' }, 'OIDC_SCOPE begins with openid'],
    [{ OIDC_GROUPS_CLAIM: 'two words' }, 'OIDC_GROUPS_CLAIM is no name of a claim.'],
  ])('says what is wrong with %o', (changes, sentence) => {
    expect(() => withProvider(changes)).toThrow(sentence)
  })
})

describe('what webhooks may call inside', () => {
  it('is nothing, or what the operator lists', () => {
    expect(read({}).egressPrivate).toEqual([])
    const given = { COUNTERSIGN_EGRESS_PRIVATE: ' 10.20.0.0/16, fd12::/16 ,127.0.0.1' }
    expect(read(given).egressPrivate).toEqual(['10.20.0.0/16', 'fd12::/16', '127.0.0.1'])
  })

  it.each(['10.0.0.0/33', '10.0.0/8', 'inside', '10.0.0.0/8/8', '10.0.0.0/8;', 'fd12::/129', '/8'])(
    'is not %s',
    (value) => {
      expect(() => read({ COUNTERSIGN_EGRESS_PRIVATE: value })).toThrow('COUNTERSIGN_EGRESS_PRIVATE')
    },
  )
})

it('the folder of bundles is none, or a whole path, and children are told it', () => {
  expect(read({}).bundles).toBeNull()
  const settings = read({ COUNTERSIGN_BUNDLES: '/etc/countersign/bundles' })
  expect(settings.bundles).toBe('/etc/countersign/bundles')
  expect(settingsAsEnvironment(settings).COUNTERSIGN_BUNDLES).toBe('/etc/countersign/bundles')
  expect(() => read({ COUNTERSIGN_BUNDLES: '../bundles' })).toThrow(
    'COUNTERSIGN_BUNDLES takes the whole path',
  )
})
