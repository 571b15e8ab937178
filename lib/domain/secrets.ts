import { z } from 'zod'

/** The installation's secret. Of several, the first makes what is new, and each opens what it made. */
export type Secrets = string | readonly [string, ...string[]]

export const listSecrets = (secrets: Secrets): readonly [string, ...string[]] =>
  typeof secrets === 'string' ? [secrets] : secrets

const LEAST_CHARACTERS = 32

const longEnough = (name: string) =>
  z
    .string({
      error: `${name} is not set. Set it to ${LEAST_CHARACTERS} or more random characters and keep it.`,
    })
    .min(LEAST_CHARACTERS, `${name} is shorter than ${LEAST_CHARACTERS} characters.`)

/** The secret in use, and beside it, while it changes, the one that follows or the one that came before. */
export const SECRET_VARIABLES = {
  COUNTERSIGN_SECRET: longEnough('COUNTERSIGN_SECRET'),
  COUNTERSIGN_SECRET_NEXT: longEnough('COUNTERSIGN_SECRET_NEXT').optional(),
  COUNTERSIGN_SECRET_OLD: longEnough('COUNTERSIGN_SECRET_OLD').optional(),
}

type Found = {
  COUNTERSIGN_SECRET: string
  COUNTERSIGN_SECRET_NEXT?: string | undefined
  COUNTERSIGN_SECRET_OLD?: string | undefined
}
const BESIDE = ['COUNTERSIGN_SECRET_NEXT', 'COUNTERSIGN_SECRET_OLD'] as const

/** One of them twice is a slip of whoever changes it: the wrong one would go next. */
export function secretProblems(found: Found): string[] {
  return BESIDE.filter((name) => found[name] === found.COUNTERSIGN_SECRET).map(
    (name) => `${name} is the same as COUNTERSIGN_SECRET. It takes another one, or nothing.`,
  )
}

export function secretsOf(found: Found): readonly [string, ...string[]] {
  const others = BESIDE.map((name) => found[name]).filter((secret) => secret !== undefined)
  return [found.COUNTERSIGN_SECRET, ...others]
}

/** The same as environment, for a child that reads it. */
export function secretsAsEnvironment({ secret, secretOld }: { secret: Secrets; secretOld: string | null }) {
  const [own, ...others] = listSecrets(secret)
  return {
    COUNTERSIGN_SECRET: own,
    COUNTERSIGN_SECRET_NEXT: others.find((other) => other !== secretOld) ?? '',
    COUNTERSIGN_SECRET_OLD: secretOld ?? '',
  }
}
