import { UsageError } from '../errors.ts'
import type { ChainView } from '../forensics/chain-view.ts'
import { readChainEntries } from '../forensics/read-chain.ts'
import type { Database } from './database.ts'
import { checkApart, checkPlace } from './report-files.ts'

const formats = { html: pageOf, otlp: spansOf } as const

export interface ChainReport {
  readonly format: keyof typeof formats
  readonly file: string
}

/** `html=F` and `otlp=F`, as they are given. */
export function chainReports(given: readonly string[]): readonly ChainReport[] {
  const reports = given.map((text) => {
    const [, format = '', file] = /^([a-z]+)=(.+)$/.exec(text) ?? []
    if (isFormat(format) && file !== undefined) {
      checkPlace(file)
      return { format, file }
    }
    throw new UsageError([
      { message: `--report ${text} is no report of a chain`, hint: 'write html=FILE or otlp=FILE' },
    ])
  })
  checkApart(reports)
  return reports
}

/** What a report holds, ready to be written. */
export async function chainReport(database: Database, view: ChainView, { format, file }: ChainReport) {
  return { file, text: await formats[format](view, database) }
}

function isFormat(name: string): name is keyof typeof formats {
  return Object.hasOwn(formats, name)
}

async function pageOf(view: ChainView): Promise<string> {
  return (await import('../show/page/chain-page.ts')).renderChainPage(view)
}

/** What was said leaves with the spans only where the variable that exports go by allows it. */
async function spansOf(view: ChainView, database: Database): Promise<string> {
  const { chainSpans } = await import('../forensics/chain-spans.ts')
  const { otlpJson } = await import('../record/otel/otlp-json.ts')
  const entries = await readChainEntries(database, view.chain)
  const mayTell = process.env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT?.toLowerCase() === 'true'
  const texts = new Map(
    view.spans.flatMap(({ input_digest, output_digest, input, output }) => [
      [input_digest, input] as const,
      [output_digest, output] as const,
    ]),
  )
  const textOf = (digest: string) => texts.get(digest) ?? null
  return `${otlpJson(chainSpans(view, { entries, ...(mayTell && { textOf }) }))}\n`
}
