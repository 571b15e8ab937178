import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { ThemeScript } from '@/components/shell/theme-script'
import { Toaster } from '@/components/ui/toaster'
import { fonts } from './fonts'
import './globals.css'

export const metadata: Metadata = {
  title: { default: 'Countersign', template: '%s · Countersign' },
  description: 'One task’s worth of access for one agent, countersigned.',
  icons: { icon: '/icon.svg' },
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f1f4f1' },
    { media: '(prefers-color-scheme: dark)', color: '#0c1113' },
  ],
}

/** Reading the headers keeps every page out of the prerendering, which would have no nonce. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? ''
  return (
    <html lang="en" className={fonts} suppressHydrationWarning>
      <head>
        <ThemeScript nonce={nonce} />
      </head>
      <body>
        {children}
        <Toaster />
      </body>
    </html>
  )
}
