import { type ChildProcess, spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'

/** Runs a TypeScript module of the tests in a process of its own; killed with the test if it lives so long. */
export function runModule(file: string, args: readonly string[], through: readonly string[] = []) {
  const [command = process.execPath, ...before] = [...through, process.execPath]
  const child = spawn(command, [...before, '--import', 'tsx', file, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  return { child, stdout: () => Buffer.concat(chunks), stderr: () => stderr, closed: endOf(child) }
}

function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
}
