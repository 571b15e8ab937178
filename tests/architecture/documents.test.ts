import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { listFiles, readText } from './checker/tree'

const documents = listFiles().filter((path) => path.endsWith('.md'))

/** Paths of this repository that a document names in code marks: `lib/data/commit.ts`, `docs/adr/`. */
const namedPaths = (text: string): string[] =>
  [
    ...text.matchAll(
      /`((?:app|components|lib|tests|policies|prisma|docs|deploy|public|\.ci)\/[\w./()[\]-]*)`/g,
    ),
  ].map(([, path = '']) => path)

/** What links inside the repository lead to. */
const linkedPaths = (text: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path = '']) => path)

describe('documents', () => {
  test('are there to be read', () => expect(documents.length).toBeGreaterThan(5))

  test.each(documents)('%s names files that exist', (document) => {
    const text = readText(document)
    const missing = [
      ...namedPaths(text).filter((path) => !existsSync(path)),
      ...linkedPaths(text).filter((path) => !existsSync(join(dirname(document), path))),
    ]
    expect(missing).toEqual([])
  })

  test('a planted name of a file that is not there is found', () => {
    const planted = namedPaths('Kept by `lib/data/never-there.ts` and `lib/domain/`.')
    expect(planted.filter((path) => !existsSync(path))).toEqual(['lib/data/never-there.ts'])
  })
})
