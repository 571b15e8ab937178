/** The cookie by which a page that asks for itself says that nobody is in front of it. It can only shorten a sign-in. */
export const UNATTENDED = 'countersign.unattended'
