import { createTransport } from 'nodemailer'
import type { MailSettings } from '@/lib/domain/mail-settings'
import { htmlOf, type Letter, textOf } from './letter'

const PATIENCE_MS = 10_000
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

type Form = {
  /** Without the HTML form of the same words. */
  isPlain?: boolean
  /** The same letter handed in twice has one id, so that a mail program shows it once. */
  id?: string
}

/**
 * Hands one letter to the mail server of the settings. A letter carries a secret, so it leaves this machine only
 * encrypted: `smtps:`, or STARTTLS where the server must offer it. Throws when the server did not take it.
 */
export async function sendMail(
  { smtpUrl, from }: MailSettings,
  to: string,
  letter: Letter,
  { isPlain = false, id }: Form = {},
): Promise<void> {
  const { hostname, protocol, port, username, password } = new URL(smtpUrl)
  const isSecure = protocol === 'smtps:'
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (isSecure ? 465 : 587),
    secure: isSecure,
    requireTLS: !isSecure && !LOOPBACK.test(hostname),
    ignoreTLS: LOOPBACK.test(hostname),
    ...(username ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
  })
  const { subject } = letter
  await transport.sendMail({
    from,
    to: { name: '', address: to },
    subject,
    text: textOf(letter),
    ...(isPlain ? {} : { html: htmlOf(letter) }),
    ...(id ? { messageId: `<${id}@countersign>` } : {}),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}
