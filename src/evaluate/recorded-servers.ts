import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { ServerDefinition } from '../domain/suite.ts'
import { definitionsOf } from '../record/server-definitions.ts'
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
  { definition, running, tools }: OpenedToolset,
  { journal, identity, run }: ServersContext,
) {
  // Behind a cassette a server may never run, and its tools are those that it once had.
  if (!running || definition.cassette) return null
  const session = recordSession(journal, { type: transport, server, identity, parent: run, evidence: {} })
  const versions = new Map([[server, running.serverVersions.get(server) ?? null]])
  for (const definitions of definitionsOf(tools, versions)) session.toolDefinitions(definitions)
  return session
}
