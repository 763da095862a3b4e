const categories = [
  'not exposed',
  'not retrieved',
  'not selected',
  'wrong arguments',
  'wrong order',
  'forbidden',
  'tool failed',
  'called something',
  'wrong answer',
  'malformed',
  'too many calls',
  'unknown tool',
  'refused',
  'content filter',
  'context overflow',
  'truncated',
  'gave up',
  'loop',
  'wrong state',
  'over budget',
] as const

export type FailureCategory = (typeof categories)[number]

export interface Failure {
  readonly category: FailureCategory
  /** One line for the table of failures. It quotes recorded text: escape it where it is shown. */
  readonly reason: string
}

/** As the entry `trial` has it: `wrong order: called …`. */
export function failureMessage({ category, reason }: Failure): string {
  return `${category}: ${reason}`
}

/** Reads what `failureMessage` wrote; null for anything else. */
export function readFailure(message: string | null): Failure | null {
  const category = categories.find((name) => message?.startsWith(`${name}: `))
  return category && message ? { category, reason: message.slice(category.length + 2) } : null
}
