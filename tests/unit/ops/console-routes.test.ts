import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RouteOf, readRoutes } from '@/lib/ops/console/routes'

const manifest = {
  staticRoutes: [{ page: '/requests/new', regex: '^/requests/new(?:/)?$' }],
  rewrites: { afterFiles: [{ source: '/favicon.ico', regex: '^/favicon\\.ico(?:/)?$' }] },
  dynamicRoutes: [
    { page: '/requests/[id]', regex: '^/requests/([^/]+?)(?:/)?$' },
    { page: '/[...rest]', regex: '^/(.+?)(?:/)?$' },
  ],
}

let folder: string
let routeOf: RouteOf
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'routes-'))
  await mkdir(join(folder, 'public', 'marks'), { recursive: true })
  await writeFile(join(folder, 'routes-manifest.json'), JSON.stringify(manifest))
  for (const name of ['icon.svg', 'marks/wait.svg']) await writeFile(join(folder, 'public', name), '')
  routeOf = await readRoutes(folder, join(folder, 'public'))
})
afterAll(() => rm(folder, { recursive: true }))

test.each([
  ['/requests/new', '/requests/new'],
  ['/requests/R-1', '/requests/[id]'],
  ['/healthz', '/healthz'],
  ['/_next/static/chunks/a.js', '/_next/[asset]'],
  ['/nothing/here', '/[...rest]'],
  ['/%E0%A4%A', '/[...rest]'],
])('a page, an asset and what is neither: %s', (path, route) => {
  expect(routeOf(path)).toBe(route)
})

test.each([
  ['/icon.svg', '/icon.svg'],
  ['/icon%2Esvg', '/icon.svg'],
  ['/./icon.svg', '/icon.svg'],
  ['/marks/wait.svg', '/marks/wait.svg'],
  ['/favicon.ico', '/favicon.ico'],
])('a file that is served as it lies is not counted as a page that is not there: %s', (path, route) => {
  expect(routeOf(path)).toBe(route)
})
