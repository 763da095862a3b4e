import { z } from 'zod'
import type { CassetteSource, RecordedCall, Recording, ToolSnapshot } from '../domain/cassette.ts'
import { isJsonObject, isUnbounded, type JsonObject } from '../domain/json.ts'
import { type ContentBlock, serverOf, type ToolAnnotations } from '../domain/tool.ts'
import { type Problem, UsageError } from '../errors.ts'
import { type DocumentPath, type LocatedDocument, readSource } from './located-document.ts'
import { parseJson } from './parse-json.ts'
import { toolName } from './tool-name.ts'
import { formatPath, suggest, validate } from './validate.ts'

const bounded = [(value: JsonObject) => !isUnbounded(value), 'a number in it is too large'] as const
const object = z.custom<JsonObject>(isJsonObject, 'expected an object').refine(...bounded)
const block = z
  .custom<ContentBlock>(
    (value) => isJsonObject(value) && typeof value.type === 'string',
    'expected a content block, an object with a type',
  )
  .refine(...bounded)
const annotations = z.custom<ToolAnnotations>(
  (value) =>
    isJsonObject(value) &&
    Object.entries(value).every(([name, hint]) => !name.endsWith('Hint') || typeof hint === 'boolean'),
  'expected annotations, with hints that are true or false',
)

/** What a server says of a tool beyond this is kept with it. */
export const listedTool = z.looseObject({
  name: z.string().min(1),
  description: z.string().optional(),
  inputSchema: object,
  outputSchema: object.optional(),
  annotations: annotations.optional(),
})

const call = z
  .strictObject({
    tool: toolName,
    arguments: object,
    result: z
      .strictObject({
        content: z.array(block),
        structuredContent: object.optional(),
        isError: z.boolean().default(false),
      })
      .optional(),
    failure: z
      .strictObject({
        layer: z.enum(['transport', 'http', 'json-rpc', 'cancelled', 'malformed', 'no_answer']),
        code: z.number().nullable(),
        message: z.string().nullable(),
      })
      .optional(),
  })
  .refine(({ result, failure }) => (result === undefined) !== (failure === undefined), {
    error: 'expected a result or a failure, and one of them alone',
  })

const snapshot = z.strictObject({
  id: z.string().min(1),
  version: z.string().nullable(),
  tools: z.array(listedTool),
})

const cassetteSchema = z.strictObject({
  cassette: z.literal(1),
  servers: z.record(z.string().min(1), z.array(snapshot)),
  cases: z.record(
    z.string().min(1),
    z.strictObject({
      /** Where it was recorded. */
      chain: z.string(),
      recorded: z.string(),
      /** By server, the id of the snapshot that the model saw. */
      servers: z.record(z.string().min(1), z.string()),
      calls: z.array(call),
    }),
  ),
})

/** A cassette as it is written in its file. */
export type WrittenCassette = z.input<typeof cassetteSchema>
/** A tool as a server listed it. */
export type WrittenTool = z.output<typeof listedTool>
type Written = z.output<typeof cassetteSchema>
type WrittenCall = Written['cases'][string]['calls'][number]

export interface Cassette {
  readonly source: Omit<CassetteSource, 'miss'>
  /** By case. */
  readonly recordings: ReadonlyMap<string, Recording>
  readonly written: WrittenCassette
}

/** Throws a `UsageError` with all that is wrong with the file, each with its place. */
export async function readCassette(path: string, cwd: string): Promise<Cassette> {
  const document = parseJson(await readSource(path, cwd))
  const written = validate(cassetteSchema, document)
  const problems = unknownServers(written, document)
  if (problems.length > 0) throw new UsageError(problems)
  const snapshots = Object.entries(written.servers).flatMap(([server, all]) =>
    all.map(({ id, version, tools }): ToolSnapshot => ({ server, id, serverVersion: version, tools })),
  )
  const recordings = Object.entries(written.cases).map(([id, { servers, calls }]): [string, Recording] => [
    id,
    {
      snapshots: snapshots.filter(({ server, id }) => servers[server] === id),
      calls: calls.map(recordedCall),
    },
  ])
  return { source: { file: document.file, snapshots }, recordings: new Map(recordings), written }
}

function recordedCall({ tool, arguments: given, result, failure }: WrittenCall): RecordedCall {
  if (failure) return { tool, arguments: given, answer: failure }
  const { content = [], structuredContent, isError = false } = result ?? {}
  return {
    tool,
    arguments: given,
    answer: { content, ...(structuredContent && { structuredContent }), isError },
  }
}

/** Snapshots that are not there, and calls of servers that the case has not. */
function unknownServers({ servers, cases }: Written, document: LocatedDocument): Problem[] {
  const problem = (path: DocumentPath, message: string, hint: string): Problem => ({
    location: document.locate(path),
    message: `${formatPath(path)}: ${message}`,
    hint,
  })
  return Object.entries(cases).flatMap(([id, each]) => [
    ...Object.entries(each.servers).flatMap(([server, snapshot]) => {
      const known = servers[server]?.map(({ id }) => id) ?? []
      if (known.includes(snapshot)) return []
      const path = ['cases', id, 'servers', server]
      return [problem(path, `no snapshot "${snapshot}" of the server ${server}`, suggest(snapshot, known))]
    }),
    ...each.calls.flatMap(({ tool }, index) => {
      const server = serverOf(tool) ?? ''
      if (Object.hasOwn(each.servers, server)) return []
      const path = ['cases', id, 'calls', index, 'tool']
      return [problem(path, `the case has no server "${server}"`, suggest(server, Object.keys(each.servers)))]
    }),
  ])
}
