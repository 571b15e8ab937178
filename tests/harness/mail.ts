import { SMTPServer } from 'smtp-server'

export type Mail = { to: string; raw: string; text: string }

const bodyOf = (raw: string) =>
  raw.replace(/=\r\n/g, '').replace(/(?:=[0-9A-F]{2})+/g, (bytes) => {
    return Buffer.from(bytes.replaceAll('=', ''), 'hex').toString('utf8')
  })

/** A real mail server on loopback that keeps what it is handed. `next` waits for the next mail to an address. */
export async function startMailServer() {
  const kept: Mail[] = []
  const waiting: { to: string; resolve: (mail: Mail) => void }[] = []
  let isOpen = true
  const take = (mail: Mail) => {
    const at = waiting.findIndex(({ to }) => to === mail.to)
    if (at === -1) kept.push(mail)
    else waiting.splice(at, 1)[0]?.resolve(mail)
  }
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onMailFrom: (_, __, done) => done(isOpen ? null : new Error('No mail is taken now.')),
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8')
        for (const { address } of session.envelope.rcptTo) take({ to: address, raw, text: bodyOf(raw) })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  if (!address || typeof address === 'string') throw new Error('The mail server has no port.')
  const next = (to: string): Promise<Mail> => {
    const at = kept.findIndex((mail) => mail.to === to)
    const [found] = at === -1 ? [] : kept.splice(at, 1)
    return found ? Promise.resolve(found) : new Promise((resolve) => waiting.push({ to, resolve }))
  }
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    next,
    /** How many mails nobody has asked for. */
    unread: () => kept.length,
    refuse: (refuses: boolean) => {
      isOpen = !refuses
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

export type MailServer = Awaited<ReturnType<typeof startMailServer>>

/** The secret behind the `#` of the link in a mail. */
export function secretIn({ text }: Mail, page: 'invite' | 'reset'): string {
  const [, secret] = new RegExp(`/${page}#([\\w-]{43})`).exec(text) ?? []
  if (!secret) throw new Error(`The mail has no link to /${page}:\n${text}`)
  return secret
}
