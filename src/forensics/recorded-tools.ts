import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { fitNames } from '../chain/tool-names.ts'
import { listedTool, type WrittenTool } from '../config/cassette-file.ts'
import { readJson } from '../domain/json.ts'
import { withPlaceholderIds } from '../domain/placeholder.ts'
import type { StoreReader } from '../domain/store.ts'
import { toolSchemas } from '../record/gateway/model-wire/tool-schemas.ts'
import type { QueryName } from '../store/queries.ts'
import type { ChainRecord } from './chain-record.ts'
import { readToolLists } from './tool-lists.ts'

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
  const { spans } = record
  const lists = await readToolLists(store, record)
  const isTrial = spans.some(({ run }) => run !== null)
  const called = new Set(spans.flatMap(({ kind, server }) => (kind === 'tool' && server ? [server] : [])))
  const shown = shownNames(record)
  const servers = new Set(lists.map(({ server }) => server))
  const chosen: RecordedTools[] = []
  for (const { server, rank, serverVersion, text } of lists) {
    const tools = toolsIn(text)
    const isSeen = isTrial ? rank < 2 : isShown(server, tools ?? [], shown, servers)
    if (!called.has(server) && !isSeen) continue
    chosen.push({ server, serverVersion, id: idOf(tools ?? []), tools })
  }
  return chosen.sort((a, b) => (a.server < b.server ? -1 : 1))
}

function toolsIn(text: string | null): readonly WrittenTool[] | null {
  const list = text === null ? undefined : readJson(withoutHomeIds(text))
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
