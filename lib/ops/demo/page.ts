import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { CallRecord, CallsSeen } from './calls'
import type { CatalogueServer } from './catalogue'
import { STYLE } from './page-style'

export const PAGE_HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

const CHECKED = {
  offline:
    'Each call needs a token for exactly this action on exactly this resource, bound to the key that signs the call. The token is verified here with the published keys of the issuer: a token taken back passes until it expires, five minutes at most.',
  introspection:
    'Each call needs a token for exactly this action on exactly this resource, bound to the key that signs the call. The issuer is asked about the token and for a decision before every call is answered: what is taken back stops with the next call, policy is asked again, and uses are counted.',
}

export function renderPage(
  server: CatalogueServer,
  { identifier, issuer, seen }: { identifier: string; issuer: string; seen: CallsSeen },
) {
  const { counts, calls } = seen
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${server.name}: calls received</title>
<style>${raw(STYLE)}</style>
</head>
<body><main>
<h1>${server.name}</h1>
<p class="soft">Demo resource server at <code>${identifier}</code></p>
<p>${server.says}</p>
<dl>
<div><dt>Received</dt><dd>${counts.received}</dd></div>
<div><dt>Allowed</dt><dd>${counts.allowed}</dd></div>
<div><dt>Refused</dt><dd>${counts.refused}</dd></div>
</dl>
<h2>How it checks</h2>
<p>${CHECKED[server.check]}</p>
<p>It trusts the issuer <code>${issuer}</code>.</p>
<h2>Calls</h2>
${calls.length === 0 ? html`<p>No call has come in since this server started.</p>` : table(calls)}
<p><a href="/">Read again</a> or read the same <a href="/calls">as JSON</a>.</p>
</main></body>
</html>`
}

function table(calls: readonly CallRecord[]) {
  return html`<div class="wide"><table>
<caption>The last ${calls.length}, newest first. Times are UTC.</caption>
<thead><tr><th scope="col">Time</th><th scope="col">Call</th><th scope="col">Outcome</th><th scope="col">Agent</th><th scope="col">Why</th></tr></thead>
<tbody>${calls.map(row)}</tbody>
</table></div>`
}

function row(call: CallRecord) {
  const { at, method, path, outcome, status, why } = call
  const sign = outcome === 'allowed' ? '✓ allowed' : '✕ refused'
  return html`<tr>
<td class="time"><time datetime="${at}" title="${at}">${at.slice(0, 10)} ${at.slice(11, 19)}</time></td>
<td class="call"><code>${method} ${path}</code></td>
<td><span class="${outcome}">${sign}</span> <span class="soft">${status}</span></td>
<td>${who(call)}</td>
<td>${why}</td>
</tr>
`
}

// The whole identity and the whole grant are in the title and in the JSON.
function who({ agent, grant_id }: CallRecord) {
  if (!agent) return html`<span class="soft">not known</span>`
  const name = html`<span title="${agent}">${agent.split('/').at(-1)}</span>`
  if (!grant_id) return name
  return html`${name} <span class="soft" title="${grant_id}">grant <code>${grant_id.slice(-10)}</code></span>`
}
