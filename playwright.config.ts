import { defineConfig } from '@playwright/test'

/** Debian's own Chromium, which keeps to itself: nothing here may reach the internet. */
const chromium = {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
}

/** What pages look like, what a stranger may send and what is logged is tried on the embedded database alone. */
const EMBEDDED_ONLY = [
  'every-page.spec.ts',
  'keyboard.spec.ts',
  'abuse/**',
  'log.spec.ts',
  'console-process.spec.ts',
  'console-clock.spec.ts',
]
/** What takes more consoles, or a wire that can be cut, to a server. */
const POSTGRES_ONLY = ['two-consoles.spec.ts', 'console-crowd.spec.ts', 'one-address.spec.ts', 'away.spec.ts']
const onPostgres = process.env.BROWSER_BACKEND === 'postgres'

export default defineConfig({
  testDir: 'tests/browser',
  testMatch: '**/*.spec.ts',
  globalSetup: './tests/browser/global-setup.ts',
  outputDir: 'test-results/browser',
  // Journeys share one product and change it, so they run one after another.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // What is waited for comes at once or, on a busy machine, some time later: limits are for what never comes.
  timeout: 240_000,
  expect: { timeout: 40_000 },
  reporter: [['list']],
  // In this order: the story is lived on an installation that nobody has used.
  projects: [
    { name: 'story', testMatch: 'story.spec.ts' },
    {
      name: 'journeys',
      testMatch: '**/*.spec.ts',
      testIgnore: [
        'story.spec.ts',
        'people/**',
        'passwords/**',
        ...(onPostgres ? EMBEDDED_ONLY : POSTGRES_ONLY),
      ],
    },
    // Outside demo mode: a product of their own, with an identity provider or with passwords.
    {
      name: 'people',
      testMatch: onPostgres ? ['people/sign-in.spec.ts'] : ['people/*.spec.ts', 'passwords/*.spec.ts'],
    },
  ],
  use: {
    browserName: 'chromium',
    launchOptions: chromium,
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 900 },
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 40_000,
    navigationTimeout: 60_000,
    screenshot: 'only-on-failure',
    trace: 'off',
  },
})
