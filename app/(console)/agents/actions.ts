'use server'

import { revalidatePath } from 'next/cache'
import { ResumeAgent, resumeAgent } from '@/lib/usecases/agents/resume-agent'
import { SuspendAgent, suspendAgent } from '@/lib/usecases/agents/suspend-agent'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const suspendAgentAction = action(SuspendAgent, suspendAgent, refreshed)
export const resumeAgentAction = action(ResumeAgent, resumeAgent, refreshed)
