import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeError, UsageError } from '../errors.ts'
import { dashboardFiles } from '../show/dashboards/dashboards.ts'
import { print } from './print.ts'

export async function writeDashboards(folder: string): Promise<number> {
  for (const { name, text } of dashboardFiles()) {
    write(folder, name, text)
    print(join(folder, name))
  }
  return 0
}

function write(folder: string, name: string, text: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, name), text)
  } catch (error) {
    const message = `cannot write ${join(folder, name)}: ${describeError(error)}`
    throw new UsageError([{ message, hint: '--out names the folder to write to' }], { cause: error })
  }
}
