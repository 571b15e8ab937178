import { CATALOGUE, identifierOf, isServerName, portOf, SERVER_NAMES } from './catalogue'
import { runOrSay, serveUntilStopped } from './listen'
import { createServerApp } from './server-app'
import { readSettings } from './settings'
import { clientKey } from './world'

await runOrSay('The demo resource server', async () => {
  const server = process.argv[2]
  if (!isServerName(server)) throw new Error(`Name one of ${SERVER_NAMES.join(', ')}.`)
  const { dir, issuer, portBase } = readSettings(process.env)
  const identifier = identifierOf(server, portBase)
  const options = { server, identifier, issuer }
  const introspects = CATALOGUE[server].check === 'introspection'
  const key = introspects ? { clientJwk: (await clientKey(dir, server)).privateJwk } : {}
  const app = await createServerApp({ ...options, ...key })
  await serveUntilStopped(app, { host: '127.0.0.1', port: portOf(server, portBase) })
  console.log(`${server} listens on ${identifier}`)
})
