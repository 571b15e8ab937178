/**
 * Headers by which a proxy or a tunnel says that it passes a request on. Not among them are those that Next sets by itself
 * on every request: `X-Forwarded-For`, `-Host`, `-Port` and `-Proto`.
 */
export const FORWARDING_HEADERS = [
  'forwarded',
  'via',
  'x-real-ip',
  'x-original-host',
  'cf-connecting-ip',
  'true-client-ip',
  'ngrok-trace-id',
] as const
