/** RFC 6797: who was here once over https comes back over nothing else, for a year. Only where the address is https. */
export const HTTPS_ONLY = 'Strict-Transport-Security'

export const httpsOnly = (address: string): string | null =>
  address.startsWith('https:') ? 'max-age=31536000' : null
