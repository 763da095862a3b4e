/** The base of every error that calltrail throws on purpose; `code` is stable and made for programs. */
export class CalltrailError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** A place in a file that a person wrote; `line` and `column` count from 1. */
export interface Location {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One thing that is wrong with what a person wrote: where, what was expected, what to do. */
export interface Problem {
  readonly location?: Location
  readonly message: string
  readonly hint?: string
}

/** A mistake in a command line, a configuration, a suite or a policy. The command ends with exit code 2. */
export class UsageError extends CalltrailError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[] | string, options?: { cause?: unknown }) {
    const list = typeof problems === 'string' ? [{ message: problems }] : inOrder(problems)
    super('usage', list.map(formatProblem).join('\n'), options)
    this.problems = list
  }

  /** What has no place in a file, such as that there is none, is told of the key that names it. */
  at(location: Location, key: string): UsageError {
    const problems = this.problems.map((problem) =>
      problem.location ? problem : { ...problem, location, message: `${key}: ${problem.message}` },
    )
    return new UsageError(problems, { cause: this.cause })
  }
}

/** Those of a file together, as they stand in it. */
function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map(({ location }) => location?.file))]
  return [...problems].sort(
    ({ location: a }, { location: b }) =>
      files.indexOf(a?.file) - files.indexOf(b?.file) ||
      (a && b ? a.line - b.line || a.column - b.column : 0),
  )
}

/** Something around the model and the tools failed (a server, a provider, the store): never a failed trial. Exit code 3. */
export class InfrastructureError extends CalltrailError {}

/** `file:line:column  message`, and the hint on a line of its own. */
export function formatProblem({ location, message, hint }: Problem): string {
  const place = location ? `${location.file}:${location.line}:${location.column}  ` : ''
  return `${place}${message}${hint ? `\n${' '.repeat(place.length)}${hint}` : ''}`
}

/** The message of anything that was thrown, with the messages of its causes, each once. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : describeError(error.cause)
  return error.message.includes(cause) ? error.message : `${error.message}: ${cause}`
}
