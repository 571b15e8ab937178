import { ServerPart } from '@/components/servers/server-part'
import { Empty } from '@/components/ui/empty'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { listServers } from '@/lib/data/servers'
import { settings } from '@/lib/usecases/facts/settings'
import { titleFor } from '@/lib/web/page-title'
import { requireActor } from '@/lib/web/session'

export const generateMetadata = titleFor('server.see', 'Resource servers')

export default async function ResourcesPage() {
  const actor = await requireActor('server.see', '/resources')
  const servers = await listServers(actor.tenantId)
  return (
    <div className="wrap">
      <PageHead title="Resource servers">
        A resource server holds what agents want to reach. It checks the credential at every call.
      </PageHead>
      {servers.length === 0 ? (
        <Empty
          title="No resource server is registered."
          action={<LinkButton href="/">Go to Home</LinkButton>}
        >
          Scopes can be asked for as soon as there is one.
        </Empty>
      ) : null}
      {servers.map((server) => (
        // The demo's servers are pages of this machine. Elsewhere an identifier need not be an address.
        <ServerPart key={server.id} server={server} page={settings().demo ? server.identifier : null} />
      ))}
    </div>
  )
}
