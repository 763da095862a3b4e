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
  /** Whose run saw it; null where no run did, or it does not say. */
  readonly project: string | null
  readonly definitions: Definitions
}

/** Where and when something was seen first. */
export type Place = Pick<Sighting, 'at' | 'session' | 'client' | 'serverVersion'>

export interface DefinitionChange extends Place {
  readonly server: string
  /** Whose run saw it first; null where no run did, or it does not say. */
  readonly project: string | null
  readonly from: Pick<Place, 'at' | 'serverVersion'>
  readonly tools: readonly ToolChange[]
  /** Clients that were shown it, in the order in which they were. */
  readonly clients: readonly (string | null)[]
}

export interface SeenInstruction extends Instruction {
  readonly server: string
  /** Where it was seen first. */
  readonly since: Place
  /** Where it was seen to be gone; null where it is still shown. */
  readonly until: Place | null
  /** It came with a change of a tool list that was known. */
  readonly isNew: boolean
}

export interface Drift {
  /** In the order of time. */
  readonly changes: readonly DefinitionChange[]
  /** In the lists that are shown now. */
  readonly instructions: readonly SeenInstruction[]
}

/**
 * What changed in tool lists, by sightings in the order of time. A client's list is compared with the one that it was shown
 * before; that of a new client with the last that anybody was shown, unless somebody else is shown the same: a server that
 * shows different clients different tools has not changed, and one that another project calls the same may be another. The same change, seen by several, is one.
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

/** A change, by the fingerprints of both lists. */
interface Step {
  readonly from: string
  readonly to: string
  readonly change: DefinitionChange
}

class ServerHistory {
  readonly #seen: Seen[] = []
  /** The last that each client, and each project's runs, were shown. */
  readonly #shown = new Map<string, Seen>()
  readonly #changes: Step[] = []

  get changes(): readonly DefinitionChange[] {
    return this.#changes.map(({ change }) => change)
  }

  add(sighting: Sighting): void {
    const seen = { sighting, fingerprint: fingerprintOf(sighting.definitions) }
    const viewer = viewerOf(sighting)
    const known = this.#shown.get(viewer)
    const isShown = [...this.#shown.values()].some(({ fingerprint }) => fingerprint === seen.fingerprint)
    const before =
      known ?? (isShown ? undefined : this.#seen.findLast((each) => isOneServer(each.sighting, sighting)))
    if (before && before.fingerprint !== seen.fingerprint) this.#change(before, seen)
    this.#shown.set(viewer, seen)
    this.#seen.push(seen)
  }

  toolNames(): readonly string[] {
    return this.#seen.flatMap(({ sighting }) => [...sighting.definitions.keys()])
  }

  /** All that was ever shown: a server that puts the old text back has shown the other one. */
  instructions(others: ReadonlySet<string>): readonly SeenInstruction[] {
    const all: SeenInstruction[] = []
    /** Of those that are still shown, the place in the list. */
    const standing = new Map<string, number>()
    const ofClients = new Map<string, ReadonlySet<string>>()
    for (const [index, { sighting }] of this.#seen.entries()) {
      const { server, definitions } = sighting
      const found = [...definitions.values()].flatMap((tool) => instructionsIn(tool, others))
      const keys = new Set(found.map(keyOf))
      const viewer = viewerOf(sighting)
      for (const each of found) {
        const key = keyOf(each)
        if (standing.has(key)) continue
        // Others are shown it otherwise: to this client nothing has changed.
        const again = ofClients.get(viewer)?.has(key) ? all.findLastIndex((one) => keyOf(one) === key) : -1
        standing.set(key, again === -1 ? all.length : again)
        const begun = all[again] ?? { ...each, server, since: placeOf(sighting), isNew: index > 0 }
        all[standing.get(key) ?? all.length] = { ...begun, until: null }
      }
      ofClients.set(viewer, keys)
      for (const [key, place] of standing) {
        const one = all[place]
        const isShown = keys.has(key) || (one && !definitions.has(one.tool) && isIn(ofClients, key))
        if (!one || isShown) continue
        all[place] = { ...one, until: placeOf(sighting) }
        standing.delete(key)
      }
    }
    return all
  }

  #change(before: Seen, { sighting, fingerprint }: Seen): void {
    const { server, client, project, definitions } = sighting
    const place = this.#changes.findLastIndex(
      ({ from, to, change }) =>
        from === before.fingerprint && to === fingerprint && isOneServer(change, sighting),
    )
    const known = this.#changes[place]
    // What was put back since, and is changed once more, is another change.
    const isUndone = this.#changes.slice(place + 1).some(({ from }) => from === fingerprint)
    if (known && !isUndone) {
      const { change } = known
      const clients = change.clients.includes(client) ? change.clients : [...change.clients, client]
      this.#changes[place] = { ...known, change: { ...change, clients } }
      return
    }
    const { at, serverVersion } = before.sighting
    const tools = compareTools(before.sighting.definitions, definitions)
    const from = { at, serverVersion }
    const change = { ...placeOf(sighting), ...{ server, project, from, tools }, clients: [client] }
    this.#changes.push({ from: before.fingerprint, to: fingerprint, change })
  }
}

const keyOf = ({ tool, where, kind, quote }: Instruction) => JSON.stringify([tool, where, kind, quote])

/** A client without its version, or the runs of a project. */
const viewerOf = ({ client, project }: Sighting): string =>
  JSON.stringify([client?.replace(/\/[^/]*$/, '') ?? null, project])

const isOneServer = (a: Pick<Sighting, 'project'>, b: Pick<Sighting, 'project'>) =>
  a.project === null || b.project === null || a.project === b.project

const isIn = (ofClients: ReadonlyMap<string, ReadonlySet<string>>, key: string): boolean =>
  [...ofClients.values()].some((keys) => keys.has(key))

/** Those that were shown from then on, whether they are still. */
export const instructionsSince = (
  instructions: readonly SeenInstruction[],
  since: string | null,
): readonly SeenInstruction[] =>
  instructions.filter(({ until }) => since === null || until === null || until.at >= since)

function placeOf({ at, session, client, serverVersion }: Sighting): Place {
  return { at, session, client, serverVersion }
}
