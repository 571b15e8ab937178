export type Tone = 'wait' | 'good' | 'bad' | 'live' | 'neutral'
