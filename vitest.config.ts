import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const alias = { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') }
/** What is waited for comes at once or, on a busy machine, some time later: limits are for what never comes. */
const common = {
  environment: 'node',
  globals: false,
  pool: 'forks',
  hookTimeout: 180_000,
  expect: { poll: { timeout: 30_000 } },
} as const

/** What only a served database can show: roles, replicas, a server that is killed or full. */
const SERVED_ONLY = ['tests/integration/postgres/**']
/** What starts the embedded database itself, whatever the others run on. */
const EMBEDDED_ONLY = ['tests/integration/ops/embedded.test.ts', 'tests/integration/ops/supervisor.test.ts']

/** One project per kind of proof. The integration project runs on the backend named by TEST_BACKEND. */
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          ...common,
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve: { alias },
        test: {
          ...common,
          name: 'architecture',
          include: ['tests/architecture/**/*.test.ts'],
          testTimeout: 120_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve: { alias },
        test: {
          ...common,
          name: 'integration',
          include: ['tests/integration/**/*.test.{ts,tsx}'],
          exclude: process.env.TEST_BACKEND === 'embedded' ? SERVED_ONLY : EMBEDDED_ONLY,
          globalSetup: ['tests/harness/integration-setup.ts'],
          testTimeout: 180_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
