import { readdir, readFile } from 'node:fs/promises'
import { join, posix, relative } from 'node:path'
import { z } from 'zod'

const Route = z.object({ page: z.string(), regex: z.string() })
const Rewrite = z
  .object({ source: z.string(), regex: z.string() })
  .transform(({ source, regex }) => ({ page: source, regex }))
const Manifest = z.object({
  staticRoutes: Route.array(),
  rewrites: z.object({ afterFiles: Rewrite.array() }),
  dynamicRoutes: Route.array(),
})

const ASSETS = '/_next/'
// Answered before any page.
const HEALTH = ['/healthz', '/readyz']

/** The pattern of a path, like `/requests/[id]`: a path itself holds ids, and whatever its caller likes. */
export type RouteOf = (path: string) => string

/**
 * Reads which routes the build has, in Next's own order: the first that fits is the one that answers. A file that is
 * served as it lies comes before the pages and is its own pattern.
 */
export async function readRoutes(distDir: string, publicDir: string): Promise<RouteOf> {
  const text = await readFile(join(distDir, 'routes-manifest.json'), 'utf8')
  const { staticRoutes, rewrites, dynamicRoutes } = Manifest.parse(JSON.parse(text))
  const routes = [...staticRoutes, ...rewrites.afterFiles, ...dynamicRoutes].map(({ page, regex }) => ({
    page,
    fits: new RegExp(regex),
  }))
  const files = await filesIn(publicDir)
  return (path) => {
    if (HEALTH.includes(path)) return path
    if (path.startsWith(ASSETS)) return '/_next/[asset]'
    const file = spelledOut(path)
    if (files.has(file)) return file
    return routes.find(({ fits }) => fits.test(path))?.page ?? 'unmatched'
  }
}

async function filesIn(folder: string): Promise<ReadonlySet<string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((one) => one.isFile())
  return new Set(files.map(({ parentPath, name }) => join('/', relative(folder, parentPath), name)))
}

/** The name of a file has several spellings, and Next answers to all of them: `/icon%2Esvg`, `/./icon.svg`. */
function spelledOut(path: string): string {
  try {
    return posix.normalize(decodeURIComponent(path))
  } catch {
    return path
  }
}
