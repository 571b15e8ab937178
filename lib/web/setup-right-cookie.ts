import { SETUP_SECONDS } from '@/lib/domain/setup-link'
import { hostCookie } from './auth-cookies'

/** Carries the right to be the first administrator from the printed link to the sign-in that uses it. */
export const setupRightCookie = () => hostCookie('countersign.setup', SETUP_SECONDS)
