import type { NextConfig } from 'next'

const SECURITY = [
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
]

const config: NextConfig = {
  distDir: process.env.NEXT_DIST_DIR ?? '.next',
  poweredByHeader: false,
  devIndicators: false,
  // A page has its title from the first byte on, and keeps it while it is rendered anew: streamed, it is missing meanwhile.
  htmlLimitedBots: /.*/,
  // No page has a picture to resize: without the optimiser its route answers nobody and its binary is never loaded.
  images: { unoptimized: true },
  serverExternalPackages: [
    ...['@cedar-policy/cedar-wasm', 'pg', '@prisma/client', '@prisma/adapter-pg', 'pino'],
    ...['@node-rs/argon2', 'nodemailer'],
  ],
  // Browsers ask for it by this name too, before they have read which icon a page names.
  rewrites: async () => [{ source: '/favicon.ico', destination: '/icon.svg' }],
  headers: async () => [
    { source: '/:path*', headers: SECURITY },
    // What a page shows depends on who asks: no cache may keep it.
    { source: '/((?!_next/static/).*)', headers: [{ key: 'Cache-Control', value: 'no-store' }] },
  ],
}

export default config
