import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'

export interface Document {
  /** From the root of the project. */
  readonly file: string
  readonly text: string
}

export function readDocument(file: string): Document {
  return { file, text: readFileSync(file, 'utf8') }
}

/** What is written for readers of the project: README.md and what is in docs/. */
export const documents: readonly Document[] = [
  'README.md',
  ...readdirSync('docs').map((name) => `docs/${name}`),
].map(readDocument)

/** The text of each fence in one of these languages; '' is none. */
export function blocks({ text }: Document, language: string): readonly string[] {
  // Fences alternate: one that opens, with its language, and one that closes.
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, name, block = '']) =>
    name === language ? [block] : [],
  )
}

/** What stands below a heading, up to the next one of its kind. */
export function sectionOf({ text }: Document, heading: string): string {
  return text.split(/^## /m).find((section) => section.startsWith(`${heading}\n`)) ?? ''
}

/** What a reader may type or look for: lines of shell, and code within a sentence. */
export function codeIn(document: Document): readonly string[] {
  const prose = document.text.replace(/^```[\s\S]*?^```$/gm, '')
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...blocks(document, 'sh').flatMap((block) => block.split('\n')), ...inline]
}

/** The code in the first column of the table below this header, row by row. */
export function firstColumn({ text }: Document, header: string): readonly string[] {
  const [, rows = ''] = new RegExp(`^\\| ${header} \\|.*\\n\\|[-|]+\\n((?:\\|.*\\n)*)`, 'm').exec(text) ?? []
  return [...rows.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name)
}

/** Links to what is not there: a file, or a heading of it. Addresses elsewhere are not asked. */
export function brokenLinks({ file, text }: Document): readonly string[] {
  return linksOf(text).filter((link) => {
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? file : join(dirname(file), path)
    if (!existsSync(target)) return true
    return anchor !== undefined && !anchorsOf(readDocument(target).text).includes(anchor)
  })
}

/** The files of the project that a document leads to. */
export function linkedFiles({ file, text }: Document): readonly string[] {
  return linksOf(text).flatMap((link) => {
    const [path = ''] = link.split('#')
    return path === '' ? [] : [join(dirname(file), path)]
  })
}

function linksOf(text: string): readonly string[] {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
  return links.filter((link) => !/^[a-z]+:/.test(link))
}

/** Of headings, as GitHub makes them. */
function anchorsOf(text: string): readonly string[] {
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase())
  return headings.map((heading) => heading.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-'))
}

/** The options of every command, by its words: `audit verify`. Those that only hold others have none. */
export async function optionsByCommand(): Promise<ReadonlyMap<string, readonly string[]>> {
  const program = new Command('calltrail').enablePositionalOptions()
  const folder = 'src/cli/commands'
  for (const name of readdirSync(folder)) {
    const exported: Record<string, unknown> = await import(pathToFileURL(join(folder, name)).href)
    for (const [key, add] of Object.entries(exported))
      if (key.startsWith('add') && typeof add === 'function') add(program)
  }
  return new Map(program.commands.flatMap((command) => optionsBelow(command, [])))
}

function optionsBelow(command: Command, above: readonly string[]): [string, readonly string[]][] {
  const path = [...above, command.name()]
  const options = command.options.flatMap(({ long }) => long ?? [])
  return [[path.join(' '), options], ...command.commands.flatMap((each) => optionsBelow(each, path))]
}
