import type { IncomingMessage, ServerResponse } from 'node:http'
import { availability } from '@/lib/data/availability'

const RETRY_SECONDS = 2

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${RETRY_SECONDS}">
<meta name="color-scheme" content="light dark">
<title>Not available · Countersign</title>
</head>
<body>
<main>
<h1>Countersign is not available</h1>
<p role="alert">The database does not answer. Nothing was changed. This page tries again by itself.</p>
</main>
</body>
</html>
`

/**
 * While the database is away every page is a 503 in words, which asks again by itself: a page of Next cannot choose
 * its status. A sent form gets its answer from the action, beside what was typed.
 */
export function answerAway({ method, url }: IncomingMessage, response: ServerResponse): boolean {
  const isAsking = method === 'GET' || method === 'HEAD'
  if (!isAsking || availability() !== 'away' || url?.startsWith('/_next/')) return false
  response.writeHead(503, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'retry-after': String(RETRY_SECONDS),
  })
  response.end(method === 'HEAD' ? undefined : PAGE)
  return true
}
