import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import type { Result } from '@/lib/domain/result'
import { projectRoot } from '@/lib/ops/entry'

export type UseCase = (actor: Actor, act: Act, input: unknown) => Promise<Result<unknown>>
export type Found = { name: string; file: string; takesActor: boolean }

const FOLDER = join(projectRoot, 'lib', 'usecases')
const FUNCTION =
  /export (?:(?:async )?function|const) (\w+)\s*(?:=\s*(?:async\s*)?)?\(\s*(?:(\w+)\??: (\w+))?/g

/** Every use case there is, read from the folder, so that a new one cannot be forgotten. */
export function findUseCases(): Found[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('facts'),
  )
  return files.flatMap((file) =>
    [...readFileSync(join(FOLDER, file), 'utf8').matchAll(FUNCTION)].map(([, name = '', , type]) => ({
      name,
      file,
      takesActor: type === 'Actor',
    })),
  )
}

/** A use case by its name. Those that only read take no act. */
export async function loadUseCase({ name, file }: Found): Promise<UseCase> {
  const module = await import(join(FOLDER, file))
  const perform = module[name]
  return perform.length === 2 ? (actor, _, input) => perform(actor, input) : perform
}
