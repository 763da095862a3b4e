import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BfclCase, checkOutput } from '../../../../src/evaluate/graders/bfcl/check-output.ts'
import { readPython } from '../../../../src/evaluate/graders/bfcl/python-value.ts'

type Language = BfclCase['language']

/** One function `f` whose only parameter `p` has this schema. */
function caseOf(schema: object, acceptable: string, language: Language = 'python'): BfclCase {
  const description = { name: 'f', parameters: { type: 'dict', properties: { p: schema }, required: [] } }
  const functions = readPython(JSON.stringify([description]))
  return { category: 'simple', language, functions, answers: readPython(`[{"f": {"p": ${acceptable}}}]`) }
}

const verdict = (bfcl: BfclCase, value: string) => checkOutput(bfcl, readPython(`[{"f": {"p": ${value}}}]`))

const simple = 'type_error:simple'
const other = 'value_error:others'

describe('Python values', () => {
  const facts: readonly (readonly [type: string, acceptable: string, given: string, error: string | null])[] =
    [
      ['integer', '[10]', '10', null],
      ['integer', '[10]', '10.0', simple],
      ['integer', '[10]', '1e1', simple],
      ['integer', '[10]', '"10"', simple],
      ['integer', '[1]', 'true', simple],
      ['integer', '[10]', 'null', simple],
      ['integer', '[18446744073709551616]', '18446744073709551616', null],
      ['integer', '[18446744073709551616]', '18446744073709551617', other],
      ['integer', '["n"]', '"n"', null],
      ['float', '[10.0]', '10', null],
      ['float', '[0.3]', '3e-1', null],
      ['float', '[0]', '-0', null],
      ['boolean', '[true]', '1', simple],
      ['string', '["April 1, 2024"]', '"april 1 2024"', null],
      ['string', '["it\'s"]', '"it\\"s"', null],
      ['string', '["a"]', '"b"', 'value_error:string'],
      ['dict', '[{"a": ["X", ""], "b": [1]}]', '{"b": true}', null],
      ['dict', '[{"a": ["X", ""], "b": [1]}]', '{"a": "x"}', 'value_error:dict_key'],
      ['dict', '[{"a": ["X"]}]', '{"a": "y"}', 'value_error:dict_value'],
      ['dict', '[{"a": ["X"]}]', '{"a": "x", "c": 1}', 'value_error:dict_key'],
    ]
  test.each(facts)('%s, acceptable %s, given %s: %s', (type, acceptable, given, error) => {
    expect(verdict(caseOf({ type }, acceptable), given)).toBe(error)
  })

  const lists: readonly (readonly [type: string, acceptable: string, given: string, error: string | null])[] =
    [
      ['integer', '[[1, 2]]', '[1, 2]', null],
      ['integer', '[[1, 2]]', '[2, 1]', 'value_error:list/tuple'],
      ['integer', '[[1, 2]]', '[1.0, 2]', 'type_error:nested'],
      ['string', '[["a b"]]', '["A-B"]', null],
      ['dict', '[[{"a": [1]}, {"a": [2]}]]', '[{"a": 1}, {"a": 2}]', null],
      ['dict', '[[{"a": [1]}, {"a": [2]}]]', '[{"a": 2}, {"a": 1}]', 'value_error:dict_value'],
      ['dict', '[[{"a": [1]}]]', '[]', 'value_error:list_dict_count'],
    ]
  test.each(lists)('list of %s, acceptable %s, given %s: %s', (type, acceptable, given, error) => {
    expect(verdict(caseOf({ type: 'array', items: { type } }, acceptable), given)).toBe(error)
  })
})

describe('source text', () => {
  const facts: readonly (readonly [
    Language,
    object,
    acceptable: string,
    source: string,
    error: string | null,
  ])[] = [
    ['java', { type: 'integer' }, '[5]', '5', null],
    ['java', { type: 'integer' }, '[5]', '5L', simple],
    ['java', { type: 'long' }, '[5]', '5L', null],
    ['java', { type: 'float' }, '[1.5]', '1.5f', null],
    ['java', { type: 'double' }, '[1.5]', '1.5f', simple],
    ['java', { type: 'boolean' }, '[true]', 'true', null],
    ['java', { type: 'Array', items: { type: 'String' } }, '[["a", "b"]]', 'new String[]{a, b}', null],
    [
      'java',
      { type: 'ArrayList', items: { type: 'integer' } },
      '[[1, 2]]',
      'new ArrayList<>(Arrays.asList(1, 2))',
      null,
    ],
    ['java', { type: 'HashMap' }, '[{"k": [1]}]', 'new HashMap<String, Integer>() {{ put("k", 1); }}', null],
    ['java', { type: 'Stack' }, '[[1]]', '[1]', 'exception:NotImplementedError'],
    ['javascript', { type: 'Bigint' }, '[5]', '5n', null],
    ['javascript', { type: 'String' }, '["a"]', "'a'", null],
    ['javascript', { type: 'array', items: { type: 'integer' } }, '[[1, 2]]', '[1, 2]', null],
    ['javascript', { type: 'array', items: { type: 'array' } }, '[[[1, 2], [3]]]', '[[1, 2], [3]]', null],
    ['javascript', { type: 'dict' }, '[{"k": [true], "l": [[1]]}]', '{k: true, l: [1]}', null],
    ['javascript', { type: 'float' }, '[1.5]', '1.5e0', simple],
  ]
  test.each(facts)('%s %j, acceptable %s, given %s: %s', (language, schema, acceptable, source, error) => {
    expect(verdict(caseOf(schema, acceptable, language), JSON.stringify(source))).toBe(error)
  })

  test('a value of source text is text', () => {
    expect(verdict(caseOf({ type: 'integer' }, '[5]', 'java'), '5')).toBe('type_error:java')
    expect(verdict(caseOf({ type: 'integer' }, '[5]', 'javascript'), '5')).toBe('type_error:js')
  })
})

describe('calls', () => {
  const description = (name: string) => ({
    name,
    parameters: { properties: { a: { type: 'integer' }, b: { type: 'integer' } }, required: ['a'] },
  })
  const parallel: BfclCase = {
    category: 'parallel_multiple',
    language: 'python',
    functions: readPython(JSON.stringify([description('f'), description('g')])),
    answers: readPython(
      '[{"f": {"a": [1, 2], "b": [0, ""]}}, {"f": {"a": [1], "b": [0]}}, {"g": {"a": [3], "b": [""]}}]',
    ),
  }
  const one: BfclCase = {
    ...parallel,
    category: 'simple',
    answers: readPython('[{"f": {"a": [1], "b": [0]}}]'),
  }
  const facts: readonly (readonly [string, string | null])[] = [
    ['[{"f": {"a": 1, "b": 0}}]', null],
    ['[]', 'simple_function_checker:wrong_count'],
    ['[{"g": {"a": 1}}]', 'simple_function_checker:wrong_func_name'],
    ['[{"f": {"b": 0}}]', 'simple_function_checker:missing_required'],
    ['[{"f": {"a": 1, "c": 0}}]', 'simple_function_checker:unexpected_param'],
    ['[{"f": {"a": 1}}]', 'simple_function_checker:missing_optional'],
    ['[{"f": {"a": "x", "c": 0}}]', simple],
  ]
  test.each(facts)('one is checked in the official order: %s', (output, error) => {
    expect(checkOutput(one, readPython(output))).toBe(error)
  })

  test('parallel ones are matched greedily, as the official checker does', () => {
    const greedy = '[{"f": {"a": 1, "b": 0}}, {"f": {"a": 2}}, {"g": {"a": 3}}]'
    const lucky = '[{"f": {"a": 2}}, {"f": {"a": 1, "b": 0}}, {"g": {"a": 3}}]'
    expect(checkOutput(parallel, readPython(greedy))).toBe(
      'parallel_function_checker_no_order:cannot_find_match',
    )
    expect(checkOutput(parallel, readPython(lucky))).toBeNull()
  })

  test('any pick from the answers passes, in any order, where no answer takes the call of another', () => {
    const values = fc.uniqueArray(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(values, fc.infiniteStream(fc.nat()), (numbers, chance) => {
        const answers = readPython(`[${numbers.map((n) => `{"f": {"a": [${n}], "b": ["", ${n}]}}`)}]`)
        const calls = numbers.map((n) => ({
          text: `{"f": {"a": ${n}${(chance.next().value ?? 0) % 2 ? `, "b": ${n}` : ''}}}`,
          rank: chance.next().value ?? 0,
        }))
        const output = calls.sort((x, y) => x.rank - y.rank).map(({ text }) => text)
        const bfcl = { ...parallel, answers }
        expect(checkOutput(bfcl, readPython(`[${output}]`))).toBeNull()
        expect(checkOutput(bfcl, readPython(`[${output.slice(1)}]`))).toBe(
          'parallel_function_checker_no_order:wrong_count',
        )
        const changed = output.with(0, `{"f": {"a": ${10n ** 26n}}}`)
        expect(checkOutput(bfcl, readPython(`[${changed}]`))).not.toBeNull()
      }),
      { numRuns: 100 },
    )
  })
})
