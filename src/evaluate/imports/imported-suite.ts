import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
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
 * `UsageError` where that cannot be written, or would take the place of something else.
 */
export async function writeSuite(file: string, imported: Import): Promise<string> {
  const stem = file.replace(/\.ya?ml$/, '')
  const cassette = `${stem}.cassette.json`
  const texts = new Map([
    [cassette, `${JSON.stringify(cassetteOf(imported), null, 1)}\n`],
    [file, suiteText(imported, { name: basename(stem), cassette: basename(cassette) })],
  ])
  for (const [path, text] of texts) refuseOther(path, text)
  for (const [path, text] of texts) await write(path, text)
  return cassette
}

/** What is written by hand, or was changed since, is nobody's to overwrite. */
function refuseOther(file: string, text: string): void {
  if (!existsSync(file) || !statSync(file).isFile() || readFileSync(file, 'utf8') === text) return
  const hint = 'give --out another name, or remove it first'
  throw new UsageError([{ message: `${file} is there, and says something else`, hint }])
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
