// Of the passwords that everybody tries first, those long enough to be chosen here at all.
const COMMON = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456789012345',
  '1234567890123456',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  '1qaz2wsx3edc4rfv',
  'administrator',
  'changemenow1',
  'changemeplease',
  'correcthorsebatterystaple',
  'iloveyouforever',
  'letmeinletmein',
  'letmeinplease',
  'password1234',
  'password12345',
  'password123456',
  'passwordpassword',
  'passw0rdpassw0rd',
  'q1w2e3r4t5y6',
  'qwerty123456',
  'qwertyqwerty',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiopasdfghjkl',
  'welcome12345',
  'welcomewelcome',
  'zaq12wsxcde3',
])

const FEWEST_DIFFERENT = 4

/** Whether a password is among the first that are tried: on the list, or a few characters over and over. */
export function isCommonPassword(password: string): boolean {
  const text = password.toLowerCase()
  return (
    COMMON.has(text) ||
    COMMON.has(text.replace(/[^\p{L}\p{N}]/gu, '')) ||
    new Set(text).size < FEWEST_DIFFERENT
  )
}
