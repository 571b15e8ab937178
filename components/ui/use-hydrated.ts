'use client'

import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** False in the server's markup and until the page's script runs: what needs the script cannot be pressed before. */
export const useHydrated = () =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
