// The servers that are not Next's, each as one file; packages stay where npm put them.
import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from './run-step.mjs'
import { StepFailed, step, unchanged } from './say.mjs'
import { isCurrent, keepStamp, stampOf } from './stamps.mjs'

const SOURCES = ['lib', 'prisma/schema.prisma', 'package-lock.json', 'tsconfig.json']

/** Bundles every entry point of entries.json that exists into `dist/<name>.mjs`. */
export async function bundleServers() {
  const stamp = stampOf(SOURCES)
  if (isCurrent('servers', stamp, 'dist/supervisor.mjs')) return unchanged('Servers')
  await step('Servers', 'bundling', bundle)
  keepStamp('servers', stamp)
}

async function bundle() {
  const { build } = createRequire(join(root, 'package.json'))('esbuild')
  const entries = JSON.parse(readFileSync(join(root, 'lib/ops/entries.json'), 'utf8'))
  const entryPoints = Object.entries(entries)
    .filter(([, path]) => statSync(join(root, path), { throwIfNoEntry: false }))
    .map(([out, path]) => ({ in: join(root, path), out }))
  await build({
    entryPoints,
    outdir: join(root, 'dist'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    // Folds what is spread only to be read in groups: each spread costs the engine a copy.
    minifySyntax: true,
    logLevel: 'silent',
    absWorkingDir: root,
  }).catch((error) => {
    throw new StepFailed('Bundling the servers failed', error.message)
  })
}
