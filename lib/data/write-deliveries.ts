import type { Delivery, DeliveryFailure, DeliveryState } from '@/lib/domain/delivery'
import { expectOne, type Tx } from './commit'

export type NewDelivery = Omit<Delivery, 'attempts'> & { subject: string }

/** Puts notices on their way. What is there of the same entry for the same target is a fault, and all is taken back. */
export async function insertDeliveries(tx: Tx, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return
  await tx.delivery.createMany({
    data: deliveries.map((one) => ({ ...one, state: 'waiting', nextTry: one.made })),
  })
}

type Read = Pick<Delivery, 'id' | 'attempts'>

/** Takes one for an attempt, over how often it was tried: of two who read the same, one sends. */
export async function claimDelivery(tx: Tx, { id, attempts }: Read, now: Date, nextTry: Date): Promise<void> {
  expectOne(
    await tx.delivery.updateMany({
      where: { id, attempts, state: 'waiting' },
      data: { attempts: attempts + 1, lastTry: now, nextTry },
    }),
  )
}

/** What an attempt came to. */
export type Attempted = {
  state: DeliveryState
  status: number | null
  failure: DeliveryFailure | null
  now: Date
}

/** Writes down what the attempt that was claimed came to. */
export async function closeAttempt(
  tx: Tx,
  { id, attempts }: Read,
  { state, status, failure, now }: Attempted,
): Promise<void> {
  expectOne(
    await tx.delivery.updateMany({
      where: { id, attempts: attempts + 1 },
      data: { state, status, failure, ...(state === 'delivered' ? { delivered: now } : {}) },
    }),
  )
}

/** Puts what has arrived or was given up on its way once more. It is given up again only when it is old from now on. */
export async function sendAgain(
  tx: Tx,
  { id, state, attempts }: Read & { state: DeliveryState },
  now: Date,
): Promise<void> {
  expectOne(
    await tx.delivery.updateMany({
      where: { id, state, attempts },
      data: { state: 'waiting', attempts: 0, made: now, nextTry: now, delivered: null },
    }),
  )
}
