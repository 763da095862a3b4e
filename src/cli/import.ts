import { UsageError } from '../errors.ts'
import { type BfclMode, importBfcl } from '../evaluate/imports/bfcl.ts'
import { type Import, writeSuite } from '../evaluate/imports/imported-suite.ts'
import { importTau2 } from '../evaluate/imports/tau2.ts'
import { escapeText } from '../show/escape.ts'
import { count } from '../show/quantities.ts'
import { commandLine, commandPrefix } from './command-prefix.ts'
import { print } from './print.ts'
import { checkPlace } from './report-files.ts'

export interface ImportOptions {
  readonly out: string
  readonly mode?: BfclMode
}

export async function importSuite(
  kind: 'bfcl' | 'tau2',
  folder: string,
  { out, mode }: ImportOptions,
): Promise<number> {
  if (!/\.ya?ml$/.test(out))
    throw new UsageError([{ message: `--out ${out}: expected a file that ends with .yaml` }])
  checkPlace(out)
  const imported = kind === 'bfcl' ? await importBfcl(folder, mode ?? 'default') : await importTau2(folder)
  const cassette = await writeSuite(out, imported)
  print(
    `${describe(imported, out, cassette)
      .map((line) => escapeText(line))
      .join('\n')}\n`,
  )
  return 0
}

const listed = 20

function describe({ cases, left }: Import, out: string, cassette: string): readonly string[] {
  const more = left.length - listed
  return [
    `${out}: ${count(cases.length, 'case')}; their tools in ${cassette}`,
    ...left.slice(0, listed).map((each) => `left: ${each}`),
    ...(more > 0 ? [`and ${more} more, all in the first lines of ${out}`] : []),
    'next',
    `  ${commandPrefix()} ${commandLine(['eval', out])}`,
  ]
}
