import { validateHeaderName, validateHeaderValue } from 'node:http'
import { UsageError } from '../../../errors.ts'
import { CredentialError, type CredentialSource, type Headers, over } from './credential-source.ts'

export interface ConfiguredCredentials {
  readonly server: string
  /** Of every caller. */
  readonly shared: Headers
  /** By user, or `group:NAME`. */
  readonly own: Readonly<Record<string, Headers>>
}

/**
 * Headers as they are configured. Only a verified user or group has any of its own: a user's stand before those of its
 * first group that has some, and both before the shared ones. Without any, a caller is refused. Throws a `UsageError` for
 * what is no header.
 */
export function configuredCredentials({ server, shared, own }: ConfiguredCredentials): CredentialSource {
  for (const headers of [shared, ...Object.values(own)]) check(server, headers)
  const of = (name: string) => (Object.hasOwn(own, name) ? own[name] : undefined)
  return {
    async headersFor({ identity: { user, groups } }) {
      const name = user?.source === 'verified' && !user.value.startsWith('group:') ? user.value : null
      const belongsTo = groups?.source === 'verified' ? groups.value : []
      const ofGroup = belongsTo.map((group) => of(`group:${group}`)).find((each) => each !== undefined)
      const found = (name === null ? undefined : of(name)) ?? ofGroup
      if (found) return over(shared, found)
      if (Object.keys(shared).length > 0) return shared
      throw new CredentialError(403, `${name ?? 'this caller'} has no credentials for ${server}`)
    },
    rejected() {},
  }
}

/** Of the connection and the message, which are not configured. */
const framing = /^(?:connection|content-length|host|transfer-encoding)$/i

function check(server: string, headers: Headers): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name)
      validateHeaderValue(name, value)
    } catch {
      throw new UsageError(`${server}: "${name}" is no header, or its value cannot be sent in one`)
    }
    if (framing.test(name)) throw new UsageError(`${server}: the header "${name}" cannot be configured`)
  }
}
