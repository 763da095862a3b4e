import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { ServerDefinition } from '../domain/suite.ts'
import { serverOf } from '../domain/tool.ts'
import { recordSession } from '../record/session-recorder.ts'
import type { OpenedToolset, Stage } from './stage.ts'

interface ServersContext {
  readonly journal: JournalWriter
  readonly identity: Identity
  readonly run: string
}

/** Records which servers a run has, each as a session of its own, and what tools each defines. Returns what closes them. */
export function recordServers(stages: readonly Stage[], context: ServersContext): () => void {
  const toolsets = new Set(stages.map(({ toolset }) => toolset))
  const sessions = Array.from(toolsets).flatMap((toolset) =>
    toolset.servers.flatMap((server) => recordServer(server, toolset, context) ?? []),
  )
  return () => {
    for (const session of sessions)
      session.close({ reason: 'ended', exitCode: null, signal: null, message: null })
  }
}

function recordServer(
  { name: server, transport }: ServerDefinition,
  { running, tools }: OpenedToolset,
  { journal, identity, run }: ServersContext,
) {
  if (!running) return null
  const session = recordSession(journal, { type: transport, server, identity, parent: run, evidence: {} })
  session.toolDefinitions({
    server,
    serverVersion: running.serverVersions.get(server) ?? null,
    tools: tools
      .filter(({ name }) => serverOf(name) === server)
      .map(({ name, ...definition }) => ({ name: name.slice(server.length + 1), ...definition })),
  })
  return session
}
