import { expect, test } from 'vitest'
import { splitClauses } from '../../../src/tools/retrieval/clauses.ts'

test.each([
  ['Read a.txt, then write b.txt', ['Read a.txt', 'write b.txt']],
  ['Find the issue and comment on it', ['Find the issue', 'comment on it']],
  ['Stage all, commit it and push', ['Stage all', 'commit it and push']],
  ['Who is there? Tell them.', ['Who is there?', 'Tell them.']],
  ['Suche die Mail und lösche sie', ['Suche die Mail', 'lösche sie']],
  ['1. read it\n2. send it', ['read it', 'send it']],
])('%j is parted at its wishes', (prompt, clauses) => expect(splitClauses(prompt)).toEqual(clauses))

test.each([
  'Find a flat for the first weekend of June, two adults and a baby',
  'Send "Read this, then write back. Thanks" to Ann',
  'Open https://example.com/a.b?c=d',
  'weather',
  '',
])('%j is one wish', (prompt) => expect(splitClauses(prompt)).toEqual([prompt]))
