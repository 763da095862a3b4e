import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, type JsonObject } from '../../domain/json.ts'
import { UsageError } from '../../errors.ts'
import { memberText } from '../../record/member-text.ts'
import { multiTurnCase, readFunctionDocs } from './bfcl-multi-turn.ts'
import { checkWhole, idOf, promptOf, type Row, rowsOf } from './bfcl-rows.ts'
import { toolOf } from './bfcl-schema.ts'
import type { Import, ImportedCase } from './imported-suite.ts'

const bfclServer = 'bfcl'

export type BfclMode = 'bfcl' | 'default'

const fileName =
  /^BFCL_v\d+_((?:live_)?(?:simple|multiple|parallel|parallel_multiple|irrelevance|relevance)(?:_python|_java|_javascript)?|multi_turn_\w+)\.json$/

/**
 * All categories of a folder of the leaderboard's data that this can judge: those of syntax trees, of relevance, live ones
 * and, as far as it goes, of several turns. Throws a `UsageError` where the folder has none, and where a file is not whole.
 */
export async function importBfcl(folder: string, mode: BfclMode): Promise<Import> {
  const names = await readdir(folder).catch(() => [])
  const categories = names.flatMap((name) => {
    const category = fileName.exec(name)?.[1]
    return category === undefined ? [] : [{ name, category }]
  })
  if (categories.length === 0)
    throw new UsageError([
      {
        message: `${folder}: no BFCL_v…_CATEGORY.json here`,
        hint: 'the folder is bfcl_eval/data of the leaderboard',
      },
    ])
  const others = names.filter((name) => /^BFCL_v/.test(name) && !fileName.test(name))
  const docs = await readFunctionDocs(join(folder, 'multi_turn_func_doc'))
  const left: string[] = others.map((name) => `${name}: not a category that calls are judged in`)
  const cases: ImportedCase[] = []
  for (const { name, category } of categories) {
    for (const { row, answer } of await answeredRows(folder, name, category)) {
      const made = category.startsWith('multi_turn')
        ? multiTurnCase(row, answer, category, docs)
        : caseOf(row, answer, category, mode)
      if ('left' in made) left.push(`${idOf(row)}: ${made.left}`)
      else cases.push(made)
    }
    if (category.startsWith('multi_turn'))
      left.push(`${category}: the state that calls leave, their results, and in which turn each is made`)
    if (category.endsWith('miss_func'))
      left.push(`${category}: that some functions appear in a later turn only; all are shown from the first`)
  }
  return {
    server: bfclServer,
    source: `Made from ${categories.length} files of the Berkeley Function-Calling Leaderboard.`,
    cases,
    left,
  }
}

interface AnsweredRow {
  readonly row: Row
  /** Of relevance there is none to say. */
  readonly answer: Row | null
}

async function answeredRows(folder: string, name: string, category: string): Promise<readonly AnsweredRow[]> {
  const [rowFile, answerFile] = [join(folder, name), join(folder, 'possible_answer', name)]
  const isMultiTurn = category.startsWith('multi_turn')
  const rows =
    (await rowsOf(rowFile, ['id', 'question', isMultiTurn ? 'involved_classes' : 'function'])) ?? []
  if (category.includes('relevance')) return rows.map((row) => ({ row, answer: null }))
  const answers = (await rowsOf(answerFile, ['id', 'ground_truth'])) ?? []
  checkWhole(rows, answers, { rowFile, answerFile })
  const byId = new Map(answers.map((answer) => [idOf(answer), answer]))
  return rows.map((row) => ({ row, answer: byId.get(idOf(row)) ?? null }))
}

function caseOf(row: Row, answer: Row | null, category: string, mode: BfclMode): ImportedCase {
  const functions = memberText(row.text, ['function']) ?? '[]'
  const answers = answer && memberText(answer.text, ['ground_truth'])
  const language = category.endsWith('javascript')
    ? 'javascript'
    : category.endsWith('java')
      ? 'java'
      : 'python'
  const bfcl = { category, language, functions, answers: answers ?? '[]', mode }
  const abstains = category.includes('irrelevance') && mode === 'default'
  const written = {
    id: idOf(row).replace(/[^\w.-]/g, '-'),
    prompt: promptOf(row.value.question),
    expect: abstains ? { calls: [] } : { bfcl },
    tags: [category],
  }
  return { written, tools: functionsOf(row.value).map((each) => toolOf(each, language)) }
}

function functionsOf({ function: listed }: JsonObject): readonly JsonObject[] {
  return Array.isArray(listed) ? listed.filter(isJsonObject) : []
}
