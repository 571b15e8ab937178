import type { Letter } from './letter'

type Invited = { consoleUrl: string; secret: string; name: string; invitedBy: string; tenant: string }

// The secret stands behind the `#`: no server on the way and no log ever sees it.
export const invitationLetter = ({ consoleUrl, secret, name, invitedBy, tenant }: Invited): Letter => ({
  subject: 'You are invited to Countersign',
  paragraphs: [
    `${name}, ${invitedBy} invites you to Countersign for ${tenant}.`,
    'Countersign gives an agent one task’s worth of access, asked for and countersigned by named people.',
    'Choose a password here. The link works once, for 7 days:',
  ],
  link: { label: 'Choose a password', url: `${consoleUrl}/invite#${secret}` },
  after: ['Nobody else needs this link. If you expect no invitation, do nothing: nothing happens.'],
})

export const resetLetter = ({ consoleUrl, secret }: { consoleUrl: string; secret: string }): Letter => ({
  subject: 'Choose another password for Countersign',
  paragraphs: [
    'Somebody asked to choose another password for this address.',
    'Choose it here. The link works once, for 30 minutes, and ends every sign-in you have:',
  ],
  link: { label: 'Choose another password', url: `${consoleUrl}/reset#${secret}` },
  after: ['Nobody else needs this link. If it was not you, do nothing: your password stays.'],
})

type Noticed = { consoleUrl: string; title: string; says: string; about: string | null; path: string }

// The link leads to a page and changes nothing: a program that follows every link in a mail does no harm.
export const noticeLetter = ({ consoleUrl, title, says, about, path }: Noticed): Letter => ({
  subject: about ? `${title}: ${about}` : title,
  paragraphs: [says, 'Read it and act on the page:'],
  link: { label: 'Open the page', url: `${consoleUrl}${path}` },
  after: [`What reaches you by mail is chosen at ${consoleUrl}/settings.`],
})
