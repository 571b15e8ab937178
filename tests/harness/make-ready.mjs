// Packages and generated code, the way `npm start` makes them. With --build also what it builds.
import { buildConsole, generateClient, installPackages } from '../../lib/ops/bootstrap/build.mjs'
import { bundleServers } from '../../lib/ops/bootstrap/bundle.mjs'
import { failed } from '../../lib/ops/bootstrap/say.mjs'

try {
  await installPackages()
  await generateClient()
  if (process.argv.includes('--build')) {
    await bundleServers()
    await buildConsole()
  }
} catch (error) {
  failed(error)
  process.exitCode = 1
}
