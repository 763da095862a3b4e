import type { StoreReader } from '../../domain/store.ts'
import type { BodyRow, DefinedServerRow, DefinitionRow, QueryName } from '../../store/queries.ts'
import { rowsOf } from '../../store/rows-of.ts'
import { selectIn } from '../../store/select-in.ts'
import { type Definitions, readDefinitions } from './defined-tool.ts'
import { type Drift, driftOf } from './drift.ts'

export interface RecordedDrift extends Drift {
  readonly servers: readonly DefinedServerRow[]
  /** Lists that were not kept whole, so that nothing can be said of them. */
  readonly unreadable: number
}

/** What changed in the tool definitions of a server, or of all. */
export async function readDrift(store: StoreReader<QueryName>, server = ''): Promise<RecordedDrift> {
  const [servers, rows] = await Promise.all([
    rowsOf(store.query<DefinedServerRow>('defined_servers', { server })),
    rowsOf(store.query<DefinitionRow>('definition_changes', { server })),
  ])
  const lists = new Map<string, Definitions | null>()
  const digests = rows.map(({ digest }) => digest)
  for await (const { digest, text } of selectIn<BodyRow>(store, 'bodies', digests))
    lists.set(digest, readDefinitions(text))
  const sightings = rows.flatMap(({ digest, client, project, server_version: serverVersion, ...row }) => {
    const definitions = lists.get(digest)
    return definitions
      ? [{ ...row, serverVersion, client: client || null, project: project || null, definitions }]
      : []
  })
  return { servers, unreadable: rows.length - sightings.length, ...driftOf(sightings) }
}
