import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { fitNames } from '../chain/tool-names.ts'
import { listedTool, type WrittenTool } from '../config/cassette-file.ts'
import type { EntryData } from '../domain/entry.ts'
import { readJson } from '../domain/json.ts'
import { withPlaceholderIds } from '../domain/placeholder.ts'
import type { StoreReader } from '../domain/store.ts'
import { toolSchemas } from '../record/gateway/model-wire/tool-schemas.ts'
import type { BodyRow, DefinitionLineRow, QueryName } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import type { ChainRecord } from './chain-record.ts'

/** The tools of a server when the chain happened; null where they were cut or erased. */
export interface RecordedTools {
  readonly server: string
  readonly serverVersion: string | null
  readonly id: string
  readonly tools: readonly WrittenTool[] | null
}

/**
 * Of every server that the model saw: those of its run, where the chain is a trial; else those that the chain calls, and
 * those whose tools its request shows under the server's name.
 */
export async function readRecordedTools(
  store: StoreReader<QueryName>,
  record: ChainRecord,
): Promise<readonly RecordedTools[]> {
  const { chain, spans } = record
  const run = spans.find(({ run }) => run !== null)?.run ?? ''
  const until = spans.at(-1)?.at ?? ''
  const rows = await rowsOf(store.query<DefinitionLineRow>('definition_lines', { chain, run, until }))
  const called = new Set(spans.flatMap(({ kind, server }) => (kind === 'tool' && server ? [server] : [])))
  const shown = shownNames(record)
  const servers = new Set(rows.map(({ server }) => server))
  const chosen: RecordedTools[] = []
  for (const { line, server, rank } of rows) {
    const definitions: EntryData['tool_definitions'] = JSON.parse(line).data
    const tools = await readTools(store, definitions)
    const isSeen = run === '' ? isShown(server, tools ?? [], shown, servers) : rank < 2
    if (!called.has(server) && !isSeen) continue
    chosen.push({ server, serverVersion: definitions.serverVersion, id: idOf(tools ?? []), tools })
  }
  return chosen.sort((a, b) => (a.server < b.server ? -1 : 1))
}

async function readTools(
  store: StoreReader<QueryName>,
  { tools: { digest, truncated } }: EntryData['tool_definitions'],
): Promise<readonly WrittenTool[] | null> {
  const [body] = await rowsOf(store.query<BodyRow>('body', { digest }))
  const list = body && !truncated ? readJson(withoutHomeIds(body.text)) : undefined
  if (!Array.isArray(list)) return null
  // What is no tool was none for the model either: clients leave it out.
  return list.flatMap((tool) => listedTool.safeParse(tool).data ?? [])
}

/** Far from the numbers of any case: the tools belong to all cases of a cassette. */
const firstNumber = 100_001

function withoutHomeIds(text: string): string {
  const numbers = new Map<string, string>()
  return withPlaceholderIds(text, (id) => {
    const number = numbers.get(id) ?? String(firstNumber + numbers.size)
    numbers.set(id, number)
    return number
  })
}

function idOf(tools: readonly WrittenTool[]): string {
  return createHash('sha256')
    .update(canonicalize(tools) ?? '')
    .digest('hex')
    .slice(0, 16)
}

function shownNames({ modelRequests, text }: ChainRecord): readonly string[] {
  const [first] = modelRequests.values()
  const list = first?.tools ? text(first.tools) : null
  return list === null ? [] : [...toolSchemas(readJson(list)).keys()]
}

/** A name alone may be that of another server's tool: with the server's name before it, it is not. */
function isShown(
  server: string,
  tools: readonly WrittenTool[],
  shown: readonly string[],
  servers: ReadonlySet<string>,
): boolean {
  return tools.some(({ name }) =>
    shown.some((decided) => fitNames(decided, { server, tool: name }, servers) === 2),
  )
}
