import { liveStream } from '@/lib/web/live-stream'
import { watchingActor } from '@/lib/web/session'

export const dynamic = 'force-dynamic'

export async function GET(request: Request): Promise<Response> {
  const actor = await watchingActor()
  if (!actor) return new Response(null, { status: 401 })
  return new Response(liveStream(actor.signInId, request.signal), {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}
