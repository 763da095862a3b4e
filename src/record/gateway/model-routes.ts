import type { JournalWriter } from '../../domain/journal.ts'
import { recordSession, type SessionRecorder } from '../session-recorder.ts'
import { unreachable } from './answer.ts'
import { forwardHttp } from './forward-http.ts'
import { headerEvidence, withAgent } from './header-evidence.ts'
import { modelExchange } from './model-exchange.ts'
import { anthropicMessages } from './model-wire/anthropic-messages.ts'
import { geminiContent } from './model-wire/gemini-content.ts'
import type { ModelWire } from './model-wire/model-wire.ts'
import { openaiChat } from './model-wire/openai-chat.ts'
import { openaiResponses } from './model-wire/openai-responses.ts'
import { type Outages, reaching } from './outages.ts'
import { requestKeys } from './request-keys.ts'
import type { Routes } from './routes.ts'
import { sessionsByClient } from './sessions-by-client.ts'

/** By the name that stands first in the path: the formats that are spoken behind it. */
const wires = {
  openai: [openaiChat, openaiResponses],
  anthropic: [anthropicMessages],
  gemini: [geminiContent],
} as const satisfies Record<string, readonly ModelWire[]>

export type Provider = keyof typeof wires

export interface ModelRoutesOptions {
  readonly journal: JournalWriter
  /** Where each provider's requests go on to: what follows `/openai` in the path is added to it. */
  readonly upstreams: Readonly<Record<Provider, string>>
  readonly outages: Outages
}

/** `/openai/…`, `/anthropic/…`, `/gemini/…`: on to the provider, byte for byte. */
export function modelRoutes({ journal, upstreams, outages }: ModelRoutesOptions): Routes {
  const ended = { reason: 'ended', exitCode: null, signal: null, message: null } as const
  const sessions = sessionsByClient<SessionRecorder>((session) => session.close(ended))
  return {
    paths: Object.keys(wires).map((name) => `/${name}/…`),
    find(incoming, url, caller) {
      const [, name = '', rest = ''] = /^\/([a-z]+)(\/.*)$/s.exec(url) ?? []
      if (!isProvider(name)) return null
      const target = new URL(upstreams[name])
      const path = target.pathname.replace(/\/$/, '') + rest
      const evidence = headerEvidence(incoming)
      const { conversation } = evidence
      const identity = withAgent(caller.identity, incoming)
      const open = () =>
        recordSession(journal, {
          type: 'model',
          server: null,
          identity,
          parent: null,
          evidence: conversation ? { conversation } : {},
        })
      const tap = modelExchange({
        session: () =>
          sessions.of(
            { incoming, principal: caller.principal },
            conversation ? JSON.stringify(conversation) : null,
            open,
          ),
        wires: wires[name],
        path: rest.replace(/\?.*$/s, ''),
        upstream: target.origin,
        evidence,
        keys: requestKeys(incoming),
        identity,
        encoding: incoming.headers['content-encoding'],
      })
      // The provider's key is the client's own: only what is meant for us stays here.
      const replace = { drop: caller.consumed, set: {} }
      return (outgoing) =>
        forwardHttp(incoming, outgoing, {
          target,
          path,
          tap,
          replace,
          ...reaching(`${name} at ${target.host}`, outages, unreachable(target)),
        })
    },
    close: async () => sessions.close(),
  }
}

function isProvider(name: string): name is Provider {
  return Object.hasOwn(wires, name)
}
