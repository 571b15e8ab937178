import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const Route = z.object({ page: z.string(), regex: z.string() })
const Manifest = z.object({ staticRoutes: Route.array(), dynamicRoutes: Route.array() })

const ASSETS = '/_next/'
// Answered before any page.
const HEALTH = ['/healthz', '/readyz']

/** The pattern of a path, like `/requests/[id]`: a path itself holds ids, and whatever its caller likes. */
export type RouteOf = (path: string) => string

/** Reads which routes the build has, in Next's own order: the first that fits is the one that answers. */
export async function readRoutes(distDir: string): Promise<RouteOf> {
  const text = await readFile(join(distDir, 'routes-manifest.json'), 'utf8')
  const { staticRoutes, dynamicRoutes } = Manifest.parse(JSON.parse(text))
  const routes = [...staticRoutes, ...dynamicRoutes].map(({ page, regex }) => ({
    page,
    fits: new RegExp(regex),
  }))
  return (path) => {
    if (HEALTH.includes(path)) return path
    if (path.startsWith(ASSETS)) return '/_next/[asset]'
    return routes.find(({ fits }) => fits.test(path))?.page ?? 'unmatched'
  }
}
