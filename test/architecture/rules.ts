import { basename, dirname, join, normalize } from 'node:path'

/** A source file by its path from the root, with slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** What a rule finds; empty where all is well. */
export type Rule = (files: readonly SourceFile[]) => readonly string[]

/** Imports go from a line to lines below it; rooms on one line never meet. */
const rooms: readonly (readonly string[])[] = [
  ['cli'],
  ['show'],
  ['evaluate', 'forensics'],
  ['record', 'store'],
  ['config', 'journal', 'chain', 'policy', 'tools', 'models'],
  ['domain'],
  ['errors', 'log', 'version'],
]

const importing =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g

export function importsOf({ text }: SourceFile): readonly string[] {
  return Array.from(text.matchAll(importing), ([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '')
}

/** The folder below src, or the file's name for what lies in src itself. */
export function roomOf(path: string): string {
  const [, room = ''] = path.split('/')
  return room.replace(/\.ts$/, '')
}

function target({ path }: SourceFile, specifier: string): string | null {
  return specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : null
}

export const importsPointDown: Rule = (files) => {
  const line = (room: string) => rooms.findIndex((names) => names.includes(room))
  return files.flatMap((file) => {
    const from = roomOf(file.path)
    if (line(from) < 0) return [`${file.path}: there is no room ${from}`]
    return importsOf(file).flatMap((specifier) => {
      const to = target(file, specifier)
      if (to === null || roomOf(to) === from) return []
      return line(roomOf(to)) > line(from) ? [] : [`${file.path} imports ${to}: up, or across`]
    })
  })
}

export const nothingImportsInCircles: Rule = (files) => {
  const graph = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap((specifier) => target(file, specifier) ?? [])]),
  )
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (done.has(path) || trail.includes(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const { path } of files) visit(path, [])
  return found
}

/** Tables of data and schemas may be longer. */
const longest = 300
const longByNature = new Set(['src/store/schema.ts'])

export const filesAreShort: Rule = (files) =>
  files.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - 1
    return lines > longest && !longByNature.has(path) ? [`${path} has ${lines} lines`] : []
  })

const emptyNames = /^(?:utils?|helpers?|common|shared|misc|managers?|services?|types|index)$/

export const namesSayWhatIsInside: Rule = (files) =>
  files.flatMap(({ path }) => {
    const parts = path.split('/').slice(1)
    const name = basename(path).replace(/(?:\.engine|\.proof)?(?:\.test)?\.ts$/, '')
    const wrong = !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)
    const empty = [...parts.slice(0, -1), name].some((part) => emptyNames.test(part))
    return wrong ? [`${path}: not kebab-case`] : empty ? [`${path}: the name says nothing`] : []
  })

/** Only the command line ends the process, or reads its environment; others get what they need. */
const environmentReaders = new Set(['src/config/servers-file.ts', 'src/tools/child-environment.ts'])

export const processBelongsToTheCommandLine: Rule = (files) =>
  files.flatMap(({ path, text }) => [
    ...(/process\.exit\(/.test(text) && roomOf(path) !== 'cli' ? [`${path} ends the process`] : []),
    ...(/process\.env/.test(text) && roomOf(path) !== 'cli' && !environmentReaders.has(path)
      ? [`${path} reads the environment`]
      : []),
    ...(/\bconsole\./.test(text) ? [`${path} writes to the console`] : []),
  ])

/** Each weighs more than the rest of a command: the files that may name it, by how their paths begin. */
const heavy: Readonly<Record<string, string>> = {
  chdb: 'src/store/chdb-store.ts',
  openai: 'src/models/openai',
  '@anthropic-ai/sdk': 'src/models/anthropic',
  'gpt-tokenizer': 'src/models/tokenizer.ts',
  '@clickhouse/client': 'src/store/server-store.ts',
  '@cedar-policy/cedar-wasm': 'src/policy/',
  '@grafana/grafana-foundation-sdk': 'src/show/dashboards/',
  '@opentelemetry': 'src/record/otel/otlp-',
  'quickjs-emscripten-core': 'src/tools/exposures/code/',
  '@jitl/quickjs-ng-wasmfile-release-sync': 'src/tools/exposures/code/engine.ts',
  jose: 'src/record/gateway/authentication/',
}

function heavyPackage(specifier: string): string | undefined {
  return Object.keys(heavy).find((name) => specifier === name || specifier.startsWith(`${name}/`))
}

export const heavyPackagesStayInOnePlace: Rule = (files) =>
  files.flatMap((file) =>
    importsOf(file).flatMap((specifier) => {
      const home = heavy[heavyPackage(specifier) ?? '']
      return home && !file.path.startsWith(home) ? [`${file.path} imports ${specifier}`] : []
    }),
  )

/** What loads with a file: neither types nor what it imports when it is needed. */
function loadedWith({ path, text }: SourceFile): readonly string[] {
  const loaded = text
    .replace(/import\(/g, '')
    .replace(/(^|\n)(?:import|export) type\s[^'"]*?from\s+'[^']+'/g, '$1')
  return importsOf({ path, text: loaded })
}

/** No command loads a heavy package before it needs it; `dashboards` is for nothing else. */
export const heavyPackagesLoadWhenNeeded: Rule = (files) => {
  const known = new Map(files.map((file) => [file.path, file]))
  const reached = new Set<string>()
  const visit = (file: SourceFile, trail: readonly string[]): readonly string[] => {
    if (reached.has(file.path)) return []
    reached.add(file.path)
    const here = [...trail, file.path]
    return loadedWith(file).flatMap((specifier) => {
      if (heavyPackage(specifier)) return [[...here, specifier].join(' → ')]
      const next = known.get(target(file, specifier) ?? '')
      return next ? visit(next, here) : []
    })
  }
  const commands = files.filter(({ path }) => roomOf(path) === 'cli' && path !== 'src/cli/dashboards.ts')
  return commands.flatMap((file) => visit(file, []))
}

/** `--help` loads the tables of commands and nothing of what they need. */
export const helpLoadsLittle: Rule = (files) => {
  const known = new Map(files.map((file) => [file.path, file]))
  const reached = new Set<string>()
  const visit = (path: string) => {
    const file = known.get(path)
    if (!file || reached.has(path)) return
    reached.add(path)
    for (const specifier of loadedWith(file)) {
      const to = target(file, specifier)
      if (to !== null) visit(to)
      else if (specifier !== 'commander' && !specifier.startsWith('node:')) reached.add(specifier)
    }
  }
  visit('src/cli/main.ts')
  const allowed = [
    'src/cli/main.ts',
    'src/cli/program.ts',
    'src/cli/run-command.ts',
    'src/errors.ts',
    'src/show/escape.ts',
    'src/version.ts',
  ]
  return [...reached].filter((path) => !allowed.includes(path) && !path.startsWith('src/cli/commands/'))
}

/** A test stands where what it tests stands; `contracts`, `fixtures`, `architecture` and `deploy` are rooms of their own. */
const testRooms = ['contracts', 'fixtures', 'architecture', 'deploy']

export const testsMirrorSources =
  (sources: readonly SourceFile[]): Rule =>
  (tests) => {
    const folders = new Set(sources.map(({ path }) => roomOf(path)))
    return tests.flatMap(({ path }) =>
      folders.has(roomOf(path)) || testRooms.includes(roomOf(path)) || path.split('/').length === 2
        ? []
        : [`${path} mirrors no folder of src`],
    )
  }
