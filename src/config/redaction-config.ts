import { z } from 'zod'
import { personalKinds, type RedactionRules, type SecretPattern } from '../domain/redactor.ts'
import { describeError, type Problem, UsageError } from '../errors.ts'
import type { LocatedDocument } from './located-document.ts'
import { formatPath } from './validate.ts'

const kind = z.string().regex(/^[a-z0-9-]{1,32}$/, {
  error: 'expected a kind of a-z, 0-9 and -, up to 32 of them, as in ticket-number',
})

const name = z.string().regex(/^(?=.*[A-Za-z])[\w. -]{2,64}$/, {
  error: 'expected a name of 2 to 64 letters, digits, blanks, _, . and -, as in ssn or tax_id',
})

/** The section `redaction` of calltrail.yaml. */
export const redactionSchema = z.strictObject({
  patterns: z.array(z.strictObject({ kind, pattern: z.string().min(1) })).default([]),
  detect: z.array(z.enum(personalKinds)).default([]),
  names: z.array(name).default([]),
})

type Written = z.output<typeof redactionSchema>

/** Throws a `UsageError` with all patterns that are none. The engine is loaded for those who have patterns. */
export async function defineRedaction(
  { patterns: written, detect, names }: Written,
  document: LocatedDocument,
): Promise<RedactionRules> {
  if (written.length === 0) return { patterns: [], detect, names }
  const { RE2JS } = await import('re2js')
  const problems: Problem[] = []
  const patterns = written.flatMap(({ kind, pattern }, index) => {
    const path = ['redaction', 'patterns', index, 'pattern']
    const refuse = (message: string, hint: string) => {
      problems.push({ location: document.locate(path), message: `${formatPath(path)}: ${message}`, hint })
      return []
    }
    try {
      const expression = RE2JS.compile(pattern)
      if (!expression.test('')) return [secretPattern(kind, pattern, expression)]
      return refuse(
        'expected a pattern that matches something, found one that matches the empty text',
        perhaps,
      )
    } catch (error) {
      return refuse(`expected a pattern as RE2 has them, found ${complaint(error)}`, syntax)
    }
  })
  if (problems.length > 0) throw new UsageError(problems)
  return { patterns, detect, names }
}

const perhaps = 'say how much there must be: + instead of *, {6} instead of {0,6}'
const syntax = 'the syntax is that of https://github.com/google/re2/wiki/Syntax: no look-around, no \\1'

/** `error parsing regexp: missing closing ]: `[0-9``. */
function complaint(error: unknown): string {
  return describeError(error).replace(/^error parsing regexp: /, '')
}

interface Expression {
  test(text: string): boolean
  matcher(text: string): { find(): boolean; start(): number; end(): number }
}

function secretPattern(kind: string, pattern: string, expression: Expression): SecretPattern {
  return {
    kind,
    isAnchored: /[\^$]|\\[Az]/.test(pattern.replace(/\\[^Az]|\[\^/g, '')),
    test: (text) => expression.test(text),
    *find(text) {
      const matcher = expression.matcher(text)
      while (matcher.find()) if (matcher.end() > matcher.start()) yield [matcher.start(), matcher.end()]
    },
  }
}
