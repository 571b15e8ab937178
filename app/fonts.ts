import localFont from 'next/font/local'

const sans = localFont({
  src: '../node_modules/@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2',
  weight: '100 700',
  variable: '--plex-sans',
  display: 'swap',
  adjustFontFallback: false,
})

const sansExtended = localFont({
  src: '../node_modules/@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-ext-wght-normal.woff2',
  weight: '100 700',
  variable: '--plex-sans-ext',
  display: 'swap',
  preload: false,
  adjustFontFallback: false,
  declarations: [
    {
      prop: 'unicode-range',
      value: 'U+0100-02FF, U+1E00-1EFF, U+20A0-20CF, U+2C60-2C7F, U+A720-A7FF',
    },
  ],
})

const mono = localFont({
  src: [
    {
      path: '../node_modules/@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2',
      weight: '400',
    },
    {
      path: '../node_modules/@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-600-normal.woff2',
      weight: '600',
    },
  ],
  variable: '--plex-mono',
  display: 'swap',
  adjustFontFallback: false,
})

/** Class names that set --plex-sans, --plex-sans-ext and --plex-mono. */
export const fonts = `${sans.variable} ${sansExtended.variable} ${mono.variable}`
