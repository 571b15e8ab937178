/** What a person may choose for themselves. It changes nothing that anybody else sees. */
export type PreferenceName = 'story' | 'keys' | 'notices'

export const STORY_HIDDEN = 'hidden'
export const STORY_SHOWN = 'shown'

export const KEYS_ON = 'on'
export const KEYS_OFF = 'off'
