import NextLink from 'next/link'
import type { ComponentProps } from 'react'

type Props = Omit<ComponentProps<typeof NextLink>, 'prefetch'>

/**
 * A link to a page of the console. Nothing is fetched before it is followed: every page is drawn for whoever asks, so a
 * page fetched ahead costs the server what a visit costs, and shows a state that may be over when it is opened.
 */
export function Link(props: Props) {
  return <NextLink {...props} prefetch={false} />
}
