import { runOrSay, serveUntilStopped } from './listen'
import { readSettings } from './settings'
import { closeToOthers, openSocketPlace } from './socket'
import { createTrustDomainApp } from './trust-domain-app'
import { trustDomainKey } from './world'

await runOrSay('The demo trust domain', async () => {
  const { dir } = readSettings(process.env)
  const app = createTrustDomainApp(await trustDomainKey(dir))
  const place = await openSocketPlace(dir)
  await serveUntilStopped(app, { path: place.path }, place.leave)
  await closeToOthers(place.path)
  console.log(`trust domain listens on ${place.path}`)
})
