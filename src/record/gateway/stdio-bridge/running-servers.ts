import type { Identity } from '../../../domain/identity.ts'
import type { JournalWriter } from '../../../domain/journal.ts'
import { describeError } from '../../../errors.ts'
import type { StdioServer } from '../../../tools/server-process.ts'
import { McpSession } from '../../mcp-session.ts'
import type { McpMeter } from '../../otel/mcp-meter.ts'
import type { Refusal } from '../refuse.ts'
import { transportRefusal } from './check-post.ts'
import { LegacySession } from './legacy-session.ts'
import type { Occupant, Occupants } from './occupants.ts'
import { SharedServer } from './shared-server.ts'

export interface RunningServersOptions {
  readonly server: StdioServer
  readonly journal: JournalWriter
  readonly occupants: Occupants
  /** Told why a server has ended by itself. */
  readonly tell: (message: string) => void
  readonly meter: McpMeter
  readonly injectTraceContext: boolean
}

/** The processes of one server: one for each session, and one that the clients without sessions share, for each principal. */
export class RunningServers {
  readonly #options: RunningServersOptions
  readonly #sessions = new Map<string, LegacySession>()
  /** By principal. */
  readonly #shared = new Map<string, SharedServer>()
  /** Those that are ending too. */
  readonly #running = new Set<Occupant>()

  constructor(options: RunningServersOptions) {
    this.#options = options
  }

  /** Undefined for another's session too: who guesses an id learns nothing. */
  session(id: string, principal: string): LegacySession | undefined {
    const session = this.#sessions.get(id)
    return session?.principal === principal ? session : undefined
  }

  begin(identity: Identity, principal: string): LegacySession | Refusal {
    const { server, journal, tell, meter, injectTraceContext } = this.#options
    return this.#start((onEnd) => {
      const recorder = new McpSession({
        ...{ journal, type: 'http', server: server.name, identity, evidence: {}, meter, injectTraceContext },
      })
      const session: LegacySession = new LegacySession({
        ...{ server, principal, recorder, tell },
        flush: () => journal.flush(),
        onLeaving: () => this.#sessions.delete(session.id),
        onEnd: () => onEnd(session),
      })
      this.#sessions.set(session.id, session)
      return session
    })
  }

  shared(principal: string): SharedServer | Refusal {
    const { server, journal, tell } = this.#options
    return (
      this.#shared.get(principal) ??
      this.#start((onEnd) => {
        const shared: SharedServer = new SharedServer({
          ...{ server, tell },
          flush: () => journal.flush(),
          onLeaving: () => {
            if (this.#shared.get(principal) === shared) this.#shared.delete(principal)
          },
          onEnd: () => onEnd(shared),
        })
        this.#shared.set(principal, shared)
        return shared
      })
    )
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running].map((each) => each.close()))
  }

  #start<T extends Occupant>(start: (onEnd: (ended: T) => void) => T): T | Refusal {
    const { occupants, server } = this.#options
    if (!occupants.makeRoom()) return full
    try {
      const started = start((ended) => {
        this.#running.delete(ended)
        occupants.remove(ended)
      })
      this.#running.add(started)
      occupants.add(started)
      return started
    } catch (error) {
      return transportRefusal(502, `server ${server.name} cannot be started: ${describeError(error)}`)
    }
  }
}

const full: Refusal = {
  ...transportRefusal(503, 'as many servers as may run at a time are all busy'),
  headers: { 'retry-after': '1' },
}
