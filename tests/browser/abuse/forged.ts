import { type Answer, consoleUrl } from './raw'

const port = () => consoleUrl().port
/** What a page of somebody else’s could send with a call, by what is wrong with it. */
export const FORGED = (): Readonly<Record<string, Readonly<Record<string, string>>>> => ({
  'no Origin': {},
  'Origin null': { origin: 'null' },
  'an evil Origin': { origin: 'http://evil.example' },
  'an evil Origin that a header vouches for': {
    origin: 'http://evil.example',
    'x-forwarded-host': 'evil.example',
  },
  'an evil Origin, Host and header': {
    origin: 'http://evil.example',
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
  },
  'a subdomain': { origin: `http://agents.localhost:${port()}` },
  'a subdomain that a header vouches for': {
    origin: `http://agents.localhost:${port()}`,
    'x-forwarded-host': `agents.localhost:${port()}`,
  },
  'another port': { origin: 'http://localhost:1' },
  'another scheme': { origin: `https://localhost:${port()}` },
  'a longer name': { origin: `http://localhost:${port()}.evil.example` },
  'text/plain': { 'content-type': 'text/plain' },
  'text/plain from elsewhere': { 'content-type': 'text/plain', origin: 'http://evil.example' },
})

/** Whether a call was stopped at the door. */
export const isRefusal = ({ status, text, headers }: Answer) =>
  status >= 400 ||
  text.includes('"code":"bad_origin"') ||
  /^\d+:E\{/m.test(text) ||
  [headers.location, headers['x-action-redirect']].some((to) => String(to).startsWith('/sign-in'))
