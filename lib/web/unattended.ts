/**
 * The cookie by which a page that asks for itself says that nobody is in front of it. It can only shorten a sign-in.
 * Script sets it, so it is not HttpOnly; over https no other host and no plain connection can set it.
 */
export const unattendedName = (secure: boolean) => `${secure ? '__Host-' : ''}countersign.unattended`

/** What `document.cookie` is given to say so for some seconds, or with 0 to take it back. */
export const unattendedCookie = (secure: boolean, seconds: number) =>
  `${unattendedName(secure)}=1; Path=/; Max-Age=${seconds}; SameSite=Lax${secure ? '; Secure' : ''}`
