import { createServer } from 'node:http'

// Chat Completions that take so many milliseconds: slow-model-server.mjs MS. Prints its port.

const [, , ms] = process.argv
const answer = JSON.stringify({
  ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1_790_000_000, model: 'bench' },
  choices: [
    { index: 0, message: { role: 'assistant', content: 'It listens on port 8080.' }, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
})
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    setTimeout(() => response.setHeader('content-type', 'application/json').end(answer), Number(ms))
  })
})
server.listen(0, '127.0.0.1', 4096, () => console.log(server.address().port))
process.stdin.resume().on('end', () => process.exit(0))
