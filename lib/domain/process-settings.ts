import { z } from 'zod'

const POOL = { fallback: 16, least: 2, most: 100 } as const

export const PoolSize = z
  .string()
  .default(String(POOL.fallback))
  .refine((value) => /^\d{1,3}$/.test(value) && Number(value) >= POOL.least && Number(value) <= POOL.most, {
    error: (issue) =>
      `COUNTERSIGN_DATABASE_POOL is "${issue.input}". It takes a number from ${POOL.least} to ${POOL.most}.`,
  })
  .transform(Number)

const MOST_PROCESSES = 16

export const ConsoleProcesses = z
  .string()
  .default('1')
  .refine((value) => /^[1-9]\d?$/.test(value) && Number(value) <= MOST_PROCESSES, {
    error: (issue) =>
      `COUNTERSIGN_CONSOLE_PROCESSES is "${issue.input}". It takes a number from 1 to ${MOST_PROCESSES}.`,
  })
  .transform(Number)

/** How many connections each of a process's two pools may hold. */
export const poolSizeOf = (env: Readonly<Record<string, string | undefined>>): number =>
  PoolSize.parse(env.COUNTERSIGN_DATABASE_POOL || undefined)
