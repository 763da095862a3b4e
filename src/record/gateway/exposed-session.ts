import { randomUUID } from 'node:crypto'
import type { Server } from '@modelcontextprotocol/server'
import type { Evidence } from '../../domain/entry.ts'
import type { Exposure } from '../../domain/exposure.ts'
import type { Identity } from '../../domain/identity.ts'
import type { JournalWriter } from '../../domain/journal.ts'
import type { CallContext, Tool, ToolCall, ToolSource } from '../../domain/tool.ts'
import { InfrastructureError } from '../../errors.ts'
import { randomHex } from '../../journal/random.ts'
import type { LiveToolset } from '../../tools/live-toolset.ts'
import { metaEvidence, withClient } from '../meta-evidence.ts'
import { ofExposure, ofServers, recordedTools } from '../recorded-tools.ts'
import { definitionsOf } from '../server-definitions.ts'
import { recordSession, type SessionRecorder } from '../session-recorder.ts'
import { exposedServer, type ServedRequest } from './exposed-server.ts'

export interface ExposedSessionOptions {
  readonly journal: JournalWriter
  readonly identity: Identity
  readonly tools: LiveToolset
  readonly exposure: Exposure
}

/** One client of the toolset, from its first request on. */
export interface ExposedSession {
  /** A server for one connection, or for one request. */
  serve(): Server
  /** Resolves once no call of it is under way: one that was cancelled may still undo what it did, and is recorded here. */
  close(): Promise<void>
}

interface Recorded {
  readonly recorder: SessionRecorder
  /** The toolset as the client sees it; what it calls is recorded, and what the servers are called. */
  readonly tools: ToolSource
}

const ended = { reason: 'ended', exitCode: null, signal: null, message: null } as const

export function exposedSession(options: ExposedSessionOptions): ExposedSession {
  const { identity, tools } = options
  /** Of the client's own calls, by id; those that an exposure's tool makes are known by their parent. */
  const evidence = new Map<string, Evidence>()
  let recorded: Recorded | null = null
  let defined: readonly Tool[] | null = null
  const underWay = new Set<Promise<unknown>>()
  let closing: Promise<void> | null = null
  const record = () => {
    recorded ??= beginRecording(options, evidence)
    return recorded
  }

  async function listTools(context: CallContext): Promise<readonly Tool[]> {
    const all = await tools.listTools(context)
    if (all !== defined)
      for (const list of definitionsOf(all, tools.serverVersions)) record().recorder.toolDefinitions(list)
    defined = all
    return record().tools.listTools(context)
  }

  async function callTool(call: ToolCall, context: CallContext) {
    const { journal } = record().recorder
    journal.flush()
    if (journal.refusal !== null) throw new InfrastructureError('not_recorded', journal.refusal)
    const called = record().tools.callTool(call, context)
    underWay.add(called)
    try {
      return await called
    } finally {
      underWay.delete(called)
      evidence.delete(call.id)
      record().recorder.journal.flush()
    }
  }

  async function endOnce(): Promise<void> {
    while (underWay.size > 0) await Promise.allSettled(underWay)
    recorded?.recorder.close(ended)
  }

  return {
    serve: () =>
      exposedServer({
        tools: { listTools, callTool, onListChanged: (listener) => tools.onListChanged(listener) },
        contextOf: ({ clientInfo, signal, onProgress }: ServedRequest) => ({
          identity: withClient(identity, clientInfo),
          session: record().recorder.session,
          trace: { traceId: randomHex(16), spanId: randomHex(8) },
          signal,
          ...(onProgress && { onProgress }),
        }),
        beginCall({ meta }, name, given) {
          const call = { id: randomUUID(), name, arguments: given }
          evidence.set(call.id, metaEvidence(meta))
          return call
        },
      }),
    close() {
      closing ??= endOnce()
      return closing
    },
  }
}

function beginRecording(
  { journal, identity, tools, exposure }: ExposedSessionOptions,
  known: ReadonlyMap<string, Evidence>,
): Recorded {
  const recorder = recordSession(journal, {
    type: 'http',
    server: null,
    identity,
    parent: null,
    evidence: {},
  })
  const evidence = ({ id }: ToolCall) => known.get(id) ?? {}
  const served = recordedTools(tools, recorder, { only: ofServers, evidence })
  return { recorder, tools: recordedTools(exposure.expose(served), recorder, { only: ofExposure, evidence }) }
}
