import { z } from 'zod'
import { addressRange, type Permit } from './outgoing-address'

const isRange = (text: string) => addressRange(text) !== null

/** Private addresses that webhooks may call: "10.20.0.0/16, fd12::/16". */
export const EgressPrivate = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((text) => text.trim())
      .filter(Boolean),
  )
  .refine((ranges) => ranges.every(isRange), {
    error:
      'COUNTERSIGN_EGRESS_PRIVATE takes addresses and ranges with commas between, like 10.20.0.0/16, fd12::/16.',
  })

/** The folder that trust domains may have their bundles read from. */
export const BundleFolder = z
  .string()
  .regex(/^\//, 'COUNTERSIGN_BUNDLES takes the whole path of a folder, like /etc/countersign/bundles.')
  .optional()

/** What an address that an administrator typed may lead to, besides what is public. */
export const webhookPermit = (of: { egressPrivate: readonly string[]; demo: boolean }): Permit => ({
  inside: of.egressPrivate.flatMap((text) => addressRange(text) ?? []),
  // The demo serves this machine only, and shows what a webhook gets on it.
  loopback: of.demo,
})

/** Where the operator has set an address, private ones are meant. */
export const OPERATORS_PERMIT: Permit = { inside: 'all', loopback: true }
