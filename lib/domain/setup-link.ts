/** The printed link, and the right that following it gives to one browser, each work for this long. */
export const SETUP_SECONDS = 15 * 60

export type SetupLink = {
  hash: string
  expires: Date
  opened: Date | null
  rightHash: string | null
  rightExpires: Date | null
  used: Date | null
}

/** Whether following the link now does anything. */
export const isLinkOpenable = ({ expires, opened }: SetupLink, now: Date): boolean =>
  opened === null && expires > now

/** Whether a browser that followed the link may still become the first administrator. */
export const isRightUsable = ({ rightExpires, used }: SetupLink, now: Date): boolean =>
  used === null && rightExpires !== null && rightExpires > now
