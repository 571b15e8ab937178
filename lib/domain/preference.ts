/** What a person may choose for their own pages. It changes nothing that anybody else sees. */
export type PreferenceName = 'story'

export const STORY_HIDDEN = 'hidden'
export const STORY_SHOWN = 'shown'
