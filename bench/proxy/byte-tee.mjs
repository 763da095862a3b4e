// The least that a proxy can be: bytes pass between two pipes, and nobody looks at them.
import { spawn } from 'node:child_process'

const [command, ...args] = process.argv.slice(2)
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
process.stdin.pipe(child.stdin)
child.stdout.pipe(process.stdout)
child.on('close', (code) => process.exit(code ?? 1))
