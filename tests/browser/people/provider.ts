import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import Provider, { type Configuration } from 'oidc-provider'

/** Accounts by what their people do, with the groups their claim says. Tests change them while the provider runs. */
export type Accounts = Map<string, { name: string; groups: readonly string[] }>

/** Makes an ID token of claims, with what anybody knows of the provider: its public key and the name of it. */
export type Signer = (claims: JWTPayload, known: { kid: string; publicKey: CryptoKey }) => Promise<string>

export type CompanyProvider = {
  issuer: string
  accounts: Accounts
  /** Registers the product as its client. Before that nothing is answered. */
  register: (redirectUri: string) => void
  /** Changes the next ID tokens: their claims before they are signed, or who signs them. Null leaves them as they are. */
  forge: (change: ((claims: JWTPayload) => JWTPayload) | null, signer?: Signer) => void
  /** Answers nothing while it is away. */
  setAway: (isAway: boolean) => void
  stop: () => Promise<void>
}

export const CLIENT = { id: 'countersign', secret: 'the-secret-of-the-test-client' }

const html = (body: string) =>
  `<!doctype html><html lang="en"><head><title>Company</title><link rel="icon" href="data:,"></head><body>${body}</body></html>`

/** A company's identity provider: somebody else's code (oidc-provider) with a sign-in page of one button an account. */
export async function startProvider(): Promise<CompanyProvider> {
  const accounts: Accounts = new Map()
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(privateKey)), kid: 'test', use: 'sig', alg: 'RS256' }
  const ownSigner: Signer = (claims, { kid }) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
  let signer = ownSigner
  let forged: ((claims: JWTPayload) => JWTPayload) | null = null
  let isAway = false
  let provider: Provider | undefined

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const register = (redirectUri: string) => {
    provider = new Provider(issuer, configuration(redirectUri))
    provider.use(forgeTokens)
  }
  const configuration = (redirectUri: string): Configuration => ({
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: { keys: [jwk] },
    cookies: { keys: ['a key of the test provider'] },
    claims: { openid: ['sub'], profile: ['name', 'groups'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_, { uid }) => `/choose/${uid}` },
    findAccount: (_, accountId) => {
      const account = accounts.get(accountId)
      return account && { accountId, claims: () => ({ sub: accountId, ...account }) }
    },
    // The company has agreed for everybody.
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc
      if (!client || !session?.accountId) return undefined
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
  })
  const forgeTokens: Parameters<Provider['use']>[0] = async (ctx, next) => {
    await next()
    const body = ctx.body as { id_token?: string } | undefined
    if (ctx.path !== '/token' || !forged || !body?.id_token) return
    const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1] ?? '', 'base64url').toString())
    ctx.body = { ...body, id_token: await signer(forged(claims), { kid: 'test', publicKey }) }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isAway || !provider) return void request.socket.destroy()
    const [, uid, account] = /^\/choose\/([\w-]+)(?:\/([\w-]+))?$/.exec(request.url ?? '') ?? []
    if (!uid) return void provider.callback()(request, response)
    if (request.method === 'POST' && account)
      return provider.interactionFinished(request, response, { login: { accountId: account } })
    const buttons = [...accounts.keys()].map(
      (id) => `<form method="post" action="/choose/${uid}/${id}"><button>I am the ${id}</button></form>`,
    )
    response.setHeader('content-type', 'text/html')
    response.end(html(`<h1>Company sign-in</h1>${buttons.join('')}`))
  }

  return {
    issuer,
    accounts,
    register,
    forge: (change, by = ownSigner) => {
      forged = change
      signer = by
    },
    setAway: (away) => {
      isAway = away
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
