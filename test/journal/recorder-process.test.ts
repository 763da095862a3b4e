import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test, vi } from 'vitest'
import { mayLive, noteOfProcess } from '../../src/journal/recorder-process.ts'

test.skipIf(process.platform !== 'linux')(
  'a process that has ended is gone, whether or not its parent has asked how',
  async () => {
    // `sleep`, which the shell becomes, asks after nobody.
    const parent = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 60'])
    onTestFinished(() => void parent.kill('SIGKILL'))
    const [line] = await once(createInterface(parent.stdout), 'line')
    const note = noteOfProcess(Number(line))
    expect(mayLive(note)).toBe(true)
    await vi.waitFor(() => expect(mayLive(note)).toBe(false), { timeout: 5000 })
    expect(() => process.kill(note.pid, 0)).not.toThrow()
  },
)
