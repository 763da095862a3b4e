import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { loopback } from '../../record/gateway/refusal.ts'

export interface Refusal {
  readonly status: 401 | 403
  readonly message: string
}

const cookieName = 'calltrail_console'
const longestSessionMs = 12 * 60 * 60_000
/** Older ones are forgotten first. */
const maxSessions = 100

/**
 * Who may ask. Other processes of the owner show the token. A browser shows a cookie, which it gets for the token or for the
 * code of the login link, that is good once; the cookie is neither of them, and ends with this process.
 */
export class ConsoleAccess {
  readonly #token: string
  #code: string | null = randomId()
  readonly #sessions = new Map<string, number>()

  constructor(token: string) {
    this.#token = token
  }

  /** What the login link carries; null once it was used. */
  get code(): string | null {
    return this.#code
  }

  /** Of a process: loopback, of no web page (DNS rebinding), and with the token. */
  refusalOfProcess({ headers }: IncomingMessage): Refusal | null {
    const { host = '', origin, authorization = '' } = headers
    if (!loopback.test(host)) return misnamed(host)
    if (origin !== undefined) return foreign(origin)
    if (isSame(authorization, `Bearer ${this.#token}`)) return null
    return { status: 401, message: 'send Authorization: Bearer TOKEN; it is in serve-token of the home' }
  }

  /** Of a browser, logged in or not: loopback, and of no page but ours. */
  refusalOfBrowser({ headers }: IncomingMessage): Refusal | null {
    const { host = '', origin } = headers
    if (!loopback.test(host)) return misnamed(host)
    return origin === undefined || origin === `http://${host}` ? null : foreign(origin)
  }

  isLoggedIn({ headers }: IncomingMessage): boolean {
    const ends = this.#sessions.get(cookieIn(headers.cookie ?? ''))
    return ends !== undefined && ends > Date.now()
  }

  /** The cookie to set; null where neither the code nor the token is right. */
  logIn({ code, token }: { readonly code?: string; readonly token?: string }): string | null {
    const isCode = code !== undefined && this.#code !== null && isSame(code, this.#code)
    if (!isCode && (token === undefined || !isSame(token, this.#token))) return null
    if (isCode) this.#code = null
    const id = randomId()
    this.#sessions.set(id, Date.now() + longestSessionMs)
    const [oldest] = this.#sessions.keys()
    if (oldest !== undefined && this.#sessions.size > maxSessions) this.#sessions.delete(oldest)
    return `${cookieName}=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${longestSessionMs / 1000}`
  }

  /** The cookie that takes it back. */
  logOut({ headers }: IncomingMessage): string {
    this.#sessions.delete(cookieIn(headers.cookie ?? ''))
    return `${cookieName}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`
  }
}

const randomId = () => randomBytes(32).toString('base64url')

const misnamed = (host: string): Refusal => ({
  status: 403,
  message: `nothing is served here under the name ${host}`,
})

const foreign = (origin: string): Refusal => ({
  status: 403,
  message: `requests of web pages of ${origin} are not answered`,
})

function cookieIn(header: string): string {
  const own = header.split(/;\s*/).find((each) => each.startsWith(`${cookieName}=`))
  return own?.slice(cookieName.length + 1) ?? ''
}

function isSame(shown: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
