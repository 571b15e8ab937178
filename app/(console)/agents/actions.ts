'use server'

import { revalidatePath } from 'next/cache'
import { ChangeIdentity, changeIdentity } from '@/lib/usecases/agents/change-identity'
import { ProposeAgent, proposeAgent } from '@/lib/usecases/agents/propose-agent'
import { ProposeIdentity, proposeIdentity } from '@/lib/usecases/agents/propose-identity'
import { RemoveIdentity, removeIdentity } from '@/lib/usecases/agents/remove-identity'
import { ResumeAgent, resumeAgent } from '@/lib/usecases/agents/resume-agent'
import { SuspendAgent, suspendAgent } from '@/lib/usecases/agents/suspend-agent'
import { TestIdentity, testIdentity } from '@/lib/usecases/agents/test-identity'
import { ProposeTemplate, proposeTemplate } from '@/lib/usecases/templates/propose-template'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const suspendAgentAction = action(SuspendAgent, suspendAgent, refreshed)
export const resumeAgentAction = action(ResumeAgent, resumeAgent, refreshed)
export const proposeAgentAction = action(ProposeAgent, proposeAgent, refreshed)
export const proposeTemplateAction = action(ProposeTemplate, proposeTemplate, refreshed)
export const proposeIdentityAction = action(ProposeIdentity, proposeIdentity, refreshed)
export const changeIdentityAction = action(ChangeIdentity, changeIdentity, refreshed)
export const removeIdentityAction = action(RemoveIdentity, removeIdentity, refreshed)
// It changes nothing on any page.
export const testIdentityAction = action(TestIdentity, testIdentity)
