import type { IncomingMessage } from 'node:http'
import type { Identity } from '../../domain/identity.ts'
import { describeError } from '../../errors.ts'
import type { Authenticator } from './authentication/authenticator.ts'
import { anyone, type Caller, callerOf, tokenHeader } from './caller.ts'
import type { Door } from './door.ts'
import type { Outages } from './outages.ts'

export interface AdmissionOptions {
  /** What the operator says of all callers. */
  readonly identity: Identity
  /** Null where nobody has a token. */
  readonly authenticator: Authenticator | null
  /** Whether every caller needs a token; else only those who come to a locked door, or show one. */
  readonly isRequired: boolean
  /** The issuer of the tokens that are taken; null for none. */
  readonly issuer: string | null
}

/** `error` is RFC 6750's word, and null where no token was shown. */
export interface NotAdmitted {
  readonly status: 401 | 503
  readonly error: 'invalid_token' | null
  readonly message: string
}

/** Finds out who calls. */
export function createAdmission(options: AdmissionOptions, { failed, worked }: Outages) {
  const { identity, authenticator, isRequired } = options
  const issuer = `the issuer ${options.issuer ?? 'of tokens'}`
  const everybody = anyone(identity)
  const isLocked = ({ lock }: Door) => lock === 'locked' || (lock === 'as configured' && isRequired)
  /** Where nobody has a token of calltrail.yaml, the one that opens is the home's. */
  const whence = isRequired ? '' : '; where it is, the gateway said when it started'
  /** Where no token is asked for, `Authorization` is none of ours. */
  const places = (door: Door) => (isLocked(door) ? door.tokenIn : [tokenHeader])

  return {
    /** The caller, where nobody asks who it is and it does not say so itself. */
    unasked(incoming: IncomingMessage, door: Door): Caller | null {
      if (door.lock === 'open') return everybody
      const isShown = authenticator !== null && incoming.headers[tokenHeader] !== undefined
      return isLocked(door) || isShown ? null : everybody
    },
    /** Never rejects. */
    async admit(incoming: IncomingMessage, door: Door): Promise<Caller | NotAdmitted> {
      const token = tokenOf(incoming, places(door))
      if (token === null) return { status: 401, error: null, message: `${missing(places(door))}${whence}` }
      try {
        const verdict = await authenticator?.authenticate(token)
        if (verdict && 'holder' in verdict && verdict.holder.bearer !== null) worked(issuer)
        if (verdict && 'holder' in verdict)
          return callerOf(verdict.holder, identity, [tokenHeader, ...places(door)])
        return {
          status: 401,
          error: 'invalid_token',
          message: verdict?.refusal ?? `the token is not known here${whence}`,
        }
      } catch (error) {
        failed(issuer, describeError(error))
        return { status: 503, error: null, message: describeError(error) }
      }
    },
  }
}

function tokenOf({ headers }: IncomingMessage, places: readonly string[]): string | null {
  const own = headers[tokenHeader]
  if (places.includes(tokenHeader) && typeof own === 'string') return own.replace(/^bearer +/i, '')
  if (!places.includes('authorization')) return null
  return /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null
}

function missing(places: readonly string[]): string {
  const own = `${tokenHeader}: TOKEN`
  return `a token is needed: ${places.includes('authorization') ? `Authorization: Bearer TOKEN, or ${own}` : own}`
}
