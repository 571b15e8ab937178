import type { CDPSession, Page } from '@playwright/test'
import { expect } from '../fixtures'

type Credential = {
  credentialId: string
  isResidentCredential: boolean
  rpId?: string
  privateKey: string
  userHandle?: string
  signCount: number
}

/** Chromium's own authenticator, which can check its person with a fingerprint. */
export class VirtualAuthenticator {
  private constructor(
    private readonly session: CDPSession,
    private readonly authenticatorId: string,
  ) {}

  static async of(page: Page): Promise<VirtualAuthenticator> {
    const session = await page.context().newCDPSession(page)
    await session.send('WebAuthn.enable')
    const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    return new VirtualAuthenticator(session, authenticatorId)
  }

  /** From here on the finger is the wrong one. */
  verifies = (isUserVerified: boolean) =>
    this.session.send('WebAuthn.setUserVerified', { authenticatorId: this.authenticatorId, isUserVerified })

  async credentials(): Promise<Credential[]> {
    const { authenticatorId } = this
    const { credentials } = await this.session.send('WebAuthn.getCredentials', { authenticatorId })
    return credentials
  }

  /** Holds these and nothing else, as a copy of another authenticator would. */
  async hold(credentials: readonly Credential[]): Promise<void> {
    const { authenticatorId } = this
    await this.session.send('WebAuthn.clearCredentials', { authenticatorId })
    for (const credential of credentials)
      await this.session.send('WebAuthn.addCredential', { authenticatorId, credential })
  }

  /** From the next passkey that is made on this page on it is another authenticator, which holds none yet. */
  async isAnotherOnceAsked(page: Page): Promise<void> {
    await page.exposeFunction('changeAuthenticator', () => this.hold([]))
    await page.addInitScript(() => {
      const make = navigator.credentials.create.bind(navigator.credentials)
      navigator.credentials.create = async (options) => {
        await Object(window).changeAuthenticator()
        return make(options)
      }
    })
  }
}

/** Registers a passkey in Settings, the way a person does. */
export async function addPasskey(page: Page, name: string): Promise<void> {
  await page.goto('/settings')
  await page.getByRole('region', { name: 'Passkeys' }).getByRole('button', { name: 'Add passkey' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('button', { name: 'Add passkey' }).click()
  await expect(page.getByText(`Passkey “${name}” added.`)).toBeVisible()
}
