import {
  accessSync,
  constants,
  existsSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { describeError, UsageError } from '../errors.ts'

/** A report, and where it is to be written. */
interface ReportPlace {
  readonly format: string
  readonly file: string
}

/** The second would take the place of the first; a pipe or a terminal takes both. */
export function checkApart(reports: readonly ReportPlace[]): void {
  const earlier = new Map<string, ReportPlace>()
  for (const report of reports) {
    const { file, format } = report
    const place = existsSync(file)
      ? realpathSync(file)
      : join(realpathSync(dirname(resolve(file))), basename(file))
    const other = earlier.get(place)
    if (other && (!existsSync(place) || statSync(place).isFile())) {
      const message = `--report ${format}=${file}: the ${other.format} report is written to this file as well`
      throw new UsageError([{ message, hint: 'give each report a file of its own' }])
    }
    earlier.set(place, report)
  }
}

/** Told before anything is done: a report that cannot be written is a mistake then. */
export function checkPlace(file: string): void {
  const folder = dirname(resolve(file))
  if (!existsSync(folder)) {
    const message = `cannot write ${file}: its folder is not there`
    throw new UsageError([{ message, hint: `mkdir -p ${dirname(file)}` }])
  }
  try {
    accessSync(existsSync(file) ? file : folder, constants.W_OK)
    if (!existsSync(file) || !statSync(file).isDirectory()) return
  } catch (error) {
    throw new UsageError([{ message: `cannot write ${file}: ${describeError(error)}` }], { cause: error })
  }
  throw new UsageError([{ message: `cannot write ${file}: it is a folder` }])
}

/**
 * For the eyes of who asked for it alone, as all that is recorded, whatever was there: beside the file, and put in its
 * place once it is whole. A pipe or a terminal is written to.
 */
export function writeReport({ file, text }: { readonly file: string; readonly text: string }): void {
  try {
    if (existsSync(file) && !statSync(file).isFile()) writeFileSync(file, text)
    else writeWhole(existsSync(file) ? realpathSync(file) : file, text)
  } catch (error) {
    throw new UsageError([{ message: `cannot write ${file}: ${describeError(error)}` }], { cause: error })
  }
}

function writeWhole(file: string, text: string): void {
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}`)
  try {
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx' })
    renameSync(beside, file)
  } finally {
    rmSync(beside, { force: true })
  }
}
