import { compareTools, type ToolChange } from './compare-tools.ts'
import { type Definitions, fingerprintOf } from './defined-tool.ts'
import { type Instruction, instructionsIn } from './instructions.ts'

/** A tool list as a client was shown it. */
export interface Sighting {
  readonly server: string
  readonly serverVersion: string | null
  readonly at: string
  readonly session: string
  /** With its version; null where nobody named it. */
  readonly client: string | null
  readonly definitions: Definitions
}

/** Where and when something was seen first. */
export type Place = Pick<Sighting, 'at' | 'session' | 'client' | 'serverVersion'>

export interface DefinitionChange extends Place {
  readonly server: string
  readonly from: Pick<Place, 'at' | 'serverVersion'>
  readonly tools: readonly ToolChange[]
  /** Clients that were shown it, in the order in which they were. */
  readonly clients: readonly (string | null)[]
}

export interface StandingInstruction extends Instruction {
  readonly server: string
  /** Where it was seen first, if it has been there ever since. */
  readonly since: Place
  /** It came with a change of a tool list that was known. */
  readonly isNew: boolean
}

export interface Drift {
  /** In the order of time. */
  readonly changes: readonly DefinitionChange[]
  /** In the lists that are shown now. */
  readonly instructions: readonly StandingInstruction[]
}

/**
 * What changed in tool lists, by sightings in the order of time. A client's list is compared with the one that it was shown
 * before; that of a new client with the last that anybody was shown, unless somebody else is shown the same: a server that
 * shows different clients different tools has not changed. The same change, seen by several, is one.
 */
export function driftOf(sightings: readonly Sighting[]): Drift {
  const servers = new Map<string, ServerHistory>()
  for (const sighting of sightings) {
    const history = servers.get(sighting.server) ?? new ServerHistory()
    servers.set(sighting.server, history)
    history.add(sighting)
  }
  const histories = Array.from(servers.values())
  const changes = histories.flatMap((history) => history.changes)
  const instructions = histories.flatMap((history) => {
    const others = new Set(histories.flatMap((other) => (other === history ? [] : other.toolNames())))
    return history.instructions(others)
  })
  return { changes: changes.sort((a, b) => (a.at < b.at ? -1 : 1)), instructions }
}

interface Seen {
  readonly sighting: Sighting
  readonly fingerprint: string
}

class ServerHistory {
  readonly #seen: Seen[] = []
  /** The last that each client was shown, by its name. */
  readonly #shown = new Map<string | null, Seen>()
  readonly #changes = new Map<string, DefinitionChange>()

  get changes(): readonly DefinitionChange[] {
    return [...this.#changes.values()]
  }

  add(sighting: Sighting): void {
    const seen = { sighting, fingerprint: fingerprintOf(sighting.definitions) }
    const name = sighting.client?.replace(/\/[^/]*$/, '') ?? null
    const known = this.#shown.get(name)
    const isShown = [...this.#shown.values()].some(({ fingerprint }) => fingerprint === seen.fingerprint)
    const before = known ?? (isShown ? undefined : this.#seen.at(-1))
    if (before && before.fingerprint !== seen.fingerprint) this.#change(before, seen)
    this.#shown.set(name, seen)
    this.#seen.push(seen)
  }

  toolNames(): readonly string[] {
    return this.#seen.flatMap(({ sighting }) => [...sighting.definitions.keys()])
  }

  /** Of the lists that are shown last, each where it has been found without a break. */
  instructions(others: ReadonlySet<string>): readonly StandingInstruction[] {
    const standing = new Map<string, StandingInstruction>()
    for (const [index, { sighting }] of this.#seen.entries()) {
      const { server, definitions } = sighting
      const found = [...definitions.values()].flatMap((tool) => instructionsIn(tool, others))
      const keys = new Set(found.map(keyOf))
      for (const [key, { tool }] of standing)
        if (definitions.has(tool) && !keys.has(key)) standing.delete(key)
      for (const each of found)
        if (!standing.has(keyOf(each)))
          standing.set(keyOf(each), { ...each, server, since: placeOf(sighting), isNew: index > 0 })
    }
    const shown = new Set(
      [...this.#shown.values()].flatMap(({ sighting }) => [...sighting.definitions.keys()]),
    )
    return [...standing.values()].filter(({ tool }) => shown.has(tool))
  }

  #change(before: Seen, { sighting, fingerprint }: Seen): void {
    const { server, client, definitions } = sighting
    const key = `${before.fingerprint} ${fingerprint}`
    const known = this.#changes.get(key)
    if (known) {
      const clients = known.clients.includes(client) ? known.clients : [...known.clients, client]
      this.#changes.set(key, { ...known, clients })
      return
    }
    const { at, serverVersion } = before.sighting
    const tools = compareTools(before.sighting.definitions, definitions)
    this.#changes.set(key, {
      ...placeOf(sighting),
      server,
      from: { at, serverVersion },
      tools,
      clients: [client],
    })
  }
}

const keyOf = ({ tool, where, kind, quote }: Instruction) => JSON.stringify([tool, where, kind, quote])

function placeOf({ at, session, client, serverVersion }: Sighting): Place {
  return { at, session, client, serverVersion }
}
