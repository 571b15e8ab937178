'use client'

import dynamic from 'next/dynamic'

const ToastView = dynamic(() => import('./toast-view').then(({ ToastView }) => ToastView), { ssr: false })

/** Where results are said. One, in the root layout, loaded behind the page: nothing is said before a click. */
export function Toaster() {
  return <ToastView />
}
