import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { describeError } from '../../errors.ts'
import { boundedBody } from './bounded-body.ts'
import type { ConsoleAccess } from './console-access.ts'
import { type ConsoleData, consolePage } from './console-page.ts'
import { loginPage } from './login-page.ts'
import { type Page, problemPage } from './page-shell.ts'
import { answerApi, answerJson, errorOf, type QueryApi } from './query-api.ts'

export interface ConsoleOptions extends QueryApi, ConsoleData {
  readonly access: ConsoleAccess
}

/** Of the login form. */
const longestForm = 4096

/** Serves the database of a home: to other processes of its owner by `/api`, to the owner's browser by pages. */
export function createConsoleServer(options: ConsoleOptions): Server {
  const { access } = options
  return createServer((incoming, outgoing) => {
    if (incoming.url?.startsWith('/api/')) {
      const refusal = access.refusalOfProcess(incoming)
      if (refusal) answerJson(outgoing, refusal.status, errorOf('refused', refusal.message))
      else void answerApi(options, incoming, outgoing)
      return
    }
    const refusal = access.refusalOfBrowser(incoming)
    if (refusal) send(outgoing, problemPage(refusal.status, refusal.message))
    else
      answerBrowser(options, incoming, outgoing).catch((error: unknown) => {
        if (outgoing.headersSent) outgoing.destroy()
        else send(outgoing, problemPage(500, describeError(error)))
      })
  })
}

async function answerBrowser(
  options: ConsoleOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { access } = options
  const url = new URL(incoming.url ?? '/', 'http://console')
  const { method } = incoming
  if (url.pathname === '/login') await logIn(access, url, incoming, outgoing)
  else if (!access.isLoggedIn(incoming)) send(outgoing, loginPage(401))
  else if (method === 'POST' && url.pathname === '/logout')
    redirect(outgoing, '/login', access.logOut(incoming))
  else if (method === 'GET' || method === 'HEAD') send(outgoing, await consolePage(options, url))
  else send(outgoing, problemPage(405, 'pages are only read'))
}

/** By the link that `serve` has told, whose code is good once, or by the token. */
async function logIn(
  access: ConsoleAccess,
  url: URL,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (incoming.method === 'GET') {
    const code = url.searchParams.get('code')
    const cookie = code === null ? null : access.logIn({ code })
    if (cookie !== null || access.isLoggedIn(incoming)) redirect(outgoing, '/', cookie)
    else send(outgoing, code === null ? loginPage(200) : loginPage(401, 'This link was used already.'))
    return
  }
  const form = incoming.method === 'POST' ? await boundedBody(incoming, longestForm) : null
  const token = new URLSearchParams(form ?? '').get('token')?.trim()
  const cookie = token ? access.logIn({ token }) : null
  if (form === null) outgoing.setHeader('connection', 'close')
  if (cookie === null) send(outgoing, loginPage(401, 'That is not the token.'))
  else redirect(outgoing, '/', cookie)
}

function redirect(outgoing: ServerResponse, location: string, cookie: string | null): void {
  outgoing.writeHead(303, { location, 'cache-control': 'no-store', ...(cookie && { 'set-cookie': cookie }) })
  outgoing.end()
}

/** Nothing is loaded, nothing runs, and no other page looks in. */
function send(outgoing: ServerResponse, { status, markup, policy }: Page): void {
  outgoing.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
  outgoing.end(markup)
}
