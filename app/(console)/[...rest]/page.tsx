import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { requireActor } from '@/lib/web/session'

export const metadata: Metadata = { title: 'Nothing here' }

type Props = { params: Promise<{ rest: string[] }> }

/** An address that is no page answers like a page that is not yours to see: nobody learns which it was. */
export default async function NoPage({ params }: Props) {
  const { rest } = await params
  await requireActor('home.see', `/${rest.join('/')}`)
  notFound()
}
