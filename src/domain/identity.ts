/** Who says so: checked by us (`verified`), written by the operator (`configured`), or claimed by the client (`self-reported`). */
export type IdentitySource = 'verified' | 'configured' | 'self-reported'

export interface Claim<T = string> {
  readonly value: T
  readonly source: IdentitySource
}

/** What a call was allowed to do when it was made; null where nobody knows. */
export interface Permissions {
  readonly scopes: readonly string[] | null
  readonly credentialId: string | null
  readonly policySetHash: string | null
}

/**
 * The credential id of the home's own token, which every caller has who can read its file: it opens doors, and says no more of
 * who calls than that nobody asked.
 */
export const homeCredential = 'gateway-token'

/** On whose behalf a call is made. A claim that nobody made is null, never a default. */
export interface Identity {
  readonly user: Claim | null
  readonly groups: Claim<readonly string[]> | null
  readonly role: Claim | null
  readonly env: Claim | null
  readonly client: Claim | null
  readonly agent: Claim | null
  readonly permissions: Permissions
}

export const unknownIdentity: Identity = {
  user: null,
  groups: null,
  role: null,
  env: null,
  client: null,
  agent: null,
  permissions: { scopes: null, credentialId: null, policySetHash: null },
}

/** The same claims, said by nobody who was asked. */
export function selfReported({ user, groups, role, env, ...others }: Identity): Identity {
  return { ...others, user: claimed(user), groups: claimed(groups), role: claimed(role), env: claimed(env) }
}

function claimed<T>(claim: Claim<T> | null): Claim<T> | null {
  return claim && { ...claim, source: 'self-reported' }
}
