import { KeyObject } from 'node:crypto'
import { type Child, messageOf, startHelper } from './child'
import type { FloorSettings } from './floor'
import type { Stage } from './stage'

export type Helper = Child & { port: number }

async function helperOn(folder: string, script: string, settings: number | FloorSettings): Promise<Helper> {
  const child = startHelper(script, { folder, env: { NODE_ENV: 'production' } })
  const listening = messageOf(child)
  child.process.send(settings)
  await listening
  return { ...child, port: typeof settings === 'number' ? settings : settings.port }
}

/** A server that sends the same request back: at once, having read the row, having verified the caller too. */
export const KINDS = {
  echo: 'node:http echo of the same requests',
  reading: '… that reads whether the token is live, one statement for all in flight',
  verifying: '… that verifies the caller’s signature too',
} as const
export type Kind = keyof typeof KINDS
export const kinds = Object.keys(KINDS) as Kind[]

export async function startEchoes({ world, folder }: Stage, port: number): Promise<Record<Kind, Helper>> {
  const { x = '', y = '' } = KeyObject.from(world.serverKeys.tickets.privateKey).export({ format: 'jwk' })
  return {
    echo: await helperOn(folder, 'echo.ts', port),
    reading: await helperOn(folder, 'floor.ts', { port: port + 1, assertionKey: null }),
    verifying: await helperOn(folder, 'floor.ts', { port: port + 4, assertionKey: { x, y } }),
  }
}
