import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  filesAreShort,
  heavyPackagesLoadWhenNeeded,
  heavyPackagesStayInOnePlace,
  helpLoadsLittle,
  importsOf,
  importsPointDown,
  namesSayWhatIsInside,
  nothingImportsInCircles,
  processBelongsToTheCommandLine,
  type Rule,
  roomOf,
  type SourceFile,
  testsMirrorSources,
} from './rules.ts'

function filesIn(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}

const sources = filesIn('src')
const tests = filesIn('test')

const file = (path: string, text = ''): SourceFile => ({ path: `src/${path}`, text })
const twoLines = (first: string, second: string) => `${first}\n${second}\n`

/** Each rule, with trees that break it. */
const rules: Readonly<Record<string, { rule: Rule; broken: readonly (readonly SourceFile[])[] }>> = {
  'imports point down, and rooms on one line never meet': {
    rule: importsPointDown,
    broken: [
      [file('record/a.ts', "import type { Store } from '../store/stores.ts'\n")],
      [file('domain/a.ts', "import { link } from '../chain/link.ts'\n")],
      [file('errors.ts', "export type { Json } from './domain/json.ts'\n")],
      [file('evaluate/graders/a.ts', "const b = await import('../../cli/eval.ts')\n")],
      [file('tools/a.ts', twoLines('import {', "  createModel,\n} from '../models/models.ts'"))],
      [file('attic/a.ts')],
    ],
  },
  'nothing imports in circles': {
    rule: nothingImportsInCircles,
    broken: [
      [
        file('domain/a.ts', "import { b } from './b.ts'\n"),
        file('domain/b.ts', "export { a } from './a.ts'\n"),
      ],
    ],
  },
  'files are short': { rule: filesAreShort, broken: [[file('cli/a.ts', '\n'.repeat(301))]] },
  'names say what is inside, in kebab-case': {
    rule: namesSayWhatIsInside,
    broken: [
      [file('store/utils.ts')],
      [file('store/helpers/rows.ts')],
      [file('store/types.ts')],
      [file('store/serverStore.ts')],
      [file('store/server_store.ts')],
    ],
  },
  'only the command line ends the process or reads its environment, and nothing writes to the console': {
    rule: processBelongsToTheCommandLine,
    broken: [
      [file('store/a.ts', 'process.exit(1)')],
      [file('store/a.ts', 'const home = process.env.CALLTRAIL_HOME')],
      [file('cli/a.ts', 'console.error(problem)')],
    ],
  },
  'heavy packages stay in one place': {
    rule: heavyPackagesStayInOnePlace,
    broken: [
      [file('cli/eval.ts', "import { Session } from 'chdb'\n")],
      [file('record/a.ts', "const sdk = await import('openai/streaming')\n")],
    ],
  },
  'heavy packages load when they are needed': {
    rule: heavyPackagesLoadWhenNeeded,
    broken: [
      [
        file('cli/eval.ts', "import { createModel } from '../models/models.ts'\n"),
        file(
          'models/models.ts',
          twoLines("import type { A } from './a.ts'", "import { o } from './openai.ts'"),
        ),
        file('models/openai.ts', "import OpenAI from 'openai'\n"),
      ],
    ],
  },
  '--help loads the tables of commands alone': {
    rule: helpLoadsLittle,
    broken: [
      [file('cli/main.ts', "import { z } from 'zod'\n")],
      [file('cli/main.ts', "import { play } from './eval.ts'\n"), file('cli/eval.ts')],
    ],
  },
}

describe('the house', () => {
  for (const [name, { rule, broken }] of Object.entries(rules))
    test(name, () => {
      expect(rule(sources)).toEqual([])
      for (const tree of broken) expect([tree, rule(tree)]).not.toEqual([tree, []])
    })

  test('tests stand where what they test stands', () => {
    expect(testsMirrorSources(sources)(tests)).toEqual([])
    expect(testsMirrorSources(sources)([{ path: 'test/nowhere/a.test.ts', text: '' }])).toHaveLength(1)
    expect(filesAreShort(tests)).toEqual([])
    expect(namesSayWhatIsInside(tests)).toEqual([])
  })

  test('every import is seen: static, dynamic, re-exported, for its effect, over several lines', () => {
    const text = [
      "import a from './a.ts'",
      "import {\n  b,\n  type C,\n} from './b.ts'",
      "export type * from './c.ts'",
      "import './d.ts'",
      "const e = await import('./e.ts')",
    ].join('\n')
    const names = importsOf({ path: 'src/cli/x.ts', text })
    expect([...names].sort()).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts'])
    expect(roomOf('src/errors.ts')).toBe('errors')
    expect(sources.flatMap(importsOf).length).toBeGreaterThan(400)
  })
})
