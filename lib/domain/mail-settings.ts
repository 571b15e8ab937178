import { z } from 'zod'

/** Where mail is handed in, and whom it is from. */
export type MailSettings = { smtpUrl: string; from: string }

function isSmtpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname, pathname, search, hash } = new URL(value)
  return /^smtps?:$/.test(protocol) && hostname !== '' && /^\/?$/.test(pathname) && `${search}${hash}` === ''
}

// The address may carry a password, so no message repeats it.
const SmtpUrl = z.string().refine(isSmtpUrl, {
  error: 'SMTP_URL is no mail server. It takes an address like smtps://name:password@mail.example.org:465.',
})

const FROM = /^(?:[^<>\r\n"]{1,100} <[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/

const MailFrom = z.string().refine((value) => FROM.test(value), {
  error: (issue) =>
    `MAIL_FROM is "${issue.input}". It takes an address like Countersign <access@example.org>.`,
})

/** What the environment says of passwords and mail. */
export const MailEnvironment = {
  COUNTERSIGN_PASSWORDS: z
    .enum(['0', '1'], { error: (issue) => `COUNTERSIGN_PASSWORDS is "${issue.input}". It takes 0 or 1.` })
    .optional(),
  SMTP_URL: SmtpUrl.optional(),
  MAIL_FROM: MailFrom.optional(),
}

const Found = z.object(MailEnvironment)

/** Passwords are chosen by mailed links, so without mail nobody could ever sign in with one. */
export function readMailSettings({ COUNTERSIGN_PASSWORDS, SMTP_URL, MAIL_FROM }: z.infer<typeof Found>): {
  settings: MailSettings | null
  problems: string[]
} {
  if (COUNTERSIGN_PASSWORDS !== '1') return { settings: null, problems: [] }
  if (SMTP_URL && MAIL_FROM) return { settings: { smtpUrl: SMTP_URL, from: MAIL_FROM }, problems: [] }
  const missing = Object.entries({ SMTP_URL, MAIL_FROM }).filter(([, value]) => value === undefined)
  const problems = missing.map(
    ([name]) => `COUNTERSIGN_PASSWORDS is 1 and ${name} is not set. Invitations and resets are sent by mail.`,
  )
  return { settings: null, problems }
}

/** The same settings as environment, for a child. */
export const mailAsEnvironment = (settings: MailSettings | null): Record<string, string> =>
  settings
    ? { COUNTERSIGN_PASSWORDS: '1', SMTP_URL: settings.smtpUrl, MAIL_FROM: settings.from }
    : { COUNTERSIGN_PASSWORDS: '0' }
