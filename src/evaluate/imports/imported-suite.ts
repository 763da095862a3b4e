import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { stringify } from 'yaml'
import type { WrittenCassette, WrittenTool } from '../../config/cassette-file.ts'
import type { JsonObject } from '../../domain/json.ts'
import { describeError, UsageError } from '../../errors.ts'

export type ImportedTool = WrittenTool & { readonly description: string }

export interface ImportedCase {
  /** As it stands in the suite: `id`, `prompt`, `expect`, `tags`. */
  readonly written: JsonObject & { readonly id: string }
  readonly tools: readonly ImportedTool[]
}

export interface Import {
  readonly server: string
  /** Where it comes from, in a line. */
  readonly source: string
  readonly cases: readonly ImportedCase[]
  /** What of the source is not in it, in a line each. */
  readonly left: readonly string[]
}

/**
 * Writes the suite, and beside it the cassette with the tools of its cases; returns the path of the cassette. Rejects with a
 * `UsageError` where that cannot be written.
 */
export async function writeSuite(file: string, imported: Import): Promise<string> {
  const stem = file.replace(/\.ya?ml$/, '')
  const cassette = `${stem}.cassette.json`
  await write(cassette, `${JSON.stringify(cassetteOf(imported), null, 1)}\n`)
  await write(file, suiteText(imported, { name: basename(stem), cassette: basename(cassette) }))
  return cassette
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text)
  } catch (error) {
    throw new UsageError([{ message: `cannot write ${file}: ${describeError(error)}` }], { cause: error })
  }
}

function suiteText(
  { source, cases, left }: Import,
  { name, cassette }: { readonly name: string; readonly cassette: string },
): string {
  const comment = [
    source,
    'No result of a tool is known: every call misses the cassette.',
    ...left.map((each) => `Left: ${each}`),
  ]
  const suite = {
    suite: name.replace(/[^\w.-]/g, '-'),
    toolset: { cassette },
    cases: cases.map(({ written }) => written),
  }
  return `${comment.map((line) => `# ${line}\n`).join('')}${stringify(suite, { lineWidth: 0, aliasDuplicateObjects: false })}`
}

function cassetteOf({ server, source, cases }: Import): WrittenCassette {
  const snapshots = new Map<string, WrittenCassette['servers'][string][number]>()
  const recorded = cases.map(({ written: { id }, tools }): [string, WrittenCassette['cases'][string]] => {
    const snapshot = createHash('sha256').update(JSON.stringify(tools)).digest('hex').slice(0, 12)
    snapshots.set(snapshot, { id: snapshot, version: null, tools: [...tools] })
    return [id, { chain: '', recorded: source, servers: { [server]: snapshot }, calls: [] }]
  })
  return { cassette: 1, servers: { [server]: [...snapshots.values()] }, cases: Object.fromEntries(recorded) }
}
