import { currentReference } from '@/lib/serve/reference'

/**
 * Lets an error page show the request's reference. Next gives each fault a digest, a hash of its words, and keeps the
 * one a fault already has: here every fault has the reference of the request it happens in, until somebody sets
 * another.
 */
export function showReferenceAsDigest(): void {
  Object.defineProperty(Error.prototype, 'digest', {
    configurable: true,
    get: currentReference,
    set(this: Error, value: unknown) {
      Object.defineProperty(this, 'digest', { value, configurable: true, enumerable: true, writable: true })
    },
  })
}
