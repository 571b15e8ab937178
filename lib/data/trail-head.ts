import pg from 'pg'
import { connectionOptions, isEmbedded } from './connection'
import { pool } from './database'

/** How many entries the trail has, which is the next leaf index: it moves with every committed event. */
export async function findTrailHead(): Promise<number> {
  const { rows } = await pool().query<{ next_leaf: string }>(
    'select next_leaf::text from trail_head where id = 1',
  )
  return Number(rows[0]?.next_leaf ?? 0)
}

/**
 * Calls back when somebody's commit said that the trail moved. Null on the embedded database, whose socket carries
 * no notifications: there the head is polled.
 */
export async function listenToTrail(
  onMove: () => void,
  onLoss: () => void,
): Promise<(() => Promise<void>) | null> {
  if (isEmbedded()) return null
  const client = new pg.Client(connectionOptions())
  client.on('error', onLoss)
  client.on('end', onLoss)
  client.on('notification', onMove)
  await client.connect()
  await client.query('listen countersign_trail').catch((fault: unknown) => {
    // A standby lets nobody listen, and is asked again every second.
    void client.end().catch(() => {})
    throw fault
  })
  return () => client.end()
}
