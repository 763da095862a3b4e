import { RE2JS } from 're2js'

const compiled = new Map<string, RE2JS>()

/** Found anywhere in the text, in time linear in it, whatever the pattern: what is searched was written by others. */
export function isFound(pattern: string, text: string): boolean {
  const known = compiled.get(pattern) ?? RE2JS.compile(pattern)
  compiled.set(pattern, known)
  return known.test(text)
}
