import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { projectRoot } from '@/lib/ops/entry'

const part = (out: string, name: string) => ({ out, in: join(projectRoot, `lib/authority/${name}.ts`) })

/** The authority as production bundles it, but for one module: what stores an issue. */
export async function bundleWithoutStorage(): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = join(projectRoot, 'node_modules/.cache/countersign', `nothing-stored-${process.pid}`)
  const file = join(folder, 'dist/authority.mjs')
  let replaced = 0
  await build({
    entryPoints: [part('authority', 'main'), part('proof-thread', 'proof-thread')],
    ...{ outdir: dirname(file), outExtension: { '.js': '.mjs' }, absWorkingDir: projectRoot },
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', packages: 'external' },
    logLevel: 'silent',
    plugins: [
      {
        name: 'nothing-stored',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\/issue-batch$/ }, () => {
            replaced += 1
            return { path: join(projectRoot, 'tests/bench/exchange/nothing-stored.ts') }
          }),
      },
    ],
  })
  if (replaced === 0) throw new Error('What stores an issue is somewhere else now.')
  return { file, remove: () => rm(folder, { recursive: true, force: true }) }
}
