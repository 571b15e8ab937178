import { subkey } from '@/lib/credentials/subkey'
import { settings } from '@/lib/usecases/facts/settings'

/** What next-auth seals its cookies with. */
export const authSecret = (): string => subkey(settings().secret, 'next-auth').toString('base64url')
