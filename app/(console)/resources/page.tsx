import { AddServer } from '@/components/servers/propose-server'
import { ServerPart } from '@/components/servers/server-part'
import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { listServers } from '@/lib/data/servers'
import { may } from '@/lib/domain/access'
import { secretStateOf } from '@/lib/domain/client-secret'
import { thumbprintOfClient } from '@/lib/usecases/facts/server-facts'
import { settings } from '@/lib/usecases/facts/settings'
import { titleFor } from '@/lib/web/page-title'
import { pageNow, requireActor } from '@/lib/web/session'
import { changing, ScopeTool, ServerTools } from './tools'

export const generateMetadata = titleFor('server.see', 'Resource servers')

export default async function ResourcesPage() {
  const actor = await requireActor('server.see', '/resources')
  const [servers, now] = await Promise.all([listServers(actor.tenantId), pageNow()])
  const change = may(actor, 'server.change') ? await changing(actor) : null
  return (
    <div className="wrap">
      <PageHead title="Resource servers">
        A resource server holds what agents want to reach. It checks the credential at every call.
      </PageHead>
      {change ? (
        <div className="row">
          <AddServer {...change.proposing} />
        </div>
      ) : null}
      {servers.length === 0 ? (
        <Empty
          title="No resource server is registered."
          action={<LinkButton href="/">Go to Home</LinkButton>}
        >
          Scopes can be asked for as soon as there is one.
        </Empty>
      ) : null}
      {servers.map(({ clientJwk, secrets, ...server }) => (
        <ServerPart
          key={server.id}
          server={{ ...server, key: thumbprintOfClient(clientJwk), secret: secretStateOf(secrets, now) }}
          tenant={actor.tenantName}
          // The demo's servers are pages of this machine. Elsewhere an identifier need not be an address.
          page={settings().demo ? server.identifier : null}
          tools={
            change ? (
              <ServerTools server={{ ...server, clientJwk, secrets }} now={now} change={change} />
            ) : null
          }
          toolOf={change ? (scope) => <ScopeTool scope={scope} server={server} change={change} /> : null}
        />
      ))}
    </div>
  )
}
