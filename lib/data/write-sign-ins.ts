import { expectOne, type Tx } from './commit'
import type { SignInRecord } from './people'

export const insertSignIn = async (tx: Tx, signIn: SignInRecord): Promise<void> => {
  await tx.signIn.create({ data: signIn })
}

/** Ends a sign-in that has not ended: the cookie that carries it is worth nothing from then on. */
export const endSignInRow = async (tx: Tx, id: SignInRecord['id'], ended: Date): Promise<void> => {
  expectOne(await tx.signIn.updateMany({ where: { id, ended: null }, data: { ended } }))
}
